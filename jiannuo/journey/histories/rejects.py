"""What an import leaves out or mends, row by row, in a file that opens in Excel."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

#: Why, in Chinese and English; {0} and {1} are filled in.
REASONS: dict[str, tuple[str, str]] = {
    # rejected: the whole incident stays out until the file or the map is mended
    "no_number": ("没有编号，不知道属于哪一单", "no number: it cannot be told whose row it is"),
    "columns": (
        "有 {0} 列，表头是 {1} 列；含分隔符的单元格要加引号，或另存为 .xlsx",
        "{0} cells where the header has {1}; quote cells with the delimiter in them, "
        "or save as .xlsx",
    ),
    "scientific": (
        "Excel 把编号变成了科学计数法，原数已丢：把该列设为文本，从原系统重新导出",
        "Excel made the number scientific and its digits are lost: format the column as text "
        "and export again",
    ),
    "formula_error": (
        "公式出错；请改成值，或把它写进映射的 unknown",
        "a formula failed; put a value there, or add it to `unknown` of the map",
    ),
    "undecodable": ("有无法识别的字符", "characters that cannot be read"),
    "bad_moment": (
        "不是 {0} 这样的时间；别的写法请加到映射的 dates",
        "not a moment as {0}; add another form to `dates` of the map",
    ),
    "ancient": (
        "早于 1990 年；若表示没有，请写进映射的 unknown",
        "before 1990; if it stands for none, add it to `unknown` of the map",
    ),
    "unknown_word": ("映射里没有这个词，有：{0}", "not in the map, which has: {0}"),
    "missing": ("必须有值", "it must have a value"),
    "no_moment": ("这一行没有任何时间", "the row has no moment at all"),
    "future": (
        "时间在将来；请核对映射的 zone 与 dates（日、月的先后）",
        "it lies in the future; look at `zone` and `dates` of the map (day or month first)",
    ),
    "too_long": ("超过 {0} 个字", "longer than {0} characters"),
    "bad_number": ("不是整数", "not a whole number"),
    "held_back": (
        "同一编号的第 {0} 行未通过，整单暂不导入",
        "row {0} of the same incident is rejected; it comes in whole or not at all",
    ),
    "no_level": ("整单没有级别", "the incident has no level at all"),
    "contradicts": (
        "与上次导入的历史不符（{0}）；已归档的不改写，请人工更正",
        "it contradicts what was imported before ({0}); the archive is not rewritten",
    ),
    "number_taken": ("系统里已有这个编号的工单", "a case of our own has this number"),
    # dropped: this row is left out, its incident comes in
    "duplicate": ("与第 {0} 行完全相同", "the same as row {0}"),
    "out_of_order": (
        "第 {0} 行已解决，此后又是「{1}」，但日志没有记重开",
        "row {0} says resolved, then this one {1!r}, but the log counts no reopening",
    ),
    # mended: used, with one thing read otherwise than written
    "opened_late": (
        "开单时间晚于第一次变更，以较早的 {0} 为报修时间",
        "opened after its first change; the earlier moment {0} is taken as the report",
    ),
    "no_resolved": (
        "没有解决时间，以状态变为已解决的 {0} 为准",
        "no time of resolution; the change to resolved at {0} is taken",
    ),
    "resolved_early": (
        "解决时间早于报修，以状态变更的 {0} 为准",
        "resolved before it was reported; the change at {0} is taken",
    ),
    "closed_early": (
        "结案早于解决，以解决时间 {0} 为准",
        "closed before it was resolved; the resolution at {0} is taken",
    ),
    "closed_unresolved": (
        "没有经过已解决就结案，结案时间 {0} 算作解决",
        "closed without a resolution; the closing at {0} counts as one",
    ),
    "no_emergency": (
        "后来升为一级，但日志里没有人判定应急：按二级计（时限相同）",
        "raised to level one later, but nobody declared an emergency: taken as level two, "
        "whose limits are the same",
    ),
    "reopenings": (
        "日志记了 {0} 次重开，变更里只有 {1} 次",
        "the log counts {0} reopenings, its changes show {1}",
    ),
}
DONE = {"rejected": "未导入 rejected", "dropped": "略去 dropped", "mended": "修正 mended"}
#: Of a value that was not taken: enough to find it.
LONGEST = 200
HEADER = ("行 line", "编号 number", "列 column", "值 value", "处理 done", "原因", "reason")


@dataclass(frozen=True, slots=True)
class Reject:
    """One row and what was done about it: "rejected", "dropped" or "mended"."""

    line: int
    number: str
    column: str
    value: str
    done: str
    reason: str
    zh: str
    en: str


@dataclass
class Rejects:
    """Everything an import did not take as it stood."""

    rows: list[Reject] = field(default_factory=list)

    def add(
        self,
        line: int,
        number: str,
        reason: str,
        *said: object,
        column: str = "",
        value: object = "",
        done: str = "rejected",
    ) -> None:
        zh, en = REASONS[reason]
        self.rows.append(
            Reject(
                line,
                number,
                column,
                str(value)[:LONGEST],
                done,
                reason,
                zh.format(*said),
                en.format(*said),
            )
        )

    def counts(self, done: str) -> Counter[str]:
        return Counter(row.reason for row in self.rows if row.done == done)

    def held(self) -> dict[str, int]:
        """Incidents that stay out, with the first row that is to blame."""
        found: dict[str, int] = {}
        for row in self.rows:
            if row.done == "rejected" and row.number:
                found.setdefault(row.number, row.line)
        return found

    def write(self, file: Path) -> None:
        """In order of the file's lines; the mark at the start makes Excel read it as UTF-8."""
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(HEADER)
            for row in sorted(self.rows, key=lambda row: row.line):
                told = (row.number, row.column, row.value)
                writer.writerow((row.line, *map(_inert, told), DONE[row.done], row.zh, row.en))


def _inert(text: str) -> str:
    """Nothing that Excel would run as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text

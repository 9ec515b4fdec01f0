"""Cells as people and Excel write them. Each reading gives what JSON keeps; `Wrong` says what to do.
Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from jiannuo.imports.table import Cell, plain
from jiannuo.manual.words import Text

#: Nothing, as people write it.
NOTHING = frozenset({"", "-", "--", "—", "——", "/", "无", "暂无", "n/a", "null", "none", "空"})
SCIENTIFIC = re.compile(r"\d(\.\d+)?E[+]?\d+", re.IGNORECASE)
FORMULA_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f]")
BLANKS = re.compile(r"\s+")


class Wrong(Exception):
    """A cell that cannot be taken: what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


Read = Callable[[Cell], Any]


def bare(cell: Cell) -> str:
    """What stands in it, without what nobody sees. Raises `Wrong` for a formula that failed."""
    said = f"{cell:%Y-%m-%d}" if isinstance(cell, datetime) else cell
    said = BLANKS.sub(" ", INVISIBLE.sub("", said)).strip()
    if said.startswith("'"):  # how Excel is told that a text is a text
        said = said[1:].strip()
    if FORMULA_ERROR.fullmatch(said):
        raise Wrong("公式出错，请改成值", "a formula failed; put a value there")
    return said


def is_blank(cell: Cell) -> bool:
    return not isinstance(cell, datetime) and plain(INVISIBLE.sub("", cell)) in NOTHING


def narrow(text: str) -> str:
    """Full-width letters and figures as plain ones."""
    return unicodedata.normalize("NFKC", text)


def text(most: int) -> Read:
    def read(cell: Cell) -> str:
        said = bare(cell)
        if len(said) > most:
            raise Wrong(f"最多 {most} 个字", f"{most} characters at most")
        return said

    return read


def code(most: int) -> Read:
    """A number or serial in which each sign counts."""

    def read(cell: Cell) -> str:
        said = narrow(str(text(most)(cell)))
        if SCIENTIFIC.fullmatch(said):
            raise Wrong(
                "Excel 把它变成了科学计数法，原数已丢：把该列设为文本，重新填上",
                "Excel made it scientific and its digits are lost: format the column as text and "
                "enter it again",
            )
        return said

    return read


# -- days -------------------------------------------------------------------------------------

FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")
TENS = re.compile(r"([1-9]?)十([1-9]?)")
YMD = re.compile(
    r"(\d{4}|\d{2})\s*[-/.,年\\]\s*(\d{1,2})\s*[-/.,月\\]\s*(\d{1,2})\s*[日号]?(?:[T ].*)?"
)
PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)")
LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
COUNTED = re.compile(r"\d{5}(\.\d+)?")
EXCELS_FIRST = date(1899, 12, 30)
FIRST, END = date(1990, 1, 1), date(2100, 1, 1)


def day(cell: Cell) -> str:
    """An ISO day: 2026-1-5, 2026/01/05, 2026.1.5, 2026年1月5日, 26年1月5号, 20260105, 二〇二六年一月五日,
    the number of days that Excel keeps."""
    said = narrow(bare(cell))
    found = _day(_figures(said))
    if found is None:
        raise Wrong(
            "看不懂的日期，请写成 2026-01-05 这样（年-月-日都要有）",
            "not a day; write it as 2026-01-05, with year, month and day",
        )
    if not FIRST <= found < END:
        raise Wrong("年份不对，请核对", "the year cannot be; look at it")
    return found.isoformat()


def _figures(said: str) -> str:
    """十二 as 12, 二十 as 20."""
    plain_ = said.translate(FIGURES)
    return TENS.sub(lambda t: f"{t[1] or 1}{t[2] or 0}", plain_)


def _day(said: str) -> date | None:
    if COUNTED.fullmatch(said):
        return EXCELS_FIRST + timedelta(days=int(float(said)))
    for form in (PACKED, YMD):
        if found := form.fullmatch(said):
            year, month, day_ = (int(part) for part in found.groups())
            return _dated(year + 2000 if year < 100 else year, month, day_)
    if found := LAST.fullmatch(said):  # day or month first: only where one of them is no month
        one, other, year = (int(part) for part in found.groups())
        if one > 12 or other > 12:
            return _dated(year, min(one, other), max(one, other))
    return None


def _dated(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None


# -- numbers ----------------------------------------------------------------------------------


def _number(cell: Cell) -> Decimal:
    said = narrow(bare(cell)).translate(str.maketrans("", "", ",￥¥元 ")).removesuffix("公里")
    try:
        found = Decimal(re.sub(r"(个月|km|KM|件|个|台|月|块)$", "", said))
    except InvalidOperation:
        raise Wrong("不是数字", "not a number") from None
    if not found.is_finite():
        raise Wrong("不是数字", "not a number")
    return found


def whole(least: int, most: int) -> Read:
    def read(cell: Cell) -> int:
        found = _number(cell)
        if found != found.to_integral_value() or not least <= found <= most:
            raise Wrong(f"应是 {least} 到 {most} 的整数", f"a whole number from {least} to {most}")
        return int(found)

    return read


def money(cell: Cell) -> str:
    found = _number(cell)
    if not 0 <= found < Decimal(10) ** 10:
        raise Wrong("单价不对", "this is no price")
    return f"{found:.2f}"


def degrees(most: int) -> Read:
    def read(cell: Cell) -> float:
        found = float(_number(cell))
        if not -most <= found <= most:
            raise Wrong(f"应在 -{most} 到 {most} 之间", f"between -{most} and {most}")
        return found

    return read


def kilometres(cell: Cell) -> str:
    found = _number(cell)
    if not 0 <= found <= 20_000:
        raise Wrong("公里数应在 0 到 20000 之间", "between 0 and 20000 kilometres")
    return f"{found:.1f}"


# -- telephones, words ------------------------------------------------------------------------

PARTED = re.compile(
    r"[、，,;；|\n]+|\s*(?<![\d-])/\s*|(?<=\d)/(?=\d{7,})|\s+或\s*|(?<=\d{7})\s+(?=\d{7,})"
)
PHONE = re.compile(r"\+?[\d()][\d\s()\-*#]{1,30}(?:(?:转|x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)


def phones(cell: Cell) -> list[str]:
    """Every number of a cell: 028-5550 2203、13800001111 / 13900002222 转 8."""
    raw = INVISIBLE.sub("", cell) if isinstance(cell, str) else bare(cell)
    found = [BLANKS.sub(" ", one).strip() for one in PARTED.split(narrow(raw)) if one]
    return [phone(one) for one in found if one]


def phone(cell: Cell) -> str:
    said = str(code(40)(cell))
    if not PHONE.fullmatch(said):
        raise Wrong(
            f"「{said[:20]}」不是电话号码；一格里几个号码用顿号隔开",
            f"'{said[:20]}' is no telephone number; part several with a comma",
        )
    return said


def email(cell: Cell) -> str:
    said = narrow(bare(cell))
    if not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+", said) or len(said) > 254:
        raise Wrong("不是邮箱地址", "no e-mail address")
    return said


def listed(cell: Cell) -> list[str]:
    return [one.strip() for one in re.split(r"[、，,;；|/\n]+", bare(cell)) if one.strip()]


def one_of(words: Mapping[str, str]) -> Read:
    """What a word stands for; `words`: made plain."""

    def read(cell: Cell) -> str:
        found = words.get(plain(bare(cell)))
        if found is None:
            known = "、".join(words)
            raise Wrong(f"可以写：{known}", f"may be: {known}")
        return found

    return read


def some_of(words: Mapping[str, str]) -> Read:
    one = one_of(words)

    def read(cell: Cell) -> list[str]:
        return list(dict.fromkeys(one(each) for each in listed(cell)))

    return read


def named(words: Mapping[str, Text], **also: str) -> dict[str, str]:
    """The words of a closed list in both languages, and others that mean the same."""
    found = {plain(name): key for key, text_ in words.items() for name in (text_.zh, text_.en)}
    return found | {plain(name): key for name, key in also.items()}


YES = {
    "是": True,
    "有": True,
    "y": True,
    "yes": True,
    "√": True,
    "1": True,
    "true": True,
} | dict.fromkeys(("否", "没有", "n", "no", "×", "0", "false"), False)


def yes(cell: Cell) -> bool:
    found = YES.get(plain(bare(cell)))
    if found is None:
        raise Wrong("请写 是 或 否", "write yes or no")
    return found

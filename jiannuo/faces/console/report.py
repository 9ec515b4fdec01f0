"""`jiannuo report`: figures for the service manager, each with what it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

import click

from jiannuo.faces.console import drills
from jiannuo.faces.console.figures import figures, services
from jiannuo.faces.console.tables import width
from jiannuo.kernel.moment import now
from jiannuo.kernel.money import ratio
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import word
from jiannuo.oversight import register, tallying
from jiannuo.oversight.register import SOURCES, TOTAL, Line, Span

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def report() -> None:
    """Figures for the service manager.

    给服务经理看的数字。
    """


report.add_command(figures)
report.add_command(services)
report.add_command(drills.command)


@report.command()
@click.option("--from", "first", type=DAY, help="First day of the report. 起始日（含）")
@click.option("--to", "last", type=DAY, help="Last day of the report. 截止日（含）")
@click.option("--source", type=click.Choice(SOURCES), default="all", help="Which cases. 哪些工单")
@click.option("--json", "as_json", is_flag=True, help="For programs. 机器可读")
def kept(first: datetime | None, last: datetime | None, source: str, *, as_json: bool) -> None:
    """Which promises were kept, per promise and level, with median and 90th percentile.

    每项承诺按级别：做到、未做到、不适用、进行中，及中位数与 90 分位；导入的工单与原系统的判定并列。

    The period is that of the report of the case, local days, both included.
    """
    as_of = now()
    span = Span(first and first.date(), last and last.date())
    profile = register.house_profile(as_of)
    lines = register.lines(profile, as_of, span, source)
    if as_json:
        click.echo(
            json.dumps(_plain(profile, as_of, span, source, lines), ensure_ascii=False, indent=1)
        )
        return
    click.echo(_title(profile, as_of, span, source))
    if not lines:
        click.echo("没有可统计的承诺。 There is no promise in this period.")
    for row in _table(profile, lines):
        click.echo(row)
    for remark in remarks(profile, lines):
        click.echo(f"\n{remark.zh}\n{remark.en}")


@report.command()
def anew() -> None:
    """Count everything behind the pages of figures from the beginning.

    把数字页背后的统计全部重算。只在怀疑有误，或改了公司时区之后才用得着。
    """
    tallying.anew()
    done = tallying.refresh_all()
    click.echo(f"重算了 {done} 项。 Counted {done} subjects anew.")


SOURCE_WORDS = {"all": "全部 all", "own": "本系统 own", "imported": "导入 imported"}


def _title(profile: Profile, as_of: datetime, span: Span, source: str) -> str:
    days = (
        f"{span.first or '…'} – {span.last or '…'}" if span.first or span.last else "全部 all days"
    )
    return (
        f"承诺兑现 promises kept · 报修日期 reported: {days} · 工单 cases: {SOURCE_WORDS[source]}"
        f" · 截至 as of {profile.local(as_of):%Y-%m-%d %H:%M}"
    )


# -- the table ----------------------------------------------------------------------------------

#: Chinese above English, so that a line stays short.
COLUMNS = (
    ("级别", "level"),
    ("做到", "kept"),
    ("未做到", "broken"),
    ("无从判断", "untold"),
    ("不适用", "n/a"),
    ("进行中", "running"),
    ("做到率", "kept %"),
    ("中位数", "median"),
    ("90分位", "P90"),
    ("量得", "n"),
)
AGAINST = (
    ("原判做到", "log made %"),
    ("都做到", "both"),
    ("仅我们", "ours only"),
    ("仅原判", "log only"),
    ("都没有", "neither"),
)


def _table(profile: Profile, lines: Sequence[Line]) -> Iterator[str]:
    """One block a promise; the columns of the log stand there only where a log spoke."""
    against = any(line.told for line in lines)
    head = COLUMNS + (AGAINST if against else ())
    rows = [_row(line, against=against) for line in lines]
    above, below = (tuple(column[at] for column in head) for at in (0, 1))
    widths = [max(width(row[at]) for row in [above, below, *rows]) for at in range(len(head))]
    last = None
    for line, row in zip(lines, rows, strict=True):
        if line.promise != last:
            yield f"\n{_name(profile, line.promise)}"
            yield _aligned(above, widths)
            yield _aligned(below, widths)
            last = line.promise
        yield _aligned(row, widths)


def _name(profile: Profile, code: str) -> str:
    promise = profile.by_code.get(code)
    if promise is None:
        return code
    house = "，内部目标 house target" if promise.house else ""
    return f"{promise.zh} {promise.en}（{promise.clause}{house}）"


def _row(line: Line, *, against: bool) -> tuple[str, ...]:
    level = (
        "合计 all" if line.level == TOTAL else " ".join(asdict(word("level", line.level)).values())
    )
    found = (
        level,
        str(line.kept),
        str(line.broken),
        str(line.untold),
        str(line.not_applicable),
        str(line.running),
        ratio(line.kept, line.judged, 100) or "-",
        _length(line.median),
        _length(line.p90),
        str(line.measured),
    )
    if not against:
        return found
    pairs = (line.against.kept_made, line.against.kept_missed, *_broken(line))
    return (*found, ratio(line.made, line.told, 100) or "-", *map(str, pairs))


def _broken(line: Line) -> tuple[int, int]:
    return line.against.broken_made, line.against.broken_missed


def _length(span: timedelta | None) -> str:
    if span is None:
        return "-"
    hours, rest = divmod(int(span.total_seconds()), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}"


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return "  ".join(["  " + first[0] + _gap(first), *(_gap(pair) + pair[0] for pair in rest)])


def _gap(pair: tuple[str, int]) -> str:
    return " " * (pair[1] - width(pair[0]))


# -- where the two cannot agree -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remark:
    zh: str
    en: str


def remarks(profile: Profile, lines: Sequence[Line]) -> list[Remark]:
    """What must be known before our verdicts and the log's are laid side by side."""
    totals = {line.promise: line for line in lines if line.level == TOTAL and line.told}
    found = []
    if totals:
        found.append(ONE_VERDICT)
    contacts = [line for code, line in totals.items() if profile.by_code[code].stops == "contact"]
    if contacts:
        unsure = max(line.untold for line in contacts)
        found.append(_filled(NO_CONTACT, unsure=unsure))
    fix = totals.get("fix_24h")
    if fix is not None:
        found.append(
            _filled(
                WAITS,
                broken_made=fix.against.broken_made,
                waited=fix.waited,
                net_kept=fix.net_kept,
                kept_missed=fix.against.kept_missed,
                agree=fix.against.kept_made + fix.against.broken_missed,
                both=fix.against.both,
            )
        )
        found.append(LEVELS)
    return found


def _filled(remark: Remark, **said: int) -> Remark:
    return Remark(remark.zh.format(**said), remark.en.format(**said))


ONE_VERDICT = Remark(
    "原系统对一单只有一个 made_sla，没有写明它判的是哪一项承诺、限多少时间、从何时算起；"
    "上面每项承诺都与同一个 made_sla 并列，不能当作同一件事。",
    "The log has one made_sla an incident and does not say which promise it judges, within what, "
    "from when. Each promise above stands beside the same made_sla: they are not the same thing.",
)
NO_CONTACT = Remark(
    "日志没有通话时间。首次联系以「具名人员首次处理」代替；没有这种变更的，只知道不晚于解决："
    "届时未超限的算做到，已超限的无从判断（{unsure} 单），既不算做到也不算未做到，也不计入中位数。",
    "The log has no calls. The first work by a named person stands for the first contact; where "
    "there is none it came no later than the fix: within the limit by then it was kept, beyond it "
    "nothing can be told ({unsure} cases): neither kept nor broken, and in no median.",
)
WAITS = Remark(
    "24 小时解决：两边结论相同 {agree}/{both}。我们判未做到而日志判做到的有 {broken_made} 单："
    "其中 {waited} 单有等待客户或厂商的时间，手册的承诺不暂停（A20），除去等待有 {net_kept} 单会在 24 小时内；"
    "其余的，原系统的时限须更长、起点更晚或只计工作时间。我们判做到而日志判未做到的有 {kept_missed} 单："
    "原系统在那里时限更短，或判的是别的承诺。",
    "Fixed within 24 h: both say the same of {agree} of {both}. Of {broken_made} that we call broken "
    "and the log calls made, {waited} contain a wait for customer or vendor; the manual's promise does "
    "not pause (A20), and without the waits {net_kept} would lie within 24 h; for the rest the log's "
    "limit must be longer, start later or count working hours only. {kept_missed} we call kept and "
    "the log missed: its limit was shorter there, or it judged another promise.",
)
LEVELS = Remark(
    "级别由原系统的优先级换算（映射文件），不是按手册表 2-2 判定；合同、距离、质保均不在日志里，"
    "所以远程、到场、应急各项承诺没有导入的数据。",
    "Levels are converted from the log's priority by the map, not judged by table 2-2; contract, "
    "distance and warranty are not in the log, so remote, on-site and emergency promises have no "
    "imported figures.",
)


# -- for programs -------------------------------------------------------------------------------


def _plain(
    profile: Profile, as_of: datetime, span: Span, source: str, lines: Sequence[Line]
) -> dict[str, Any]:
    return {
        "as_of": as_of.isoformat(),
        "from": span.first and span.first.isoformat(),
        "to": span.last and span.last.isoformat(),
        "source": source,
        "promises": [_plain_line(line) for line in lines],
        "cannot_agree": [asdict(remark) for remark in remarks(profile, lines)],
    }


def _plain_line(line: Line) -> dict[str, Any]:
    """Lengths in seconds; a share is left to the reader, its two counts are there."""
    return {name: _plain_value(value) for name, value in asdict(line).items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return value.isoformat() if isinstance(value, date) else value

"""The cases of a KPI: those that count, and those of its base that do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiannuo.faces.desk.figures.filters import Choice, Filters, filters
from jiannuo.faces.desk.figures.saying import Kpi, kpis, valued
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.figures import percent
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, length
from jiannuo.oversight import evidence, measures
from jiannuo.oversight.evidence import PAGE, CaseRow
from jiannuo.oversight.register import house_profile
from jiannuo.people.permits import require
from jiannuo.web.components import LevelBadge, PageState, level_badge
from jiannuo.web.reader import Reader

PARTS = {
    "all": Text("全部", "All"),
    "yes": Text("计入的", "Those that count"),
    "no": Text("没计入的", "Those that do not"),
}
WHOLE = ("mttr_hours", "csat_avg", "quality_faults")  # every case of the base counts


@dataclass(frozen=True, slots=True)
class Row:
    """`facts`: what this figure takes from the case."""

    case: str
    text: str
    place: str
    level: LevelBadge
    reported: str
    fixed: str
    took: str
    facts: str


@dataclass(frozen=True, slots=True)
class CasesPage:
    filters: Filters
    code: str
    title: str
    note: str
    value: str
    num: str
    den: str
    parts: tuple[Choice, ...]
    count: int
    rows: tuple[Row, ...]
    next: str
    back: str
    sheet: str
    state: PageState | None


def known(code: str) -> Kpi:
    """A figure of cases. Raises `Refusal` for what is none."""
    kpi = kpis().get(code)
    if kpi is None or code not in evidence.CASES:
        raise Refusal("no_such_page", f"没有名为 {code} 的指标", f"there is no figure {code}")
    return kpi


def part_of(code: str, asked: Mapping[str, str]) -> str:
    part = asked.get("part", "")
    return "all" if part not in PARTS or code in WHOLE else part


def cases_page(actor: Actor, reader: Reader, asked: Mapping[str, str], code: str) -> CasesPage:
    """Raises `Refusal` for a figure that is not there, and where he may not read figures."""
    require(actor, "read_figures")
    kpi = known(code)
    profile, chosen = house_profile(reader.at), filters(reader, asked)
    wanted, part = measures.counted(chosen.slice), part_of(code, asked)
    sums = measures.total(measures.by_level(profile, wanted))
    count = evidence.count_cases(profile, wanted, code, part)
    figure = measures.of_cases(sums).get(code) or percent(count, sums.cases)
    rows, after = rows_of(reader, profile, chosen, code, part, asked.get("after", ""))
    shown = ("all",) if code in WHOLE else tuple(PARTS)
    return CasesPage(
        filters=chosen,
        code=code,
        title=reader.say(kpi.name),
        note=reader.say(kpi.note) if kpi.note else "",
        value=valued(reader, figure, kpi.unit),
        num=str(figure.num),
        den=str(figure.den),
        parts=tuple(
            Choice(one, reader.say(PARTS[one]), one == part, chosen.link(part=one)) for one in shown
        ),
        count=count,
        rows=rows,
        next=chosen.link(part=part, after=after) if after else "",
        back=chosen.link(),
        sheet=chosen.link(part=part, kpi=code),
        state=None if rows else _empty(reader, chosen),
    )


def rows_of(
    reader: Reader,
    profile: Profile,
    chosen: Filters,
    code: str,
    part: str,
    after: str,
    limit: int = PAGE,
) -> tuple[tuple[Row, ...], str]:
    """A page of rows and what comes after it; a place that no page gave is the first one."""
    wanted = measures.counted(chosen.slice)
    try:
        found = evidence.cases(profile, wanted, code, part, after, limit)
    except ValueError:
        found = evidence.cases(profile, wanted, code, part, "", limit)
    return tuple(_row(reader, row, code) for row in found.rows), found.after


def _row(reader: Reader, row: CaseRow, code: str) -> Row:
    return Row(
        case=row.number,
        text=row.text,
        place=" · ".join(part for part in (row.customer, row.site) if part),
        level=level_badge(reader, None if row.level == "unknown" else row.level),
        reported=reader.clock(row.reported_at),
        fixed=reader.clock(row.counted_at),
        took=reader.say(length(row.counted_at - row.reported_at, seconds=False)),
        facts=reader.say(_facts(row, code)),
    )


def _facts(row: CaseRow, code: str) -> Text:
    if code in ("parts_fill",):
        return Text(
            f"请领 {row.asked} 次，当场有 {row.filled} 次",
            f"{row.filled} of {row.asked} from stock",
        )
    if code.startswith("csat"):
        rated = Text(f"{row.rating} 分", f"{row.rating} of 5")
        return rated if row.rating else Text("没有评价", "not rated")
    if code == "late_entries":
        return Text(
            f"{row.events} 条里补录 {row.late_events} 条",
            f"{row.late_events} of {row.events} later",
        )
    if code == "overrides":
        return Text(f"写明理由后放行 {row.overrides} 次", f"{row.overrides} passed with a reason")
    visits = Text(f"上门 {row.visits} 次", f"{row.visits} visits")
    if code == "astray":
        return visits + Text(f"，偏离 {row.astray} 次", f", {row.astray} off the site")
    return visits + Text("，30 天内再报", ", came again within 30 days") if row.again else visits


def _empty(reader: Reader, chosen: Filters) -> PageState:
    fact = Text(f"{chosen.title}：没有这样的工单", f"{chosen.title}: no such case")
    advice = Text("期间按解决日期算。", "A period goes by the day of the fix.")
    return PageState("empty", reader.say(fact), reader.say(advice))

"""Duties that are no clock: kept n of m where the product can count it, and where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiannuo.faces.desk.figures import charts
from jiannuo.faces.desk.figures.charts import Ledger
from jiannuo.faces.desk.figures.filters import Choice, Filters, filters
from jiannuo.faces.desk.figures.saying import freshness, rate
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.oversight import duties, measures, tallying
from jiannuo.oversight.duties import Duty
from jiannuo.oversight.register import house_profile
from jiannuo.people.permits import require
from jiannuo.web.components import PageState
from jiannuo.web.reader import Reader

PARTS = {
    "all": Text("全部", "All"),
    "kept": Text("做到的", "Kept"),
    "missed": Text("没做到的", "Not kept"),
}
#: Of the manual's duties, those that are counted neither here nor by a clock: why.
UNCOUNTED = (
    (
        Text(
            "系统不放行的次序（先同意、先批准、先签字）",
            "Steps that stay shut until something is there",
        ),
        Text(
            "没有例外可数：没有批准，重大操作记不进系统；写明理由放行的见上表",
            "There is no exception to count: without it the step cannot be taken",
        ),
    ),
    (
        Text("质保、价格与费用的算法", "Warranty, prices and charges"),
        Text(
            "按条款算出，不是某天要做的事；逐单看费用一栏",
            "They follow from the terms; each case shows its own",
        ),
    ),
    (
        Text(
            "7×24 接听、备件库、成都支持中心等常设条件",
            "Standing conditions: 24 hours, store, centre",
        ),
        Text(
            "没有一件一件的记录；热线接通率要接入电话系统才有",
            "They leave no rows; calls need the telephone system",
        ),
    ),
    (
        Text("向客户讲解、不影响设备运行、协同处理等做法", "How the work is done on site"),
        Text(
            "记在工单经过里，做得好不好系统数不出来",
            "It stands in the case; a count would say nothing",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    clause: str
    name: str
    quote: str
    rule: str
    house: bool
    picture: Ledger | None
    kept: int
    due: int
    missed: int
    rate: str


@dataclass(frozen=True, slots=True)
class DutyPage:
    filters: Filters
    lines: tuple[Line, ...]
    uncounted: tuple[tuple[str, str], ...]
    partly: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Row:
    ok: bool
    word: str
    day: str
    ref: str
    case: str
    customer: str


@dataclass(frozen=True, slots=True)
class RowsPage:
    filters: Filters
    code: str
    title: str
    quote: str
    clause: str
    rule: str
    parts: tuple[Choice, ...]
    count: int
    rows: tuple[Row, ...]
    next: str
    back: str
    state: PageState | None


def duty_page(actor: Actor, reader: Reader, asked: Mapping[str, str]) -> DutyPage:
    """Raises `Refusal` where he may not read figures."""
    require(actor, "read_figures")
    profile, chosen = house_profile(reader.at), filters(reader, asked)
    found = duties.tallies(profile, measures.counted(chosen.slice), reader.at)
    narrow = chosen.slice.office or chosen.slice.model or chosen.slice.level
    partly = Text(
        "巡检与培训按合同算，不分办事处、型号和级别。",
        "Inspections and training are a contract's: office, model and level do not narrow them.",
    )
    return DutyPage(
        filters=chosen,
        lines=tuple(_line(reader, duty, found[duty.code]) for duty in duties.DUTIES),
        uncounted=tuple((reader.say(what), reader.say(why)) for what, why in UNCOUNTED),
        partly=reader.say(partly) if narrow else "",
        waiting=freshness(reader, tallying.waiting()),
    )


def _line(reader: Reader, duty: Duty, found: duties.Tally) -> Line:
    missed = found.due - found.kept
    words = Text(f"做到 {found.kept}，没做到 {missed}", f"{found.kept} kept, {missed} not")
    return Line(
        duty.code,
        reader.clause(duty.clause),
        reader.say(duty.name),
        "" if duty.house else f"「{duty.quote}」",
        reader.say(duty.rule),
        duty.house,
        charts.ledger(found.kept, found.due, reader.say(words)),
        found.kept,
        found.due,
        missed,
        rate(found.kept, found.due),
    )


def known(code: str) -> Duty:
    duty = duties.BY_CODE.get(code)
    if duty is None:
        raise Refusal("no_such_page", f"没有名为 {code} 的义务", f"there is no duty {code}")
    return duty


def duty_rows(actor: Actor, reader: Reader, asked: Mapping[str, str], code: str) -> RowsPage:
    """Raises `Refusal` for a duty that is not there, and where he may not read figures."""
    require(actor, "read_figures")
    duty = known(code)
    profile, chosen = house_profile(reader.at), filters(reader, asked)
    wanted = measures.counted(chosen.slice)
    part = asked.get("part", "all")
    part = part if part in PARTS else "all"
    tally = duties.tallies(profile, wanted, reader.at)[code]
    counts = {"all": tally.due, "kept": tally.kept, "missed": tally.due - tally.kept}
    rows, after = _page(reader, profile, chosen, duty, part, asked.get("after", ""))
    fact = Text(f"{chosen.title}：没有可数的", f"{chosen.title}: nothing to count")
    return RowsPage(
        filters=chosen,
        code=code,
        title=reader.say(duty.name),
        quote="" if duty.house else f"「{duty.quote}」",
        clause=reader.clause(duty.clause),
        rule=reader.say(duty.rule),
        parts=tuple(
            Choice(one, reader.say(name), one == part, chosen.link(part=one))
            for one, name in PARTS.items()
        ),
        count=counts[part],
        rows=rows,
        next=chosen.link(part=part, after=after) if after else "",
        back=chosen.link(),
        state=None if rows else PageState("empty", reader.say(fact)),
    )


def _page(
    reader: Reader, profile: Profile, chosen: Filters, duty: Duty, part: str, after: str
) -> tuple[tuple[Row, ...], str]:
    wanted = measures.counted(chosen.slice)
    try:
        found = duties.rows(profile, wanted, duty, reader.at, part, after)
    except ValueError:
        found = duties.rows(profile, wanted, duty, reader.at, part)
    words = {True: reader.say(Text("做到", "kept")), False: reader.say(Text("没做到", "not kept"))}
    return tuple(
        Row(row.ok, words[row.ok], f"{row.day or ''}", row.ref, row.case, row.customer)
        for row in found.rows
    ), found.after

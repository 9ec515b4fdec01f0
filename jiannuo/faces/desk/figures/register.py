"""The promise register: each promise of the manual, kept n of m, and the rest one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiannuo.faces.desk.figures import charts
from jiannuo.faces.desk.figures.charts import Ledger, Point, Trend
from jiannuo.faces.desk.figures.filters import Filters, filters
from jiannuo.faces.desk.figures.saying import ALL, freshness, rate, reason, sentence
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile, Promise
from jiannuo.manual.words import Text
from jiannuo.oversight import kept, tallying
from jiannuo.oversight.kept import Count, Register
from jiannuo.oversight.register import house_profile
from jiannuo.oversight.slices import Slice, month
from jiannuo.people.permits import require
from jiannuo.web.components import LevelBadge, PageState, level_badge
from jiannuo.web.reader import Reader

LEVELS = ("L1", "L2", "L3", "L4", "consult", "other", "unknown")


@dataclass(frozen=True, slots=True)
class Line:
    """One promise. `raw`: with the excused as they went; `net`: without the waits; "" where they
    are the same."""

    code: str
    clause: str
    name: str
    sentence: str
    house: bool
    picture: Ledger | None
    kept: int
    due: int
    rate: str
    missed: int
    na: int
    running: int
    untold: int
    raw: str
    net: str
    note: str


@dataclass(frozen=True, slots=True)
class LevelLine:
    badge: LevelBadge
    level: str
    kept: int
    due: int
    rate: str


@dataclass(frozen=True, slots=True)
class ReasonLine:
    name: str
    code: str
    count: int
    width: int


@dataclass(frozen=True, slots=True)
class Whole:
    """The promises of the manual together; `before`: the period before."""

    kept: int
    due: int
    missed: int
    rate: str
    running: int
    na: int
    raw: str
    net: str
    before: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    filters: Filters
    whole: Whole
    levels: tuple[LevelLine, ...]
    trend: Trend
    reasons: tuple[ReasonLine, ...]
    missed: int
    lines: tuple[Line, ...]
    none: str
    waiting: str
    state: PageState | None
    all: str = ALL


def promises_of_the_manual(profile: Profile) -> tuple[str, ...]:
    return tuple(promise.code for promise in profile.promises if not promise.house)


def register_page(actor: Actor, reader: Reader, asked: Mapping[str, str]) -> RegisterPage:
    """Raises `Refusal` where he may not read figures."""
    require(actor, "read_figures")
    profile, chosen = house_profile(reader.at), filters(reader, asked)
    wanted, ours = chosen.slice, promises_of_the_manual(profile)
    found = kept.register(profile, wanted, reader.at)
    worst = kept.worst(profile, wanted, reader.at)
    whys = kept.reasons(profile, wanted, reader.at)
    lines = [_line(reader, p, found.of(p.code), worst.get(p.code)) for p in profile.promises]
    shown = [line for line in lines if line.due or line.running or line.na or line.untold]
    return RegisterPage(
        filters=chosen,
        whole=_whole(reader, found.all(ours), _before(profile, wanted, ours, reader.at)),
        levels=tuple(_levels(reader, found, ours)),
        trend=_trend(reader, profile, wanted, ours),
        reasons=_reasons(reader, whys),
        missed=sum(whys.values()),
        lines=tuple(shown),
        none=reader.listed(line.name for line in lines if line not in shown),
        waiting=freshness(reader, tallying.waiting()),
        state=None if shown else _empty(reader, chosen),
    )


def _line(reader: Reader, promise: Promise, count: Count, worst: timedelta | None) -> Line:
    said = sentence(promise.code)
    words = reader.say(
        Text(f"做到 {count.kept}，没做到 {count.broken}", f"{count.kept} kept, {count.broken} not")
    )
    return Line(
        code=promise.code,
        clause=reader.clause(promise.clause),
        name=reader.say(Text(promise.zh, promise.en)),
        sentence=f"「{said}」" if said else "",
        house=promise.house,
        picture=charts.ledger(count.kept, count.due, words),
        kept=count.kept,
        due=count.due,
        rate=rate(count.kept, count.due),
        missed=count.broken,
        na=count.not_applicable,
        running=count.running,
        untold=count.untold,
        raw=raw(count),
        net=net(count),
        note=_note(reader, count, worst),
    )


def raw(count: Count) -> str:
    """With the excused as they went all the same; "" where none is judged."""
    if not count.raw_kept + count.raw_broken:
        return ""
    due = count.due + count.raw_kept + count.raw_broken
    return f"{rate(count.kept + count.raw_kept, due)} ({count.kept + count.raw_kept}/{due})"


def net(count: Count) -> str:
    """Without the waits for others; "" where that changes nothing."""
    if not count.net:
        return ""
    return f"{rate(count.kept + count.net, count.due)} ({count.kept + count.net}/{count.due})"


def _note(reader: Reader, count: Count, worst: timedelta | None) -> str:
    parts = []
    if worst is not None:
        late = reader.late(worst)
        parts.append(Text(f"最长{late}", f"worst {late}"))
    if count.loaner:
        parts.append(Text(f"含备用机 {count.loaner} 单", f"{count.loaner} by a loaner"))
    if count.untold:
        parts.append(Text(f"{count.untold} 条无从判断", f"{count.untold} cannot be told"))
    return reader.say(Text("，", ", ")).join(reader.say(part) for part in parts)


def _before(profile: Profile, wanted: Slice, ours: Sequence[str], as_of: datetime) -> Count | None:
    earlier = wanted.before
    return kept.register(profile, earlier, as_of).all(ours) if earlier else None


def _whole(reader: Reader, count: Count, before: Count | None) -> Whole:
    said = ""
    if before is not None:
        then = f"{rate(before.kept, before.due)} ({before.kept} / {before.due})"
        nothing = Text("上一期没有到期的承诺", "Nothing was due in the period before")
        said = reader.say(Text(f"上一期 {then}", f"Before: {then}") if before.due else nothing)
    return Whole(
        count.kept,
        count.due,
        count.broken,
        rate(count.kept, count.due),
        count.running,
        count.not_applicable,
        raw(count),
        net(count),
        said,
    )


def _levels(reader: Reader, found: Register, ours: Sequence[str]) -> list[LevelLine]:
    lines = []
    for level in LEVELS:
        count = found.level(level, ours)
        if count.due:
            badge = level_badge(reader, None if level == "unknown" else level)
            lines.append(
                LevelLine(badge, level, count.kept, count.due, rate(count.kept, count.due))
            )
    return lines


def months_of(wanted: Slice, reader: Reader) -> list[date]:
    """The first days of twelve months, the last of them that in which the slice ends, or this
    one where that lies ahead."""
    today = reader.local(reader.at).date()
    ends = min(wanted.last or today, month(today)[1])
    year = Slice(last=ends).year_to()
    days, day = [], year.first
    while day is not None and year.last is not None and day <= year.last:
        days.append(day)
        day = month(day)[1] + timedelta(days=1)
    return days


def _trend(reader: Reader, profile: Profile, wanted: Slice, ours: Sequence[str]) -> Trend:
    days = months_of(wanted, reader)
    span = Slice(
        days[0],
        month(days[-1])[1],
        wanted.office,
        wanted.customer,
        wanted.model,
        wanted.level,
        wanted.source,
    )
    found = kept.by_month(profile, span, reader.at)
    points = []
    for day in days:
        count = sum((found.get((day, promise), Count()) for promise in ours), Count())
        points.append(_point(reader, day, count))
    words = reader.say(Text("每月兑现比率", "Kept, by month"))
    return charts.trend(points, words)


def _point(reader: Reader, day: date, count: Count) -> Point:
    value = count.kept * 100 / count.due if count.due else None
    name = reader.say(Text(f"{day.year} 年 {day.month} 月", f"{day:%b %Y}"))
    said = f"{name} {rate(count.kept, count.due)} ({count.kept} / {count.due})"
    return Point(
        label=str(day.month) if day.month > 1 else f"{day.year}",
        value=value,
        words=said,
        href=f"{day:%Y-%m}",
        count=count.broken,
    )


def _reasons(reader: Reader, whys: Mapping[str, int]) -> tuple[ReasonLine, ...]:
    most = max(whys.values(), default=1)
    return tuple(
        ReasonLine(reader.say(reason(code)), code or "none", count, round(100 * count / most))
        for code, count in whys.items()
    )


def _empty(reader: Reader, chosen: Filters) -> PageState:
    """A fact, and where there is something."""
    fact = Text(f"{chosen.period}没有承诺", f"No promise in {chosen.period}")
    if chosen.restricted:
        fact = Text(
            f"{chosen.period}，{chosen.restricted}：没有承诺",
            f"No promise for {chosen.restricted} in {chosen.period}",
        )
    advice = Text(
        "期间按报修日期算。换一期，或去掉筛选。",
        "A period goes by the day of the report. Choose another, or take a filter away.",
    )
    return PageState("empty", reader.say(fact), reader.say(advice))

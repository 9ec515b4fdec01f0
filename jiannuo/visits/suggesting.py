"""Who could go, when he would be there, and what speaks for and against him (7.4 A, 7.4 B 1). Pure.

Nothing here decides: it predicts and gives its reasons, each of which can be printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.manual.assignment import URGENT, fits
from jiannuo.manual.distance import Spot
from jiannuo.manual.words import Text, length, word
from jiannuo.visits.rules import Busy, Pace, clashes, free_windows, overlapping

HERE_KM = 1.0  # nearer than this is the same place
QUARTER = 15  # minutes to which a time is agreed with a customer


@dataclass(frozen=True, slots=True)
class Spare:
    """A part that the case asks for: so many wanted, already issued to it, on the shelf."""

    part: str
    wanted: int
    issued: int
    shelf: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.issued - self.shelf)


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done where, and until when somebody has to be there.

    `km`: from `office` to the site as the contract or the map has it; `due` with `op` ends the
    promise of arrival, None while it does not run; `travels`: somebody has to go there at all.
    """

    ref: str
    category: str
    level: str | None
    site: Spot | None
    office: Spot | None
    km: float | None
    due: datetime | None
    op: str = "lt"
    travels: bool = True
    spares: tuple[Spare, ...] = ()


@dataclass(frozen=True, slots=True)
class Engineer:
    """One who could go. `busy`: his stretches from now on and the one he is in; `here`: where he
    is now if that is known; `knew`: how often he was at this device, `been`: at this site;
    `asked`: declined it or did not answer; `holds`: it is his already."""

    name: str
    skills: frozenset[str]
    senior: bool
    on_duty: bool
    load: int
    busy: tuple[Busy, ...] = ()
    office: Spot | None = None
    here: Spot | None = None
    knew: int = 0
    been: int = 0
    asked: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why he, or why not: `good` True speaks for him, False against, None is only said."""

    code: str
    good: bool | None
    text: Text


@dataclass(frozen=True, slots=True)
class Prediction:
    """If he is sent at `start` he is there at `eta` and through at `until`. `km` of road from
    `origin` ("here": where he is, "job": the visit before, "office", "": unknown)."""

    start: datetime
    eta: datetime
    until: datetime
    km: float | None
    origin: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One engineer for one job. `margin`: how much earlier than due he is there, negative when
    later; None where no promise of arrival runs. `against`: the reasons the gate will ask about."""

    name: str
    prediction: Prediction
    reasons: tuple[Reason, ...]
    margin: timedelta | None
    keeps: bool | None
    against: tuple[str, ...] = ()
    able: bool = True


def predict(one: Engineer, job: Job, at: datetime, pace: Pace) -> Prediction:
    """The first time from which he is free for the whole of it: getting ready, the way, the
    work. Whoever is away or booked before that is not squeezed in between."""
    starts = sorted({at} | {b.end for b in one.busy if b.end > at})
    found = [_from(one, job, start, at, pace) for start in starts]
    free = (p for p in found if not overlapping(one.busy, p.start, p.until))
    return next(free, found[-1])


def _from(one: Engineer, job: Job, start: datetime, at: datetime, pace: Pace) -> Prediction:
    if not job.travels:
        return Prediction(start, start, start + pace.work, None, "")
    before = [b for b in one.busy if b.kind == "visit" and b.place and at < b.end <= start]
    last = max(before, key=lambda b: b.end, default=None)
    if last is not None and last.place is not None:
        origin, place = "job", last.place
    elif one.here is not None:
        origin, place = "here", one.here
    else:
        return _from_office(one, job, start, pace)
    km = pace.km(place, job.site) if job.site else None
    return _on_the_way(start, km, origin, pace)


def _from_office(one: Engineer, job: Job, start: datetime, pace: Pace) -> Prediction:
    """The kilometres of the contract count from the office of the site; from another the map."""
    mine = one.office or job.office
    if mine is None or (mine != job.office and job.site is None):
        return _on_the_way(start, job.km, "office" if job.km is not None else "", pace)
    if mine == job.office and job.km is not None:
        return _on_the_way(start, job.km, "office", pace)
    km = pace.km(mine, job.site) if job.site else None
    return _on_the_way(start, km, "office", pace)


def _on_the_way(start: datetime, km: float | None, origin: str, pace: Pace) -> Prediction:
    eta = start + pace.get_ready + pace.way(km or 0.0)
    return Prediction(start, eta, eta + pace.work, km, origin if km is not None else "")


def suggest(job: Job, engineers: Iterable[Engineer], at: datetime, pace: Pace) -> list[Suggestion]:
    """Everybody who could take it, the best first: he can do it, he is senior where it takes one,
    he keeps the promise, is on duty, holds or knows it, is there first, has least to do."""
    judged = [(one, _judged(one, job, at, pace)) for one in engineers]
    return [said for _, said in sorted(judged, key=lambda pair: _place(job, *pair))]


def _place(job: Job, one: Engineer, said: Suggestion) -> tuple[object, ...]:
    return (
        one.asked,
        not said.able,
        _too_low(one, job),
        said.keeps is False,
        bool(said.against),
        any(b.over for b in one.busy),
        not one.on_duty and said.keeps is not None,
        not one.holds,
        one.knew == 0,
        said.prediction.eta,
        one.load,
        one.name,
    )


def _too_low(one: Engineer, job: Job) -> bool:
    return job.level in URGENT and not one.senior


def _judged(one: Engineer, job: Job, at: datetime, pace: Pace) -> Suggestion:
    found = predict(one, job, at, pace)
    margin = keeps = None
    if job.due is not None:
        margin = job.due - found.eta
        keeps = found.eta < job.due or (job.op == "le" and found.eta == job.due)
    able = not job.category or fits(one.skills, job.category)
    against = clashes(one.busy, found.start, found.until)
    if _too_low(one, job):
        against = ("skill_too_low", *against)
    reasons = tuple(_reasons(one, job, found, at))
    return Suggestion(one.name, found, reasons, margin, keeps, against, able)


def _reasons(one: Engineer, job: Job, found: Prediction, at: datetime) -> Iterator[Reason]:
    """In the order in which a manager asks: can he, may he, is he free, how far, with what."""
    if job.category:
        able = fits(one.skills, job.category)
        can = _names(one.skills) if able else Text(job.category, job.category)
        said = Text("会", "knows ") if able else Text("不会", "not trained on ")
        yield Reason("skill", able, said + can)
    if job.level in URGENT:
        text = Text("高级", "senior") if one.senior else Text("初级", "junior")
        yield Reason("level", one.senior, text)
    yield from _when(one, found, at)
    if job.travels:
        yield _way(found)
    yield from _past(one)
    yield from map(_spare, job.spares)
    load = Text(f"在手 {one.load} 单", f"{one.load} cases in hand")
    yield Reason("load", None, load if one.load else Text("手上没单", "no case in hand"))


def _when(one: Engineer, found: Prediction, at: datetime) -> Iterator[Reason]:
    if one.asked:
        yield Reason("asked", False, Text("已退单或未应答", "declined or did not answer"))
    duty = Text("值班", "on duty") if one.on_duty else Text("不值班", "off duty")
    yield Reason("duty", True if one.on_duty else None, duty)
    if found.start <= at:
        yield Reason("free", True, Text("现在有空", "free now"))
        return
    if any(b.over and b.start <= at < b.end for b in one.busy):
        over = Text("还在上一单，何时走不知道", "still at another case, nobody knows how long")
        yield Reason("free", False, over)
        return
    wait = length(found.start - at, seconds=False)
    away = any(b.kind == "away" and b.start <= at < b.end for b in one.busy)
    why = Text("请假", "away") if away else Text("忙", "busy")
    until = Text("，还要 ", " for another ") + wait
    yield Reason("free", False, why + until)


def _way(found: Prediction) -> Reason:
    if found.km is None:
        return Reason("way", None, Text("路程不详", "way unknown"))
    froms = {
        "here": Text("从他现在的地方", "from where he is"),
        "job": Text("从上一单", "from the visit before"),
        "office": Text("从办事处", "from the office"),
    }
    if found.km < HERE_KM:
        return Reason("way", True, Text("就在那里", "is there already"))
    km = Text(f" {found.km:.0f} km", f" {found.km:.0f} km")
    return Reason("way", None, froms[found.origin] + km)


def _past(one: Engineer) -> Iterator[Reason]:
    if one.holds:
        yield Reason("holds", True, Text("本单在他手上", "holds this case"))
    if one.knew:
        times = Text(f"到过这台 {one.knew} 次", f"at this device before: {one.knew}")
        yield Reason("knows", True, times)
    elif one.been:
        times = Text(f"到过这个现场 {one.been} 次", f"at this site before: {one.been}")
        yield Reason("knows", True, times)


def _spare(one: Spare) -> Reason:
    name = Text(f"「{one.part}」", f"{one.part}: ")
    if one.issued >= one.wanted:
        return Reason("part", True, name + Text("已领", "issued"))
    if one.missing:
        return Reason("part", False, name + Text(f"缺 {one.missing} 件", f"{one.missing} missing"))
    return Reason("part", True, name + Text("库里有，要领", "in stock, to be picked up"))


def _names(skills: Iterable[str]) -> Text:
    names = [word("skill", skill) for skill in sorted(skills)]
    return Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))


def to_agree(suggestions: Sequence[Suggestion]) -> datetime | None:
    """The time to ask the customer for, where nobody able keeps the promise: when the first of
    them can be there, to the next quarter of an hour and one more to spare; None where somebody
    keeps it, no promise runs or nobody can go."""
    able = [s for s in suggestions if s.able and s.keeps is not None]
    if not able or any(s.keeps for s in able):
        return None
    return quarter_after(min(s.prediction.eta for s in able))


def quarter_after(eta: datetime) -> datetime:
    """A time to agree on with a customer: the quarter of an hour he is there in, and two more."""
    past = timedelta(minutes=eta.minute % QUARTER, seconds=eta.second)
    return eta.replace(microsecond=0) - past + 2 * timedelta(minutes=QUARTER)


@dataclass(frozen=True, slots=True)
class FillIn:
    """Work that can wait, fitted to somebody's day: beside a visit of his (`ref`, `km` away), or
    into a free window of it (`ref` "", `km` from where he starts)."""

    name: str
    start: datetime
    ref: str
    km: float


def fill_in(
    spot: Spot,
    days: Sequence[Engineer],
    span: tuple[datetime, datetime],
    near_km: float,
    pace: Pace,
) -> FillIn | None:
    """Where in these days work at a place fits best: beside the nearest visit that leaves him the
    time for it, else in the first free window of whoever starts nearest; None: nowhere."""
    beside = [
        FillIn(one.name, stop.end, stop.ref, km)
        for one in days
        for stop in one.busy
        if stop.kind == "visit" and stop.place is not None and span[0] < stop.end <= span[1]
        for km in [pace.km(stop.place, spot)]
        if km <= near_km
        and not overlapping(one.busy, stop.end, stop.end + pace.way(km) + pace.work)
    ]
    if beside:
        return min(beside, key=lambda f: (f.km, f.start, f.name))
    windows = [
        FillIn(one.name, window[0], "", km)
        for one in days
        for home in [one.here or one.office]
        if home is not None and one.on_duty
        for km in [pace.km(home, spot)]
        for window in free_windows(one.busy, *span, 2 * pace.way(km) + pace.work)[:1]
    ]
    return min(windows, key=lambda f: (f.km, f.start, f.name), default=None)

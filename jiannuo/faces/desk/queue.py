"""The queue: open cases by time to breach, each with its clock, its holder and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import OpenCase
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event, standing
from jiannuo.manual.marks import judged_by
from jiannuo.manual.profile import Profile
from jiannuo.manual.story import CaseFacts, CaseStory
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people.permits import require
from jiannuo.web.beat import Beat, beat
from jiannuo.web.clockview import ClockView, view
from jiannuo.web.components import LevelBadge, PageState, Person, level_badge
from jiannuo.web.reader import Reader

LIMIT = 100
EVERYTHING = 1000  # more than this no page shows, asked for or not
WORST = 5  # rows in solid red; more would be noise, so the rest is a count
SOON, DAY = timedelta(minutes=30), timedelta(days=1)

TITLES = {
    "late": Text("已过承诺时间", "Past the promised time"),
    "soon": Text("30 分钟内", "Within 30 minutes"),
    "today": Text("今天", "Today"),
    "later": Text("以后", "Later"),
    "none": Text("没有在走的承诺", "No promise is running"),
}


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    text: str
    place: str
    level: LevelBadge
    status: str
    chip: ClockView | None
    promise: str
    by: str
    clause: str
    house: bool
    todo: str
    holder: Person | None
    owner: str
    doer: str
    waits: str
    before: str
    drill: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one stretch of time; `hidden`: those of it that are not listed."""

    key: str
    title: str
    count: int
    rows: tuple[Row, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    groups: tuple[Group, ...]
    count: str
    more: int
    beat: Beat
    state: PageState | None


def queue(
    actor: Actor, reader: Reader, *, every_late: bool = False, everything: bool = False
) -> Queue:
    """What a member of staff sees first. What is late is asked for by itself, so that however
    much of it there is, what falls due next still shows. Raises `Refusal` where he may not read
    cases."""
    require(actor, "read_cases")
    worst = EVERYTHING if every_late or everything else WORST
    late = cases.open_cases(actor, worst, late=True, at=reader.at)
    coming = cases.open_cases(actor, EVERYTHING if everything else LIMIT, late=False, at=reader.at)
    counts = _counts(actor, reader)
    kept = _ending_first([*late, *coming])
    told = _events([case.id for case in (*late, *coming)])
    heart = beat(reader.at)
    profile = customers.base_profile(reader.at)
    desk = _Desk(reader, profile, heart.doubt(reader), people.answering(reader.at), told)
    found = [*late, *sorted(coming, key=desk.place)]
    rows = [(desk.key(case), desk.row(case, kept.get(case.id))) for case in found]
    total, more = sum(counts.values()), sum(counts.values()) - counts["late"] - len(coming)
    return Queue(
        tuple(_groups(reader, rows, counts)),
        reader.say(Text(f"{total} 单未结", f"{total} open")),
        max(0, more),
        heart,
        None if found else _empty(reader),
    )


def _counts(actor: Actor, reader: Reader) -> dict[str, int]:
    """How many open cases each stretch of time holds, shown or not."""
    local = reader.local(reader.at)
    midnight = (local + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    soon = reader.at + SOON
    bounds = (reader.at, soon, max(soon, midnight))
    late, near, day, whole, timed = cases.count_open(actor, bounds)
    return {
        "late": late,
        "soon": near - late,
        "today": day - near,
        "later": timed - day,
        "none": whole - timed,
    }


def running_of(found: Sequence[OpenCase]) -> dict[UUID, list[Clock]]:
    """The clocks of each case; a drill's stand apart from the real ones."""
    kept: dict[UUID, list[Clock]] = {}
    for drill in sorted({case.drill for case in found}):
        ids = [case.id for case in found if case.drill is drill and case.next_promise]
        kept |= clocks.clocks_of(ids, drill=drill)
    return kept


def _ending_first(found: Sequence[OpenCase]) -> dict[UUID, Clock]:
    """The clock that ends first of each case."""
    wanted = {case.id: case.next_promise for case in found}
    kept = running_of(found).items()
    return {i: c for i, own in kept for c in own if c.promise == wanted[i]}


def _events(ids: Sequence[UUID]) -> dict[UUID, list[Event]]:
    found: dict[UUID, list[Event]] = {}
    for subject, event in archive.of_kinds("case", [*holding.KINDS, "correction"], ids):
        found.setdefault(subject, []).append(event)
    return {subject: standing(events) for subject, events in found.items()}


@dataclass(frozen=True)
class _Desk:
    reader: Reader
    profile: Profile
    doubt: str
    on_duty: Mapping[str, str]
    told: Mapping[UUID, Sequence[Event]]

    def judge(self, case: OpenCase) -> datetime | None:
        """Until when somebody has to say whether it is an emergency: silence decides then."""
        events = self.told.get(case.id, ())
        if case.status in OVER or not holding.to_judge(events):
            return None
        end = judged_by(CaseStory(self.profile, CaseFacts(), list(events)))
        return max(end, self.reader.at) if end is not None else None

    def due(self, case: OpenCase) -> datetime | None:
        """The first thing that has to be done."""
        ends = [end for end in (case.next_due_at, self.judge(case)) if end is not None]
        return min(ends, default=None)

    def place(self, case: OpenCase) -> tuple[bool, datetime]:
        due = self.due(case)
        return due is None, due or self.reader.at

    def key(self, case: OpenCase) -> str:
        due, at = self.due(case), self.reader.at
        if due is None:
            return "none"
        if due < at:
            return "late"
        if due - at < SOON:
            return "soon"
        same_day = self.reader.local(due).date() == self.reader.local(at).date()
        return "today" if same_day else "later"

    def row(self, case: OpenCase, clock: Clock | None) -> Row:
        reader, events, judge = self.reader, self.told.get(case.id, ()), self.judge(case)
        promise = self.profile.by_code.get(case.next_promise)
        name = holding.holder(events)
        shown = clock is not None and promise is not None
        key = todo(case.status, case.next_promise, events)
        turn = owner(reader, key, self.on_duty) if shown else ""
        return Row(
            number=case.number,
            text=case.text or reader.say(Text("没有写明故障", "Nothing was said about the fault")),
            place=place(reader, case),
            level=level_badge(reader, case.level),
            status=reader.word("status", case.status),
            chip=view(reader, clock, promise, doubt=self.doubt, named=False)
            if clock is not None and promise is not None
            else None,
            promise=reader.say(Text(promise.zh, promise.en)) if promise else "",
            by=reader.by(clock.due) if shown and clock is not None and clock.due else "",
            clause=reader.clause(promise.clause) if promise else "",
            house=promise.house if promise else False,
            todo=reader.word("todo", key),
            holder=Person(name) if name else None,
            owner=turn,
            doer="" if by_engineer(key, events) or name in turn else turn,
            waits=self._waits(events),
            before=reader.by(judge) if judge else "",
            drill=case.drill,
        )

    def _waits(self, events: Sequence[Event]) -> str:
        reason = holding.awaited(events)
        if not reason:
            return ""
        what = self.reader.word("word", reason)
        return self.reader.say(Text(f"等{what}", f"waiting for {what}"))


#: What the engineer who holds the case does himself; the rest falls to the role that owns it.
BY_ENGINEER = frozenset({"phone_response", "umbrella_response", "fix_24h", "remote_response"})


def todo(status: str, promise: str, events: Sequence[Event]) -> str:
    """The key of the one thing to do: judge whether it is an emergency, what that asks, confirm,
    name an engineer where nobody is left, then what the next promise asks, then have the report
    signed, then close."""
    if status not in OVER and holding.to_judge(events):
        return "judge"
    if status == "received" and not promise.startswith(EMERGENCY):
        return "receive"
    if promise in BY_ENGINEER and holding.left_alone(events):
        return "assign"
    if not promise and status == "resolved" and holding.signed(events):
        return "answered"
    return promise or (status if status in WAITS else "other")


OVER = ("closed", "merged", "cancelled")
EMERGENCY = "emg_"  # its promises go before everything that can wait
#: Statuses that have a next step of their own when no promise runs.
WAITS = ("on_loaner", "observing", "resolved", "answered", "closed", "cancelled", "merged")


def by_engineer(key: str, events: Sequence[Event]) -> bool:
    """To go there is his once he is sent; till then it is for the manager to send him."""
    return key in BY_ENGINEER or (key == "onsite_arrival" and holding.sent(events))


def owner(reader: Reader, key: str, on_duty: Mapping[str, str]) -> str:
    """The role whose turn it is, with the name of who is on duty for it now."""
    name = on_duty.get(holding.DESKS.get(key, holding.DESKS["other"]), "")
    return " ".join(part for part in (reader.word("owner", key), name) if part)


def place(reader: Reader, case: OpenCase) -> str:
    """Whose it is and where."""
    unknown = reader.say(Text("客户未知", "customer unknown"))
    return " · ".join(part for part in (case.customer or unknown, case.site) if part)


def _groups(
    reader: Reader, rows: Sequence[tuple[str, Row]], counts: Mapping[str, int]
) -> Iterator[Group]:
    """Rows come by due moment, so the groups follow one another; red is kept to the worst."""
    for key, pairs in groupby(rows, key=lambda pair: pair[0]):
        found = tuple(row for _, row in pairs)
        count = max(counts[key], len(found))
        yield Group(key, reader.say(TITLES[key]), count, found, count - len(found))


def _empty(reader: Reader) -> PageState:
    """A fact, and what will fire next."""
    fact = reader.say(Text("没有未结的工单", "No case is open"))
    coming = clocks.armed(1)
    if not coming:
        return PageState(
            "empty",
            fact,
            reader.say(Text("来电受理后排在这里。", "A call confirmed appears here.")),
        )
    profile = customers.base_profile(reader.at)
    alert = profile.alerts.get(coming[0].code)
    name = reader.say(Text(alert.zh, alert.en)) if alert else coming[0].code
    when = reader.clock(coming[0].fire_at)
    return PageState(
        "empty",
        fact,
        reader.say(Text(f"下一个提醒：{when} {name}", f"Next reminder: {when} {name}")),
    )

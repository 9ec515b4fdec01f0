"""Who is needed where, and who could go: what the board of the dispatcher asks (7.4 A, 7.4 B 1).

It only reads: people decide, `onsite.dispatch` and `assignment.assign` do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.cases import needing
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import CaseCard
from jiannuo.cases.view import CaseView
from jiannuo.clocks import queries as clocks
from jiannuo.customers.queries import SiteCard
from jiannuo.equipment import queries as equipment
from jiannuo.journey import days
from jiannuo.journey.days import Outing, spot_of
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.distance import Spot
from jiannuo.manual.events import Event, standing
from jiannuo.manual.profile import Profile
from jiannuo.parts import asked as spares
from jiannuo.people import days as people
from jiannuo.people.days import Day, OfficeCard
from jiannuo.people.permits import require
from jiannuo.visits import queries as visits
from jiannuo.visits.rules import Busy, busy_with, pace
from jiannuo.visits.suggesting import Engineer, Job, Spare, Suggestion, suggest, to_agree

#: While one of these runs and nobody is under way, somebody has to go.
GO = ("onsite_arrival", "emg_dispatch")
#: Statuses in which nobody is needed any more, whatever runs.
FIXED = ("resolved", "observing", "answered", "on_loaner")
LIMIT = 100
AHEAD = timedelta(days=2)
#: So soon after he left a site he is taken to be there still.
STILL_THERE = timedelta(hours=1)
KINDS = (*holding.KINDS, "part_requested", "correction")


@dataclass(frozen=True, slots=True)
class Need:
    """A case that needs somebody: to "go" there, or to "take" it on the telephone. `clock`: the
    promise that ends first of what he is needed for; `arrival`: that of being there, if it runs."""

    card: CaseCard
    kind: str
    clock: Clock | None
    arrival: Clock | None
    site: SiteCard | None
    category: str
    waits: str
    spares: tuple[Spare, ...]


def needs(actor: Actor, limit: int = LIMIT) -> list[Need]:
    """All cases that need somebody, by time to breach; a fixed number of questions."""
    require(actor, "read_cases")
    wanted = clocks.running(GO, limit)
    out = visits.out_for(wanted)
    go = [c for c in needing.open_of(set(wanted) - out) if c.status not in FIXED]
    there = {card.id for card in go}
    take = [card for card in needing.unheld(actor, limit) if card.id not in there]
    told = _told([card.id for card in (*go, *take)])
    take = [card for card in take if not holding.holder(told.get(card.id, ()))]
    return _needs([*((c, "go") for c in go), *((c, "take") for c in take)], told)


def _needs(
    found: Sequence[tuple[CaseCard, str]], told: Mapping[UUID, Sequence[Event]]
) -> list[Need]:
    cards = [card for card, _ in found]
    kept = clocks.clocks_of([card.id for card in cards])
    sites = days.sites_of(cards)
    units = equipment.find_all(card.device for card in cards if card.device)
    stock = _spares({card.id: told.get(card.id, ()) for card in cards})
    rows = [
        Need(
            card,
            kind,
            _clock(kept[card.id], GO if kind == "go" else (card.next_promise,)),
            _clock(kept[card.id], GO[:1]),
            sites.get(card.site) if card.site else None,
            units[card.device].category if card.device in units else "",
            holding.awaited(told.get(card.id, ())),
            stock.get(card.id, ()),
        )
        for card, kind in found
    ]
    return sorted(rows, key=_by_due)


def _by_due(need: Need) -> tuple[bool, datetime, str]:
    due = need.clock.due if need.clock else None
    return due is None, due or need.card.reported_at, need.card.number


def _clock(kept: Iterable[Clock], wanted: Sequence[str]) -> Clock | None:
    open_ = [c for c in kept if c.promise in wanted and _runs(c)]
    return min(open_, key=lambda c: (c.due is None, c.due), default=None)


def _runs(clock: Clock) -> bool:
    return clock.due is not None and clock.stop is None and not clock.excused


def _told(ids: Sequence[UUID]) -> dict[UUID, list[Event]]:
    found: dict[UUID, list[Event]] = {}
    for case, event in archive.of_kinds("case", KINDS, ids) if ids else ():
        found.setdefault(case, []).append(event)
    return {case: standing(events) for case, events in found.items()}


def _spares(told: Mapping[UUID, Sequence[Event]]) -> dict[UUID, tuple[Spare, ...]]:
    wanted: dict[UUID, dict[str, int]] = {}
    for case, events in told.items():
        for event in events:
            if event.kind == "part_requested":
                parts = wanted.setdefault(case, {})
                parts[event.d["part"]] = parts.get(event.d["part"], 0) + event.d["qty"]
    return {
        case: tuple(Spare(a.part, a.wanted, a.issued, a.shelf) for a in found)
        for case, found in spares.asked(wanted).items()
    }


# -- the day --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Field:
    """Our engineers in a stretch of time: their duty, where they go, our offices."""

    days: tuple[Day, ...]
    outings: Mapping[UUID, Sequence[Outing]]
    offices: tuple[OfficeCard, ...]
    loads: Mapping[str, int]

    def office(self, code: str) -> Spot | None:
        found = next((o.spot for o in self.offices if o.code == code), None)
        return found or (self.offices[0].spot if len(self.offices) == 1 else None)


def field(start: datetime, end: datetime) -> Field:
    """Ten questions to the database, however many engineers."""
    return Field(
        tuple(people.days(start, end, "engineer")),
        days.outings(start, end),
        tuple(people.offices()),
        cases.loads(),
    )


def crew(
    found: Field, profile: Profile, at: datetime, but: str = "", on: datetime | None = None
) -> list[Engineer]:
    """The engineers as the rules want them; the visits to one case are no hindrance to it. `on`:
    when it is asked who is on duty, `at` if not said."""
    speed = pace(profile)

    def busy(day: Day) -> tuple[Busy, ...]:
        out = [o for o in found.outings.get(day.id, ()) if o.case.number != but]
        trips = [b for o in out for b in [busy_with(o.stay, at, speed)] if b.end > at]
        away = [Busy(a.start, a.end, "away") for a in day.away if a.end > at]
        return tuple(sorted((*trips, *away), key=lambda b: b.start))

    return [
        Engineer(
            day.name,
            day.skills,
            day.senior,
            day.on_duty(on or at),
            found.loads.get(day.name, 0),
            busy(day),
            found.office(day.office),
            _here(found.outings.get(day.id, ()), at),
        )
        for day in found.days
    ]


def _here(outings: Iterable[Outing], at: datetime) -> Spot | None:
    left = [(o.visit.left_at, spot_of(o.site)) for o in outings if o.visit.left_at and o.site]
    recent = [pair for pair in left if pair[0] and at - STILL_THERE <= pair[0] <= at]
    return max(recent, key=lambda pair: pair[0] or at)[1] if recent else None


# -- one case -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A case with everybody who could take it. `sent`: who is under way or there; `agree`: the
    time to ask the customer for where nobody comes in time; `seen`: how much had happened;
    `informed`: the customer was told that somebody comes; `people`: our engineers by id."""

    need: Need
    job: Job
    suggestions: tuple[Suggestion, ...]
    sent: tuple[Outing, ...]
    agree: datetime | None
    seen: int
    informed: bool
    emergency: bool
    people: Mapping[UUID, Day]


def choice(actor: Actor, number: str, found: Field, at: datetime) -> Choice:
    """Raises `Refusal` ("no_case")."""
    require(actor, "read_cases")
    view = cases.view_for(actor, number)
    card, log = view.card, view.story.log
    sent = tuple(out for outs in found.outings.values() for out in outs if out.case.id == card.id)
    sent = tuple(out for out in sent if out.visit.state in visits.UNDER_WAY)
    kind = _kind(view, bool(sent))
    [need] = _needs([(card, kind)], {card.id: log.events})
    office = found.office(need.site.office) if need.site else None
    job = Job(
        card.number,
        need.category,
        card.level,
        spot_of(need.site),
        office,
        float(need.site.km) if need.site else None,
        need.arrival.due if need.arrival else None,
        need.arrival.op if need.arrival else "lt",
        kind == "go",
        need.spares,
    )
    known = _known(view, crew(found, view.profile, at, number), found)
    speed = pace(view.profile)
    suggestions = suggest(job, known, at, speed)
    return Choice(
        need,
        job,
        tuple(suggestions),
        sent,
        to_agree(suggestions),
        len(view.events),
        _informed(log.last("dispatched"), log.last("customer_informed")),
        view.story.emergency_stands,
        {day.id: day for day in found.days},
    )


def _informed(sent: Event | None, told: Event | None) -> bool:
    """Of whoever was sent last."""
    return told is not None and (sent is None or told.place > sent.place)


def _kind(view: CaseView, sent: bool) -> str:
    """To go, once somebody of the customer's asked for it, it is an emergency or one is out;
    before that somebody to take it, where nobody has it."""
    log = view.story.log
    if sent or log.has("onsite_confirmed") or view.story.emergency_stands:
        return "go"
    return "go" if holding.holder(log.events) else "take"


def _known(view: CaseView, crew_: Sequence[Engineer], found: Field) -> list[Engineer]:
    """With what each has to do with this case, its device and its site."""
    log, card = view.story.log, view.card
    ids = {day.name: day.id for day in found.days}
    been = visits.been_at(card.devices, card.site, card.id)
    refused = {e.by.name for e in log.all("assignment_declined")}
    refused |= {str(e.d["engineer"]) for e in log.all("assignment_lapsed")}
    holder = holding.holder(log.events)
    return [_of_case(one, been.get(ids[one.name]), one.name in refused, holder) for one in crew_]


def _of_case(one: Engineer, seen: visits.Seen | None, refused: bool, holder: str) -> Engineer:
    holds = one.name == holder
    return replace(
        one,
        knew=seen.device if seen else 0,
        been=seen.site if seen else 0,
        asked=refused and not holds,
        holds=holds,
    )

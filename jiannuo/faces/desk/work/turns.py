"""The cases that wait for him: he has them in hand, or he is on duty for whoever's turn it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import OpenCase
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.looks import looks
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.next_step import ROLE_OF, Turn, named, steps_of, turn
from jiannuo.faces.desk.queue import EMERGENCY, place, running_of, todo
from jiannuo.faces.desk.work.facts import facts
from jiannuo.faces.desk.work.items import Item, Me
from jiannuo.manual import holding
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event, standing
from jiannuo.manual.marks import judged_by
from jiannuo.manual.profile import Profile
from jiannuo.manual.story import CaseFacts, CaseStory
from jiannuo.manual.vocabulary import CUSTOMER_ROLES
from jiannuo.manual.words import Text
from jiannuo.visits import queries as visits
from jiannuo.visits.queries import DayVisit
from jiannuo.web.clockview import ClockView, view
from jiannuo.web.components import Press, level_badge

CUSTOMERS = frozenset(CUSTOMER_ROLES)
#: Open cases that are looked at, the most urgent first; his own are looked at besides.
MOST = 400
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Cases:
    """The open cases, and what happened to those that may be his."""

    me: Me
    doubt: str

    @cached_property
    def open(self) -> dict[UUID, OpenCase]:
        actor, mine = self.me.actor, cases.Only(engineer=self.me.actor.name)
        found = [*cases.open_cases(actor, MOST), *cases.open_cases(actor, MOST, only=mine)]
        return {case.id: case for case in found}

    @cached_property
    def profile(self) -> Profile:
        return customers.base_profile(self.me.reader.at)

    @cached_property
    def told(self) -> Mapping[UUID, Sequence[Event]]:
        """Of each open case what says who has it."""
        found: dict[UUID, list[Event]] = {}
        kinds = [*holding.KINDS, *DECIDED, "correction"]
        for subject, event in archive.of_kinds("case", kinds, list(self.open)):
            found.setdefault(subject, []).append(event)
        return {subject: standing(events) for subject, events in found.items()}

    @cached_property
    def maybe(self) -> list[tuple[OpenCase, str, Clock | None]]:
        """What could be his, by who has the case or to whose desk it falls: the case, what is to be
        done (`queue.todo`), the promise that asks for it."""
        return [one for case in self.open.values() for one in self._asked(case) if self._may(*one)]

    def _asked(self, case: OpenCase) -> Iterator[tuple[OpenCase, str, Clock | None]]:
        """An emergency asks several people at once, each for his own; else it is one thing."""
        events = self.told.get(case.id, ())
        key = todo(case.status, case.next_promise, events)
        yield case, key, self.first(case)
        for clock in self.clocks.get(case.id, ()):
            runs = clock.start is not None and clock.stop is None and not clock.excused
            if runs and clock.promise.startswith(EMERGENCY) and clock.promise != key:
                yield case, clock.promise, clock

    def _may(self, case: OpenCase, key: str, clock: Clock | None) -> bool:
        desk = holding.DESKS.get(key, holding.DESKS["other"])
        on, holder = self.me.on_duty.get(desk, ""), holding.holder(self.told.get(case.id, ()))
        name, roles = self.me.actor.name, self.me.actor.roles
        return name in (holder, on) or (not on and ROLE_OF.get(desk, desk) in roles)

    def first(self, case: OpenCase) -> Clock | None:
        """The promise that ends first."""
        own = self.clocks.get(case.id, ())
        return next((clock for clock in own if clock.promise == case.next_promise), None)

    @cached_property
    def stories(self) -> Mapping[UUID, CaseStory]:
        """All that happened to them. Which step comes next asks neither for the contract nor for
        the device."""
        streams = archive.stream(*{case.id for case, _, _ in self.maybe})
        return {
            case: CaseStory(self.profile, CaseFacts(), standing(events))
            for case, events in streams.items()
        }

    @cached_property
    def clocks(self) -> Mapping[UUID, Sequence[Clock]]:
        return running_of(list(self.open.values()))

    def chip(self, clock: Clock | None) -> ClockView | None:
        promise = self.profile.by_code.get(clock.promise) if clock else None
        if clock is None or promise is None:
            return None
        return view(self.me.reader, clock, promise, doubt=self.doubt, named=False)

    def promised(self, clock: Clock | None) -> str:
        """What is promised, and by when."""
        promise = self.profile.by_code.get(clock.promise) if clock else None
        if clock is None or promise is None or clock.due is None:
            return ""
        name = self.me.say(Text(promise.zh, promise.en))
        return f"{name} {self.me.reader.by(clock.due)}"

    @cached_property
    def today(self) -> Mapping[UUID, DayVisit]:
        """Where he goes today, or is."""
        at, whose = self.me.reader.at, self.me.actor.id
        local = self.me.reader.local(at).replace(hour=0, minute=0, second=0, microsecond=0)
        found = visits.in_span(local, local + DAY, [whose]) if whose else []
        return {visit.case: visit for visit in found if visit.left_at is None}


#: What is looked for in the events besides who has the case.
DECIDED = (
    "assignment_accepted",
    "exclusion_proposed",
    "exclusion_accepted",
    "exclusion_declined",
    "customer_acknowledged",
    "action_agreed",
    "action_done",
)


def turns(known: Cases) -> Iterator[Item]:
    """The cases in which the next step is his."""
    for case, key, clock in known.maybe:
        story = known.stories[case.id]
        steps = _steps(key, story)
        found = turn(key, steps, known.told.get(case.id, ()), known.me.on_duty)
        if _his(known.me, found):
            yield _Line(known, case, story, found, steps, clock).item()


def _steps(key: str, story: CaseStory) -> tuple[str, ...]:
    """Before a new device is put in place it has to be ordered."""
    if key == "replacement" and not story.log.has("replacement_ordered"):
        return ("replacement_ordered",)
    return steps_of(key, story)


def _his(me: Me, found: Turn) -> bool:
    if found.name:
        return found.name == me.actor.name
    return found.role in me.actor.roles


@dataclass(frozen=True)
class _Line:
    known: Cases
    case: OpenCase
    story: CaseStory
    turn: Turn
    steps: Sequence[str]
    clock: Clock | None

    def item(self) -> Item:
        reader, case, clock = self.known.me.reader, self.case, self.clock
        report = self.story.report
        return Item(
            what=named(reader, self.turn.key, self.steps),
            title=case.text,
            why=self._why(),
            press=self._press(),
            where=place(reader, case),
            number=case.number,
            href=reverse("desk:case_show", args=[case.number]),
            due=self._due(),
            chip=self.known.chip(clock),
            promise=self.known.promised(clock),
            level=level_badge(reader, case.level),
            phone=str(report.d.get("phone") or "") if report else "",
            note=self._note(),
            drill=case.drill,
            facts=facts(reader, self.steps[0], self.story) if self.steps else (),
        )

    def _due(self) -> datetime | None:
        judged = judged_by(self.story) if self.turn.key == "judge" else None
        due = self.clock.due if self.clock else None
        ends = [end for end in (due, judged) if end is not None]
        return min(ends, default=None)

    def _why(self) -> str:
        if self.turn.held and self.steps and kinds()[self.steps[0]].by <= CUSTOMERS:
            return self.known.me.say(
                Text("在你手上，等客户答复", "In your hands; the customer has to say")
            )
        if self.turn.held:
            return self.known.me.say(Text("在你手上", "It is in your hands"))
        return self.known.me.as_role(self.turn.role)

    def _note(self) -> str:
        """What he has to know at a glance: the visit of today, or what the case waits for."""
        reader, visit = self.known.me.reader, self.known.today.get(self.case.id)
        if visit is not None and visit.arrived_at is not None:
            return reader.say(Text("你在现场", "You are on site"))
        if visit is not None and visit.expected_at is not None:
            at = reader.clock(visit.expected_at)
            return reader.say(Text(f"今天上门，{at} 到", f"Visit today, at {at}"))
        waits = holding.awaited(self.known.told.get(self.case.id, ()))
        if waits:
            what = reader.word("word", waits)
            return reader.say(Text(f"等{what}", f"waiting for {what}"))
        return ""

    def _press(self) -> Press:
        """The form of the step, on this page; the case itself where no step of his does it."""
        for kind in self.steps:
            if voice(self.known.me.actor, kind) != NOBODY:
                href = deed(self.case.number, kind, **self._said(kind))
                return Press(self.known.me.say(looks()[kind].verb), href, within=True)
        href = reverse("desk:case_show", args=[self.case.number])
        return Press(self.known.me.say(Text("看工单", "Open case")), href)

    def _said(self, kind: str) -> dict[str, str]:
        role = holding.TOLD.get(self.turn.key, "")
        if not role or kind not in ("notified", "notify_attempt"):
            return {}
        return {"role": role, "person": self.known.me.on_duty.get(role, "")}


def deed(number: str, kind: str, **said: str) -> str:
    """Where a step of a case is taken from this page, with what is known filled in."""
    href = reverse("desk:deed_open", args=[number, kind])
    return f"{href}?{urlencode(said)}" if said else href

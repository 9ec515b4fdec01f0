"""One emergency as its board shows it: what runs out first, who is missing, what is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from jiannuo.archive import files
from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.faces.desk import promises
from jiannuo.faces.desk.acting.looks import looks
from jiannuo.faces.desk.acting.voices import NOBODY, OWN, voice
from jiannuo.faces.desk.emergencies.calling import Callee, CallTo, calls_to
from jiannuo.faces.desk.emergency import EmergencyRoom, Unsaid, emergency_room
from jiannuo.faces.desk.files import places as file_places
from jiannuo.faces.desk.history import history
from jiannuo.faces.desk.promises import Kept
from jiannuo.kernel.ids import new_id
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Promise
from jiannuo.manual.words import Text, length
from jiannuo.parts import queries as parts
from jiannuo.people import reaching
from jiannuo.people.permits import require
from jiannuo.web.beat import Beat, beat
from jiannuo.web.clockview import ClockView
from jiannuo.web.components import LevelBadge, Person, Press, TimelineRow, level_badge
from jiannuo.web.reader import Reader

#: The duties after the calls, with the steps that keep them.
DUTIES = {
    "emg_dispatch": ("dispatched",),
    "emg_team": ("team_formed",),
    "emg_expert": ("expert_started", "remote_consent"),
    "emg_expert_group": ("expert_group_formed", "promise_waived"),
}
#: What is owed once the fault is removed.
AFTER = {"rca": ("rca_approved",), "leader_brief": ("leader_briefed",)}
#: The other promises of the case that matter while it burns.
ALONGSIDE = ("onsite_arrival", "fix_24h", "phone_response")
RECENT = 8
NOT_YET = Text("打通值班经理起算", "runs once the duty manager is told")


@dataclass(frozen=True, slots=True)
class Duty:
    """One of the five. `who`: whose it is, or who did it; `waits`: what has to happen before its
    clock runs."""

    n: str
    name: str
    chip: ClockView | None
    by: str
    due: datetime | None
    done: bool
    who: str
    presses: tuple[Press, ...]
    house: bool
    waits: str = ""


@dataclass(frozen=True, slots=True)
class First:
    """What runs out first: a call with its callee, or a duty."""

    title: str
    chip: ClockView
    by: str
    call: CallTo | None
    callee: Callee | None
    presses: tuple[Press, ...]
    may_note: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """Another promise of the case that runs meanwhile."""

    chip: ClockView
    name: str


@dataclass(frozen=True, slots=True)
class Spare:
    part: str
    on_hand: int
    where: str


@dataclass(frozen=True, slots=True)
class Board:
    number: str
    title: str
    where: str
    serials: tuple[str, ...]
    level: LevelBadge
    drill: bool
    since: str
    outage: str
    room: EmergencyRoom
    first: First | None
    calls: tuple[CallTo, ...]
    calls_chip: ClockView | None
    calls_left: int
    duties: tuple[Duty, ...]
    beside: tuple[Beside, ...]
    people: tuple[Person, ...]
    spares: tuple[Spare, ...]
    rows: tuple[TimelineRow, ...]
    after: tuple[Duty, ...]
    watch: str
    watching: bool
    restored: str
    more: tuple[Press, ...]
    href: str
    op: str
    beat: Beat


def board(actor: Actor, reader: Reader, number: str, unsaid: Unsaid | None = None) -> Board | None:
    """None where no emergency stands. Raises `Refusal` ("no_case")."""
    require(actor, "read_cases")
    view = cases.view_for(actor, number)
    return _Maker(actor, reader, view).board(unsaid)


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    view: CaseView

    def board(self, unsaid: Unsaid | None) -> Board | None:
        reader, view, card = self.reader, self.view, self.view.card
        kept_files = files.files_of(card.id)
        saved_from = file_places(card.number, kept_files)
        room = emergency_room(self.actor, reader, view, saved_from, unsaid)
        if room is None:
            return None
        heart = beat(reader.at)
        stored = clocks.clocks_of([card.id], drill=card.drill)[card.id]
        found = promises.kept(reader, view, stored, heart.doubt(reader))
        calls = calls_to(reader, view, found)
        duties = tuple(self._duties(found, DUTIES))
        lines = archive.timeline([card.id])
        rows = history(self.actor, reader, view, lines, {}, archive.calls(card.id), saved_from)
        until = view.story.observation_until
        restored = view.story.log.last("restored")
        return Board(
            number=card.number,
            title=card.text or reader.say(Text("没有写明故障", "Nothing was said of the fault")),
            where=" · ".join(part for part in (card.customer_name, card.site_name) if part),
            serials=card.devices,
            level=level_badge(reader, card.level),
            drill=card.drill,
            since=room.since,
            outage=self._outage(),
            room=room,
            first=self._first(calls, duties),
            calls=calls,
            calls_chip=_soonest(calls),
            calls_left=sum(1 for call in calls if not call.done),
            duties=duties,
            beside=tuple(
                Beside(k.chip, reader.say(Text(k.promise.zh, k.promise.en)))
                for k in found
                if k.promise.code in ALONGSIDE and k.clock.start
            ),
            people=tuple(self._people()),
            spares=tuple(self._spares()),
            rows=tuple(rows[:RECENT]),
            after=tuple(self._duties(found, AFTER)),
            watch=reader.clock(until) if until else "",
            watching=until is not None and until > reader.at,
            restored=reader.clock(restored.t) if restored else "",
            more=tuple(self._more()),
            href=reverse("desk:case_show", args=[card.number]),
            op=str(new_id()),
            beat=heart,
        )

    # -- what runs out ----------------------------------------------------------------------

    def _first(self, calls: Sequence[CallTo], duties: Sequence[Duty]) -> First | None:
        """Whatever is due first; of calls due at one moment, the one nobody has tried yet."""
        open_calls = [call for call in calls if call.due is not None]
        open_duties = [duty for duty in duties if duty.due is not None]
        call = min(open_calls, key=lambda c: (c.due, len(c.tries)), default=None)
        duty = min(open_duties, key=lambda d: d.due or self.reader.at, default=None)
        if call is not None and (
            duty is None or (call.due or self.reader.at) <= (duty.due or self.reader.at)
        ):
            told = Text(f"通知{call.name}", f"Tell the {call.name}")
            may = voice(self.actor, "notified") == OWN
            return First(self.reader.say(told), call.chip, call.by, call, call.first, (), may)
        if duty is None:
            return None
        if duty.chip is None:
            return None
        return First(duty.name, duty.chip, duty.by, None, None, duty.presses, False)

    def _duties(self, found: Sequence[Kept], wanted: Mapping[str, Sequence[str]]) -> Iterator[Duty]:
        by_code = {kept.promise.code: kept for kept in found if kept.clock.start is not None}
        for n, (code, kinds) in enumerate(wanted.items()):
            mark = "②③④⑤"[n] if wanted is DUTIES else ""
            kept = by_code.get(code)
            if kept is not None:
                yield self._duty(mark, kept, kinds)
            elif code == "emg_dispatch":
                yield self._ahead(mark, self.view.profile.by_code[code], kinds)

    def _duty(self, n: str, kept: Kept, kinds: Sequence[str]) -> Duty:
        reader, clock, promise = self.reader, kept.clock, kept.promise
        done = clock.stop is not None or bool(clock.excused)
        return Duty(
            n=n,
            name=reader.say(Text(promise.zh, promise.en)),
            chip=kept.chip,
            by=reader.by(clock.due) if clock.due else "",
            due=None if done else clock.due,
            done=done,
            who=self._whose(promise.code, done=done),
            presses=() if done else tuple(self._presses(kinds)),
            house=promise.house,
        )

    def _ahead(self, n: str, promise: Promise, kinds: Sequence[str]) -> Duty:
        """Its clock does not run yet; it may be done all the same."""
        return Duty(
            n=n,
            name=self.reader.say(Text(promise.zh, promise.en)),
            chip=None,
            by="",
            due=None,
            done=False,
            who=self._whose(promise.code, done=False),
            presses=tuple(self._presses(kinds)),
            house=promise.house,
            waits=self.reader.say(NOT_YET),
        )

    def _whose(self, code: str, *, done: bool) -> str:
        """Who did it, else whose it is."""
        log = self.view.story.log
        kinds = {**DUTIES, **AFTER}[code]
        event = log.last(kinds[0])
        if done and event is not None:
            who = str(event.d.get("engineer") or event.by.name)
            return f"{who} {self.reader.clock(event.t)}"
        return self.reader.word("owner", code)

    def _presses(self, kinds: Sequence[str]) -> Iterator[Press]:
        for kind in kinds:
            if kind == "remote_consent" and self.view.story.log.has("remote_consent"):
                continue
            if voice(self.actor, kind) != NOBODY:
                href = reverse("desk:act_open", args=[self.view.card.number, kind])
                yield Press(self.reader.say(looks()[kind].verb), href, within=True)

    def _more(self) -> Iterator[Press]:
        """What is done by the way: updates, who leads, withdrawal, the end."""
        kinds = ["update_given", "commander_named", "restored", "resolved", "recurred"]
        kinds += ["report_signed", "action_agreed", "action_done", "l1_withdrawn"]
        story = self.view.story
        gone = {"restored": story.log.has("restored"), "resolved": story.resolution is not None}
        needs = {
            "recurred": "resolved",
            "report_signed": "resolved",
            "action_done": "action_agreed",
        }
        for kind in kinds:
            before = needs.get(kind)
            if gone.get(kind) or (before and not story.log.has(before)):
                continue
            if voice(self.actor, kind) != NOBODY:
                href = reverse("desk:act_open", args=[self.view.card.number, kind])
                yield Press(self.reader.word("action", kind), href, within=True)

    # -- what is beside ---------------------------------------------------------------------

    def _outage(self) -> str:
        report, log = self.view.story.report, self.view.story.log
        since = report.d.get("outage_started") if report else None
        back = log.last("restored") or self.view.story.resolution
        if since is None:
            return ""
        span = length((back.t if back else self.reader.at) - since, seconds=False)
        return self.reader.say(Text("业务中断 ", "down for ") + span)

    def _people(self) -> Iterator[Person]:
        """Who is at work on it and who speaks for the customer, each with his number."""
        card = self.view.card
        holder = holding.holder(self.view.story.log.events)
        if holder:
            found = reaching.by_name([holder]).get(holder)
            held = self.reader.say(Text("在办", "holds it"))
            yield Person(holder, held, found.phone if found else "")
        for one in customers.contacts(card.customer) if card.customer else []:
            roles = self.reader.listed(self.reader.word("role", r) for r in sorted(one.roles))
            yield Person(one.name, one.title or roles, one.phone, ours=False)

    def _spares(self) -> Iterator[Spare]:
        for line in parts.spares_for(self.view.card.devices):
            yield Spare(line.part, line.on_hand, "")


def _soonest(calls: Sequence[CallTo]) -> ClockView | None:
    """The clocks of the calls as one: the open one that ends first, else the last one kept."""
    open_calls = [(call.due, n) for n, call in enumerate(calls) if call.due is not None]
    if open_calls:
        return calls[min(open_calls)[1]].chip
    return calls[-1].chip if calls else None

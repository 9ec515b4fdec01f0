"""The case that was chosen: who could go and why, when he would be there, what to press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.journey.days import Outing
from jiannuo.journey.dispatching import Choice
from jiannuo.journey.gatekeeper import reason_text
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, length, limit
from jiannuo.people.permits import allowed
from jiannuo.visits.rules import Pace, course
from jiannuo.visits.suggesting import Reason, Suggestion, quarter_after
from jiannuo.web.clockview import SPOKEN, ClockView, view
from jiannuo.web.components import LevelBadge, Press, level_badge
from jiannuo.web.reader import Reader

PART = "part"  # a reason that is the same for everybody
TIGHT = timedelta(minutes=30)
#: The step behind the button, by what is needed.
STEP = {"go": "dispatched", "take": "assigned"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was pressed and not let through: for whom, the reason typed so far, why not; `news`:
    what others did meanwhile."""

    engineer: str
    override: str
    refusal: Refusal | None
    news: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A reason as a tag. `tone`: "for", "against" or ""."""

    text: str
    tone: str
    code: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One engineer for the case. `eta_iso` and `until_iso` go back with the form; `asks`: what a
    reason has to be given for; `late`: he comes too late; `first`: the best of those who can."""

    id: str
    name: str
    reasons: tuple[Said, ...]
    eta: str
    start: str
    chip: ClockView | None
    eta_iso: str
    until_iso: str
    op: str
    asks: tuple[str, ...]
    late: bool
    able: bool
    first: bool
    sent: bool
    typed: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """`kind`: "go" or "take". `lead`, `why`: the one thing to do; `presses`: other ways; `best`:
    whom the button sends. `instead`: who is on the way already and would be called off."""

    number: str
    kind: str
    title: str
    where: str
    href: str
    level: LevelBadge
    chip: ClockView | None
    promise: str
    by: str
    clause: str
    lead: str
    why: str
    best: Offer | None
    presses: tuple[Press, ...]
    offers: tuple[Offer, ...]
    instead: tuple[str, ...]
    may: bool
    seen: int
    error: str
    news: tuple[str, ...]
    wait: bool
    spares: tuple[Said, ...]


@dataclass(frozen=True)
class Chooser:
    """Shows a choice to a reader."""

    actor: Actor
    reader: Reader
    profile: Profile
    pace: Pace
    choice: Choice
    sent: Sent | None
    doubt: str

    def chosen(self) -> Chosen:
        reader, need, card = self.reader, self.choice.need, self.choice.need.card
        offers = tuple(self._offers())
        clock = need.clock
        promise = self.profile.by_code.get(clock.promise) if clock else None
        chip = (
            view(reader, clock, promise, doubt=self.doubt, named=False)
            if clock is not None and promise is not None
            else None
        )
        may = allowed(self.actor, STEP[need.kind])
        best = next((o for o in offers if o.first), None)
        lead, why, presses, wait = self._lead(best, may)
        refusal = self.sent.refusal if self.sent else None
        place = " · ".join(part for part in (card.customer_name, card.site_name) if part)
        return Chosen(
            card.number,
            need.kind,
            card.text,
            f"{place} · {need.site.km} km" if need.site and need.kind == "go" else place,
            reverse("desk:case_show", args=[card.number]),
            level_badge(reader, card.level),
            chip,
            reader.say(Text(promise.zh, promise.en)) if promise else "",
            reader.by(clock.due) if clock is not None and clock.due else "",
            reader.clause(promise.clause) if promise else "",
            lead,
            why,
            best if may and not wait and not presses else None,
            presses,
            offers,
            tuple(self._name(o) for o in self.choice.sent if o.visit.state == "sent"),
            may,
            self.choice.seen,
            reader.say(Text(refusal.zh, refusal.en)) if refusal else "",
            self.sent.news if self.sent else (),
            wait,
            tuple(self._spares()),
        )

    def _name(self, out: Outing) -> str:
        found = self.choice.people.get(out.visit.engineer)
        return found.name if found else ""

    # -- what is offered ------------------------------------------------------------------------

    def _offers(self) -> Iterator[Offer]:
        first = True
        sent = {self._name(out) for out in self.choice.sent}
        for said in self.choice.suggestions:
            good = said.able and not self._asks(said)
            good = good and (said.keeps is not False or self.choice.emergency)
            good = good and not any(r.code == "asked" for r in said.reasons)
            best = first and good and said.name not in sent
            first = first and not best
            yield self._offer(said, best=best, sent=said.name in sent)

    def _offer(self, said: Suggestion, *, best: bool, sent: bool) -> Offer:
        reader, p = self.reader, said.prediction
        mine = self.sent if self.sent and self.sent.engineer == said.name else None
        refused = mine.refusal.reasons if mine and mine.refusal and mine.refusal.soft else ()
        asks = dict.fromkeys((*self._asks(said), *refused))
        return Offer(
            said.name,
            said.name,
            tuple(self._said(r) for r in said.reasons if r.code != PART),
            reader.clock(p.eta),
            reader.clock(p.start),
            self._margin(said),
            p.eta.isoformat(),
            p.until.isoformat(),
            str(new_id()),
            tuple(reader.say(Text(*reason_text(code))) for code in asks),
            said.keeps is False,
            said.able,
            best,
            sent,
            mine.override if mine else "",
            bool(refused),
        )

    def _said(self, reason: Reason) -> Said:
        return Said(self.reader.say(reason.text), _TONES[reason.good], reason.code)

    def _spares(self) -> Iterator[Said]:
        """The parts are the same whoever goes: they are told once."""
        for one in self.choice.suggestions[:1]:
            yield from (self._said(r) for r in one.reasons if r.code == PART)

    def _asks(self, said: Suggestion) -> tuple[str, ...]:
        """What the gate will want a reason for: none in an emergency, none for the telephone."""
        free = self.choice.emergency or self.choice.need.kind == "take"
        return () if free else said.against

    def _margin(self, said: Suggestion) -> ClockView | None:
        """How early or late he would be, as a chip that does not tick."""
        if not said.able:
            return self._chip("na", Text("技能不符", "other skill"), 0)
        if said.margin is None:
            return None
        span = length(abs(said.margin) - abs(said.margin) % timedelta(minutes=1), seconds=False)
        if said.keeps is False:
            return self._chip("crit", Text("会迟 ", "late by ") + span, 100)
        state = "warn" if said.margin < TIGHT else "run"
        return self._chip(state, Text("余量 ", "to spare: ") + span, 75 if state == "warn" else 20)

    def _chip(self, state: str, words: Text, percent: int) -> ClockView:
        say = self.reader.say
        return ClockView(state, say(words), say(SPOKEN[state]), percent=percent)

    # -- the one thing to do --------------------------------------------------------------------

    def _lead(self, best: Offer | None, may: bool) -> tuple[str, str, tuple[Press, ...], bool]:
        """What, why, other buttons, whether it is somebody else's turn."""
        if self.choice.sent:
            return self._follow()
        if not may:
            who = Text("由值班经理派", "The duty manager sends somebody")
            return self._plain(who)
        if self.choice.need.kind == "take":
            return self._give(best)
        if self.choice.agree is not None and not self.choice.emergency:
            return self._agree()
        if best is None:
            none = Text("没有不需要理由的人选", "Nobody can go without a reason given")
            return self._plain(none)
        words = Text(
            f"派 {best.name} 去，预计 {best.eta} 到", f"Send {best.name}: there {best.eta}"
        )
        return self.reader.say(words), self._because(best), (), False

    def _plain(self, words: Text) -> tuple[str, str, tuple[Press, ...], bool]:
        return self.reader.say(words), "", (), True

    def _give(self, best: Offer | None) -> tuple[str, str, tuple[Press, ...], bool]:
        if best is None:
            none = Text(
                "合适的人都问过或没有，直接指名", "Nobody is left to ask; name one yourself"
            )
            return self._plain(none)
        words = Text(f"交给 {best.name}", f"Give it to {best.name}")
        return self.reader.say(words), self._because(best), (), False

    def _because(self, best: Offer) -> str:
        """What speaks against him first, then what for him."""
        against = [r.text for r in best.reasons if r.tone == "against"]
        found = [r.text for r in best.reasons if r.tone == "for" and r.code != "duty"]
        way = [r.text for r in best.reasons if r.code == "way" and r.tone == ""]
        margin = [best.chip.time] if best.chip and best.chip.state != "na" else []
        return " · ".join([*margin, *against, *found, *way])

    def _follow(self) -> tuple[str, str, tuple[Press, ...], bool]:
        """Somebody is under way: he is late, or the customer has to know, or it is his turn."""
        reader, out = self.reader, self.choice.sent[-1]
        name, found = self._name(out), course(out.stay, self.reader.at, self.pace)
        there = reader.clock(found.there)
        if found.arrived:
            words = Text(f"{name} {there} 到了现场", f"{name} is on site since {there}")
            return self._plain(words)
        if found.meant < reader.at:
            return self._missing(out, reader.clock(found.meant))
        words = Text(f"{name} 在路上，预计 {there} 到", f"{name} is on the way, there {there}")
        late, presses = self._too_late(found.there), list[Press]()
        told = self.choice.informed or voice(self.actor, "customer_informed") == NOBODY
        if not told:
            eta = reader.local(found.there).strftime(FIELD)
            verb = reader.say(Text("告知客户", "Tell the customer"))
            presses.append(Press(verb, self._form("customer_informed", eta=eta), within=True))
        if late and (press := self._other_time(found.there)):
            presses.append(press)
        unknown = reader.say(Text("客户还不知道谁来", "the customer does not know who comes"))
        why = [late] if told else [late, unknown]
        return reader.say(words), " · ".join(w for w in why if w), tuple(presses), not presses

    def _too_late(self, there: datetime) -> str:
        due = self.choice.job.due
        if due is None or there < due:
            return ""
        span = length(there - due, seconds=False)
        return self.reader.say(Text("会比承诺迟 ", "later than promised by ") + span)

    def _other_time(self, agree: datetime) -> Press | None:
        """The form by which the customer agrees to another time; none once it is overdue."""
        due = self.choice.job.due
        late = due is not None and self.reader.at >= due
        if late or voice(self.actor, "arrival_agreement") == NOBODY:
            return None
        at = quarter_after(agree)
        href = self._form("arrival_agreement", due=self.reader.local(at).strftime(FIELD))
        words = Text("和客户约 ", "Agree on ") + self.reader.clock(at)
        return Press(self.reader.say(words), href, within=True)

    def _missing(self, out: Outing, meant: str) -> tuple[str, str, tuple[Press, ...], bool]:
        """He should be there by now: the first thing is to ask him."""
        reader, name = self.reader, self._name(out)
        words = Text(
            f"{name} 应在 {meant} 到，还没有到", f"{name} was to be there {meant} and is not"
        )
        found = self.choice.people.get(out.visit.engineer)
        if found is None or not found.phone:
            return self._plain(words)
        call = reader.say(Text(f"打给{name}", f"Call {name}"))
        why = reader.say(Text("问他到哪里了，要不要改派", "ask where he is, or send somebody else"))
        return reader.say(words), why, (Press(call, f"tel:{found.phone}", "phone"),), False

    def _agree(self) -> tuple[str, str, tuple[Press, ...], bool]:
        reader, due = self.reader, self.choice.job.due
        asked = due or reader.at
        first = min(s.prediction.eta for s in self.choice.suggestions if s.able)
        at, by = reader.clock(first), reader.clock(asked)
        lead = Text(f"{by} 前没有人能到，最早 {at}", f"Nobody is there by {by}; the first at {at}")
        why = Text("到期之前可以和客户另约时间", "before it is due another time can be agreed")
        late = due is not None and reader.at >= due
        if late:
            why = Text(
                "已过承诺时间，不能再约，尽快派", "it is overdue: too late to agree, send at once"
            )
        press = self._other_time(first)
        return reader.say(lead), reader.say(why), (press,) if press else (), press is None

    def _form(self, kind: str, **known: str) -> str:
        href = reverse("desk:act_open", args=[self.choice.need.card.number, kind])
        return f"{href}?{urlencode(known)}"

    def owed(self) -> str:
        """How long the way may take once the customer asked for somebody, while he has not."""
        need = self.choice.need
        runs = self.choice.job.due is not None or self.choice.emergency or self.choice.sent
        if need.kind != "go" or need.site is None or runs:
            return ""
        reach = customers.reach(need.site, self.profile)
        return self.reader.say(
            Text("客户确认上门后 ", "once the customer asks for it: within ") + limit(reach.limit)
        )


FIELD = "%Y-%m-%dT%H:%M"
_TONES = {True: "for", False: "against", None: ""}

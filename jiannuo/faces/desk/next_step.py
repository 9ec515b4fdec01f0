"""The one thing to do about a case: who, what, why, and the button that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.cases.view import CaseView
from jiannuo.customers.queries import ContactCard
from jiannuo.faces.desk import promises
from jiannuo.faces.desk.acting.looks import looks
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.queue import OVER, by_engineer, owner, todo
from jiannuo.manual import holding, progress
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.events import Event
from jiannuo.manual.marks import judged_by
from jiannuo.manual.story import CaseStory
from jiannuo.manual.telling import told
from jiannuo.manual.vocabulary import CUSTOMER_ROLES
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people import reaching
from jiannuo.web.components import NextStep, Press
from jiannuo.web.reader import Reader

#: The step that does what a promise, or a status, asks for.
DOES = {
    "judge": ("l1_declared", "l1_ruled_out"),
    "receive": ("confirmed",),
    "assign": ("assigned",),
    "emg_notify_subcentre_head": ("notified", "notify_attempt"),
    "emg_notify_product_manager": ("notified", "notify_attempt"),
    "emg_notify_duty_manager": ("notified", "notify_attempt"),
    "emg_dispatch": ("dispatched",),
    "emg_team": ("team_formed",),
    "emg_expert": ("expert_started", "remote_consent"),
    "emg_expert_group": ("expert_group_formed", "promise_waived"),
    "rca": ("rca_approved",),
    "leader_brief": ("leader_briefed",),
    "replacement": ("replaced",),
    "observing": ("report_signed", "recurred"),
    "answered": ("case_closed",),
}
#: The other way out of a step that comes next.
ELSE = {
    "engineer_contact": "contact_attempt",
    "phone_closed": "phone_failed",
    "remote_login": "remote_failed",
    "dispatched": "arrival_agreement",
    "resolved": "loaner_issued",
}
#: What follows the manual's order, whatever promise runs out first.
IN_ORDER = frozenset(
    {
        "phone_response",
        "umbrella_response",
        "remote_response",
        "onsite_arrival",
        "fix_24h",
        "resolved",
        "other",
    }
)
#: Roles that are called for a step which the engineer of the case does not take.
CALLED = ("hotline_agent", "duty_manager", "subcentre_head", "expert", "warehouse", "sales")
DESK_OF = {"hotline_agent": "hotline"}
ROLE_OF = {desk: role for role, desk in DESK_OF.items()}


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is. `held`: he has it in hand; else `name` is who is on duty for `role` now, ""
    where nobody is."""

    key: str
    name: str
    role: str
    held: bool = False


def turn(
    key: str, steps: Sequence[str], events: Sequence[Event], on_duty: Mapping[str, str]
) -> Turn:
    """`key`: what is to be done (`queue.todo`), `steps`: what does it (`steps_of`)."""
    holder = holding.holder(events)
    if key not in IN_ORDER or not steps:
        if holder and (by_engineer(key, events) or key == "receive"):
            return Turn(key, holder, "", held=True)
        desk = holding.DESKS.get(key, holding.DESKS["other"])
        return Turn(key, on_duty.get(desk, ""), ROLE_OF.get(desk, desk))
    by = kinds()[steps[0]].by
    if holder and ("engineer" in by or by <= frozenset(CUSTOMER_ROLES)):
        return Turn(key, holder, "", held=True)
    role = "engineer"
    if "engineer" not in by:
        role = next((role for role in CALLED if role in by), "engineer")
    return Turn(key, on_duty.get(DESK_OF.get(role, role), ""), role)


def steps_of(key: str, story: CaseStory) -> tuple[str, ...]:
    """The step that does it, and the other way; none where nothing is known."""
    if key in IN_ORDER or key not in DOES:
        first = progress.coming(story)
        return tuple(kind for kind in (first, ELSE.get(first, "")) if kind)
    return DOES[key]


def named(reader: Reader, key: str, steps: Sequence[str]) -> str:
    """What is to be done, in words."""
    return reader.word(*(("coming", steps[0]) if key in IN_ORDER and steps else ("todo", key)))


def next_step(
    actor: Actor,
    reader: Reader,
    view: CaseView,
    coming: promises.Kept | None,
    contacts: list[ContactCard],
    into: str,
) -> NextStep:
    """`coming`: the promise that is due next; `into`: the case that took this one in, or ""."""
    on_duty = people.answering(reader.at)
    return _Maker(actor, reader, view, on_duty).step(coming, contacts, into)


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    view: CaseView
    on_duty: Mapping[str, str]

    def step(
        self, coming: promises.Kept | None, contacts: list[ContactCard], into: str
    ) -> NextStep:
        card, events = self.view.card, self.view.story.log.events
        key = todo(card.status, coming.promise.code if coming else "", events)
        if card.status in OVER:
            return self._over(card.status, into)
        steps = steps_of(key, self.view.story)
        name = self.on_duty.get(holding.TOLD.get(key, ""), "")
        ordered = key in IN_ORDER and bool(steps)
        who = self._who(turn(key, steps, events, self.on_duty), ordered=ordered)
        buttons = self._buttons(key, steps, name, contacts, who)
        waits = holding.awaited(events)
        holder = holding.holder(events)
        ours = by_engineer(key, events) or key in ("receive", "assign")
        can = any(press.within for press in buttons)
        return NextStep(
            who=who,
            what=" · ".join(part for part in (named(self.reader, key, steps), name) if part),
            why=self._why(coming, waits, key, nobody=not holder and ours),
            last=self._last(),
            wait=bool(waits) or not can,
            buttons=buttons,
        )

    def _over(self, status: str, into: str) -> NextStep:
        reader = self.reader
        verb = reader.say(Text(f"打开 {into}", f"Open {into}"))
        press = Press(verb, reverse("desk:case_show", args=[into])) if into else None
        what = reader.word("todo", status)
        return NextStep("", what, "", over=True, buttons=(press,) if press else ())

    # -- who ---------------------------------------------------------------------------------

    def _who(self, found: Turn, *, ordered: bool) -> str:
        """By name where one holds it, else the role with who is on duty for it."""
        if found.held:
            return found.name
        if not ordered:
            return owner(self.reader, found.key, self.on_duty)
        parts = (self.reader.word("role", found.role), found.name)
        return " ".join(part for part in parts if part)

    # -- how ---------------------------------------------------------------------------------

    def _buttons(
        self,
        key: str,
        steps: tuple[str, ...],
        name: str,
        contacts: list[ContactCard],
        who: str,
    ) -> tuple[Press, ...]:
        """To ring up comes before to write down; whoever may not do it rings up who may."""
        acts = [self._act(kind, key, name) for kind in steps if voice(self.actor, kind) != NOBODY]
        ring = self._ring(key, steps, name, contacts)
        if ring is None and not acts:
            ring = self._ring_up(who.rpartition(" ")[2])
        return tuple(press for press in (ring, *acts) if press is not None)[:2]

    def _act(self, kind: str, key: str, name: str) -> Press:
        """`name`: whom the promise wants to be told, filled in beforehand."""
        href = reverse("desk:act_open", args=[self.view.card.number, kind])
        if key in holding.TOLD and kind in ("notified", "notify_attempt"):
            href += "?" + urlencode({"role": holding.TOLD[key], "person": name})
        return Press(self.reader.say(looks()[kind].verb), href, within=True)

    def _ring(
        self, key: str, steps: tuple[str, ...], name: str, contacts: list[ContactCard]
    ) -> Press | None:
        if self.view.card.drill:
            return None
        if name:
            return self._ring_up(name)
        if steps and steps[0] == "engineer_contact":
            return self._ring_customer(contacts)
        return None

    def _ring_up(self, name: str) -> Press | None:
        """One of ours, by name."""
        found = reaching.by_name([name]).get(name) if name else None
        return self._tel(found.name, found.phone) if found and found.phone else None

    def _ring_customer(self, contacts: list[ContactCard]) -> Press | None:
        """Who rang, by the number he gave or ours of him; else the first contact with one."""
        report = self.view.story.report
        number = str(report.d.get("phone") or "") if report else ""
        if number:
            return self._tel(self.view.card.caller or number, number)
        with_phone = [c for c in contacts if c.phone]
        named = [c for c in with_phone if c.name == self.view.card.caller]
        found = next(iter(named or with_phone), None)
        return self._tel(found.name, found.phone) if found else None

    def _tel(self, name: str, phone: str) -> Press:
        return Press(self.reader.say(Text(f"打给{name}", f"Call {name}")), f"tel:{phone}", "phone")

    # -- why ---------------------------------------------------------------------------------

    def _why(self, coming: promises.Kept | None, waits: str, key: str, *, nobody: bool) -> str:
        reader, card = self.reader, self.view.card
        parts = []
        end = judged_by(self.view.story) if key == "judge" else None
        if end is not None and end > reader.at:
            by = reader.clock(end)
            parts.append(
                reader.say(Text(f"{by} 前无人判定即按一级处理", f"Level one unless judged by {by}"))
            )
        if waits:
            what = reader.word("word", waits)
            parts.append(
                reader.say(
                    Text(f"在等{what}，承诺照走", f"Waiting for {what}; the promise runs on")
                )
            )
        if coming is not None and nobody and card.status != "received":
            parts.append(reader.say(Text("还没有人接手", "Nobody has taken it up")))
        until = self.view.story.observation_until
        if until is not None and card.status == "observing":
            at = reader.clock(until)
            parts.append(reader.say(Text(f"观察到 {at}，之后签字才可离场", f"Watch until {at}")))
        separator = "；" if reader.lang == "zh" else "; "
        return separator.join(parts)

    def _last(self) -> str:
        """What happened last, so that nobody begins from nothing."""
        events = self.view.story.log.events
        if not events:
            return ""
        event = events[-1]
        when = self.reader.clock(event.t)
        said = self.reader.say(told(self.view.profile, event).text)
        return self.reader.say(Text(f"最近：{when} {said}", f"Last: {when} {said}"))

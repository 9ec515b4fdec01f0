"""How far a case has come, as its page draws it, and every step that may be taken besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from jiannuo.cases.states import takes
from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.acting.looks import STAGES, looks, stage_name
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.manual import progress
from jiannuo.manual.actor import Actor
from jiannuo.manual.progress import Check, Stage
from jiannuo.manual.vocabulary import Kind
from jiannuo.manual.words import Text, length
from jiannuo.web.components import Press
from jiannuo.web.reader import Reader

#: Only while an emergency stands, or to begin one.
ONLY_EMERGENCY = frozenset(
    {
        "l1_withdrawn",
        "notified",
        "notify_attempt",
        "commander_named",
        "team_formed",
        "expert_started",
        "expert_group_formed",
        "promise_waived",
        "update_given",
        "rca_approved",
        "action_agreed",
        "action_done",
        "leader_briefed",
    }
)
#: Only once something went before: nobody is offered to take back what was never lent.
AFTER = {
    "assignment_accepted": ("assigned",),
    "assignment_declined": ("assigned",),
    "assignment_lapsed": ("assigned",),
    "waiting_ended": ("waiting_started",),
    "remote_logout": ("remote_login",),
    "plan_approved": ("plan_submitted",),
    "execution_permitted": ("plan_submitted",),
    "plan_executed": ("plan_submitted",),
    "risk_stated": ("plan_submitted",),
    "risk_accepted": ("risk_stated",),
    "loaner_delivered": ("loaner_issued",),
    "loaner_in_service": ("loaner_issued",),
    "loaner_returned": ("loaner_issued",),
    "loaner_erased": ("loaner_returned",),
    "replacement_issued": ("replacement_ordered", "same_problem_confirmed"),
    "replacement_delivered": ("replacement_ordered",),
    "customer_acknowledged": ("exclusion_proposed",),
    "exclusion_accepted": ("exclusion_proposed",),
    "exclusion_declined": ("exclusion_proposed",),
    "quote_approved": ("quote_made",),
    "handover": ("arrived",),
    "departed": ("arrived",),
    "recurred": ("resolved",),
    "rated": ("resolved",),
    "action_done": ("action_agreed",),
}
#: What has a place of its own on the page.
ELSEWHERE = frozenset({"correction", "log_added"})


@dataclass(frozen=True, slots=True)
class CheckView:
    """One thing on the way. `state`: done, moot, now or open; `href`: where it is told."""

    name: str
    state: str
    at: str = ""
    href: str = ""
    press: Press | None = None


@dataclass(frozen=True, slots=True)
class StageView:
    name: str
    state: str
    note: str
    checks: tuple[CheckView, ...]


@dataclass(frozen=True, slots=True)
class MoreGroup:
    name: str
    presses: tuple[Press, ...]


@dataclass(frozen=True, slots=True)
class WayView:
    """`here`: the stage the case is in; None where it is no fault or is over."""

    stages: tuple[StageView, ...]
    here: StageView | None
    more: tuple[MoreGroup, ...]


def way(actor: Actor, reader: Reader, view: CaseView) -> WayView:
    maker = _Maker(actor, reader, view)
    fault = view.card.kind == Kind.FAULT and view.story.confirmed
    found = tuple(map(maker.stage, progress.stages(view.story))) if fault else ()
    here = next((stage for stage in found if stage.state == progress.NOW), None)
    return WayView(found, here or (found[-1] if found else None), tuple(maker.more()))


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    view: CaseView

    def stage(self, stage: Stage) -> StageView:
        name = self.reader.say(stage_name(stage.name))
        checks = tuple(self._check(stage, check) for check in stage.checks)
        return StageView(name, stage.state, self._note(stage), checks)

    def _note(self, stage: Stage) -> str:
        """How long it took, or since when it runs."""
        reader, began, ended = self.reader, stage.began, stage.ended
        if began is None or ended is None:
            return ""
        if stage.state == progress.NOW:
            at = reader.clock(began.t)
            return reader.say(Text(f"{at} 起", f"since {at}"))
        return reader.say(length(ended.t - began.t, seconds=False)) if ended.t > began.t else ""

    def _check(self, stage: Stage, check: Check) -> CheckView:
        name = self.reader.word("done", check.kind)
        if check.done is not None:
            at = self.reader.clock(check.done.t)
            return CheckView(name, "done", at, f"#e-{check.done.id}")
        if check.moot:
            return CheckView(name, "moot")
        now = stage.state == progress.NOW and check.kind == stage.next
        return CheckView(name, "now" if now else "open", press=self._press(check.kind))

    def _press(self, kind: str) -> Press | None:
        if voice(self.actor, kind) == NOBODY:
            return None
        href = reverse("desk:act_open", args=[self.view.card.number, kind])
        return Press(self.reader.say(looks()[kind].verb), href, within=True)

    def more(self) -> Iterator[MoreGroup]:
        """Every step he may take now, by stage."""
        for stage in STAGES:
            kinds = (k for k, look in looks().items() if look.stage == stage and self._fits(k))
            presses = [press for kind in kinds if (press := self._named(kind))]
            if presses:
                yield MoreGroup(self.reader.say(stage_name(stage)), tuple(presses))

    def _named(self, kind: str) -> Press | None:
        """By its whole name: the verb alone says nothing in a list."""
        press = self._press(kind)
        return Press(self.reader.word("action", kind), press.href, within=True) if press else None

    def _fits(self, kind: str) -> bool:
        """Does it make sense now? What may not be done yet is offered all the same: the gate says
        what is missing."""
        story, card = self.view.story, self.view.card
        if kind in ELSEWHERE or not takes(card.status, kind):
            return False
        only = {
            "confirmed": not story.confirmed,
            "converted": card.kind != Kind.FAULT,
            "l1_declared": card.kind == Kind.FAULT and not story.emergency_stands,
            "l1_ruled_out": card.kind == Kind.FAULT and not story.emergency_stands,
        }
        if not only.get(kind, True) or (kind in ONLY_EMERGENCY and not story.emergency_stands):
            return False
        before = AFTER.get(kind, ())
        return not before or any(story.log.has(one) for one in before)

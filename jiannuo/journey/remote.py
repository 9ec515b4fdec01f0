"""Then remotely, with consent (7.3): consent, session, plan, approval, execution."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from jiannuo.cases.view import CaseView
from jiannuo.journey.step import NOW, Done, When, keep_deviations, on_case
from jiannuo.journey.step import given as said_fields
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.gates import Answer
from jiannuo.notices.commands import Note, post
from jiannuo.people.permits import allowed
from jiannuo.support import commands as support

MAJOR = "major_op_needed"
CAREFUL = "R-7.4-B-4c"


def answer_consent(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    given: bool,
    how: str,
    scope: str | None = None,
    until: datetime | None = None,
    reason: str | None = None,
) -> Done:
    """The customer lets us in, or does not: who, how, for what, until when (R-7.3-A-1)."""
    said = {"given": given, "how": how, "scope": scope, "until": until, "reason": reason}
    fields = {name: value for name, value in said.items() if value is not None}

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        support.note_consent(view.card.id, view.card.customer, uid, actor, event.t, event.d)

    return on_case(actor, case, "remote_consent", fields, when, keep)


def log_in(actor: Actor, case: str, when: When = NOW) -> Done:
    """Logged in to the customer's system. Refused without valid consent."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        support.open_session(view.card.id, view.card.customer, uid, actor, event.t)

    return on_case(actor, case, "remote_login", {}, when, keep)


def log_out(actor: Actor, case: str, when: When = NOW) -> Done:
    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        support.end_session(view.card.id, event.t, "logged_out")

    return on_case(actor, case, "remote_logout", {}, when, keep)


def give_up_remotely(
    actor: Actor, case: str, when: When = NOW, *, reason: str | None = None
) -> Done:
    """Remote support did not remove the fault: on site comes next (7.4)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        support.end_session(view.card.id, event.t, "failed")

    return on_case(actor, case, "remote_failed", said_fields(reason=reason), when, keep)


def skip_remote(actor: Actor, case: str, when: When = NOW, *, reason: str) -> Done:
    """Straight on site, with the reason listed (A29)."""
    return on_case(actor, case, "remote_skipped", {"reason": reason}, when)


def submit_plan(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    version: int,
    notified_by: str,
    impact: str | None = None,
) -> Done:
    """A version of the technical plan, told to the customer by telephone."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        support.submit_plan(view.card.id, view.card.customer, actor, event.t, event.d)

    fields = said_fields(version=version, notified_by=notified_by, impact=impact)
    return on_case(actor, case, "plan_submitted", fields, when, keep)


def approve_plan(actor: Actor, case: str, when: When = NOW, *, version: int) -> Done:
    """The customer approves one version; another version needs its own approval. A plan that
    stops the customer's service counts as a major operation: unless the department's head
    approved it, the engineer hears whose word is still missing (R-7.4-B-5a)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        card = view.card
        support.approve(card.id, card.customer, uid, actor, event.t, kind="plan", version=version)
        plans = view.story.log.where("plan_submitted", lambda e: e.d["version"] == version)
        outage = bool(plans) and plans[-1].d.get("impact") == "outage"
        if outage and not allowed(actor, "major_op_approved") and not card.drill:
            facts = {"case": card.number, "version": version}
            key = f"major_op_needed:{uid}"
            post([Note(key, MAJOR, "case", card.id, "engineer", card.customer, facts)])

    return on_case(actor, case, "plan_approved", {"version": version}, when, keep)


def permit_execution(actor: Actor, case: str, when: When = NOW, *, executor: str) -> Done:
    """The customer permits our engineer to carry the plan out himself (R-7.4-B-4b)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        card = view.card
        support.approve(card.id, card.customer, uid, actor, event.t, kind="execution")

    return on_case(actor, case, "execution_permitted", {"executor": executor}, when, keep)


def state_risk(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    version: int,
    data_loss: bool,
    backup_at: str | None = None,
    back_out: str | None = None,
) -> Done:
    """What a version of the plan may cost: whether data may be lost, where the backup lies, how
    to step back (R-7.4-B-4c)."""
    fields = said_fields(
        version=version, data_loss=data_loss, backup_at=backup_at, back_out=back_out
    )
    return on_case(actor, case, "risk_stated", fields, when)


def accept_risk(actor: Actor, case: str, when: When = NOW, *, version: int, how: str) -> Done:
    """The customer accepts in writing that there is no backup."""
    return on_case(actor, case, "risk_accepted", {"version": version, "how": how}, when)


def execute_plan(actor: Actor, case: str, when: When = NOW, *, version: int, executor: str) -> Done:
    """Carry an approved version out. Where it may cost data and nothing is backed up, only with
    the customer's written acceptance, which is listed (R-7.4-B-4c)."""

    def look_first(view: CaseView, event: Event, uid: UUID) -> None:
        if not view.story.unsecured(version):
            return
        accepted = view.story.log.where("risk_accepted", lambda e: e.d["version"] == version)
        if not accepted:
            raise Refusal(
                "backup_not_taken",
                "方案可能造成数据丢失且未备份：请先备份，或取得客户书面接受",
                "the plan may cost data and nothing is backed up: back up first, or have the"
                " customer accept it in writing",
                requirement=CAREFUL,
            )
        note = f"客户书面接受（{accepted[-1].by.name}，{accepted[-1].d['how']}）"
        reasons = ("backup_not_taken",)
        answer = Answer("execute_plan", "soft", True, CAREFUL, reasons, (CAREFUL,), note)
        keep_deviations(view, event, (answer,))

    fields = {"version": version, "executor": executor}
    return on_case(actor, case, "plan_executed", fields, when, look_first)

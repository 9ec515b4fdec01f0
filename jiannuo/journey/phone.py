"""First by telephone (7.2): contact, attempts, guidance, and that it does not suffice."""

from __future__ import annotations

from uuid import UUID

from jiannuo.archive import commands as archive
from jiannuo.archive.commands import Rung
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.journey import gatekeeper
from jiannuo.journey.step import NOW, Done, Effect, When, given, on_case, subject_of
from jiannuo.kernel.refusal import Refusal
from jiannuo.knowledge import commands as knowledge
from jiannuo.knowledge import queries as articles
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.vocabulary import Kind


def in_contact(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    call: str | None = None,
    result: str | None = None,
) -> Done:
    """An engineer and the customer speak: two-way contact stops the response clocks."""
    direction = call or "outbound"
    fields = given(call=call, result=result, skill=_skill(actor, case))
    logged = _logged(actor, direction, "", answered=True, summary=result or "")
    return on_case(actor, case, "engineer_contact", fields, when, logged)


def attempt_contact(actor: Actor, case: str, when: When = NOW, *, how: str) -> Done:
    """Nobody answered, or only a message went out: noted beside the verdict (A6)."""
    logged = _logged(actor, "outbound", "", answered=False, summary=how)
    effect = logged if how == "call_unanswered" else None
    return on_case(actor, case, "contact_attempt", {"how": how}, when, effect)


def send_article(actor: Actor, case: str, when: When = NOW, *, article: str) -> Done:
    """A customer's question is answered out of an article. An agent's has to be approved; an
    engineer still owes the customer his word (R-7.1-B-2). `article`: its number, and what it is
    called."""
    if not article.strip():
        raise Refusal(
            "no_article",
            "请选一篇已批准的文章，或转给维护工程师回答",
            "choose an approved article, or hand the question to an engineer",
            requirement="R-7.1-B-2",
        )
    number = article.split()[0]

    def count(view: CaseView, event: Event, uid: UUID) -> None:
        knowledge.use(number, view.card.id, view.card.customer, actor.name, event.t)

    fields = given(article=article, version=articles.answering(number), skill=_skill(actor, case))
    return on_case(actor, case, "article_sent", fields, when, count)


def _skill(actor: Actor, case: str) -> str | None:
    """Evidence of who answers a question: his skill for its product line, as he has it now."""
    card = cases.card(case)
    return gatekeeper.skill(actor, card) if card.kind == Kind.CONSULT else None


def close_stage(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    outcome: str | None = None,
    diagnosis: str | None = None,
    proposal: str | None = None,
    guidance: str | None = None,
) -> Done:
    """The telephone's part is over: located, proposed, guided, and solved or not (R-7.2-A-4)."""
    if not outcome:
        raise Refusal(
            "no_outcome",
            "请写明电话支持的结果：已解决或未解决",
            "say how the telephone support ended: solved or not solved",
            requirement="R-7.2-A-4",
        )
    fields = given(outcome=outcome, diagnosis=diagnosis, proposal=proposal, guidance=guidance)
    return on_case(actor, case, "phone_closed", fields, when)


def give_up_on_phone(actor: Actor, case: str, when: When = NOW, *, confirmed_with: str) -> Done:
    """Confirmed with the customer that the telephone will not do: remote comes next (7.3)."""
    return on_case(actor, case, "phone_failed", {"confirmed_with": confirmed_with}, when)


def _logged(actor: Actor, direction: str, person: str, *, answered: bool, summary: str) -> Effect:
    def log(view: CaseView, event: Event, uid: UUID) -> None:
        call = Rung(
            direction,
            person or view.card.caller,
            actor.name,
            event.t,
            answered=answered,
            summary=summary,
        )
        archive.log_call(subject_of(view), event.seq, call)

    return log

"""What was registered by mistake is taken back: one more event, and the rows that it had made go.
Nothing that anybody has used since can be taken back (docs/decisions/0024)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.customers import withdrawing
from jiannuo.equipment import withdrawing as units
from jiannuo.inspections import commands as inspections
from jiannuo.journey.agreements import following, subject_of
from jiannuo.journey.knowing import again, note
from jiannuo.journey.step import NOW, Done, When, outcome
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require


@transaction.atomic
def take_back(
    actor: Actor, ref: str, when: When = NOW, *, what: str, called: str = "", reason: str
) -> Done:
    """`ref`: its id; of a contract's line the contract's, with the serial as `called`. Raises
    `Refusal` where something rests on it."""
    if (done := again(when, "taken_back")) is not None:
        return done
    require(actor, "taken_back")
    one = UUID(ref)
    if what == "contract_line":
        subject = subject_of(customers.contract(one))
        with following(one, f"{called}: {reason}"):
            withdrawing.withdraw_line(actor, one, called)
    else:
        owner = archive.customer_of(one)
        subject = Subject(what, one, owner)
        called = _withdraw(actor, what, one)
    fields = {"what": what, "called": called, "reason": reason}
    return outcome(note(actor, subject, "taken_back", fields, when), when, ref)


def _withdraw(actor: Actor, what: str, one: UUID) -> str:
    if what == "device":
        return units.withdraw(actor, one)
    if what == "contract":
        _unwatch(one)
    return withdrawing.withdraw(actor, what, one)


def _unwatch(contract: UUID) -> None:
    """Its inspections are owed no more, and nobody is reminded of its renewal."""
    card, profile = customers.contract(contract), customers.project_profile(contract)
    for subject in inspections.withdraw(contract):
        clocks.settle(Owner("inspection", subject, "", card.customer), profile, (), [])
    clocks.settle(Owner("contract", contract, card.number, card.customer), profile, (), [])


def untouched(subject: UUID, ours: tuple[str, ...]) -> None:
    """Raises `Refusal` ("changed_since") where somebody did something to it after the first of the
    entries whose reason begins with one of `ours`."""
    lines = archive.timeline([subject])
    began = min((ln.happening.seq for ln in lines if ln.why.startswith(ours)), default=0)
    for line in lines:
        if line.happening.seq > began and not line.why.startswith(ours):
            event = line.happening
            raise Refusal(
                "changed_since",
                f"此后 {event.by.name} 动过它（{event.t:%Y-%m-%d}）",
                f"{event.by.name} did something to it since ({event.t:%Y-%m-%d})",
            )

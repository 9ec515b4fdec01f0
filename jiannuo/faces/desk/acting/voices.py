"""Whose word a step would be."""

from __future__ import annotations

from jiannuo.journey import speaking
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import allowed

OWN, CUSTOMER, COLLEAGUE, NOBODY = "own", "customer", "colleague", ""


def voice(actor: Actor, kind: str) -> str:
    """Whose word it would be if this person entered it; "" where he may not at all."""
    if allowed(actor, kind):
        return OWN
    if speaking.of_customer(kind):
        return CUSTOMER if allowed(actor, "enter_for_customer") else NOBODY
    if kind in speaking.CALLED_IN and allowed(actor, "enter_for_colleague"):
        return COLLEAGUE
    return NOBODY

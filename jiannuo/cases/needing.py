"""Reads for whoever gives cases to people: those that nobody has, and cards of many at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jiannuo.cases import rows
from jiannuo.cases.models import OPEN, Case
from jiannuo.cases.states import OVER, State
from jiannuo.cases.view import CaseCard
from jiannuo.manual.actor import Actor

#: While nobody has talked with the customer, somebody has to be found who does.
UNTOUCHED = (State.CONFIRMED, State.PHONE, State.REMOTE)


def cards_of(wanted: Iterable[UUID]) -> list[CaseCard]:
    """Cases by id; nothing is asked for none."""
    ids = list(wanted)
    return rows.cards("c.id = any(%(ids)s)", {"ids": ids}) if ids else []


def open_of(wanted: Iterable[UUID]) -> list[CaseCard]:
    """Those of them that are open and real."""
    ids = list(wanted)
    where = "c.id = any(%(ids)s) and not c.drill and not c.status = any(%(over)s)"
    over = [state.value for state in OVER]
    return rows.cards(where, {"ids": ids, "over": over}) if ids else []


def unheld(actor: Actor, limit: int) -> list[CaseCard]:
    """Open faults to which nobody is assigned, the one whose promise ends first on top."""
    found = Case.objects.filter(
        OPEN, drill=False, kind="fault", assignee="", status__in=[s.value for s in UNTOUCHED]
    )
    if actor.customer is not None:
        found = found.filter(customer_id=actor.customer)
    ids = list(found.order_by("next_due_at", "id").values_list("id", flat=True)[:limit])
    return cards_of(ids)

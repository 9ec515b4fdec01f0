"""Not fixed in 24 hours: a loaner of no lower standard (3)."""

from __future__ import annotations

from uuid import UUID

from jiannuo.cases.view import CaseView
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.journey.step import NOW, Done, When, on_case
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.parts import commands as parts


def _loaner(serial: str) -> UnitCard:
    found = equipment.find(serial)
    if found is None or found.role != "loaner":
        raise Refusal(
            "no_loaner",
            f"没有序列号为 {serial} 的备用机",
            f"there is no loaner {serial}",
            requirement="R-3-3",
        )
    return found


def issue(actor: Actor, case: str, when: When = NOW, *, sn: str) -> Done:
    """Issue a loaner; refused with the attribute in which it is below the original."""

    def lend(view: CaseView, event: Event, uid: UUID) -> None:
        parts.lend(_loaner(sn).id, view.card.id, view.card.customer, event.t)

    return on_case(actor, case, "loaner_issued", {"sn": sn}, when, lend)


def deliver(actor: Actor, case: str, when: When = NOW, *, sn: str) -> Done:
    """Delivered is not running: this stops nothing (R-3-4)."""
    return on_case(actor, case, "loaner_delivered", {"sn": sn}, when)


def put_in_service(
    actor: Actor, case: str, when: When = NOW, *, sn: str, customer_confirmed_by: str
) -> Done:
    """Running, and the customer says so: 24 hours are kept by the loaner."""

    def note(view: CaseView, event: Event, uid: UUID) -> None:
        parts.loan_in_service(_loaner(sn).id, view.card.id, event.t)

    fields = {"sn": sn, "customer_confirmed_by": customer_confirmed_by}
    return on_case(actor, case, "loaner_in_service", fields, when, note)


def take_back(actor: Actor, case: str, when: When = NOW, *, sn: str, data_erased: bool) -> Done:
    def back(view: CaseView, event: Event, uid: UUID) -> None:
        parts.take_back(_loaner(sn).id, view.card.id, event.t, data_erased=data_erased)

    fields = {"sn": sn, "data_erased": data_erased}
    return on_case(actor, case, "loaner_returned", fields, when, back)


def erase(actor: Actor, case: str, when: When = NOW, *, sn: str) -> Done:
    """A loaner that came back with a customer's data on it may go out again once it is erased."""

    def clean(view: CaseView, event: Event, uid: UUID) -> None:
        parts.erased(_loaner(sn).id, view.card.id)

    return on_case(actor, case, "loaner_erased", {"sn": sn}, when, clean)

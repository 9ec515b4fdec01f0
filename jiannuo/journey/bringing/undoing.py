"""What a line made is taken back by entries that say so; what was used since stays, and why is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from jiannuo.customers import listing
from jiannuo.imports.queries import LineCard
from jiannuo.journey import accounts, agreements, devices, knowing, shelves
from jiannuo.journey import taking_back as back
from jiannuo.journey.bringing.kind import Made, Stamp
from jiannuo.journey.bringing.kinds import contracts, sites, staff, stock
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor


@dataclass(frozen=True, slots=True)
class Undoing:
    """One thing that a line made, to be taken back."""

    actor: Actor
    stamp: Stamp
    row: int
    made: Made

    @property
    def reason(self) -> str:
        return self.stamp.undoing(self.row, "").why

    def untouched(self) -> UUID:
        """Its id. Raises `Refusal` where somebody did something to it since."""
        one = UUID(self.made["id"])
        back.untouched(one, self.stamp.ours)
        return one


def take_back(actor: Actor, stamp: Stamp, line: LineCard) -> None:
    """All that the line made, the last first, or nothing. Raises `Refusal`."""
    for made in reversed(line.made):
        WAYS[made["step"]](Undoing(actor, stamp, line.row, dict(made)))


def _registered(what: str) -> Callable[[Undoing], None]:
    def undo(one: Undoing) -> None:
        one.untouched()
        when = one.stamp.undoing(one.row, what)
        back.take_back(one.actor, one.made["id"], when, what=what, reason=one.reason)

    return undo


def _customer(one: Undoing) -> None:
    was = one.made["was"]
    when = one.stamp.undoing(one.row, "change")
    one.untouched()
    knowing.change_customer(one.actor, one.made["id"], when, **was)


def _contact(one: Undoing) -> None:
    one.untouched()
    when = one.stamp.undoing(one.row, "change")
    knowing.change_person(one.actor, one.made["id"], when, **one.made["was"])


def _site(one: Undoing) -> None:
    one.untouched()
    when = one.stamp.undoing(one.row, "change")
    was = sites.stepped(one.made["was"])
    knowing.change_site(one.actor, one.made["id"], when, **was, reason=one.reason)


def _moved(one: Undoing) -> None:
    was = one.made["was"]
    one.untouched()
    when = one.stamp.undoing(one.row, "move")
    where = {"site": UUID(was["site"]), "function": was["function"], "place": was["place"]}
    devices.move(one.actor, one.made["id"], when, **where, reason=one.reason)


def _line(one: Undoing) -> None:
    contract, serial, was = one.untouched(), one.made["serial"], one.made["was"]
    if contract not in {line.contract for line in listing.project_lines(inspected=False)}:
        return
    when = one.stamp.undoing(one.row, "line")
    if was is None:
        what = "contract_line"
        ref = str(contract)
        back.take_back(one.actor, ref, when, what=what, called=serial, reason=one.reason)
    else:
        told = contracts.dated(was)
        agreements.set_line(one.actor, str(contract), when, serial=serial, **told)


def _received(one: Undoing) -> None:
    when = one.stamp.undoing(one.row, "receive")
    name, event = one.made["id"], UUID(one.made["event"])
    shelves.undo(one.actor, name, when, of=event, reason=one.reason)


def _person(one: Undoing) -> None:
    when = one.stamp.undoing(one.row, "add")
    accounts.take_back(one.actor, one.untouched(), when, reason=one.reason)


def _person_changed(one: Undoing) -> None:
    one.untouched()
    staff.put_back(one.actor, one.made, one.stamp, one.row)


def _history(one: Undoing) -> None:
    raise Refusal(
        "archived",
        "历史工单已进档案，不能撤回；错的请在工单页更正",
        "a history is in the archive and stays; mend what is wrong on the page of the case",
    )


WAYS: dict[str, Callable[[Undoing], None]] = {
    "customer_added": _registered("customer"),
    "customer_changed": _customer,
    "contact_added": _registered("contact"),
    "contact_changed": _contact,
    "site_added": _registered("site"),
    "site_changed": _site,
    "contract_signed": _registered("contract"),
    "line_set": _line,
    "device_registered": _registered("device"),
    "device_moved": _moved,
    "stock_received": _received,
    "minimum": lambda one: stock.put_back(one.actor, one.made),
    "person_added": _person,
    "person_changed": _person_changed,
    "imported": _history,
}

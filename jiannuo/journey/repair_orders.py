"""Every faulty serial taken off gets a repair order of its own (R-7.7-I1, R-7.5-B8)."""

from __future__ import annotations

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.manual import marks
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as parts_queries
from jiannuo.parts.queries import RepairCard


def open_for_faulty(view: CaseView) -> None:
    """Open what is missing; an order once opened stays."""
    if view.card.drill:
        return
    for event in view.story.log.all("part_used"):
        for serial in event.d.get("faulty_serials") or ():
            card = view.card
            order, new = parts.open_repair(
                parts.NewRepair(serial, serial, event.t, card.id, card.contract, card.customer)
            )
            if new:
                put_on_paper(parts_queries.repair(order))


def about(order: RepairCard) -> About:
    return About("repair_order", order.id, order.number, order.customer)


def put_on_paper(order: RepairCard) -> None:
    """The order sheet and the tag that goes on the part."""
    case = cases.card(order.case) if order.case else None
    facts = {
        "number": order.number,
        "serial": order.serial,
        "case": order.case,
        "free": order.free,
        "customer": case.customer_name if case else None,
        "symptom": case.text if case else None,
        "faulty_since": case.reported_at.isoformat() if case else None,
        "data_erased": None,  # a box to tick, by hand
    }
    at = parts_queries.opened_at(order.id)
    papers.make("repair_order_sheet", about(order), at, facts)
    papers.make("fault_tag", about(order), at, facts)


def settle_order(order: RepairCard) -> None:
    """The reminder of a repair that is late follows its due day."""
    owner = Owner("repair_order", order.id, order.number, order.customer)
    parts.note_turnaround(order.id, order.free, order.workdays, order.due_on)
    due = order.due_on if order.shipped_at is None else None
    late = [marks.of_repair(order.profile, order.number, due)] if due else []
    found = [*late, *map(marks.task_of_repair, late)]
    clocks.settle(owner, order.profile, (), found)

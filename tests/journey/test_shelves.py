"""4: shelves kept right: from place to place, counted, ordered, booked by mistake and moved back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey.step import Done
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.papers import queries as papers
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as stock
from jiannuo.parts import stores
from jiannuo.parts.stores import StoreLine
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused, step
from tests.world import BRAND, MODEL, World

VAN = "VAN-李伟"


@pytest.fixture
def shelf(world: World) -> World:
    """Three fans in the main store, two are the least; a van that is empty."""
    return stocked(world)


def stocked(world: World) -> World:
    with held_at(FOUNDED):
        keeper = world.actor("蒋丽")
        parts.stock_part(keeper, "风扇", 2)
        parts.open_location(keeper, VAN, "李伟的车", "van", "李伟")
    step(world, "stock_received", "08:00", "蒋丽", "风扇", qty=3, lot="L1", cost="60.00")
    return world


def fans() -> StoreLine:
    return stores.lines_named(["风扇"])["风扇"]


def lying() -> dict[str, int]:
    return {one.location: one.on_hand for one in fans().shelves}


def booked(world: World, kind: str, when: str = "09:00", by: str = "蒋丽", **said: Any) -> UUID:
    return step(world, kind, when, by, "风扇", **said).event


def undone(world: World, when: str, *, of: UUID, reason: str) -> Done:
    with held_at(at(when)):
        return take("stock_undone", world.actor("蒋丽"), "风扇", of=of, reason=reason)


# -- from place to place ----------------------------------------------------------------------


@keeps("R-4-1")
def test_what_goes_into_a_van_lies_there_and_is_issued_from_there(shelf: World) -> None:
    booked(shelf, "stock_transferred", qty=2, **{"from": "main", "to": VAN})
    assert lying() == {"main": 1, VAN: 2}
    [alert] = clocks.alerts_of(fans().id)
    assert alert.code == "stock_below_min"
    case = fault(shelf, "09:30", "L3")
    booked(shelf, "stock_issued", "10:00", qty=1, case=case.number, location=VAN)
    assert lying() == {"main": 1, VAN: 1}
    booked(shelf, "stock_returned", "11:00", qty=1, case=case.number)
    assert lying() == {"main": 2, VAN: 1}


def test_nothing_comes_from_where_it_is_not_and_goes_nowhere_unknown(shelf: World) -> None:
    for said, code in (
        ({"from": VAN, "to": "main"}, "not_in_stock"),
        ({"from": "main", "to": "nowhere"}, "no_location"),
        ({"from": "main", "to": "main"}, "same_place"),
    ):
        with refused(code):
            booked(shelf, "stock_transferred", qty=1, **said)
    assert lying() == {"main": 3}


@keeps("R-7-2")
def test_what_is_kept_for_a_project_stays_where_it_is_kept(shelf: World) -> None:
    booked(shelf, "stock_reserved", qty=2, project="HT-P")
    with refused("kept_for_others", "R-7-2"):
        booked(shelf, "stock_transferred", qty=2, **{"from": "main", "to": VAN})
    booked(shelf, "stock_transferred", qty=1, **{"from": "main", "to": VAN})
    assert lying() == {"main": 2, VAN: 1}


def test_a_place_has_a_minimum_of_its_own(shelf: World) -> None:
    parts.keep_at_least(shelf.actor("蒋丽"), fans().id, VAN, 1)
    assert fans().at(VAN).short == 1
    booked(shelf, "stock_transferred", qty=1, **{"from": "main", "to": VAN})
    assert fans().short == 0
    booked(shelf, "stock_issued", "10:00", qty=1, location=VAN)
    [task] = papers.papers(fans().id)
    assert papers.gathered(task.id)["location"] == VAN


# -- counted ----------------------------------------------------------------------------------


def seen() -> int | None:
    return stores.last_moves([fans().id], "main").get(fans().id)


def test_a_count_that_agrees_moves_nothing_and_is_known(shelf: World) -> None:
    booked(shelf, "stock_counted", counted=3)
    assert lying() == {"main": 3}
    assert stores.counted([fans().id], "main")[fans().id].d["expected"] == 3


@keeps("R-4-1")
def test_a_difference_needs_a_reason_and_becomes_a_booking(shelf: World) -> None:
    with refused("difference_without_reason", "R-4-1"):
        booked(shelf, "stock_counted", counted=1, seen=seen())
    booked(shelf, "stock_counted", counted=1, seen=seen(), reason="漏记出库")
    assert lying() == {"main": 1}
    [line, *_] = stores.bookings()
    assert (line.kind, line.qty) == ("counted", -2)
    assert [(lot.lot, lot.qty) for lot in stock.lots_of("风扇")] == [("L1", 1)]
    assert clocks.alerts_of(fans().id)


def test_what_was_booked_during_the_count_is_counted_again(shelf: World) -> None:
    before = seen()
    booked(shelf, "stock_issued", "09:00", qty=1)
    with refused("moved_meanwhile"):
        booked(shelf, "stock_counted", "09:30", counted=3, seen=before, reason="少了")
    assert lying() == {"main": 2}
    booked(shelf, "stock_counted", "09:40", counted=2, seen=before)


def test_what_turned_up_costs_what_the_last_lot_did(shelf: World) -> None:
    booked(shelf, "stock_counted", counted=5, seen=seen(), reason="漏记入库")
    [lot] = stock.lots_of("风扇")
    assert (lot.qty, str(lot.cost)) == (5, "60.00")


# -- booked by mistake ------------------------------------------------------------------------


@pytest.fixture
def case(shelf: World) -> Case:
    return fault(shelf, "08:30", "L3")


def test_an_issue_is_undone_by_its_opposite_and_its_slip_is_void(shelf: World, case: Case) -> None:
    made = booked(shelf, "stock_issued", qty=2, case=case.number)
    undone(shelf, "09:05", of=made, reason="扫错了件")
    assert lying() == {"main": 3}
    assert stock.issued_to(fans().id, case.id) == 0
    last, first, *_ = stores.bookings()
    assert (last.kind, first.undone) == ("undone", True)
    assert "parts_issue_slip" not in {paper.kind for paper in papers.papers(case.id)}
    with refused("undone_already"):
        undone(shelf, "09:10", of=made, reason="再来")


def test_pieces_that_were_kept_for_the_project_are_kept_again(shelf: World, case: Case) -> None:
    booked(shelf, "stock_reserved", "08:40", qty=1, project="HT-P")
    made = booked(shelf, "stock_issued", qty=2, case=case.number)
    assert not fans().reserved
    undone(shelf, "09:05", of=made, reason="数量错了")
    assert [(one.project, one.qty) for one in fans().reserved] == [("HT-P", 1)]


def test_what_a_case_has_used_is_not_taken_from_it(shelf: World, case: Case) -> None:
    made = booked(shelf, "stock_issued", qty=1, case=case.number)
    case.do("part_used", "10:00", "李伟", part="风扇", qty=1, supplier="vendor", condition="new")
    with refused("used_already", "R-4-1"):
        undone(shelf, "10:05", of=made, reason="单号错了")


def test_a_lot_that_was_none_is_gone_from_the_lots(shelf: World) -> None:
    made = booked(shelf, "stock_received", qty=4, lot="L9", cost="1.00")
    undone(shelf, "09:05", of=made, reason="数量错了")
    assert [(lot.lot, lot.qty) for lot in stock.lots_of("风扇")] == [("L1", 3)]


def test_a_transfer_is_undone_at_both_ends(shelf: World) -> None:
    made = booked(shelf, "stock_transferred", qty=2, **{"from": "main", "to": VAN})
    undone(shelf, "09:05", of=made, reason="没有拿走")
    assert lying() == {"main": 3}


def test_only_a_booking_of_this_part_is_undone(shelf: World) -> None:
    for wrong in (uuid4(), step(shelf, "stock_ordered", "09:00", "蒋丽", "风扇", **ORDER).event):
        with refused("no_booking"):
            undone(shelf, "09:05", of=wrong, reason="x")


# -- ordered ----------------------------------------------------------------------------------

ORDER: dict[str, Any] = {"qty": 4, "maker": "川芯", "promised": date(2026, 3, 9)}


@keeps("R-4-2")
def test_what_the_maker_promised_stands_until_something_comes_in(shelf: World) -> None:
    booked(shelf, "stock_ordered", vendor_ref="PO-7", **ORDER)
    order = stores.on_order([fans().id])[fans().id]
    assert (order.qty, order.vendor_ref, order.promised) == (4, "PO-7", date(2026, 3, 9))
    booked(shelf, "stock_received", "10:00", qty=4, lot="L2", cost="61.00")
    assert stores.on_order([fans().id]) == {}


def test_what_was_asked_for_waits_until_it_is_issued(shelf: World, case: Case) -> None:
    case.do("part_requested", "09:00", "李伟", part="风扇", qty=2)
    [asked] = stores.asked([case.id])
    assert (asked.part, asked.qty, asked.by, asked.at) == ("风扇", 2, "李伟", at("09:00"))
    made = booked(shelf, "stock_issued", "09:10", qty=2, case=case.number)
    assert stores.asked([case.id]) == []
    undone(shelf, "09:15", of=made, reason="扫错了件")
    assert [one.qty for one in stores.asked([case.id])] == [2]


@keeps("R-3-3")
def test_a_loaner_with_a_customer_s_data_goes_nowhere_until_it_is_erased(shelf: World) -> None:
    with held_at(FOUNDED):
        equipment.register_loaner(SYSTEM, NewUnit("LO-9", BRAND, MODEL))
    from_ = fault(shelf, "08:30", "L3")
    other = fault(shelf, "08:40", "L3")
    from_.do("loaner_issued", "09:00", "蒋丽", sn="LO-9")
    from_.do("loaner_returned", "10:00", "蒋丽", sn="LO-9", data_erased=False)
    with refused("data_not_erased", "R-3-3"):
        other.do("loaner_issued", "10:10", "蒋丽", sn="LO-9")
    from_.do("loaner_erased", "10:20", "蒋丽", sn="LO-9")
    other.do("loaner_issued", "10:30", "蒋丽", sn="LO-9")

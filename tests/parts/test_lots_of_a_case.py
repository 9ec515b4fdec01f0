"""Which lots a case used, read without what everybody else used."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journey.conftest import founded, world
from tests.journey.telling import Case, fault, step
from tests.journey.test_charges import own_project
from tests.world import World

__all__ = ["founded", "world"]

DAY = "2026-03-02"


@pytest.fixture
def two(world: World) -> list[Case]:
    """Two cases after warranty; two fans of an old lot on the shelf, five of a new one."""
    own = own_project(months=6)
    for qty, lot, cost in ((2, "L1", "50.00"), (5, "L2", "70.00")):
        step(world, "stock_received", f"{DAY} 08:00", "蒋丽", "风扇", qty=qty, lot=lot, cost=cost)
    return [fault(world, f"{DAY} 09:0{n}", "L3", of=own) for n in (0, 1)]


def move(case: Case, kind: str, when: str, qty: int, **late: Any) -> None:
    step(case.world, kind, f"{DAY} {when}", "蒋丽", "风扇", qty=qty, case=case.number, **late)


def use(case: Case, when: str, qty: int = 1, **late: Any) -> None:
    fan = {"part": "风扇", "qty": qty, "supplier": "vendor", "condition": "new"}
    case.do("part_used", f"{DAY} {when}", "李伟", **fan, **late)


def lots(case: Case) -> list[tuple[str, int]]:
    return [(line.lot, int(line.qty)) for line in case.sheet.lines]


def test_the_oldest_lot_goes_to_who_came_first_whoever_used_it_first(two: list[Case]) -> None:
    first, second = two
    move(first, "stock_issued", "10:00", 2)
    move(second, "stock_issued", "10:10", 1)
    use(second, "10:20")
    use(first, "10:30", 2)
    assert (lots(first), lots(second)) == ([("L1", 2)], [("L2", 1)])


def test_what_is_given_back_goes_out_again_first(two: list[Case]) -> None:
    first, second = two
    move(first, "stock_issued", "10:00", 2)
    use(first, "10:10")
    move(first, "stock_returned", "10:20", 1)
    move(second, "stock_issued", "10:30", 2)
    use(second, "10:40", 2)
    assert (lots(first), lots(second)) == ([("L1", 1)], [("L1", 1), ("L2", 1)])


def test_who_gives_back_what_was_used_by_then_gives_nothing_of_it(two: list[Case]) -> None:
    """A use entered late lies before the return: then the piece was not there to go back."""
    first, second = two
    move(first, "stock_issued", "10:00", 1)
    move(first, "stock_returned", "10:20", 1)
    move(first, "stock_issued", "10:50", 1)
    use(first, "10:10", rec=f"{DAY} 11:00", why="补录")
    move(second, "stock_issued", "11:10", 2)
    use(second, "11:20", 2)
    assert lots(first) == [("L1", 1)]
    assert lots(second) == [("L2", 2)]

"""4: several at one shelf: nobody takes what is gone, nothing is written over, nobody waits for ever."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from jiannuo.journey.step import Done
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.parts import stores
from tests.crowd import at_once
from tests.journey.conftest import FOUNDED
from tests.journey.telling import step
from tests.journey.test_shelves import VAN, booked, lying, seen, stocked
from tests.world import World, company, project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowded(transactional_db: None) -> World:
    """The company in committed rows, for several connections."""
    with held_at(FOUNDED):
        built = company()
        project()
    return stocked(built)


def test_of_two_keepers_who_issue_the_last_piece_one_gets_it(crowded: World) -> None:
    booked(crowded, "stock_issued", qty=2)
    answers = at_once(2, lambda _: step(crowded, "stock_issued", "10:00", "蒋丽", "风扇", qty=1))
    done = [one for one in answers if isinstance(one, Done)]
    refusals = [one.code for one in answers if isinstance(one, Refusal)]
    assert (len(done), refusals) == (1, ["not_in_stock"]), answers
    assert lying() == {"main": 0}


def test_of_a_count_and_an_issue_at_once_neither_writes_over_the_other(crowded: World) -> None:
    last = seen()
    tries: list[tuple[str, dict[str, Any]]] = [
        ("stock_counted", {"counted": 1, "seen": last, "reason": "漏记出库"}),
        ("stock_issued", {"qty": 2}),
    ]
    answers = at_once(2, lambda n: booked(crowded, tries[n][0], "10:00", **tries[n][1]))
    refusals = [one.code for one in answers if isinstance(one, Refusal)]
    assert refusals in (["moved_meanwhile"], ["not_in_stock"], []), answers
    assert lying() == {"main": 1}
    assert sum(one.qty for one in stores.bookings(9)) == 1


def test_transfers_towards_each_other_do_not_wait_for_each_other(crowded: World) -> None:
    booked(crowded, "stock_transferred", qty=1, **{"from": "main", "to": VAN})
    ways = [{"from": "main", "to": VAN}, {"from": VAN, "to": "main"}]
    answers = at_once(
        6, lambda n: booked(crowded, "stock_transferred", "10:00", qty=1, **ways[n % 2])
    )
    told = [one for one in answers if not isinstance(one, UUID)]
    assert all(isinstance(one, Refusal) for one in told), answers
    assert sum(lying().values()) == 3

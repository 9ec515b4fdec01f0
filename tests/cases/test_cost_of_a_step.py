"""A step asks the same few questions however much the house has lived through."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiannuo.cases import rows
from tests.journey.conftest import founded, world
from tests.journey.telling import Case, fault, step
from tests.journey.test_charges import own_project
from tests.world import Customer, World

__all__ = ["founded", "world"]

FAN = {"part": "风扇", "qty": 1, "supplier": "vendor", "condition": "new"}
END = {"problem": "P-FAN", "cause": "quality", "repair": True, "customer_confirmed_by": "邓丽"}


def worked_on(world: World, day: str, of: Customer) -> Case:
    """Reported, visited and given a fan."""
    case = fault(world, f"{day} 09:00", "L3", of=of)
    step(world, "stock_received", f"{day} 09:10", "蒋丽", "风扇", qty=1, lot=day, cost="60.00")
    step(world, "stock_issued", f"{day} 09:20", "蒋丽", "风扇", qty=1, case=case.number)
    case.do("arrived", f"{day} 10:00", "李伟")
    case.do("part_used", f"{day} 10:10", "李伟", **FAN)
    return case


def asked(case: Case, kind: str, when: str, **fields: object) -> int:
    with CaptureQueriesContext(connection) as found:
        case.do(kind, when, "李伟", **fields)
    return len(found)


@pytest.mark.parametrize("months", [36, 6])  # in warranty, and charged
def test_a_fix_and_what_follows_cost_the_same_after_many_others(world: World, months: int) -> None:
    own = own_project(months=months)

    def costs(day: str) -> list[int]:
        case = worked_on(world, day, own)
        return [
            asked(case, "resolved", f"{day} 11:00", **END),
            asked(case, "noted", f"{day} 12:00", text="观察"),
        ]

    first = costs("2026-03-02")
    for day in range(3, 8):
        costs(f"2026-03-0{day}")
    assert costs("2026-03-09") == first
    assert rows.PAGE > 7  # one page holds them all

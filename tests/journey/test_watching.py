"""What is planned ahead, and the nightly recount of every clock."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest

from jiannuo.clocks import recount
from jiannuo.clocks.models import Clock as Row
from jiannuo.clocks.models import Recount, Trigger
from jiannuo.inspections.models import Occurrence
from jiannuo.journey import contracts, watching
from jiannuo.kernel.moment import held_at
from jiannuo.notices.models import Notice
from tests.journey.telling import at, fault, keeps
from tests.world import World, project

GO_ON = threading.Event()


def night(when: str = "2026-03-03 03:30") -> None:
    with held_at(at(when)):
        watching.refold_tonight(GO_ON)


def test_clocks_that_are_what_their_events_say_are_reported_as_such(world: World) -> None:
    fault(world, "09:00", "L1").do("l1_declared", "09:01", "李伟", reason="全断")
    fault(world, "09:10", "L3").do("engineer_contact", "09:20", "李伟", call="outbound")
    fault(world, "09:30", "L1", drill=True)
    assert watching.refold(GO_ON) == (3, [])


@keeps("R-X-2")
def test_a_clock_that_is_not_what_its_events_say_is_named_to_the_administrator(
    world: World,
) -> None:
    case = fault(world, "09:00", "L3")
    Row.objects.filter(subject=case.id, promise="fix_24h").update(due_at=at("2026-03-04 09:00"))
    night()
    (told,) = Notice.objects.filter(kind="clocks_differ")
    assert (told.to_role, told.payload["list"]) == ("admin", case.number)
    kept = recount.last()
    assert kept is not None
    assert (kept.cases, kept.differing) == (1, (case.number,))


def test_a_recount_is_made_once_a_night_and_not_by_day(world: World) -> None:
    fault(world, "09:00", "L3")
    night("2026-03-03 02:59")
    assert not Recount.objects.exists()
    night()
    night("2026-03-03 04:00")
    assert Recount.objects.count() == 1


def test_a_recount_whose_worker_died_is_taken_up_by_another(world: World) -> None:
    day = date(2026, 3, 3)
    assert recount.begin(day)
    assert not recount.begin(day)
    row = Recount.objects.get(day=day)
    Recount.objects.update(began_at=row.began_at - timedelta(hours=3))
    assert recount.begin(day)
    recount.end(day, 5, [])
    assert not recount.begin(day)


def test_a_worker_that_is_stopped_leaves_the_recount_to_the_next(world: World) -> None:
    fault(world, "09:00", "L3")
    stop = threading.Event()
    stop.set()
    with held_at(at("2026-03-03 03:30")):
        watching.refold_tonight(stop)
    assert not Recount.objects.exists()


@keeps("R-1-1")
def test_what_a_contract_owes_and_nobody_planned_is_planned_again(world: World) -> None:
    with held_at(at("2026-01-05 09:00")):
        owed = project("HT-Q", inspection_plan=True, devices=())
        Occurrence.objects.filter(contract_id=owed.contract).delete()
        Trigger.objects.filter(code__startswith="inspection_").delete()
        watching.plan()
        watching.plan()
    assert Occurrence.objects.filter(contract_id=owed.contract).count() > 0
    armed = Trigger.objects.filter(code="inspection_30d", ref="2026Q1", state="armed")
    assert armed.count() == 1


def test_one_contract_that_cannot_be_planned_keeps_no_other_from_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def broken(contract: object) -> None:
        seen.append(contract)
        raise ValueError("a poisoned contract")

    monkeypatch.setattr(contracts, "watch", broken)
    assert watching.plan() == 0
    assert len(seen) > 1

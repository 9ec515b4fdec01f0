"""What was lived in another system has its papers there; what follows here has them here."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from jiannuo.cases import queries as cases
from jiannuo.journey import correction
from jiannuo.journey.importing import History, Past, bring_in
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from tests.journey.conftest import founded, world
from tests.journey.telling import Case, at, fault
from tests.world import World

__all__ = ["founded", "world"]

REPORT = {"channel": "email", "kind": "fault", "text": "端口抖动", "caller": "王女士"}
FIX = {"cause": "unknown", "customer_confirmed_by": "王女士"}


def past(kind: str, minute: int, /, **d: object) -> Past:
    return Past(kind, at("08:00") + timedelta(minutes=minute), "老李", d)


def imported(world: World, *more: Past) -> Case:
    """A case that was reported, confirmed and answered elsewhere, taken over at 12:00."""
    told = (
        Past("reported", at("08:00"), "老李", REPORT),
        past("confirmed", 1, level="L3"),
        past("engineer_contact", 20, result="日志"),
        *more,
    )
    with held_at(at("12:00")):
        bring_in(SYSTEM, [History("老系统", "A-1", "处理中", len(told), told)], world.customer.id)
    return Case(world, world.customer, "A-1")


def kinds(case: Case) -> Counter[str]:
    return Counter(paper.kind for paper in case.papers)


def test_a_case_that_came_in_gets_no_papers_for_what_was_lived_elsewhere(world: World) -> None:
    case = imported(world)
    assert cases.card("A-1").imported
    case.do("noted", "13:00", "李伟", text="接手")
    assert kinds(case) == {}


def test_a_step_of_ours_on_it_makes_its_own_papers(world: World) -> None:
    case = imported(world)
    case.do("engineer_contact", "13:00", "李伟", result="已指导")
    case.do("dispatched", "13:10", "刘洋", engineer="李伟", override="远程无效")
    case.do("resolved", "15:00", "李伟", cause="quality", customer_confirmed_by="邓丽")
    found = {paper.kind: paper.happened_at for paper in case.papers}
    assert found == {
        "phone_support_record": at("13:00"),
        "dispatch_order": at("13:10"),
        "deviation_note": at("15:00"),
        "repair_report": at("15:00"),
    }


def test_a_fix_from_elsewhere_has_its_report_there_and_its_correction_a_note_here(
    world: World,
) -> None:
    case = imported(world, past("resolved", 60, **FIX))
    [fix] = [e for e in case.view.events if e.kind == "resolved"]
    with held_at(at("13:00")):
        actor = world.actor("刘洋")
        correction.correct(actor, "A-1", of=UUID(fix.id), t=at("08:50"), reason="日志有误")
    assert kinds(case) == {"correction_note": 1}
    assert case.clock("fix_24h").stop == at("08:50")


def test_fixed_again_here_it_is_reported_here(world: World) -> None:
    case = imported(world, past("resolved", 60, **FIX))
    case.do("resolved", "15:00", "李伟", cause="quality", customer_confirmed_by="邓丽")
    report = case.paper("repair_report")
    assert report is not None
    assert report.happened_at == at("15:00")


@pytest.mark.parametrize("kind", ["phone_support_record", "call_register"])
def test_a_case_of_ours_has_its_papers_as_before(world: World, kind: str) -> None:
    from_elsewhere = imported(world)
    assert from_elsewhere.paper(kind) is None
    case = fault(world, "09:00")
    case.do("engineer_contact", "09:10", "李伟")
    assert case.paper(kind) is not None

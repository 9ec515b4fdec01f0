"""Papers of a case: made with their fact, frozen then, signed and voided by what happens later."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest

from jiannuo.journey import correction
from jiannuo.kernel.moment import held_at
from jiannuo.manual.profile import shipped
from jiannuo.papers import queries as papers
from jiannuo.papers.kinds import KINDS
from jiannuo.papers.models import Paper
from tests.journey.conftest import founded, world
from tests.journey.telling import Case, at, fault
from tests.world import World

__all__ = ["founded", "world"]


def kinds(case: Case) -> Counter[str]:
    return Counter(paper.kind for paper in case.papers)


def test_a_report_leaves_its_register_at_once(world: World) -> None:
    assert kinds(fault(world, "09:00")) == {"call_register": 1}


def test_a_second_contact_is_no_second_record(world: World) -> None:
    case = fault(world, "09:00")
    for minute in (10, 20):
        case.do("engineer_contact", f"09:{minute}", "李伟")
    assert kinds(case)["phone_support_record"] == 1


def test_numbered_papers_count_in_the_order_of_their_facts(world: World) -> None:
    case = fault(world, "09:00")
    case.do("arrived", "12:00", "李伟")
    case.do("dispatched", "11:00", "刘洋", engineer="李伟", rec="12:30", why="补录")
    case.do("dispatched", "10:00", "刘洋", engineer="陈晨", rec="12:40", why="补录")
    orders = [p for p in case.papers if p.kind == "dispatch_order"]
    assert [(p.n, p.happened_at) for p in orders] == [(1, at("10:00")), (2, at("11:00"))]


def test_what_a_paper_was_made_of_stays_though_the_case_goes_on(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("engineer_contact", "09:30", "李伟", result="已指导")
    record = case.paper("phone_support_record")
    assert record is not None
    before = papers.gathered(record.id)
    assert (before["level"], before["made_for"]) == ("L3", at("09:30").isoformat())
    case.do("reclassified", "10:00", "李伟", level="L1", reason="扩大")
    assert papers.gathered(record.id) == before


def test_a_correction_leaves_a_note_and_moves_the_date_of_the_paper(world: World) -> None:
    case = fault(world, "09:00", "L3")
    done = case.do("engineer_contact", "09:30", "李伟")
    with held_at(at("09:40")):
        actor = world.actor("李伟")
        correction.correct(actor, case.number, of=done.event, t=at("09:20"), reason="记错")
    record = case.paper("phone_support_record")
    assert record is not None
    assert record.happened_at == at("09:20")
    assert kinds(case)["correction_note"] == 1


def test_a_signature_follows_its_event(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("plan_submitted", "10:00", "李伟", version=1, notified_by="call")
    plan = case.paper("technical_plan")
    assert plan is not None
    assert not plan.signed
    case.do("plan_approved", "10:10", "彭建军", version=1)
    plan = case.paper("technical_plan")
    assert plan is not None
    assert plan.signed


def test_a_later_approval_signs_every_quote_that_stood_by_then(world: World) -> None:
    case = fault(world, "09:00", "L3")
    for minute, total in ((10, "100.00"), (20, "90.00")):
        case.do("quote_made", f"10:{minute}", "沈浩", total=total)
    case.do("quote_approved", "10:30", "彭建军")
    case.do("quote_made", "10:40", "沈浩", total="80.00")
    assert [p.signed for p in case.papers if p.kind == "quote"] == [True, True, False]


def test_a_repair_report_that_a_recurrence_took_back_is_void_and_not_gone(world: World) -> None:
    case = fault(world, "09:00", "L1")
    case.do("l1_declared", "09:05", "李伟")
    case.do("resolved", "10:00", "李伟", cause="quality", customer_confirmed_by="邓丽")
    assert kinds(case)["repair_report"] == 1
    case.do("recurred", "11:00", "唐勇")
    assert kinds(case)["repair_report"] == 0
    [row] = Paper.objects.filter(subject=case.id, kind="repair_report")
    assert row.void_at == at("11:00")
    case.do("resolved", "12:00", "李伟", cause="quality", customer_confirmed_by="邓丽")
    assert kinds(case)["repair_report"] == 1


def test_of_a_merged_loser_the_register_and_the_record_of_the_merge_remain(world: World) -> None:
    loser, survivor = fault(world, "09:00"), fault(world, "09:10", device=None)
    loser.do("engineer_contact", "09:20", "李伟")
    loser.do("merged", "09:30", "周敏", into=survivor.number, reason="同一故障")
    assert kinds(loser) == {"call_register": 1, "merge_record": 1}
    assert kinds(survivor)["phone_support_record"] == 1


def test_a_paper_tells_the_clocks_as_they_stood(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("engineer_contact", "09:30", "李伟")
    record = case.paper("phone_support_record")
    assert record is not None
    said = {c["promise"]: c for c in papers.gathered(record.id)["clocks"]}
    assert said["phone_response"]["stop"] == at("09:30").isoformat()
    assert said["fix_24h"]["due"] == at("+1 09:00").isoformat()


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_of_paper_has_its_name_and_duty_in_the_profile(code: str) -> None:
    entry = shipped().papers[code]
    assert KINDS[code].code == code
    assert entry.zh
    assert entry.requirement.startswith("R-")


def test_a_paper_of_an_unknown_subject_is_nowhere(db: None) -> None:
    assert papers.papers(UUID(int=0)) == []

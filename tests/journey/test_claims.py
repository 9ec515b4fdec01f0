"""2, 7: claims and complaints are taken as they come, with a number and an owner."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.cases import queries as cases
from jiannuo.clocks import queries as clocks
from jiannuo.papers import queries as papers
from tests.journey.telling import at, keeps, refused, step
from tests.world import World

GROUNDS = ["quality", "performance", "specification", "latent_defect", "material"]


def claim(world: World, when: str = "09:00", **said: Any) -> str:
    known = {"ground": "quality", "text": "三台同批次电源故障", "customer": world.customer.id}
    return step(world, "claim_received", when, "邓丽", **{**known, **said}).number


@keeps("R-2-11")
@pytest.mark.parametrize("ground", GROUNDS)
def test_a_claim_has_a_number_an_owner_and_two_clocks_at_once(world: World, ground: str) -> None:
    card = cases.claim(claim(world, ground=ground, text="x"))
    assert (card.owner, card.status) == ("sales", "received")
    found = {c.promise: c.due for c in clocks.clocks_of([card.id])[card.id]}
    assert found == {"claim_ack": at("+1 09:00"), "claim_decision": at("+15 09:00")}


@keeps("R-2-11")
def test_a_claim_without_a_word_of_text_is_not_refused_for_its_form(world: World) -> None:
    card = cases.claim(claim(world, text=" "))
    assert (card.owner, card.status) == ("sales", "received")


@keeps("R-2-11")
def test_a_claim_is_acknowledged_and_decided(world: World) -> None:
    number = claim(world)
    step(world, "claim_acknowledged", "+1 09:00", "沈浩", number)
    step(world, "claim_decided", "+15 09:00:01", "孙立新", number, decision="免费更换")
    card = cases.claim(number)
    assert card.status == "decided"
    verdicts = {
        c.promise: str(c.verdict(at("+20 00:00"))) for c in clocks.clocks_of([card.id])[card.id]
    }
    assert verdicts == {"claim_ack": "met", "claim_decision": "breached"}
    assert [p.kind for p in papers.papers(card.id)] == ["claim_receipt", "claim_decision"]


@pytest.mark.parametrize(("failed", "batch"), [(2, True), (1, False)])
def test_a_latent_defect_of_several_units_looks_at_the_batch(
    world: World, failed: int, batch: bool
) -> None:
    number = claim(world, ground="latent_defect", units_installed=40, units_failed=failed)
    step(world, "claim_decided", "+3 09:00", "孙立新", number, decision="整批排查")
    kinds = {p.kind for p in papers.papers(cases.claim(number).id)}
    assert ("batch_defect_analysis" in kinds) is batch


def test_a_claim_for_somebody_else_is_not_taken(world: World) -> None:
    with refused("not_yours"):
        claim(world, customer=world.stranger.id)
    assert cases.claims() == []


def test_a_ground_that_the_manual_does_not_know_is_named_with_those_it_does(world: World) -> None:
    with refused("bad_input"):
        claim(world, ground="ugly and much longer than any column would take")


def test_a_complaint_is_closed_with_a_result(world: World) -> None:
    done = step(
        world, "complaint_received", "09:00", "周敏", text="迟到", customer=world.customer.id
    )
    step(world, "complaint_closed", "+1 09:00", "刘洋", done.number, result="致歉并改派")
    card = cases.complaint(done.number)
    assert card.status == "closed"
    assert [p.kind for p in papers.papers(card.id)] == ["complaint_sheet"]
    with refused("no_complaint"):
        step(world, "complaint_closed", "+1 09:00", "刘洋", "CP-404", result="无")
    with refused("no_claim"):
        step(world, "claim_decided", "+1 09:00", "孙立新", "CL-404", decision="无")

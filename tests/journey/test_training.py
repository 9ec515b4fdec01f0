"""5, 7.6, 12: free training that must be passed, by a plan with ten headings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from jiannuo.charges import queries as charges
from jiannuo.clocks import queries as clocks
from jiannuo.oversight.queries import Period
from jiannuo.oversight.services import teaching
from jiannuo.papers import queries as papers
from jiannuo.training import commands as sessions
from jiannuo.training import queries as training
from jiannuo.training.rules import HEADINGS
from tests.journey.telling import at, fault, keeps, refused, step, sweep_until
from tests.world import World

EVERYTHING = dict.fromkeys(HEADINGS, "见附页")


def do(world: World, kind: str, when: str, code: str, /, by: str = "李伟", **said: Any) -> UUID:
    """A step of a session of the customer; the session's id."""
    step(world, kind, when, by, code, customer=world.customer.id, **said)
    return sessions.session(world.customer.id, code)


def planned(world: World, code: str, kind: str, on: date, hours: str = "4", **said: Any) -> UUID:
    return do(world, "training_planned", "09:00", code, kind=kind, date=on, hours=hours, **said)


def held(world: World, code: str, when: str) -> UUID:
    return do(world, "training_held", when, code, attendees=["邓丽", "唐勇"])


@keeps("R-5-1")
def test_sessions_of_the_contract_cost_nothing(world: World) -> None:
    planned(world, "T1", "theory", date(2026, 3, 10))
    held(world, "T1", "2026-03-10 17:00")
    sheet = charges.training_sheet(world.customer.id)
    assert [(x.item, str(x.amount), x.rule) for x in sheet.lines] == [("T1", "0.00", "R-5-1")]
    assert sheet.total == 0


@keeps("R-5-2")
def test_whoever_scores_72_is_trained_again_and_the_commitment_stays_open(world: World) -> None:
    for code, kind in (("T1", "theory"), ("T2", "practice")):
        planned(world, code, kind, date(2026, 3, 10))
        held(world, code, "2026-03-10 17:00")
    session = do(
        world, "training_assessed", "2026-03-11 10:00", "T2", scores={"邓丽": 80, "唐勇": 72}
    )
    result = training.result(world.customer.id, 80)
    assert result is not None
    assert (result.passed, result.failed, result.commitment_closed) == (1, ("唐勇",), False)
    kinds = {p.kind: p.count for p in papers.papers(session)}
    assert (kinds["certificate"], kinds["retraining_task"]) == (1, 1)
    do(world, "training_assessed", "2026-03-20 10:00", "T2", scores={"唐勇": 85})
    result = training.result(world.customer.id, 80)
    assert result is not None
    assert (result.failed, result.commitment_closed) == ((), True)


@keeps("R-12-I2")
def test_with_practice_still_to_come_the_plan_stays_open(world: World) -> None:
    planned(world, "T1", "theory", date(2026, 3, 10))
    planned(world, "T2", "practice", date(2026, 3, 11), hours="2")
    held(world, "T1", "2026-03-10 17:00")
    do(world, "training_assessed", "2026-03-10 17:30", "T1", scores={"邓丽": 90})
    result = training.result(world.customer.id, 80)
    assert result is not None
    assert (result.planned, result.held, result.commitment_closed) == (2, 1, False)


@keeps("R-12-I1", "R-5-3")
@pytest.mark.parametrize("empty", HEADINGS)
def test_a_plan_with_an_empty_heading_is_not_published(world: World, empty: str) -> None:
    assert len(HEADINGS) == 10
    for headings in (
        {**EVERYTHING, empty: " "},
        {k: v for k, v in EVERYTHING.items() if k != empty},
    ):
        with refused("plan_incomplete", "R-12-I1"):
            do(world, "training_plan_published", "09:00", "T1", by="沈浩", headings=headings)
    do(world, "training_plan_published", "09:00", "T1", by="沈浩", headings=EVERYTHING)


@keeps("R-5-3", "R-12-I1")
def test_the_plan_that_is_agreed_carries_its_ten_headings(world: World) -> None:
    do(world, "training_plan_published", "09:00", "T1", by="沈浩", headings=EVERYTHING)
    session = do(world, "training_plan_agreed", "10:00", "T1", by="沈浩")
    [plan] = papers.papers(session)
    assert (plan.kind, papers.gathered(plan.id)["headings"]) == ("training_plan", EVERYTHING)


@keeps("R-7.6-I2")
def test_a_session_tomorrow_that_nobody_announced_warns_at_once(world: World) -> None:
    session = planned(world, "T1", "theory", date(2026, 3, 3))
    sweep_until("09:00:01")
    [alert] = clocks.alerts_of(session)
    assert (alert.code, alert.moment) == ("task:announce_training", at("09:00"))


@keeps("R-7.6-I2")
def test_a_session_is_announced_two_days_ahead(world: World) -> None:
    session = planned(world, "T1", "theory", date(2026, 3, 10))
    other = planned(world, "T2", "practice", date(2026, 3, 10))
    do(world, "training_announced", "2026-03-06 10:00", "T1", by="沈浩")
    sweep_until("2026-03-08 08:59:59")
    assert clocks.alerts_of(other) == []
    sweep_until("2026-03-08 09:00")
    assert clocks.alerts_of(session) == []
    assert [a.code for a in clocks.alerts_of(other)] == ["task:announce_training"]


@keeps("R-7.6-I3")
@pytest.mark.parametrize(
    ("marks", "told"), [({"邓丽": 2, "唐勇": 3}, True), ({"邓丽": 2, "唐勇": 4}, False)]
)
def test_a_session_that_its_attendees_rate_below_three_is_to_be_improved(
    world: World, marks: dict[str, int], told: bool
) -> None:
    held(world, "T1", "2026-03-10 17:00")
    session = do(world, "training_rated", "2026-03-10 17:10", "T1", marks=marks)
    assert [a.code for a in clocks.alerts_of(session)] == ["task:improve_training"] * told


def test_a_mark_is_one_to_five(world: World) -> None:
    for marks in ({}, {"邓丽": 0}, {"邓丽": 6}, {"邓丽": "5"}):
        with refused("bad_score"):
            do(world, "training_rated", "09:00", "T1", marks=marks)


@keeps("R-7.6-I1", "R-0-3")
def test_what_was_taught_on_site_and_explained_is_counted_by_the_quarter(world: World) -> None:
    case = fault(world, "2026-03-02 09:00", "L3")
    told = {"to": "唐勇", "cause": True, "solution": True, "prevention": True}
    case.do("explained", "2026-03-02 15:00", "李伟", **told)
    case.do("article_sent", "2026-03-02 15:10", "李伟", article="KB-017")
    fixed = {"cause": "quality", "customer_confirmed_by": "邓丽"}
    case.do("resolved", "2026-03-02 15:20", "李伟", **fixed)
    case.do("case_closed", "2026-03-02 15:30", "刘洋")
    planned(world, "T1", "on_site", date(2026, 3, 2), hours="0.67")
    held(world, "T1", "2026-03-02 16:00")
    profile = case.view.profile
    first = teaching(profile, Period(date(2026, 1, 1), date(2026, 3, 31)), world.customer.id)
    assert (first.explained, first.articles, first.on_site, first.moments) == (1, 1, 1, 3)
    assert first.hours == Decimal("0.67")
    second = teaching(profile, Period(date(2026, 4, 1), date(2026, 6, 30)), world.customer.id)
    assert second.moments == 0

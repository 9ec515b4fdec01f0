"""What follows from what fired while the server's clock was in doubt, or while a paper failed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from jiannuo.clocks import guard
from jiannuo.clocks.models import Fired, Jump, Trigger
from jiannuo.journey import reminders, watching
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.undecided import decide_silent
from jiannuo.kernel.moment import held_at
from tests.journey.telling import Case, at, keeps, opened
from tests.world import World


def jumped() -> None:
    guard.note_jump(guard.database_time(), 7200.0)


def trusted_again() -> None:
    Jump.objects.update(hold_until=guard.database_time())


def fire(when: str, *, doubt: bool) -> None:
    with held_at(at(when)):
        while fire_due(doubt=doubt):
            pass


def decide(when: str) -> int:
    with held_at(at(when)):
        return decide_silent()


def proposed(world: World) -> Case:
    """Danger to persons, reported at nine: level one by default at ten past."""
    case = opened(world, "09:00", safety=True)
    case.do("confirmed", "09:00", "周敏", level="L2")
    fire("09:05", doubt=False)
    return case


@keeps("R-7.5-B1")
def test_a_server_that_slept_over_the_ten_minutes_declares_when_its_clock_is_trusted_again(
    world: World,
) -> None:
    case = proposed(world)
    jumped()
    fire("09:40", doubt=True)
    assert decide("09:40") == 0
    trusted_again()
    assert decide("09:41") == 1
    assert case.view.story.declaration is not None
    assert decide("09:42") == 0


def test_whoever_judged_while_the_clock_was_in_doubt_is_heard(world: World) -> None:
    case = proposed(world)
    jumped()
    fire("09:10", doubt=True)
    case.do("l1_ruled_out", "09:10", "李伟", reason="误报")
    trusted_again()
    assert decide("09:11") == 0
    assert case.view.story.declaration is None


def test_a_clock_that_was_fast_and_went_back_decides_at_the_true_moment(world: World) -> None:
    case = proposed(world)
    jumped()
    fire("11:05", doubt=True)  # two hours fast
    trusted_again()
    assert decide("09:06") == decide("09:09:59") == 0
    assert decide("09:10") == 1
    assert case.view.story.declaration is not None


def test_what_fired_before_the_jump_is_decided_in_the_midst_of_it(world: World) -> None:
    proposed(world)
    fire("09:10", doubt=False)
    jumped()
    assert decide("09:10") == 1


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Papers that were made; the first cannot be."""
    made = list[Any]()

    def make(*given: Any) -> None:
        made.append(given)
        if len(made) == 1:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr("jiannuo.journey.reminders.papers.make", make)
    return made


def overdue(when: str) -> None:
    moment = at(when)
    Trigger.objects.create(
        subject_kind="advance",
        subject=uuid4(),
        code="parts_return_overdue",
        ref="SN-9",
        moment=moment,
        fire_at=moment,
        sweep_at=moment,
        tell=["warehouse"],
    )


def test_a_paper_that_failed_once_is_made_by_a_later_turn_and_once(
    world: World, papers: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    overdue("10:00")
    fire("10:00", doubt=False)
    assert "SN-9" in caplog.text
    assert Fired.objects.get(code="parts_return_overdue").outcome == "told"
    for when in ("10:05", "10:10"):
        with held_at(at(when)):
            watching.plan()
    assert len(papers) == 2
    kind, about, moment, facts = papers[-1]
    assert (kind, about.kind, about.ref) == ("return_charge_proposal", "advance", "SN-9")
    assert (moment, facts) == (at("10:00"), {"serial": "SN-9"})
    assert Fired.objects.get(code="parts_return_overdue").outcome == "acted"


def test_a_paper_that_fails_keeps_no_other_from_being_made(world: World, papers: list[Any]) -> None:
    overdue("10:00")
    overdue("10:00")
    fire("10:00", doubt=False)
    assert len(papers) == 2
    outcomes = Fired.objects.filter(code="parts_return_overdue").values_list("outcome", flat=True)
    assert sorted(outcomes) == ["acted", "told"]


def test_a_sweep_that_fires_a_late_part_makes_its_paper_at_once(world: World) -> None:
    overdue("10:00")
    fire("10:00", doubt=False)
    assert Fired.objects.get(code="parts_return_overdue").outcome == "acted"
    assert reminders.make_papers() == 0

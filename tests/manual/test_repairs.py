"""Section 2: the same device, the same quality problem, repaired twice: replaced at once (A9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.repairs import Place, Recurrence, Repair, Tally, tally
from tests.manual.happenings import SECOND, at, keeps, with_keys

FIRST = at("2026-01-05 10:00")


def on(days: int, slip: timedelta = timedelta()) -> datetime:
    return FIRST + timedelta(days=days) + slip


def repair(days: int, *, device: str = "D1", problem: str = "P1", counts: bool = True) -> Repair:
    return Repair(device, problem, (on(days), days), counts)


def again(
    days: int, *, device: str = "D1", problem: str = "P1", slip: timedelta = timedelta()
) -> Recurrence:
    return Recurrence(device, problem, (on(days, slip), 1000 + days), f"C{days}")


def told(
    *steps: Repair | Recurrence,
    profile: Profile | None = None,
    replaced: dict[str, Place] | None = None,
) -> Tally:
    """The tally of the first device and problem."""
    repairs = [s for s in steps if isinstance(s, Repair)]
    confirmed = [s for s in steps if isinstance(s, Recurrence)]
    return tally(profile or shipped(), repairs, confirmed, replaced or {})[0]


@keeps("R-2-6")
def test_two_repairs_and_the_same_problem_again_and_the_device_is_owed_anew() -> None:
    found = told(repair(0), repair(30), again(40))
    assert found.counted == (on(0), on(30))
    assert [t.case for t in found.triggers] == ["C40"]


def test_one_repair_is_not_enough_nor_are_two_without_a_confirmation() -> None:
    assert told(repair(0), again(10)).triggers == ()
    assert told(repair(0), repair(10)).triggers == ()


def test_a_confirmation_before_the_second_repair_does_not_count_it() -> None:
    assert told(repair(0), again(10), repair(20)).triggers == ()


@keeps("R-2-6")
@pytest.mark.parametrize(
    ("device", "problem", "counts"),
    [("D2", "P1", True), ("D1", "P2", True), ("D1", "P1", False)],
    ids=["another device", "another problem", "no quality fault, or out of warranty"],
)
def test_decoys_neither_count_nor_break_the_streak(device: str, problem: str, counts: bool) -> None:
    decoy = repair(15, device=device, problem=problem, counts=counts)
    found = told(repair(0), decoy, repair(30), again(40))
    assert found.counted == (on(0), on(30))
    assert len(found.triggers) == 1
    assert found.not_counted == ((on(15),) if not counts else ())
    assert told(repair(0), decoy, again(40)).triggers == ()


@keeps("R-2-6")
@pytest.mark.parametrize(
    ("days", "slip", "restarts"),
    [
        (90, timedelta(), False),
        (90, SECOND, True),
        (89, timedelta(), False),
        (200, timedelta(), True),
    ],
)
def test_a_repair_more_than_90_days_after_the_last_begins_the_count_anew(
    days: int, slip: timedelta, restarts: bool
) -> None:
    late = Repair("D1", "P1", (on(days, slip), 7), counts=True)
    found = told(repair(0), late, again(days + 1))
    assert found.resets == ((on(days, slip),) if restarts else ())
    assert found.counted == ((on(days, slip),) if restarts else (on(0), on(days, slip)))
    assert (len(found.triggers) == 1) == (not restarts)


def test_the_90_days_are_counted_from_the_repair_before_and_not_from_the_first() -> None:
    found = told(repair(0), repair(80), repair(160), again(170))
    assert (found.counted, found.resets) == ((on(0), on(80), on(160)), ())
    assert [t.case for t in found.triggers] == ["C170"]


def test_an_ignored_repair_does_not_bridge_the_90_days() -> None:
    found = told(repair(0), repair(60, counts=False), repair(120), again(130))
    assert (found.counted, found.resets) == ((on(120),), (on(120),))
    assert found.triggers == ()


@pytest.mark.parametrize(("slip", "owed"), [(timedelta(), 1), (SECOND, 0)])
def test_the_confirmation_comes_at_most_90_days_after_the_last_repair(
    slip: timedelta, owed: int
) -> None:
    assert len(told(repair(0), repair(30), again(120, slip=slip)).triggers) == owed


def test_there_is_one_trigger_for_a_device_and_problem() -> None:
    found = told(repair(0), repair(30), again(40), repair(41), again(50))
    assert [t.case for t in found.triggers] == ["C40"]


def test_a_device_already_replaced_is_not_owed_again() -> None:
    steps = (repair(0), repair(30), again(40))
    assert told(*steps, replaced={"D1": (on(35), 0)}).triggers == ()
    assert len(told(*steps, replaced={"D1": (on(45), 0)}).triggers) == 1
    assert len(told(*steps, replaced={"D2": (on(35), 0)}).triggers) == 1


def test_each_device_and_problem_has_a_row_of_its_own_in_order_of_the_first_repair() -> None:
    repairs = [repair(20, problem="P2"), repair(10), repair(5, device="D2"), repair(30)]
    found = tally(shipped(), repairs, [], {})
    assert [(t.device, t.problem, len(t.counted)) for t in found] == [
        ("D2", "P1", 1),
        ("D1", "P1", 2),
        ("D1", "P2", 1),
    ]


def test_the_order_in_which_repairs_are_handed_over_does_not_matter() -> None:
    steps = (repair(0), repair(95), repair(120), again(125), repair(60, counts=False))
    assert told(*reversed(steps)) == told(*steps)


def test_how_often_and_within_how_long_are_keys_of_the_profile() -> None:
    thrice = with_keys(replacement__failed_repairs=3)
    assert told(repair(0), repair(30), again(40), profile=thrice).triggers == ()
    assert len(told(repair(0), repair(30), repair(40), again(50), profile=thrice).triggers) == 1
    month = with_keys(house__recurrence_window_days=30)
    assert told(repair(0), repair(31), again(40), profile=month).resets == (on(31),)


def test_only_devices_that_were_ever_repaired_have_a_row() -> None:
    assert tally(shipped(), [], [again(5)], {}) == []

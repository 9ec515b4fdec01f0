"""The figures of kpis.md: each with its denominator, by the numbers of story s08."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiannuo.manual.figures import (
    Closed,
    Figure,
    case_figures,
    inspection_figures,
    kept,
    percent,
    repeated,
    training_figure,
)
from jiannuo.manual.vocabulary import Verdict
from tests.manual.happenings import SECOND, at

START = at("2026-06-01 08:00")
MONTH = timedelta(days=30)
MET, LATE, LOANER = Verdict.MET, Verdict.BREACHED, Verdict.MET_BY_LOANER
NOT = Verdict.NOT_APPLICABLE


def closed(case: str, hours: float = 1, *, report: datetime = START, **more: Any) -> Closed:
    known: dict[str, Any] = {"devices": frozenset({f"D-{case}"}), "problem": "P", **more}
    return Closed(case, report, report + timedelta(hours=hours), **known)


def verdicts(phone: Verdict, **others: Verdict) -> dict[str, Verdict]:
    return {"phone_response": phone, **others}


def ten_cases() -> list[Closed]:
    """Ten faults closed in a period, with the counts of story s08."""
    rows: list[tuple[float, int, dict[str, Verdict]]] = [
        (1.0, 0, verdicts(MET, fix_24h=MET)),
        (2.0, 1, verdicts(MET, remote_response=MET, onsite_arrival=MET, fix_24h=MET)),
        (3.0, 0, verdicts(MET, fix_24h=MET)),
        (30.0, 2, verdicts(LATE, remote_response=LATE, onsite_arrival=LATE, fix_24h=LATE)),
        (9.0, 1, verdicts(MET, onsite_arrival=MET, fix_24h=MET)),
        (4.0, 0, verdicts(MET, remote_response=MET, fix_24h=MET)),
        (20.0, 1, verdicts(MET, onsite_arrival=MET, fix_24h=MET)),
        (50.0, 2, verdicts(MET, remote_response=MET, onsite_arrival=MET, fix_24h=LOANER)),
        (6.5, 1, verdicts(MET, fix_24h=NOT, onsite_arrival=NOT)),
        (1.5, 0, verdicts(MET, fix_24h=MET)),
    ]
    ratings = [5, 4, 5, 2, 4, 3, 5, 4, None, 3]
    asked = [(2, 2), (1, 1), (0, 0), (2, 1), (1, 1), (0, 0), (1, 0), (1, 1), (1, 0), (0, 0)]
    return [
        closed(
            f"K{n}",
            hours,
            report=START + timedelta(days=n),
            visits=visits,
            verdicts=found,
            rating=ratings[n],
            parts_asked=asked[n][0],
            parts_filled=asked[n][1],
            devices=frozenset({"D-2" if n in (2, 4) else "D-6" if n in (6, 7) else f"D-{n}"}),
        )
        for n, (hours, visits, found) in enumerate(rows)
    ]


def test_the_figures_of_a_period_are_those_of_the_story() -> None:
    cases = ten_cases()
    found = case_figures(cases, cases, MONTH)
    told = {name: (figure.num, figure.den, figure.value) for name, figure in found.items()}
    assert told == {
        "phone_compliance": (9, 10, "90.00"),
        "remote_compliance": (3, 4, "75.00"),
        "onsite_compliance": (4, 5, "80.00"),
        "fix24_compliance": (8, 9, "88.89"),
        "fix24_true_fix": (7, 9, "77.78"),
        "single_visit": (4, 6, "66.67"),
        "first_time_fix": (3, 6, "50.00"),
        "remote_or_phone_resolution": (4, 10, "40.00"),
        "mttr_hours": (Decimal("127.0"), 10, "12.70"),
        "repeat_30d": (2, 10, "20.00"),
        "parts_fill": (6, 9, "66.67"),
        "csat_avg": (35, 9, "3.89"),
        "csat_response": (9, 10, "90.00"),
    }


def test_over_nothing_there_is_no_value_and_the_denominator_says_so() -> None:
    found = case_figures([], [], MONTH)
    assert {(figure.den, figure.value) for figure in found.values()} == {(0, None)}
    assert kept([closed("A")], "phone_response") == Figure(0, 0, None)


def test_what_does_not_apply_or_still_runs_is_outside_of_the_count() -> None:
    cases = [
        closed("A", verdicts={"fix_24h": verdict})
        for verdict in (MET, LATE, LOANER, NOT, Verdict.RUNNING)
    ]
    assert kept(cases, "fix_24h") == Figure(2, 3, "66.67")
    assert kept(cases, "fix_24h", (MET,)) == Figure(1, 3, "33.33")


@pytest.mark.parametrize(
    ("later", "again"),
    [
        ({}, True),
        ({"problem": "Q"}, False),
        ({"devices": frozenset({"D-B"})}, False),
        ({"problem": None}, False),
        ({"devices": frozenset({"D-A", "D-B"})}, True),
    ],
)
def test_a_case_is_repeated_by_the_same_device_and_the_same_problem(
    later: dict[str, Any], again: bool
) -> None:
    first = closed("A")
    second = closed("B", report=START + MONTH, **{"devices": frozenset({"D-A"}), **later})
    assert repeated(first, [first, second], MONTH) == again


@pytest.mark.parametrize(
    ("after", "again"),
    [(timedelta(), False), (SECOND, True), (MONTH, True), (MONTH + SECOND, False)],
)
def test_it_is_repeated_after_the_fix_and_within_thirty_days_of_it(
    after: timedelta, again: bool
) -> None:
    first = closed("A")
    second = closed("B", report=first.resolved_at + after, devices=first.devices)
    assert repeated(first, [first, second], MONTH) == again


def test_a_case_without_a_named_problem_repeats_nothing() -> None:
    first, second = closed("A", problem=None), closed("B", report=START + MONTH, problem=None)
    assert not repeated(first, [first, second], MONTH)


def test_inspections_count_what_is_due_and_not_what_is_still_to_come() -> None:
    plan = ["on_time"] * 4 + ["late", "overdue", "open", "planned", "planned"]
    assert inspection_figures(plan) == {
        "inspection_on_time": Figure(4, 6, "66.67"),
        "inspection_done": Figure(5, 6, "83.33"),
    }


def test_a_share_is_rounded_half_up() -> None:
    assert percent(1, 8).value == "12.50"
    assert percent(2, 3).value == "66.67"
    assert percent(1, 800).value == "0.13"
    assert training_figure(5, 6) == Figure(5, 6, "83.33")
    assert training_figure(0, 0).value is None

"""What a case still takes: a finished one is not worked on, an open one refuses no step."""

from __future__ import annotations

import pytest

from jiannuo.cases.states import AFTER_MERGE, BEGINNINGS, OVER, State, takes
from jiannuo.manual.catalogue import kinds

CASE_EVENTS = sorted(kind.kind for kind in kinds().values() if "case" in kind.subjects)
LIVE = [state for state in State if state not in OVER]


@pytest.mark.parametrize("state", LIVE)
def test_an_open_case_takes_everything(state: State) -> None:
    assert [kind for kind in CASE_EVENTS if not takes(state, kind)] == []


def test_a_merged_loser_takes_nothing_but_a_correction() -> None:
    for after in (True, False):
        taken = {kind for kind in CASE_EVENTS if takes("merged", kind, after_the_end=after)}
        assert taken == AFTER_MERGE == {"correction"}


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_no_work_begins_on_a_case_that_is_over_but_its_papers_are_finished(state: str) -> None:
    refused = {kind for kind in CASE_EVENTS if not takes(state, kind)}
    assert refused == BEGINNINGS
    for kind in ("rated", "rca_approved", "leader_briefed", "settlement_signed", "loaner_returned"):
        assert takes(state, kind)


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_late_entry_of_what_happened_before_the_end_is_always_taken(state: str) -> None:
    assert all(takes(state, kind, after_the_end=False) for kind in CASE_EVENTS)


def test_what_begins_work_is_something_that_happens_to_a_case() -> None:
    assert set(CASE_EVENTS) >= BEGINNINGS

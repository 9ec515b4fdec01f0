"""What holds of a case of a few events holds of one of forty: some thousands of them.

The same properties over short cases stand in tests/manual, which is to answer in two seconds.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings

from jiannuo.manual.clocks import fold_story
from jiannuo.manual.explain import explain
from jiannuo.manual.story import CaseStory
from jiannuo.manual.vocabulary import Verdict
from tests.manual.soup import Case, cases, full_cases
from tests.manual.test_fold import MOMENTS, SEEDS, asked_everything, folded, reshuffled

MANY = settings(max_examples=2000)


@pytest.mark.slow
@given(cases(40), MOMENTS)
@MANY
def test_whatever_happens_over_and_over_every_question_has_an_answer(
    case: Case, moment: datetime
) -> None:
    asked_everything(case, moment)
    story = CaseStory(case.profile, case.facts, case.events)
    for found in fold_story(story):
        assert explain(case.profile, found, moment, story).lines


@pytest.mark.slow
@given(full_cases(30), SEEDS)
@MANY
def test_the_order_of_recording_never_matters_in_long_cases(case: Case, seed: int) -> None:
    assert folded(case, reshuffled(case, seed)) == folded(case)


@pytest.mark.slow
@given(full_cases(30), MOMENTS, MOMENTS)
@MANY
def test_a_verdict_is_never_taken_back_in_long_cases(
    case: Case, one: datetime, other: datetime
) -> None:
    early, late = min(one, other), max(one, other)
    for found in folded(case):
        assert found.verdict(early) in (found.verdict(late), Verdict.RUNNING)

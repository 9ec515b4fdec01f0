"""The life of a visit: sent, on site, left; called off only before it began."""

from __future__ import annotations

from jiannuo.visits.states import TRANSITIONS, VisitState


def test_a_visit_goes_from_sent_over_on_site_to_left_or_is_called_off_on_the_way() -> None:
    assert TRANSITIONS == {
        (VisitState.SENT, "arrive"): VisitState.ON_SITE,
        (VisitState.SENT, "call_off"): VisitState.CALLED_OFF,
        (VisitState.ON_SITE, "leave"): VisitState.LEFT,
    }


def test_nothing_follows_a_visit_that_is_over() -> None:
    ends = {VisitState.LEFT, VisitState.CALLED_OFF}
    assert not [step for step in TRANSITIONS if step[0] in ends]
    assert {state for state, _ in TRANSITIONS} | ends == set(VisitState)

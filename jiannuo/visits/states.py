"""The life of a visit as data. Pure."""

from __future__ import annotations

from enum import StrEnum


class VisitState(StrEnum):
    SENT = "sent"
    ON_SITE = "on_site"
    LEFT = "left"
    CALLED_OFF = "called_off"


ON_SITE = VisitState.ON_SITE

#: (state, step) -> state. What is absent does not move the visit.
TRANSITIONS: dict[tuple[VisitState, str], VisitState] = {
    (VisitState.SENT, "arrive"): VisitState.ON_SITE,
    (VisitState.SENT, "call_off"): VisitState.CALLED_OFF,
    (VisitState.ON_SITE, "leave"): VisitState.LEFT,
}

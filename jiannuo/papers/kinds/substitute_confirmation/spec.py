"""同类替换确认单: acceptance of a substitute (R-2-12)."""

from collections.abc import Mapping
from typing import Any

from jiannuo.equipment.queries import offer
from jiannuo.papers.kind import Due, Ground, PaperKind, always, each


def reason(ground: Ground, due: Due) -> Mapping[str, Any]:
    """Why it is not the same product, and what makes the other one its equal."""
    card, event = ground.view.card, due.event
    offered = offer(card.device) if card.device else None
    if offered is None or event is None:
        return {}
    notes = [s.note for s in offered.substitutes if s.model == event.d["to"]]
    return {"reason": {"zh": offered.zh, "en": offered.en}, "equivalence": notes}


KIND = PaperKind(
    "substitute_confirmation",
    find=each("substitute_accepted", signed=always),
    numbered=True,
    gather=reason,
)

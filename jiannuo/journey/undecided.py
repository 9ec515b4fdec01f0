"""Nobody judged whether it is level one: after ten minutes of silence it counts as one (7.5 B 1,
house). Whoever is on duty was called, and called again; an engineer may still take it back."""

from __future__ import annotations

from jiannuo.cases import queries as case_queries
from jiannuo.clocks.sweeping import Fell
from jiannuo.journey import classification
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.marks import TASK
from jiannuo.notices.commands import Note, post

CODE = f"{TASK}default_level_one"
REASON = "10 分钟内无人判定，按一级处理"


def decide(fell: Fell) -> None:
    """Declare the emergency that nobody judged, and say so to whoever should have."""
    view = case_queries.view_locked(case_queries.card_of(fell.subject).number)
    story, card = view.story, view.card
    if story.declaration is not None or story.judged_otherwise is not None:
        return
    if view.profile.value("notices.default_for_level_1") != "declare":
        return
    done = classification.declare_level_one(SYSTEM, card.number, reason=REASON)
    post(
        Note(
            key=f"level_one_by_default:{done.event}:{role}",
            kind="level_one_by_default",
            subject_kind="case",
            subject=card.id,
            to_role=role,
            customer=card.customer,
            payload={"ref": card.number},
            urgency=1,
            drill=card.drill,
            ack=True,
        )
        for role in ("engineer", "duty_manager")
    )

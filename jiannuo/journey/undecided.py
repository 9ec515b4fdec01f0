"""Nobody judged whether it is level one: after ten minutes of silence it counts as one (7.5 B 1,
house). Whoever is on duty was called, and called again; an engineer may still take it back."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction

from jiannuo.cases import queries as case_queries
from jiannuo.cases.view import CaseView
from jiannuo.clocks import commands as clocks
from jiannuo.clocks import queries as fired
from jiannuo.clocks.queries import Waiting
from jiannuo.journey import classification
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.marks import TASK
from jiannuo.notices.commands import Note, post

log = logging.getLogger("jiannuo.undecided")

#: Who hears of it, and by what: the duty manager is rung up for the emergency itself.
TOLD = (("engineer", ("voice", "sms")), ("duty_manager", ("sms",)))
CODE = f"{TASK}default_level_one"
REASON = "10 分钟内无人判定，按一级处理"
STALE = timedelta(hours=1)  # what nobody could act on for so long is for people to decide


def decide_silent() -> int:
    """Declare the emergencies that nobody judged; how many. Safe in several processes at once, and
    after a crash: what fired waits until its step is taken. What fired just after the server's
    clock jumped waits until the clock is trusted again, and is decided then."""
    return sum(_decided(one) for one in fired.to_follow(CODE, now() - STALE))


def _decided(waiting: Waiting) -> bool:
    """The case is locked first, as by every step; one that refuses keeps no other waiting."""
    try:
        with transaction.atomic():
            view = case_queries.view_locked(case_queries.card_of(waiting.subject).number)
            return clocks.followed(waiting.trigger) and _decide(view)
    except Exception:
        log.exception("nobody judged %s, and it could not be decided", waiting.subject)
        return False


def _decide(view: CaseView) -> bool:
    """Unless somebody judged meanwhile, or the house wants to be paged and no more."""
    story = view.story
    over = story.resolution or story.merged or story.cancelled or story.closed
    if story.declaration is not None or story.judged_otherwise is not None or over:
        return False
    if view.profile.value("notices.default_for_level_1") != "declare":
        return False
    card = view.card
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
            by=by,
        )
        for role, by in TOLD
    )
    return True

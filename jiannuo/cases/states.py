"""The life of a case as data. Pure: no Django, no clock, no storage.

The status is derived from the events (`CaseStory.status`); this table says which steps a
status still takes, so that a finished case is not worked on and an open one never refuses a
life-line action (R-X-5).
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    RECEIVED = "received"
    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    PHONE = "phone"
    REMOTE = "remote"
    ONSITE = "onsite"
    ON_LOANER = "on_loaner"
    RESOLVED = "resolved"
    OBSERVING = "observing"
    CLOSED = "closed"
    MERGED = "merged"
    CANCELLED = "cancelled"


#: Nothing is owed any more; the archive remains.
OVER = (State.CLOSED, State.MERGED, State.CANCELLED)

#: A merged loser takes nothing more; its survivor does.
AFTER_MERGE = frozenset({"correction"})

#: Steps that would begin work anew: not on a case that is over. A late entry of what
#: happened before the end is always taken.
BEGINNINGS = frozenset(
    {
        "confirmed",
        "converted",
        "reclassified",
        "merged",
        "case_cancelled",
        "case_closed",
        "dispatched",
        "arrived",
        "work_started",
        "l1_declared",
        "remote_login",
    }
)


def takes(status: str, kind: str, *, after_the_end: bool = True) -> bool:
    """May an event of this kind still be recorded on a case of this status?

    `after_the_end`: it happened after the case was over (a late entry did not).
    """
    if status == State.MERGED:
        return kind in AFTER_MERGE
    if status in OVER:
        return kind not in BEGINNINGS or not after_the_end
    return True

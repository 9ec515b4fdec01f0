"""Waiting: intervals in which somebody else's move was awaited (A20).

Contract clocks do not pause by default; the intervals give the net time shown beside the
gross one. A company whose contract allows pauses lists the reasons in `pause.reasons`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from jiannuo.manual.events import Chronicle

Interval = tuple[datetime, datetime | None]


def waits(log: Chronicle, reasons: Collection[str] | None = None) -> list[Interval]:
    """Merged intervals in which at least one reason held; the last may be open.

    Starting a reason twice is one start; ending what never began is nothing.
    """
    held: set[str] = set()
    found: list[Interval] = []
    since: datetime | None = None
    for event in log.merged("waiting_started", "waiting_ended"):
        reason = str(event.d["reason"])
        if reasons is not None and reason not in reasons:
            continue
        if event.kind == "waiting_started":
            since = event.t if not held else since
            held.add(reason)
        elif reason in held:
            held.discard(reason)
            if not held and since is not None:
                found.append((since, event.t))
                since = None
    if since is not None:
        found.append((since, None))
    return found


def waited(intervals: Sequence[Interval], start: datetime, stop: datetime) -> timedelta:
    """How much of start..stop lies inside the intervals."""
    total = timedelta()
    for began, ended in intervals:
        lower, upper = max(began, start), min(ended or stop, stop)
        total += max(upper - lower, timedelta())
    return total


def pushed(
    due: datetime, intervals: Sequence[Interval], start: datetime, stop: datetime | None
) -> datetime:
    """`due` moved by the pauses before it that have ended.

    What stops the clock ends a pause that nobody ended; a pause after the stop moves nothing.
    """
    for began, ended in intervals:
        if began >= due:
            break
        until = min((moment for moment in (ended, stop) if moment is not None), default=None)
        if until is None:
            break
        due += max(until - max(began, start), timedelta())
    return due


def still_since(due: datetime, intervals: Sequence[Interval], start: datetime) -> datetime | None:
    """Since when a clock that nothing has stopped stands still, if it does."""
    return next((max(at, start) for at, end in intervals if end is None and at < due), None)

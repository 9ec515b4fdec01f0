"""Who watches the watch: an independent audit, a canary through every pipe, a dead-man's ping."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from jiannuo.clocks import canary, guard
from jiannuo.clocks import queries as clocks
from jiannuo.clocks.guard import HOUSE
from jiannuo.notices import failing, sending, set_up
from jiannuo.notices import queries as notices
from jiannuo.notices.commands import Note, post
from jiannuo.site.environment import Environment

log = logging.getLogger("jiannuo.watchdog")

OVERDUE = timedelta(seconds=60)  # a running clock may be unfired so long
UNSENT = timedelta(seconds=120)  # a notice may be unsent so long
PING_WITHIN = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found: how many moments are overdue and not fired, how many notices unsent,
    since when the oldest of them waits."""

    at: datetime
    overdue: int
    unsent: int
    oldest_unsent: datetime | None

    @property
    def clean(self) -> bool:
        return not self.overdue and not self.unsent


def look() -> Audit:
    """Count what should have happened and did not. Writes nothing."""
    at = guard.database_time()
    return Audit(
        at,
        clocks.overdue_unswept(at - OVERDUE),
        sending.unsent_since(at - UNSENT, set_up.ready()),
        notices.oldest_unsent(),
    )


def audit(env: Environment, *, alarm: bool = True) -> int:
    """What waits for a channel that is off goes another way; what a wrong clock put off does not
    wait for it. Alarm where the sweep or the senders lag, unless they have only just begun; else
    tell the outside world that all is well."""
    failing.reroute(set_up.ready())
    sending.mend(guard.database_time())
    found = look()
    if found.clean:
        if env.deadman:
            _ping(env.deadman)
        return 0
    log.error("%d moments overdue and unfired, %d notices unsent", found.overdue, found.unsent)
    if alarm:
        _alarm(found)
    return 0


def _alarm(found: Audit) -> None:
    post(
        Note(
            key=f"late_sweep:{found.at:%Y%m%d%H}{found.at.minute // 10}:{role}",
            kind="late_sweep",
            subject_kind="house",
            subject=HOUSE,
            to_role=role,
            payload={"count": str(found.overdue + found.unsent), "moment": found.at.isoformat()},
            urgency=2,
        )
        for role in ("admin", "duty_manager")
    )


def _ping(url: str) -> None:
    """The outside address alarms when it was not asked for a while; it gets no data."""
    try:
        httpx.get(url, timeout=PING_WITHIN, follow_redirects=False).raise_for_status()
    except httpx.HTTPError as problem:
        log.warning("the dead-man's address did not answer: %s", problem)


def sing() -> int:
    """Send a canary down the pipe: armed, swept, addressed, out at the far end."""
    canary.send(guard.database_time())
    return 0

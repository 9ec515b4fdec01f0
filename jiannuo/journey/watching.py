"""What has to be there ahead of time, and whether what is stored is what follows from events."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction

from jiannuo.cases import queries as case_queries
from jiannuo.clocks import guard, recount
from jiannuo.clocks import queries as clocks
from jiannuo.clocks.guard import HOUSE
from jiannuo.customers import queries as customers
from jiannuo.journey import contracts, reminders, roster
from jiannuo.kernel.moment import now
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.profile import Profile
from jiannuo.notices.commands import Note, post
from jiannuo.people import queries as people

log = logging.getLogger("jiannuo.watching")

NIGHT = 3  # o'clock, in the profile's zone
AHEAD = timedelta(days=60)
FORGOTTEN = timedelta(days=7)
NAMED = 20  # differing cases that a notice names


def plan() -> int:
    """Inspections a contract owes, its renewals, gaps of the rosters ahead, papers of what fired:
    what is missing is added, what is there stays. A server that was down has lost nothing by it."""
    reminders.make_papers()
    for card in customers.contracts():
        _tried("contract", card.number, partial(contracts.watch, card.id))
    at = now()
    for code, roster_id in people.published_rosters(at, at + AHEAD):
        _tried("roster", code, partial(roster.watch_gaps, roster_id, code))
    guard.forget_beats(at - FORGOTTEN)
    return 0


def _tried(kind: str, name: str, watch: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            watch()
    except Exception:
        log.exception("%s %s could not be planned", kind, name)


def refold_tonight(stop: threading.Event) -> int:
    """Once a night: derive every clock anew from its events and report what differs."""
    profile = customers.project_profile(None)
    local = profile.local(now())
    if local.hour < NIGHT or not recount.begin(local.date()):
        return 0
    seen, differing = refold(stop)
    if stop.is_set():
        recount.give_up(local.date())
        return 0
    recount.end(local.date(), seen, differing)
    if differing:
        _tell(profile, local, differing)
    return 0


def refold(stop: threading.Event) -> tuple[int, list[str]]:
    """Compare every case's stored clocks with the fold: how many were looked at, which differ.

    Reads only. A case that somebody works on at this moment is looked at once more before it is
    called different.
    """
    seen, differing = 0, list[str]()
    for view in case_queries.views():
        if stop.is_set():
            break
        seen += 1
        if _differs(view.card.id, view.card.drill) and _differs(view.card.id, view.card.drill):
            differing.append(view.card.number)
    return seen, differing


def _differs(case: UUID, drill: bool) -> bool:
    view = case_queries.view(case)
    stored = clocks.clocks_of([view.card.id], drill=drill)[view.card.id]
    folded = fold_story(view.story)
    return {c.promise: c for c in stored} != {c.promise: c for c in folded}


def _tell(profile: Profile, local: datetime, differing: list[str]) -> None:
    log.error("stored clocks differ from their events: %s", ", ".join(differing))
    post(
        [
            Note(
                key=f"clocks_differ:{local:%Y-%m-%d}",
                kind="clocks_differ",
                subject_kind="house",
                subject=HOUSE,
                to_role="admin",
                payload={
                    "ref": f"{local:%Y-%m-%d}",
                    "count": str(len(differing)),
                    "list": ", ".join(differing[:NAMED]),
                },
                urgency=2,
            )
        ]
    )

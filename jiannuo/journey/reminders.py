"""What follows from an alert by itself: the sweep fires, its papers and steps are made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from jiannuo.clocks.sweeping import Fell, anything, sweep
from jiannuo.journey import undecided
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About

log = logging.getLogger("jiannuo.reminders")

#: Alerts that leave a paper: sales decide on it, nothing is billed by itself (R-7.8-I2).
PAPERS = {"parts_return_overdue": "return_charge_proposal"}


def fire_due(
    limit: int = 500,
    *,
    since: datetime | None = None,
    worst_first: bool = False,
    doubt: bool = False,
    live: bool = False,
) -> int:
    """Sweep once and make what follows; how many fired. One row that fails stops no other.

    `live`: the product is at work and acts for the silent; a rehearsal and the demo's past do
    not. What is in doubt because the clock jumped decides nothing.
    """
    if not anything(since):
        return 0
    with transaction.atomic():
        fell = sweep(limit, since=since, worst_first=worst_first, doubt=doubt)
        for row in fell:
            if row.code in PAPERS:
                _tried(_paper, row)
            elif row.code == undecided.CODE and live and not doubt:
                _tried(undecided.decide, row)
    return len(fell)


def _tried(follow: Callable[[Fell], None], row: Fell) -> None:
    try:
        with transaction.atomic():
            follow(row)
    except Exception:
        log.exception("what follows from %s for %s was not done", row.code, row.ref)


def _paper(row: Fell) -> None:
    about = About(row.subject_kind, row.subject, row.ref, row.customer)
    papers.make(PAPERS[row.code], about, row.moment, {"serial": row.ref})

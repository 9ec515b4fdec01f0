"""What follows from an alert by itself: the sweep fires, the papers of it are made."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from jiannuo.clocks.sweeping import Fell, anything, sweep
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
) -> int:
    """Sweep once and make what follows; how many fired. One row that fails stops no other."""
    if not anything(since):
        return 0
    with transaction.atomic():
        fell = sweep(limit, since=since, worst_first=worst_first, doubt=doubt)
        for row in fell:
            if row.code in PAPERS:
                _follow(row)
    return len(fell)


def _follow(row: Fell) -> None:
    try:
        with transaction.atomic():
            about = About(row.subject_kind, row.subject, row.ref, row.customer)
            papers.make(PAPERS[row.code], about, row.moment, {"serial": row.ref})
    except Exception:
        log.exception("the paper of %s for %s was not made", row.code, row.ref)

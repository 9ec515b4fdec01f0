"""What follows from an alert by itself: the sweep fires, the papers of it are made."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from jiannuo.clocks import commands as clocks
from jiannuo.clocks import queries as fired
from jiannuo.clocks.queries import Waiting
from jiannuo.clocks.sweeping import anything, sweep
from jiannuo.kernel.moment import now
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About

log = logging.getLogger("jiannuo.reminders")

#: Alerts that leave a paper: sales decide on it, nothing is billed by itself (R-7.8-I2).
PAPERS = {"parts_return_overdue": "return_charge_proposal"}

TRIED = timedelta(days=30)  # for so long a paper that could not be made is tried again
AT_ONCE = 200


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
    fell = sweep(limit, since=since, worst_first=worst_first, doubt=doubt)
    if any(row.code in PAPERS for row in fell):
        make_papers()
    return len(fell)


def make_papers() -> int:
    """The papers of what fired and has none yet; how many were made. What could not be made, or
    was cut short by a crash, is made by a later turn."""
    since = now() - TRIED
    return sum(_made(code, one) for code in PAPERS for one in fired.to_follow(code, since, AT_ONCE))


def _made(code: str, one: Waiting) -> bool:
    try:
        with transaction.atomic():
            if not clocks.followed(one.trigger):
                return False
            about = About(one.subject_kind, one.subject, one.ref, one.customer)
            papers.make(PAPERS[code], about, one.moment, {"serial": one.ref})
            return True
    except Exception:
        log.exception("the paper of %s for %s was not made", code, one.ref)
        return False

"""What would have come of the cases of a quarter under a draft of the profile: every clock is folded
again from its events, by the draft and the contract's own terms. Nothing is estimated, and nothing
of it is kept but the count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.customers import versions
from jiannuo.customers.project import with_overrides
from jiannuo.customers.versions import TrialCard
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import Verdict
from jiannuo.people.permits import require

#: Cases folded in one go: a page of the count is seen to move.
PAGE = 100
#: So many turned cases are listed; the count goes on.
LISTED = 200
LONGEST = timedelta(days=366)
KEPT, BROKEN, OPEN = "kept", "broken", "open"
_JUDGED = {Verdict.MET: KEPT, Verdict.MET_BY_LOANER: KEPT, Verdict.BREACHED: BROKEN}


def last_quarter(today: date) -> tuple[date, date]:
    """The calendar quarter before that of a day, both days included."""
    start = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = start - timedelta(days=1)
    return date(last.year, (last.month - 1) // 3 * 3 + 1, 1), last


@transaction.atomic
def ask(actor: Actor, draft: UUID, first: date, last: date) -> UUID:
    """Have a draft tried on the cases reported from a day to a day; a worker counts."""
    require(actor, "read_profile")
    if last < first or last - first > LONGEST:
        raise Refusal(
            "bad_days",
            "结束日期应在开始日期之后、一年之内",
            "the last day lies after the first, within a year of it",
        )
    total = cases.count_reported(*_span(first, last))
    return versions.try_out(draft, first, last, total, now())


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    zone = customers.base_profile(now()).zone
    end = last + timedelta(days=1)
    return datetime.combine(first, time(), zone), datetime.combine(end, time(), zone)


@transaction.atomic
def go_on() -> int:
    """Count one page of the trial whose turn it is; 1 while there is more to do."""
    card = versions.open_trial()
    if card is None:
        return 0
    draft = versions.profile_of(card.base).with_changes(card.changes, versions.next_number())
    page = cases.reported(*_span(card.first, card.last), card.beyond, PAGE)
    counts = {code: list(row) for code, row in card.counts.items()}
    turned = list(card.turned)
    for view in page:
        for code, before, after in _verdicts(view, draft):
            _add(counts.setdefault(code, [0, 0, 0, 0]), before, after)
            if before != after and len(turned) < LISTED:
                turned.append([view.card.number, code, before, after])
    versions.note_trial(
        replace(
            card,
            done=card.done + len(page),
            beyond=page[-1].card.id if page else card.beyond,
            counts=counts,
            turned=turned,
            ended_at=now() if len(page) < PAGE else None,
        )
    )
    return 1


def _add(row: list[int], before: str, after: str) -> None:
    for offset, verdict in ((0, before), (2, after)):
        if verdict in (KEPT, BROKEN):
            row[offset + (verdict == BROKEN)] += 1


def _verdicts(view: CaseView, draft: Profile) -> Iterator[tuple[str, str, str]]:
    """By promise how it went and how it would have gone; "" where it was none."""
    own = view.project.card.overrides if view.project else None
    other = replace(view, profile=with_overrides(draft, own))
    at = now()
    before, after = _judged(view, at), _judged(other, at)
    for code in before | after:
        yield code, before.get(code, ""), after.get(code, "")


def _judged(view: CaseView, at: datetime) -> dict[str, str]:
    return {c.promise: _JUDGED.get(c.verdict(at), OPEN) for c in fold_story(view.story)}


def trial(draft: UUID) -> TrialCard | None:
    return versions.trial(draft)

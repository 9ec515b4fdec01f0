"""From case rows to cases with their events, contract and profile, in a few questions for any
number of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.cases.view import CaseCard, CaseView
from jiannuo.customers import queries as customers
from jiannuo.manual.events import Event, standing
from jiannuo.manual.profile import Profile
from jiannuo.manual.warranty import Cover


def views(found: Sequence[CaseCard]) -> list[CaseView]:
    """Some cases, each with its events and those of cases merged into it, its profile and its
    coverage; the events are one question, a contract is read once."""
    streams = archive.stream(*{case for card in found for case in (card.id, *card.losers)})
    projects = {c: customers.project(c) for c in {card.contract for card in found} if c}
    reported = {card.id: _reported_at(card, streams[card.id]) for card in found}
    base = _base({reported[card.id] for card in found if card.contract is None})
    covers: dict[tuple[UUID, int], Cover] = {}
    seen = []
    for card in found:
        project = projects[card.contract] if card.contract else None
        at = reported[card.id]
        absorbed = {loser: streams[loser] for loser in card.losers}
        profile = project.profile_at(at) if project else base(at)
        seen.append(CaseView(card, profile, streams[card.id], project, absorbed, covers=covers))
    return seen


def _reported_at(card: CaseCard, events: Sequence[Event]) -> datetime:
    reports = (e.t for e in standing(events) if e.kind == "reported")
    return next(reports, card.reported_at)


def _base(moments: set[datetime]) -> Callable[[datetime], Profile]:
    """The house's profile at each of some moments. Between two moments of one version lies no
    other, so it is asked at the first and the last."""
    edges = {edge(moments) for edge in (min, max) if moments}
    found = [customers.base_profile(at) for at in edges]
    same = len({profile.version for profile in found}) == 1
    return (lambda at: found[0]) if same else customers.base_profile

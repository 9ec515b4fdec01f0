"""How often each of the eight services of table 1-1 was given, and how much was taught."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import Kind
from jiannuo.oversight.queries import Period
from jiannuo.parts import queries as parts
from jiannuo.support.tiers import TIERS
from jiannuo.training import queries as training

REPAIR, REPLACEMENT, TRAINING = "HS1", "HS2", "TS6"


@dataclass(frozen=True, slots=True)
class _Window:
    """Local days of a period."""

    profile: Profile
    period: Period

    def holds(self, at: datetime) -> bool:
        return self.period.first <= self.profile.local(at).date() <= self.period.last

    def count(self, events: Iterable[Event]) -> int:
        return sum(self.holds(event.t) for event in events)


def services(profile: Profile, period: Period, customer: UUID) -> dict[str, int]:
    """Every service of the catalogue with its count for a customer, those never given with zero
    (R-T1-1): cases that were given a tier, repairs, replacements, sessions."""
    window = _Window(profile, period)
    counted: Counter[str] = Counter()
    for view in _cases(customer):
        counted.update(_tiers(window, view))
    counted[REPLACEMENT] = sum(map(window.holds, parts.replacements_of(customer)))
    counted[REPAIR] = sum(map(window.holds, parts.repairs_of(customer)))
    for log in training.logs(customer).values():
        counted[TRAINING] += window.count(log.all("training_held"))
    return {entry.code: counted[entry.code] for entry in profile.services}


def _cases(customer: UUID) -> Iterator[CaseView]:
    return (v for v in cases.views(drill=False, customer=customer) if v.card.into is None)


def _tiers(window: _Window, view: CaseView) -> Iterator[str]:
    """A question is answered by the first tier, a fault by those above it."""
    asked = view.story.kind != Kind.FAULT
    for tier in TIERS.values():
        if asked == (tier.code == "consult") and window.count(view.story.log.merged(*tier.opens)):
            yield tier.service


@dataclass(frozen=True, slots=True)
class Teaching:
    """What a customer's people were taught in a period (R-0-3): explanations on site, articles
    sent, sessions with their hours, those at the equipment apart (R-7.6-I1)."""

    explained: int
    articles: int
    sessions: int
    on_site: int
    hours: Decimal

    @property
    def moments(self) -> int:
        return self.explained + self.articles + self.sessions


def teaching(profile: Profile, period: Period, customer: UUID) -> Teaching:
    window = _Window(profile, period)
    explained = articles = sessions = on_site = 0
    hours = Decimal(0)
    for view in _cases(customer):
        explained += window.count(view.story.log.merged("explained", "report_written"))
        articles += window.count(view.story.log.all("article_sent"))
    for log in training.logs(customer).values():
        held, planned = window.count(log.all("training_held")), log.last("training_planned")
        sessions += held
        if held and planned is not None:
            hours += Decimal(planned.d["hours"])
            on_site += planned.d["kind"] == "on_site"
    return Teaching(explained, articles, sessions, on_site, hours)

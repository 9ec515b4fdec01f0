"""What the house itself does: roster and absences, profile versions, period papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.customers import publishing
from jiannuo.customers import queries as customers
from jiannuo.journey.roster import watch_gaps
from jiannuo.journey.step import NOW, Done, When, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.people import commands as people
from jiannuo.people import queries as people_queries
from jiannuo.people.company import HOUSE


@transaction.atomic
def publish_roster(actor: Actor, roster: str, when: When = NOW) -> Done:
    """A roster begins to count; its gaps are told two weeks ahead (R-7.1-B-1)."""
    if sent_before(when, "roster_published"):
        return outcome(None, when, roster)
    roster_id = people.publish_roster(roster)
    event = _told(actor, Subject("roster", roster_id), "roster_published", {}, when)
    watch_gaps(roster_id, roster)
    return outcome(event, when, roster)


@transaction.atomic
def record_absence(
    actor: Actor, roster: str, when: When = NOW, *, person: str, from_: datetime, to: datetime
) -> Done:
    """Somebody is away: the shift falls to the deputy, or is a gap."""
    fields = {"person": person, "from": from_, "to": to}
    event = _told(actor, Subject("roster", uuid5(HOUSE, roster)), "absence_recorded", fields, when)
    if event is not None:
        people.note_absence(person, from_, to)
        for code, roster_id in people_queries.published_rosters(from_, to):
            watch_gaps(roster_id, code)
    return outcome(event, when, roster)


@transaction.atomic
def publish_profile(
    actor: Actor,
    profile: str,
    when: When = NOW,
    *,
    version: int,
    changes: Mapping[str, Any],
    reason: str,
) -> Done:
    """A new version of the service profile; what runs keeps the one it began with (R-0-1)."""
    fields = {"version": version, "changes": dict(changes), "reason": reason}
    subject = Subject("profile", uuid5(HOUSE, f"profile:{profile}"))
    event = _told(actor, subject, "profile_published", fields, when)
    if event is not None:
        publishing.publish_profile(actor, version, changes, reason, event.t)
    return outcome(event, when, profile)


@transaction.atomic
def issue_period_report(
    actor: Actor,
    period: str,
    when: When = NOW,
    *,
    from_: date,
    to: date,
    customer: UUID | None = None,
) -> Done:
    """The service report of a month or a quarter."""
    fields = {"from": from_, "to": to}
    return _period(actor, period, "period_report_issued", "period_report", fields, when, customer)


@transaction.atomic
def export_archive(
    actor: Actor, period: str, when: When = NOW, *, customer: UUID | None = None
) -> Done:
    """The maintenance archive is handed out with its index (R-7-3)."""
    return _period(actor, period, "archive_exported", "archive_index", {}, when, customer)


def _period(
    actor: Actor,
    period: str,
    kind: str,
    paper: str,
    fields: dict[str, Any],
    when: When,
    customer: UUID | None,
) -> Done:
    subject = Subject("period", uuid5(customer or HOUSE, f"period:{period}"), customer)
    event = _told(actor, subject, kind, fields, when)
    if event is not None:
        about = About("period", subject.id, period, customer)
        papers.make(paper, about, event.t, {"period": period, **event.d})
    return outcome(event, when, period)


def _told(
    actor: Actor, subject: Subject, kind: str, fields: dict[str, Any], when: When
) -> Event | None:
    return on_subject(actor, subject, customers.base_profile(when.at or now()), kind, fields, when)

"""What a wall shows of today: open, fixed, kept, not kept; and the emergencies that stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.cases.states import OVER
from jiannuo.manual.profile import Profile
from jiannuo.oversight.kept import OVERDUE

STANDING = 8  # emergencies that are read; a wall has room for four


@dataclass(frozen=True, slots=True)
class Today:
    """`missed`: promises that ran out today, done since or not."""

    open: int
    late: int
    fixed: int
    kept: int
    missed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An emergency that nobody has mended or withdrawn yet; `out_since`: of the outage, if told."""

    case: UUID
    number: str
    customer: str
    customer_id: UUID | None
    text: str
    declared_at: datetime
    out_since: datetime | None


def today(profile: Profile, as_of: datetime) -> Today:
    """One question."""
    said: dict[str, Any] = {
        "as_of": as_of,
        "midnight": datetime.combine(profile.local(as_of).date(), time(), profile.zone),
        "over": [state.value for state in OVER],
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select
  (select count(*) from cases_case where not drill and not status = any(%(over)s)),
  (select count(*) from cases_case where not drill and not status = any(%(over)s)
    and next_due_at < %(as_of)s),
  (select count(*) from oversight_casefact where counted_at >= %(midnight)s
    and counted_at <= %(as_of)s),
  (select count(*) from oversight_promisefact where stopped_at >= %(midnight)s
    and stopped_at <= %(as_of)s and verdict in ('kept', 'loaner')),
  (select count(*) from oversight_promisefact where stopped_at >= %(midnight)s
    and due_at >= %(midnight)s and verdict = 'broken')
  + (select count(*) from oversight_promisefact where verdict = 'open'
    and due_at >= %(midnight)s and {OVERDUE})
""",
            said,
        )
        return Today(*cursor.fetchone())


def standing() -> list[Standing]:
    """Real emergencies, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
select c.id, c.number, coalesce(u.name, ''), c.customer_id, c.text, e.declared_at,
  (select (v.detail ->> 'outage_started')::timestamptz from archive_event v
    where v.subject = c.id and v.kind = 'reported' order by v.id limit 1)
from support_emergency e join cases_case c on c.id = e.case_id
left join customers_customer u on u.id = c.customer_id
where e.withdrawn_at is null and not e.drill and not c.drill and c.resolved_at is null
  and not c.status = any(%s)
order by e.declared_at, c.id limit %s
""",
            [[state.value for state in OVER], STANDING],
        )
        return [Standing(*row) for row in cursor.fetchall()]

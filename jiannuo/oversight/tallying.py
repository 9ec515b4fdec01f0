"""Counts anew what changed: facts by case and by promise, and their sums by month.

What a batch held before is taken out of the sums, derived anew from the other rooms' rows, and
put in again, in one transaction. A sum is therefore always that of the facts beside it, and
counting the same case twice counts it once.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from jiannuo.customers import queries as customers
from jiannuo.kernel.moment import now
from jiannuo.manual.profile import Profile
from jiannuo.oversight import courses, sums

BATCH = 500
log = logging.getLogger("jiannuo.oversight")

_LOCK = "select pg_try_advisory_xact_lock(hashtext('jiannuo oversight'))"

# Oldest first; only the holder of the lock takes, so nobody waits for a row.
_TAKE = """
with taken as (delete from oversight_stale
  where id in (select id from oversight_stale order by id limit %(limit)s)
  returning subject_kind, subject)
select distinct subject_kind, subject from taken
"""

_COURSE = """
jsonb_to_recordset(%(courses)s::jsonb) as f(id uuid, counted_at timestamptz, seconds bigint,
  problem text, cause text, devices text[], visits int, asked int, filled int, rating int,
  events int, late_events int)
"""

# Faults that were fixed shortly before one of these was reported: same problem, same device.
_EARLIER = f"""
with told as (
  select problem, devices, counted_at - make_interval(secs => seconds) as at
  from oversight_casefact
  where "case" = any(%(ids)s) and problem <> '' and counted_at is not null
  union all
  select f.problem, f.devices, f.counted_at - make_interval(secs => f.seconds)
  from {_COURSE} where f.problem <> '')
select distinct a."case" from told
join oversight_casefact a on a.problem = told.problem and a.counted_at < told.at
  and a.counted_at >= told.at - %(window)s and a.devices && told.devices
where a.problem <> '' and not a."case" = any(%(ids)s)
"""

_CASES = f"""
insert into oversight_casefact ("case", customer_id, number, office, level, kinds, imported,
  reported_at, counted_at, seconds, problem, cause, devices, again, visits, asked, filled, rating,
  events, late_events, overrides, astray)
select c.id, c.customer_id, c.number, coalesce(s.office_found_id, s.office_id, ''),
  coalesce(c.level, 'unknown'),
  array(select distinct n.model_id from cases_casedevice d
    join equipment_installedunit n on n.id = d.unit_id
    where d.case_id = c.id and n.model_id is not null),
  c.imported_from is not null, c.reported_at, f.counted_at, coalesce(f.seconds, 0),
  coalesce(f.problem, ''), coalesce(f.cause, ''), coalesce(f.devices, '{{}}'), false,
  coalesce(f.visits, 0), coalesce(f.asked, 0), coalesce(f.filled, 0), f.rating,
  coalesce(f.events, 0), coalesce(f.late_events, 0),
  (select count(*) from cases_deviation v where v.case_id = c.id),
  (select count(*) from visits_visit v where v.case_id = c.id and v.off_fence_m is not null)
from cases_case c
left join customers_site s on s.id = c.site_id
left join {_COURSE} on f.id = c.id
where c.id = any(%(ids)s) and not c.drill
"""

_AGAIN = """
update oversight_casefact a set again = exists (
  select from oversight_casefact b
  where b.problem = a.problem and b."case" <> a."case" and b.counted_at is not null
    and b.problem <> '' and b.devices && a.devices
    and b.counted_at > a.counted_at
    and b.counted_at - make_interval(secs => b.seconds) > a.counted_at
    and b.counted_at - make_interval(secs => b.seconds) <= a.counted_at + %(window)s)
where a."case" = any(%(ids)s) and a.counted_at is not null and a.problem <> ''
"""

# As `manual.clocks.Clock.verdict` and `raw` judge a stored clock; a test compares them.
_LATE = """(k.op = 'lt' and coalesce(k.stopped_at, k.judged_at) >= k.due_at
  or k.op = 'le' and coalesce(k.stopped_at, k.judged_at) > k.due_at)"""

_PROMISES = f"""
with mark as (
  select distinct on (subject) subject, detail ->> 'contact' as contact
  from archive_event where subject = any(%(ids)s) and subject_kind = 'case' and kind = 'imported'
  order by subject, id desc),
judged as (
  select k.*, case
      when k.excused <> '' then 'na'
      when k.stopped_at is null or k.due_at is null then 'open'
      when {_LATE} then case
        when m.contact = 'bound' and k.promise = any(%(contacts)s) then 'untold' else 'broken' end
      when k.by_loaner then 'loaner'
      else 'kept' end as verdict
  from clocks_clock k left join mark m on m.subject = k.subject
  where k.subject = any(%(ids)s) and not k.drill)
insert into oversight_promisefact (clock, subject_kind, subject, customer_id, promise, office,
  level, kinds, imported, reported_at, counted_at, verdict, raw, net, started_at, due_at,
  stopped_at, op, still, elapsed, late, reason)
select k.id, k.subject_kind, k.subject, k.customer_id, k.promise, coalesce(c.office, ''),
  coalesce(c.level, 'unknown'), coalesce(c.kinds, '{{}}'), coalesce(c.imported, false),
  coalesce(c.reported_at, k.started_at), c.counted_at, k.verdict,
  case when k.verdict <> 'na' or k.due_at is null then ''
    when {_LATE} then 'broken' when k.stopped_at is not null then 'kept' else '' end,
  k.verdict = 'broken' and k.waited > interval '0'
    and coalesce(k.stopped_at - k.started_at - k.waited <= k."limit", false),
  k.started_at, k.due_at, k.stopped_at, k.op, k.still_since is not null,
  case when k.verdict in ('kept', 'loaner', 'broken')
    then greatest(k.stopped_at - k.started_at, interval '0') end,
  case when k.verdict = 'broken' then k.stopped_at - k.due_at end,
  case when k.verdict <> 'broken' then ''
    when k.waited > interval '0' then 'waited'
    when exists (select from cases_deviation v where v.case_id = k.subject) then 'deviation'
    when exists (select from archive_event e where e.subject = k.subject and e.late
      and e.happened_at = k.stopped_at) then 'late_entry'
    else '' end
from judged k left join oversight_casefact c on c."case" = k.subject
where coalesce(c.reported_at, k.started_at) is not null
"""


def refresh(limit: int = BATCH) -> int:
    """Count anew up to so many changes; how many there were. One process at a time does it, the
    others find nothing to do. What cannot be counted waits behind everything else."""
    try:
        return _batch(limit)
    except Exception:
        if limit == 1:
            log.exception("a subject cannot be counted; it waits behind the others")
            _put_behind()
            return 0
    done = 0
    while done < limit and refresh(1):
        done += 1
    return done


_BEHIND = """
with first as (delete from oversight_stale where id = (select min(id) from oversight_stale)
  returning subject_kind, subject)
insert into oversight_stale (subject_kind, subject) select subject_kind, subject from first
"""


def _put_behind() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND)


def _batch(limit: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_TAKE, {"limit": limit})
        found: list[tuple[str, UUID]] = cursor.fetchall()
        if found:
            _count(cursor, customers.base_profile(now()), found)
        return len(found)


def refresh_all() -> int:
    """Until nothing waits."""
    total = 0
    while done := refresh():
        total += done
    return total


def anew() -> None:
    """Forget every count and queue every subject: after the zone of the house has changed, or
    where somebody doubts a sum."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('jiannuo oversight'))")
        for table in ("casefact", "promisefact", "casemonth", "promisemonth", "stale"):
            cursor.execute(f"delete from oversight_{table}")
        cursor.execute(
            "insert into oversight_stale (subject_kind, subject)"
            " select 'case', id from cases_case order by id"
        )
        cursor.execute(
            "insert into oversight_stale (subject_kind, subject)"
            " select distinct subject_kind, subject from clocks_clock where subject_kind <> 'case'"
        )


def waiting(most: int = 1000) -> int:
    """How many changes are not counted yet; `most` where there are more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from (select from oversight_stale limit %s) waiting", [most]
        )
        return int(cursor.fetchone()[0])


def _count(cursor: CursorWrapper, profile: Profile, found: list[tuple[str, UUID]]) -> None:
    cases = [subject for kind, subject in found if kind == "case"]
    said: dict[str, Any] = {
        "ids": cases,
        "courses": json.dumps(courses.courses(cases, profile)),
        "window": timedelta(days=profile.value("house.repeat_days")),
        "zone": profile.timezone,
        "contacts": [promise.code for promise in profile.promises if promise.stops == "contact"],
    }
    cursor.execute(_EARLIER, said)
    told_again = [row[0] for row in cursor.fetchall()]
    everybody = {**said, "ids": [*(subject for _, subject in found), *told_again]}
    sums.put(cursor, everybody, -1)
    _derive(cursor, said, {**said, "ids": [subject for _, subject in found]})
    cursor.execute(_AGAIN, everybody)
    sums.put(cursor, everybody, 1)


def _derive(cursor: CursorWrapper, cases: Mapping[str, Any], every: Mapping[str, Any]) -> None:
    cursor.execute("delete from oversight_promisefact where subject = any(%(ids)s)", every)
    cursor.execute('delete from oversight_casefact where "case" = any(%(ids)s)', cases)
    cursor.execute(_CASES, cases)
    cursor.execute(_PROMISES, every)

"""The rows behind a number: which promises, which cases. A page at a time, by what comes after.

What is counted and what is listed ask with the same conditions, so that a number opens as many
rows as it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection

from jiannuo.manual.profile import Profile
from jiannuo.oversight.kept import AT, OVERDUE
from jiannuo.oversight.slices import Slice

PAGE = 50
T = TypeVar("T")

_LATE_NOW = f"verdict = 'open' and {OVERDUE}"
#: Which promises of a number.
PARTS = {
    "all": "true",
    "due": f"(verdict in ('kept', 'loaner', 'broken') or {_LATE_NOW})",
    "kept": "verdict in ('kept', 'loaner')",
    "full": "verdict = 'kept'",
    "loaner": "verdict = 'loaner'",
    "broken": f"(verdict = 'broken' or {_LATE_NOW})",
    "untold": "verdict = 'untold'",
    "na": "verdict = 'na'",
    "running": f"verdict = 'open' and not {OVERDUE}",
    "net": "net",
    "unhelped": f"(verdict in ('loaner', 'broken') or {_LATE_NOW})",
}
WORST_FIRST = ("broken",)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which promises (empty: of all), which part, by which day, with which reason."""

    promises: tuple[str, ...] = ()
    part: str = "broken"
    basis: str = "r"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise of one subject. `case`: the number of the case to open, "" where there is none;
    `late`: by how much, to now where it is not done yet."""

    clock: int
    subject_kind: str
    subject: UUID
    promise: str
    level: str
    verdict: str
    started_at: datetime | None
    due_at: datetime | None
    stopped_at: datetime | None
    op: str
    elapsed: timedelta | None
    late: timedelta | None
    reason: str
    reported_at: datetime
    case: str
    ref: str
    text: str
    customer: str
    site: str
    raw: str
    net: bool
    excused: str


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A page of rows and what to ask for the next one, "" at the end."""

    rows: tuple[T, ...]
    after: str = ""


_ROW = """
select f.clock, f.subject_kind, f.subject, f.promise, f.level, f.verdict, f.started_at, f.due_at,
  f.stopped_at, f.op, f.elapsed, f.lateness, f.reason, f.reported_at,
  coalesce(c.number, oc.number, ''), coalesce(c.number, cl.number, o.item, ''),
  coalesce(c.text, cl.text, o.item, ''), coalesce(u.name, ''), coalesce(s.name, ''),
  f.raw, f.net, coalesce(k.excused, '')
from ({found}) f
left join cases_case c on c.id = f.subject
left join cases_claim cl on cl.id = f.subject
left join parts_replacementorder o on o.id = f.subject
left join cases_case oc on oc.id = o.case_id
left join customers_customer u on u.id = f.customer_id
left join customers_site s on s.id = coalesce(c.site_id, oc.site_id)
left join clocks_clock k on k.id = f.clock
order by {order}
"""


def promises(
    profile: Profile,
    wanted: Slice,
    asked: Asked,
    as_of: datetime,
    after: str = "",
    limit: int = PAGE,
) -> Listed[PromiseRow]:
    """The promises of a number: what was not kept the latest first, everything else the newest
    first. Raises `ValueError` for a place that no page gave."""
    worst = asked.part in WORST_FIRST
    said: dict[str, Any] = _said(profile, wanted, asked, as_of) | {"limit": limit + 1}
    key = "lateness" if worst else "reported_at"
    beyond = ""
    if after:
        value, clock = after.split("~")
        said |= {"value": _value(value, worst=worst), "clock": int(clock)}
        beyond = f"where ({key}, clock) < (%(value)s, %(clock)s)"
    found = f"""
select * from ({_found(wanted, asked)}) every {beyond}
order by {key} desc, clock desc limit %(limit)s
"""
    with connection.cursor() as cursor:
        cursor.execute(_ROW.format(found=found, order=f"f.{key} desc, f.clock desc"), said)
        rows = [PromiseRow(*row) for row in cursor.fetchall()]
    return _listed(rows, limit, lambda row: _key(row, worst=worst))


def count(profile: Profile, wanted: Slice, asked: Asked, as_of: datetime) -> int:
    """How many rows a number opens."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from ({_found(wanted, asked)}) found",
            _said(profile, wanted, asked, as_of),
        )
        return int(cursor.fetchone()[0])


def _said(profile: Profile, wanted: Slice, asked: Asked, as_of: datetime) -> dict[str, Any]:
    return wanted.values(profile) | {
        "as_of": as_of,
        "promises": list(asked.promises),
        "reason": asked.reason,
    }


def _found(wanted: Slice, asked: Asked) -> str:
    """Two halves where half of it still runs: each has an index of its own."""
    tests = [wanted.facts(AT[asked.basis])]
    tests += ["promise = any(%(promises)s)"] if asked.promises else []
    if asked.reason is not None:
        tests.append("case when verdict = 'open' then 'open' else reason end = %(reason)s")
    where = " and ".join(tests)
    late = f"case when verdict = 'open' and {OVERDUE} then %(as_of)s - due_at else late end"
    half = f"select *, {late} as lateness from oversight_promisefact where"
    if asked.part == "broken":
        return f"{half} verdict = 'broken' and {where} union all {half} {_LATE_NOW} and {where}"
    return f"{half} {PARTS[asked.part]} and {where}"


def _key(row: PromiseRow, *, worst: bool) -> str:
    if worst:
        late = row.late or timedelta()
        return f"{late // timedelta(microseconds=1)}~{row.clock}"
    return f"{row.reported_at.isoformat()}~{row.clock}"


def _value(text: str, *, worst: bool) -> timedelta | datetime:
    return timedelta(microseconds=int(text)) if worst else datetime.fromisoformat(text)


def _listed(rows: list[Any], limit: int, key: Any) -> Listed[Any]:
    shown = tuple(rows[:limit])
    return Listed(shown, key(shown[-1]) if len(rows) > limit else "")


# -- cases ------------------------------------------------------------------------------------------

#: Of which cases a figure is made, and which of them are its numerator.
CASES: dict[str, tuple[str, str]] = {
    "single_visit": ("visits > 0", "visits = 1"),
    "first_time_fix": ("visits > 0", "visits = 1 and not again"),
    "remote_or_phone_resolution": ("true", "visits = 0"),
    "mttr_hours": ("true", "true"),
    "repeat_30d": ("true", "again"),
    "parts_fill": ("asked > 0", "filled > 0"),
    "csat_avg": ("rating is not null", "true"),
    "csat_happy": ("rating is not null", "rating >= 4"),
    "csat_response": ("true", "rating is not null"),
    "late_entries": ("true", "late_events > 0"),
    "overrides": ("true", "overrides > 0"),
    "astray": ("visits > 0", "astray > 0"),
    "quality_faults": ("cause = 'quality'", "true"),
}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case that counts, with what the figures take from it."""

    case: UUID
    number: str
    level: str
    reported_at: datetime
    counted_at: datetime
    seconds: int
    visits: int
    again: bool
    asked: int
    filled: int
    rating: int | None
    events: int
    late_events: int
    overrides: int
    astray: int
    text: str
    customer: str
    site: str


def cases(
    profile: Profile, wanted: Slice, figure: str, part: str, after: str = "", limit: int = PAGE
) -> Listed[CaseRow]:
    """The cases of a figure, the last fixed first: "all" of its base, or those that count ("yes")
    or do not ("no"). Raises `ValueError` for a place that no page gave."""
    said: dict[str, Any] = wanted.values(profile) | {"limit": limit + 1}
    beyond = ""
    if after:
        moment, case = after.split("~")
        said |= {"moment": datetime.fromisoformat(moment), "case": UUID(case)}
        beyond = 'and (counted_at, "case") < (%(moment)s, %(case)s)'
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select f."case", f.number, f.level, f.reported_at, f.counted_at, f.seconds, f.visits, f.again,
  f.asked, f.filled, f.rating, f.events, f.late_events, f.overrides, f.astray,
  coalesce(c.text, ''), coalesce(u.name, ''), coalesce(s.name, '')
from (select * from oversight_casefact where {_of(wanted, figure, part)} {beyond}
  order by counted_at desc, "case" desc limit %(limit)s) f
left join cases_case c on c.id = f."case"
left join customers_customer u on u.id = f.customer_id
left join customers_site s on s.id = c.site_id
order by f.counted_at desc, f."case" desc
""",
            said,
        )
        rows = [CaseRow(*row) for row in cursor.fetchall()]
    return _listed(rows, limit, lambda row: f"{row.counted_at.isoformat()}~{row.case}")


def count_cases(profile: Profile, wanted: Slice, figure: str, part: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*) from oversight_casefact where {_of(wanted, figure, part)}",
            wanted.values(profile),
        )
        return int(cursor.fetchone()[0])


def _of(wanted: Slice, figure: str, part: str) -> str:
    base, counts = CASES[figure]
    where = f"{replace(wanted, source='all').facts('counted_at')} and {base}"
    if part == "all":
        return where
    return f"{where} and {counts}" if part == "yes" else f"{where} and not ({counts})"


# -- what is written beside it --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deviation:
    action: str
    rule: str
    reason: str
    note: str


def deviations(cases: Sequence[UUID]) -> dict[UUID, list[Deviation]]:
    """What was passed with a reason on some cases."""
    found: dict[UUID, list[Deviation]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select case_id, action, rule, reason, note from cases_deviation"
            " where case_id = any(%s) order by happened_at, id",
            [list(cases)],
        )
        for case, *line in cursor.fetchall():
            found.setdefault(case, []).append(Deviation(*line))
    return found


def late_entries(cases: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Why something of some cases was entered late, in the words of whoever did."""
    found: dict[UUID, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select subject, why from archive_event"
            " where subject = any(%s) and late and why <> '' order by id",
            [list(cases)],
        )
        for case, why in cursor.fetchall():
            found.setdefault(case, []).append(why)
    return found

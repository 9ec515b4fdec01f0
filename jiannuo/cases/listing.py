"""Open cases by time to breach, by the page: each page goes on where the last one ended, by place
and never by count, so that page a thousand costs what the first one does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.cases.states import OVER
from jiannuo.manual.actor import Actor


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A row of the list by time to breach."""

    number: str
    customer: str
    site: str
    text: str
    level: str | None
    kind: str
    status: str
    next_due_at: datetime | None
    next_promise: str
    drill: bool
    id: UUID
    assignee: str = ""

    @property
    def spot(self) -> Spot:
        return Spot(self.next_due_at, self.id)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the list: after whom a page begins. Cases whose place moves meanwhile may show
    again or not at all; those that stay are shown once."""

    due: datetime | None
    id: UUID


@dataclass(frozen=True, slots=True)
class Only:
    """Which open cases; None asks for nothing. `level` and `engineer` may be "", for those that
    have none yet. Each has an index of its own (cases_case_open_...)."""

    level: str | None = None
    customer: UUID | None = None
    engineer: str | None = None
    status: str | None = None
    drill: bool | None = None


EVERY = Only()
#: By which part of `Only`, the condition on its column.
_SAID = {
    "level": "c.level = %(level)s",
    "customer": "c.customer_id = %(customer)s",
    "engineer": "c.assignee = %(engineer)s",
    "status": "c.status = %(status)s",
}
_OVER = ", ".join(f"'{state.value}'" for state in OVER)
_ROWS = f"""
(select c.number, u.name, s.name, c.text, c.level, c.kind, c.status, c.next_due_at,
  c.next_promise, c.drill, c.id, c.assignee
from cases_case c left join customers_customer u on u.id = c.customer_id
left join customers_site s on s.id = c.site_id
where not (c.status in ({_OVER})) and {{where}}
order by {{first}}c.next_due_at, c.id limit %(limit)s)
"""


def open_cases(
    actor: Actor,
    limit: int = 100,
    late: bool | None = None,
    at: datetime | None = None,
    *,
    only: Only = EVERY,
    after: Spot | None = None,
) -> list[OpenCase]:
    """Open cases, the one whose promise ends first on top; those without a clock last. `late`:
    only those whose next promise was due before `at`, or (False) only the others. `after`: what
    follows that place."""
    said: dict[str, Any] = {
        "limit": limit,
        "at": at,
        "mine": actor.customer,
        "due": after.due if after else None,
        "id": after.id if after else None,
        "level": only.level,
        "customer": only.customer,
        "engineer": only.engineer,
        "status": only.status,
    }
    common = list(_common(actor, only))
    stretches = [" and ".join([*part, *common]) for part in _stretches(late, after)]
    # That it is null does not tell the planner that it is one value, whose order the index keeps.
    return _asked(stretches, said, "c.level, " if only.level == "" else "")


def _stretches(late: bool | None, after: Spot | None) -> Iterator[list[str]]:
    """Those with a due moment, then those without: one question each that begins where the index
    does. A plain "after this place" would read all that lies before it."""
    bounds = {None: "c.next_due_at is not null", True: "c.next_due_at < %(at)s"}
    timed = [bounds.get(late, "c.next_due_at >= %(at)s")]
    if after is None or after.due is not None:
        yield timed if after is None else [*timed, "(c.next_due_at, c.id) > (%(due)s, %(id)s)"]
    if late is not True:
        beyond = after is not None and after.due is None
        yield ["c.next_due_at is null", *(["c.id > %(id)s"] if beyond else [])]


def _common(actor: Actor, only: Only) -> Iterator[str]:
    """What a person may see, and what he asks for."""
    if actor.customer is not None:
        yield "c.customer_id = %(mine)s"
    if only.drill is not None:
        yield "c.drill" if only.drill else "not c.drill"
    for name, condition in _SAID.items():
        value = getattr(only, name)
        if name == "level" and value == "":
            yield "c.level is null"
        elif value is not None:
            yield condition


def _asked(stretches: Sequence[str], said: Mapping[str, Any], first: str) -> list[OpenCase]:
    """In one round trip; what follows is read only where what comes first does not fill a page."""
    if not stretches:
        return []
    parts = " union all ".join(_ROWS.format(where=where, first=first) for where in stretches)
    with connection.cursor() as cursor:
        cursor.execute(f"select * from ({parts}) r limit %(limit)s", said)
        found = [OpenCase(*row) for row in cursor.fetchall()]
    # No database promises the order of a union.
    return sorted(found, key=lambda case: (case.next_due_at is None, case.next_due_at, case.id))

"""Cases by any fragment of their number, newest first; whose case a hit in a text belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.archive.newest import Kept, newest
from jiannuo.cases.states import OVER
from jiannuo.kernel.grams import Asked
from jiannuo.manual.actor import Actor

#: As its index is made: a number with its hyphens and without.
NUMBER = "lower(number || chr(10) || replace(number, '-', ''))"
CASES = Kept("cases_case", "id", "reported_at", NUMBER)


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A case as a list of hits shows it. `into`: the number of the case it was merged into."""

    id: UUID
    number: str
    text: str
    customer: UUID | None
    customer_name: str
    site_name: str
    status: str
    level: str | None
    reported_at: datetime
    drill: bool
    into: str = ""

    @property
    def open(self) -> bool:
        return self.status not in OVER


_CARD = """
select c.id, c.number, c.text, c.customer_id, coalesce(u.name, ''), coalesce(s.name, ''), c.status,
  c.level, c.reported_at, c.drill, coalesce(i.number, '')
from cases_case c left join customers_customer u on u.id = c.customer_id
left join customers_site s on s.id = c.site_id left join cases_case i on i.id = c.into_id
"""
_MINE = "(%(mine)s::uuid is null or customer_id = %(mine)s)"


def cases_found(actor: Actor, asked: Asked, limit: int, after: UUID | None = None) -> list[CaseHit]:
    """Cases whose number holds what was typed, with its hyphens or without; the number itself
    first, then the newest. A number has a digit, so words find none."""
    if not any(c.isdigit() for c in asked.typed):
        return []
    mine = {"mine": actor.customer}
    found = newest(CASES, asked, limit, _MINE, mine, after)
    exact = [] if after else _exactly(asked.typed, mine)
    cards = cards_by_id([*exact, *found])
    return [cards[i] for i in dict.fromkeys([*exact, *found])][:limit]


def _exactly(typed: str, said: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select id from cases_case where number = any(%(forms)s) and {_MINE}",
            {**said, "forms": [typed, typed.upper()]},
        )
        return [row[0] for row in cursor.fetchall()]


def cards_by_id(cases: Iterable[UUID]) -> dict[UUID, CaseHit]:
    """Those of them that there are, in one question; none for none."""
    wanted = list(cases)
    return {hit.id: hit for hit in _cards("c.id = any(%s)", wanted)} if wanted else {}


def open_on(units: Iterable[UUID]) -> dict[UUID, list[CaseHit]]:
    """The open cases of some devices, newest first; every device has a list."""
    found: dict[UUID, list[CaseHit]] = {unit: [] for unit in units}
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "select d.unit_id, d.case_id from cases_casedevice d"
            " join cases_case c on c.id = d.case_id"
            " where d.unit_id = any(%s) and not c.status = any(%s)"
            " order by c.reported_at desc, c.id",
            [list(found), [state.value for state in OVER]],
        )
        pairs = cursor.fetchall()
    cards = cards_by_id({case for _, case in pairs})
    for unit, case in pairs:
        found[unit].append(cards[case])
    return found


def _cards(where: str, wanted: list[UUID]) -> list[CaseHit]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_CARD} where {where}", [wanted])
        return [CaseHit(*row) for row in cursor.fetchall()]


def others_by_id(subjects: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers of claims and complaints among some subjects, in one question."""
    wanted = list(subjects)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, number from cases_claim where id = any(%(ids)s)"
            " union all select id, number from cases_complaint where id = any(%(ids)s)",
            {"ids": wanted},
        )
        return dict(cursor.fetchall())

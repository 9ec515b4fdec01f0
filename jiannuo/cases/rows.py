"""Case rows as the cards that leave this room, each with its site, customer, serials and losers
in one question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from jiannuo.cases.view import CaseCard

#: Cases read at a time where many are asked for: few enough for memory, enough to be fast.
PAGE = 200

_CARD = """
select c.id, c.number, c.customer_id, coalesce(u.name, ''), c.site_id, coalesce(s.code, ''),
  coalesce(s.name, ''), coalesce(c.km, s.km), c.contract_id, c.kind, c.channel, c.text, c.caller, c.drill,
  c.status, c.level, c.profile_version, c.reported_at, c.next_due_at, c.next_promise, c.into_id,
  array(select n.serial from cases_casedevice d join equipment_installedunit n on n.id = d.unit_id
    where d.case_id = c.id order by d.place, d.id),
  array(select l.id from cases_case l where l.into_id = c.id order by l.id),
  c.imported_from is not null
from cases_case c
left join customers_site s on s.id = c.site_id
left join customers_customer u on u.id = c.customer_id
"""


def cards(where: str, said: Mapping[str, Any], tail: str = "order by c.id") -> list[CaseCard]:
    """The cases (`c`) for which a condition of ours holds; `said`: its values by name."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_CARD} where {where} {tail}", said)
        return [_card(row) for row in cursor.fetchall()]


def _card(row: tuple[Any, ...]) -> CaseCard:
    *plain, serials, losers, imported = row
    values: list[Any] = [*plain, tuple(serials), tuple(losers), imported]
    return CaseCard(*values)


def pages(where: str, said: Mapping[str, Any]) -> Iterator[list[CaseCard]]:
    """The same in order of opening, a page at a time: a history of years does not fit into
    memory, and a pooler allows no server-side cursor."""
    further = "(%(beyond)s::uuid is null or c.id > %(beyond)s)"
    beyond = None
    while found := cards(
        f"({where}) and {further}", {**said, "beyond": beyond}, f"order by c.id limit {PAGE}"
    ):
        yield found
        beyond = found[-1].id

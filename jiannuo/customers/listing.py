"""The projects that are inspected, many at a time: one question for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from jiannuo.customers.models import MaintenanceContract


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A contract in a list; `offices`: those nearest to its customer's sites."""

    contract: UUID
    number: str
    customer: UUID
    customer_name: str
    accepted_on: date
    months: int
    inspected: bool
    offices: tuple[str, ...]


_LINES = """
select c.id, c.number, u.id, u.name,
  (select a.accepted_on from customers_acceptance a
    where a.contract_id = c.id order by a.version desc limit 1),
  c.months, c.inspection_plan,
  array(select distinct coalesce(s.office_found_id, s.office_id) from customers_site s
    where s.customer_id = u.id and coalesce(s.office_found_id, s.office_id) is not null)
from customers_contract c join customers_customer u on u.id = c.customer_id
order by u.name, c.number
"""


def project_lines(*, inspected: bool = True) -> list[ProjectLine]:
    """Accepted contracts by customer; `inspected`: only those with a duty to inspect."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES)
        rows = cursor.fetchall()
    found = [_line(*row) for row in rows if row[4] is not None]
    return [line for line in found if line.inspected or not inspected]


def _line(
    contract: UUID,
    number: str,
    customer: UUID,
    name: str,
    accepted_on: date,
    months: int,
    inspected: bool,
    offices: list[str],
) -> ProjectLine:
    return ProjectLine(
        contract, number, customer, name, accepted_on, months, inspected, tuple(offices)
    )


def narrowed(lines: list[ProjectLine], office: str = "", find: str = "") -> list[ProjectLine]:
    """Those of an office, those whose name or number contains what was typed."""
    wanted = find.strip().casefold()
    return [
        line
        for line in lines
        if (not office or office in line.offices)
        and (not wanted or wanted in f"{line.customer_name} {line.number}".casefold())
    ]


def upkeep_ends(contracts: Iterable[UUID]) -> dict[UUID, date]:
    """The last day of the last maintenance contract, of those that have one."""
    rows = MaintenanceContract.objects.filter(contract__in=list(contracts)).order_by("ends_on")
    return dict(rows.values_list("contract_id", "ends_on"))

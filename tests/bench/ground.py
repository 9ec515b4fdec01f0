"""What every benchmark stands on: one customer with a device, and rows to copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from jiannuo.cases import queries as cases
from jiannuo.customers import commands as customers
from jiannuo.customers import queries as customer_queries
from jiannuo.equipment import commands as equipment
from jiannuo.journey import intake
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.warranty import term
from jiannuo.people import commands as people
from jiannuo.people import queries as people_queries

COUNT = 60


@dataclass(frozen=True)
class Ground:
    agent: Actor
    engineer: Actor
    customer: UUID
    contract: UUID
    device: str


def ground() -> Ground:
    people.open_office(SYSTEM, "CDO", "成都办事处", 30.6574, 104.0658)
    people.hire(SYSTEM, people.Person("周敏", ("hotline_agent",)))
    people.hire(SYSTEM, people.Person("李伟", ("engineer",), "senior"))
    return another(1)


def another(n: int) -> Ground:
    """A customer of its own, with its contract and its device."""
    customer = customers.add_customer(SYSTEM, f"成都锦江智慧水务有限公司 {n}")
    contract = customers.sign_contract(
        SYSTEM, customer, customers.Terms(f"BENCH-{n}", date(2026, 1, 15), 36)
    )
    site = customers.add_site(SYSTEM, customer, customers.Place("P1", "机房", 30.58, 104.066))
    profile = customer_queries.profile_for(contract, now())
    serial = f"CXR740-{n:04}"
    equipment.register_device(
        SYSTEM,
        equipment.NewUnit(serial, "川芯", "CX-R740", "服务器"),
        contract=contract,
        site=site,
        term=term(profile, date(2026, 1, 15), 36),
    )
    agent, engineer = (people_queries.known_staff(n).actor for n in ("周敏", "李伟"))
    return Ground(agent, engineer, customer, contract, serial)


#: Tables an intake writes to, in an order that satisfies their keys.
TABLES = (
    "cases_case",
    "cases_casedevice",
    "archive_event",
    "archive_auditrow",
    "clocks_clock",
    "clocks_trigger",
    "charges_entitlement",
    "papers_paper",
    "notices_notice",
)
SUBJECT = {"cases_case": "id", "cases_casedevice": "case_id", "charges_entitlement": "case_id"}


@dataclass(frozen=True)
class RawRow:
    """All rows of one table of one intake, as one insert statement."""

    table: str
    columns: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    case: UUID
    keyed: bool

    @property
    def statement(self) -> str:
        row = "(" + ", ".join(["%s"] * len(self.columns)) + ")"
        names = ", ".join(f'"{c}"' for c in self.columns)
        rows = ", ".join([row] * len(self.values))
        return f"insert into {self.table} ({names}) values {rows}"

    def fresh(self, n: int) -> list[Any]:
        """The same values for another case: its own ids, numbers and operation ids."""
        case = UUID(int=(self.case.int + (n + 2) * 7919) % 2**128)
        found = []
        for row in self.values:
            for column, value in zip(self.columns, row, strict=True):
                if value == self.case:
                    value = case
                elif column in ("uid", "op", "id") and isinstance(value, UUID):
                    value = uuid4()
                elif column == "number":
                    value = f"raw-{n}"
                found.append(value)
        return found


def rows_of_one_case(found: Ground) -> list[RawRow]:
    """What one intake wrote, read back so that raw SQL can write the same again."""
    done = intake.report(
        found.agent, channel="portal", kind="fault", device=found.device, text="x", caller="y"
    )
    case = cases.card(done.number).id
    rows = [_of_table(table, case) for table in TABLES]
    return [row for row in rows if row.values]


def _of_table(table: str, case: UUID) -> RawRow:
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = %s and"
            " is_generated = 'NEVER' and column_name <> 'xid' and"
            " not (column_name = 'id' and is_identity = 'YES')",
            [table],
        )
        columns = tuple(row[0] for row in cursor.fetchall())
        names = ", ".join(f'"{c}"' for c in columns)
        key = SUBJECT.get(table, "subject")
        cursor.execute(f"select {names} from {table} where {key} = %s", [case])
        values = tuple(tuple(map(_plain, row)) for row in cursor.fetchall())
    return RawRow(table, columns, values, case, table == "cases_case")


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def seconds(values: Sequence[float]) -> str:
    return f"{1000 * sorted(values)[len(values) // 2]:.2f} ms"

"""A contract with everything that was promised in it, read in one question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.warranty import Maintenance
from jiannuo.manual.workdays import Workdays


@dataclass(frozen=True, slots=True)
class LineCard:
    """A device line with its own term; `accepted_on` is the project's where it has none."""

    serial: str
    months: int
    accepted_on: date


@dataclass(frozen=True, slots=True)
class ContractCard:
    id: UUID
    customer: UUID
    customer_name: str
    number: str
    accepted_on: date
    months: int
    overrides: Mapping[str, Any]
    inspection_plan: bool
    return_days: int | None
    parts_supply: str
    workdays: Workdays
    lines: tuple[LineCard, ...]
    maintenance: tuple[Maintenance, ...]


@dataclass(frozen=True)
class Project:
    """A contract and the versions of the service profile, oldest first."""

    card: ContractCard
    taken_on_at: datetime
    versions: tuple[tuple[int, datetime, Mapping[str, Any]], ...]

    def profile_at(self, at: datetime) -> Profile:
        """What binds a subject taken in at `at`: the newest profile then, with the contract's
        own terms (R-0-1)."""
        return with_overrides(newest(self.versions, at), self.card.overrides)

    @cached_property
    def founding(self) -> Profile:
        """What binds rules that belong to no single subject (lead times of alerts, window of
        recurrence, room limits, pass mark): the profile of the day it was taken on."""
        return self.profile_at(self.taken_on_at)


#: The version under which the numbers of the edition are kept that a house began with.
EDITION = 0

Versions = Iterable[tuple[int, datetime, Mapping[str, Any]]]


def newest(versions: Versions, at: datetime) -> Profile:
    """What binds a subject taken in at `at`; `versions` the oldest first."""
    profile = shipped()
    for version, published_at, changes in versions:
        if version == EDITION:
            profile = profile.begun_with(changes)
        elif published_at <= at:
            profile = profile.with_changes(changes, version)
    return profile


def with_overrides(profile: Profile, overrides: Mapping[str, Any] | None) -> Profile:
    return profile.with_changes(overrides) if overrides else profile


_PROJECT = """
select c.id, c.customer_id, u.name, c.number, c.months, c.taken_on_at, c.overrides,
  c.inspection_plan, c.return_days, c.parts_supply, c.holidays, c.makeup_workdays,
  (select a.accepted_on from customers_acceptance a
    where a.contract_id = c.id order by a.version desc limit 1),
  (select coalesce(json_agg(json_build_array(l.serial, l.months, l.accepted_on) order by l.id),
    '[]') from customers_contractline l where l.contract_id = c.id),
  (select coalesce(json_agg(json_build_array(m.number, m.site_id, m.starts_on, m.ends_on,
    m.visits_included, m.visits_before, m.per_visit::text, m.parts) order by m.id), '[]')
    from customers_maintenancecontract m where m.contract_id = c.id),
  (select coalesce(json_agg(json_build_array(p.version, p.published_at, p.changes)
    order by p.published_at, p.version), '[]') from customers_serviceprofile p),
  (select coalesce(json_agg(json_build_array(y.holidays, y.makeup)), '[]')
    from customers_calendaryear y)
from customers_contract c join customers_customer u on u.id = c.customer_id
where c.id = any(%s)
"""


def project(contract: UUID) -> Project:
    """Raises LookupError for a contract that is not there or was never accepted."""
    found = projects([contract])
    if contract not in found:
        raise LookupError(f"contract {contract} is not there or was never accepted")
    return found[contract]


def projects(contracts: Iterable[UUID]) -> dict[UUID, Project]:
    """Those of them that are there and were accepted, in one question; none for none."""
    wanted = list(contracts)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PROJECT, [wanted])
        rows = cursor.fetchall()
    return {row[0]: _project(row) for row in rows if row[12] is not None}


def _project(row: tuple[Any, ...]) -> Project:
    accepted: date = row[12]
    lines, upkeep, versions, years = (_json(value) for value in row[13:])
    card = ContractCard(
        id=row[0],
        customer=row[1],
        customer_name=row[2],
        number=row[3],
        accepted_on=accepted,
        months=row[4],
        overrides=_json(row[6]),
        inspection_plan=row[7],
        return_days=row[8],
        parts_supply=row[9],
        workdays=of_years(years).but(Workdays(frozenset(row[10]), frozenset(row[11]))),
        lines=tuple(LineCard(s, m, _day(on) or accepted) for s, m, on in lines),
        maintenance=tuple(_maintenance(found) for found in upkeep),
    )
    return Project(
        card,
        row[5],
        tuple((v, datetime.fromisoformat(at), changes) for v, at, changes in versions),
    )


def of_years(years: Iterable[tuple[Iterable[str], Iterable[str]]]) -> Workdays:
    """The house's own calendar, from its years as they are kept."""
    found = list(years)
    return Workdays(
        frozenset(date.fromisoformat(day) for off, _ in found for day in off),
        frozenset(date.fromisoformat(day) for _, on in found for day in on),
    )


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _maintenance(row: list[Any]) -> Maintenance:
    number, site, start, end, included, before, per_visit, parts = row
    return Maintenance(
        number,
        site,
        date.fromisoformat(start),
        date.fromisoformat(end),
        included,
        before,
        per_visit,
        parts,
    )

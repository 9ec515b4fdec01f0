"""What is known, for many lines at once: who is meant by a name, what stands in a contract."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiannuo.customers.directory import CustomerCard
from jiannuo.customers.models import ContractLine, Customer


def key(name: str) -> str:
    """A name as it is compared: full-width forms folded, blanks and the case of letters ignored."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def number_key(phone: str) -> str:
    """A telephone number as it is compared: its figures."""
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))


def everybody() -> list[CustomerCard]:
    rows = Customer.objects.order_by("id").values_list("id", "name", "phones")
    return [CustomerCard(one, name, tuple(phones)) for one, name, phones in rows]


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A device line as it stands; `accepted_on` only where it has a day of its own."""

    months: int
    accepted_on: date | None
    source: str


def lines_in(contracts: Collection[UUID]) -> dict[tuple[UUID, str], OwnLine]:
    """The device lines of some contracts, by contract and serial."""
    rows = ContractLine.objects.filter(contract__in=list(contracts))
    return {
        (row.contract_id, row.serial): OwnLine(row.months, row.accepted_on, row.source)
        for row in rows
    }

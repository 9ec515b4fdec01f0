"""Customers, sites, persons and contracts that were registered by mistake go out of the tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from jiannuo.customers.models import Contact, Contract, ContractLine, Customer, Site
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require
from jiannuo.people.withdrawing import removed


def withdraw(actor: Actor, what: str, one: UUID) -> str:
    """What it was called. Raises `Refusal` where something rests on it, or it is gone already."""
    require(actor, "taken_back")
    model, called = MODELS[what]
    row = model.objects.select_for_update().filter(pk=one).first()
    if row is None:
        raise Refusal("gone_already", "已经不在了", "it is gone already")
    name = called(row)
    removed(row)
    return name


def _contract(row: Contract) -> str:
    """Its own terms go with it."""
    row.lines.all().delete()
    row.prices.all().delete()
    row.acceptances.all().delete()
    return row.number


MODELS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "customer": (Customer, lambda row: row.name),
    "site": (Site, lambda row: row.name),
    "contact": (Contact, lambda row: row.name),
    "contract": (Contract, _contract),
}


def withdraw_line(actor: Actor, contract: UUID, serial: str) -> None:
    """A device line goes; its device is covered as the contract says."""
    require(actor, "taken_back")
    ContractLine.objects.filter(contract_id=contract, serial=serial).delete()

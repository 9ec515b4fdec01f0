"""Search for programs: what was found, by group."""

from __future__ import annotations

from typing import Literal

from ninja import Schema

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseCard
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

Kinds = Literal["cases", "devices", "customers", "contacts", "sites", "texts"]


class Hit(Schema):
    """`ref`: by what it is opened, such as a case number or a serial; `title` and `text`: what a
    person reads; `customer`: whose it is."""

    ref: str
    title: str
    text: str
    customer: str


class Hits(Schema):
    """`more`: there are others than those listed."""

    kind: Kinds
    hits: list[Hit]
    more: bool


class Findings(Schema):
    """What was found, the groups with something in them only."""

    q: str
    groups: list[Hits]


def find(actor: Actor, q: str, limit: int) -> Findings:
    require(actor, "read_cases")
    text = q.replace("\0", "").strip()
    if not equipment.key_of(text):  # nothing but blanks and hyphens
        return Findings(q=q, groups=[])
    numbers = cases.beginning(actor, text, limit + 1)
    units = equipment.beginning(actor, text, limit + 1)
    groups = [
        _group("cases", [_case(card) for card in numbers], limit),
        _group("devices", [_device(unit) for unit in units], limit),
    ]
    return Findings(q=q, groups=[group for group in groups if group.hits])


def _group(kind: Kinds, hits: list[Hit], limit: int) -> Hits:
    return Hits(kind=kind, hits=hits[:limit], more=len(hits) > limit)


def _case(card: CaseCard) -> Hit:
    return Hit(ref=card.number, title=card.number, text=card.text, customer=card.customer_name)


def _device(unit: UnitCard) -> Hit:
    model = " ".join(part for part in (unit.brand, unit.model) if part)
    return Hit(ref=unit.serial, title=unit.serial, text=model, customer="")

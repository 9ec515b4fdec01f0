"""A loaner beside the customer's own device, attribute by attribute: no lower standard (R-3-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiannuo.cases.view import CaseView
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.manual.standards import below
from jiannuo.parts.machines import LoanerLine
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Attribute:
    """One line: what the customer's own has, what this one has, what the other one has."""

    name: str
    wanted: str
    offered: str
    enough: bool
    other: str
    other_enough: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`below`: the names of what is not enough, in words; `other`: a loaner that could go."""

    original: str
    model: str
    rows: tuple[Attribute, ...]
    below: tuple[str, ...]
    other: UnitCard | None


def original_of(view: CaseView) -> UnitCard | None:
    """The device that a loaner stands in for."""
    return equipment.find(view.card.device) if view.card.device else None


def fitting(original: UnitCard | None, loaners: Sequence[LoanerLine]) -> list[UnitCard]:
    """What could go out now, the nearest to the original first."""
    free = [one.unit for one in loaners if one.state == "shelf"]
    if original is None:
        return free
    able = [unit for unit in free if _alike(original, unit)]
    able = [unit for unit in able if not below(original.spec, unit.spec)]
    return sorted(able, key=lambda unit: (unit.model != original.model, unit.serial))


def _alike(original: UnitCard, unit: UnitCard) -> bool:
    known = original.category and unit.category
    return not known or original.category == unit.category or bool(original.spec)


def compared(
    reader: Reader, original: UnitCard, unit: UnitCard, loaners: Sequence[LoanerLine]
) -> Comparison:
    lacking = below(original.spec, unit.spec)
    others = [one for one in fitting(original, loaners) if one.serial != unit.serial]
    other = others[0] if others and lacking else None
    told = reader.word
    return Comparison(
        original.serial,
        f"{original.brand} {original.model}".strip(),
        tuple(
            Attribute(
                told("spec", name),
                _number(wanted),
                _number(unit.spec.get(name)),
                name not in lacking,
                _number(other.spec.get(name)) if other else "",
                other_enough=other is not None,
            )
            for name, wanted in original.spec.items()
        ),
        tuple(
            f"{told('spec', name)} {_number(unit.spec.get(name))} < {_number(original.spec[name])}"
            for name in lacking
        ),
        other,
    )


def _number(value: object) -> str:
    return "—" if value is None else str(value)

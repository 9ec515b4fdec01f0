"""Reads of charges: what a case costs, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.kernel.money import ZERO
from jiannuo.manual.events import Chronicle
from jiannuo.manual.lots import Taken
from jiannuo.manual.marks import at_local
from jiannuo.manual.prices import Bill, Line, charge_lines, total, unpriced
from jiannuo.manual.warranty import Maintenance
from jiannuo.parts import queries as parts
from jiannuo.training import queries as training

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The charge sheet of a case; `unpriced`: models the contract has no price for."""

    case: str
    lines: tuple[Line, ...] = ()
    unpriced: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        return total(self.lines)


@dataclass
class Desk:
    """Prices many cases and reads what they share once."""

    visits: dict[str, dict[str, int]] = field(default_factory=dict)

    def sheet(self, view: CaseView) -> Sheet:
        """Every charge of a case, each line with its rule; drills and losers cost nothing."""
        if view.card.drill or view.card.into is not None:
            return Sheet(view.card.number)
        bill = self._bill(view)
        lines = tuple(charge_lines(view.profile, bill))
        return Sheet(view.card.number, lines, tuple(unpriced(view.profile, bill)))

    def _bill(self, view: CaseView) -> Bill:
        log, card = view.story.log, view.card
        replaced = [e.d["old"] for e in log.all("replaced")]
        maintenance = view.maintenance
        bill = Bill(
            events=log.events,
            entitlements={"": view.entitled(), **{s: view.entitled(s) for s in card.devices}},
            excluded=view.story.excluded is not None,
            maintenance=maintenance,
            visits=self._visits(view, maintenance) if maintenance and log.has("arrived") else {},
            models={serial: _model(serial) for serial in replaced},
            prices=customers.prices(card.contract) if replaced and card.contract else {},
        )
        return replace(bill, lots=_lots(view, bill))

    def _visits(self, view: CaseView, contract: Maintenance) -> dict[str, int]:
        """The running number of every visit under a maintenance contract, by arrival."""
        number = contract.number
        if number not in self.visits:
            arrivals = []
            for other in _reported_under(view, contract):
                same = other.maintenance
                if same is not None and same.number == number:
                    arrivals += other.story.arrivals
            arrivals.sort(key=lambda e: e.place)
            before = contract.visits_before
            self.visits[number] = {e.id: before + n for n, e in enumerate(arrivals, 1)}
        return self.visits[number]


def _reported_under(view: CaseView, contract: Maintenance) -> Iterable[CaseView]:
    """Cases of the site reported while a maintenance contract ran, by anybody's calendar."""
    if view.card.contract is None:
        return [view]
    first = at_local(view.profile, contract.start - DAY, timedelta())
    last = at_local(view.profile, contract.end + 2 * DAY, timedelta())
    return cases.views_at(view.card.contract, view.card.site, first, last)


def _lots(view: CaseView, bill: Bill) -> dict[str, list[Taken]]:
    """The lots of our parts where one is charged: a part that is free has its line without."""
    used = [e for e in view.story.log.all("part_used") if e.d["supplier"] == "vendor"]
    free = {line.source for line in charge_lines(view.profile, replace(bill, events=used))}
    if all(event.id in free for event in used):
        return {}
    average = view.profile.value("prices.spare") == "average_cost"
    return parts.lots_used(view.card.number, used, average=average)


def _model(serial: str) -> str:
    found = equipment.find(serial)
    return found.model if found else ""


def sheet(view: CaseView) -> Sheet:
    return Desk().sheet(view)


def sheet_of(case: UUID) -> Sheet:
    return sheet(cases.view(case))


def training_sheet(customer: UUID) -> Sheet:
    """Training is free: a line for every session held, each of nothing (R-5-1)."""
    held = {code: log for code, log in training.logs(customer).items() if log.has("training_held")}
    lines = tuple(
        Line("training", code, _hours(log), ZERO, "R-5-1", source=log.all("training_held")[0].id)
        for code, log in held.items()
    )
    return Sheet("", lines)


def _hours(log: Chronicle) -> Decimal:
    planned = log.last("training_planned")
    return Decimal(planned.d["hours"]) if planned else Decimal(1)


def hints(view: CaseView) -> tuple[str, ...]:
    """Exclusions to think of when diagnosing: a device that stands elsewhere than in the
    register was moved by somebody (EX3, R-7.4-B-9-3)."""
    found = (equipment.find(serial) for serial in view.card.devices)
    moved = any(unit and unit.site and unit.site != view.card.site for unit in found)
    return ("EX3",) if moved else ()


#: Events that may cost something, in whatever case.
COSTLY = ("part_used", "replaced", "cost_recorded", "fee_set")


def total_of(view: CaseView) -> Decimal:
    """Zero at once where nothing on the case can cost anything."""
    log = view.story.log
    visited = log.has("arrived") and view.project is not None and view.project.card.maintenance
    if not visited and not any(log.has(kind) for kind in COSTLY):
        return ZERO
    return sheet(view).total

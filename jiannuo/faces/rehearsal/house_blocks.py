"""Blocks about everything else: sites, warranty, stock, inspections, figures."""

from __future__ import annotations

from datetime import date

from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.faces.rehearsal.reader import Reader, Row, span
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.rules import findings
from jiannuo.journey.inspection import signed_event
from jiannuo.manual.figures import Figure
from jiannuo.oversight import queries as oversight
from jiannuo.parts import queries as parts
from jiannuo.people import queries as people
from jiannuo.support import queries as support
from jiannuo.training import queries as training


def distances(r: Reader) -> list[Row]:
    rows = []
    for site in customers.sites(r.stage.customer):
        found = customers.reach(site, r.profile)
        rows.append(
            {
                "site": found.site,
                "office": found.office,
                "km": float(found.km),
                "limit": span(found.limit, seconds=False),
            }
        )
    return rows


def warranty(r: Reader) -> list[Row]:
    return [
        {
            "ref": row.ref,
            "start": row.term.start.isoformat(),
            "months": row.term.months,
            "end": row.term.end.isoformat(),
        }
        for row in equipment.warranties(r.stage.contract, r.profile)
    ]


def alert_rows(r: Reader) -> list[Row]:
    return [
        {
            "t": r.when(alert.moment),
            "alert": alert.code,
            "ref": r.names.get(alert.subject, alert.ref),
        }
        for alert in clocks.alerts(r.as_of)
    ]


def duty_rows(r: Reader) -> list[Row]:
    if not people.rosters() and r.story.facts.get("roster") is None:
        return []
    return [
        {
            "case": r.names[card.case],
            "t": r.when(card.declared_at),
            "desk": "duty_manager",
            "person": card.on_duty,
            "via": card.on_duty_via,
        }
        for card in support.emergencies()
    ]


def repair_orders(r: Reader) -> list[Row]:
    rows = []
    for order in parts.repairs():
        row: Row = {
            "repair_order": order.number,
            "serial": order.serial,
            "free": order.free,
            "status": order.status,
        }
        if order.case is not None:
            row["case"] = r.ref("case", order.case)
        if order.received_at is not None and order.due_on is not None:
            row |= {
                "received": r.when(order.received_at),
                "workdays": order.workdays,
                "due_date": order.due_on.isoformat(),
                "verdict": str(order.verdict(r.as_of)),
            }
        if order.shipped_at is not None:
            row["shipped"] = r.when(order.shipped_at)
        rows.append(row)
    return rows


def inspection_plan(r: Reader) -> list[Row]:
    rows = []
    today = r.profile.local(r.as_of).date()
    for owed in inspections.owed(r.stage.contract):
        row: Row = {
            "quarter": owed.quarter.name,
            "due": owed.quarter.due.isoformat(),
            "status": owed.status(today),
        }
        event = signed_event(r.stage.contract, owed.quarter.name)
        if owed.signed is not None and event is not None:
            row["signed"] = owed.signed.isoformat()
            row["findings"] = findings(r.profile, event.d)
        rows.append(row)
    return rows


def training_result(r: Reader) -> Row:
    mark = r.profile.value("house.training_pass_mark")
    found = training.result(r.stage.customer, mark)
    if found is None:
        return {}
    return {
        "planned": found.planned,
        "held": found.held,
        "assessed": found.assessed,
        "passed": found.passed,
        "failed": list(found.failed),
        "commitment_closed": found.commitment_closed,
    }


def stock_rows(r: Reader) -> list[Row]:
    rows = []
    for line in parts.stock(moved_only=True):
        row: Row = {"part": line.part, "on_hand": line.on_hand}
        if line.minimum is not None:
            row |= {"min": line.minimum, "below": line.below}
        rows.append(row)
    return rows


def kpi_figures(r: Reader) -> Row:
    asked = r.story.facts.get("kpi_period")
    if asked is None:
        return {}
    period = oversight.Period(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
    found = oversight.kpis(r.profile, period, r.as_of, r.stage.contract)
    return {name: _figure(name, figure) for name, figure in found.items()}


def late_entries(r: Reader) -> list[Row]:
    rows = []
    for entry in oversight.late_entries(r.profile):
        row: Row = {
            "ref": _subject(r, entry),
            "e": entry.event.kind,
            "t": r.when(entry.event.t),
            "rec": r.when(entry.recorded),
            "lag": span(entry.lag),
        }
        rows.append(row | ({"corrected": True} if entry.corrected else {}))
    return rows


def _subject(r: Reader, entry: oversight.LateEntry) -> str:
    if entry.subject_kind == "case":
        return r.names[entry.subject]
    for told in r.story.told:
        moment = told.t if not entry.corrected else None
        same = told.kind == entry.event.kind and moment in (None, entry.event.t)
        if same and told.rec == entry.event.recorded and not told.attempt:
            return told.ref
    raise LookupError(entry)


def _figure(name: str, figure: Figure) -> Row:
    if name == "mttr_hours":
        return {"sum": str(figure.num), "n": figure.den, "value": figure.value}
    if name == "csat_avg":
        return {"sum": int(figure.num), "n": figure.den, "value": figure.value}
    return {"num": int(figure.num), "den": figure.den, "value": figure.value}

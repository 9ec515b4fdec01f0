"""Setting the stage: the facts of a story become the rows of a company and its customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiannuo.customers import commands as customers
from jiannuo.customers import publishing
from jiannuo.customers import queries as customer_queries
from jiannuo.equipment import commands as equipment
from jiannuo.faces.rehearsal.telling import Story
from jiannuo.journey.contracts import watch
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.policy import leaves
from jiannuo.manual.profile import RATES, shipped
from jiannuo.manual.warranty import term
from jiannuo.parts import commands as parts
from jiannuo.people import commands as people
from jiannuo.people import queries as people_queries
from jiannuo.people.rules import Duty


@dataclass
class Stage:
    """Who is who and what is called how: a story's names to the product's ids."""

    story: Story
    customer: UUID
    contract: UUID
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    events: dict[str, UUID] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        card = people_queries.staff(name)
        if card is not None:
            return card.actor
        contact = customer_queries.contact(self.customer, name)
        if contact is None:
            raise LookupError(name)
        return contact.actor

    def number(self, ref_kind: str, ref: str) -> str:
        """The product's own number of a case, claim or complaint; other refs are their own."""
        return self.numbers.get((ref_kind, ref), ref)

    def named(self, ref_kind: str, number: str) -> str:
        """The story's word for a number of the product."""
        back = {(kind, n): ref for (kind, ref), n in self.numbers.items()}
        return back.get((ref_kind, number), number)


def set_stage(story: Story) -> Stage:
    """Company, customer, contract, devices, spares, roster: as on day one, at this moment."""
    facts = story.facts
    _company(story)
    customer = customers.add_customer(SYSTEM, facts["customer"]["name"])
    for person in facts["customer"]["people"]:
        customers.add_contact(
            SYSTEM,
            customer,
            person["name"],
            person["roles"],
            person.get("title", ""),
            person.get("phone", ""),
        )
    contract = _contract(facts, customer)
    sites = {
        row["code"]: customers.add_site(
            SYSTEM,
            customer,
            customers.Place(
                row["code"],
                row["name"],
                row["lat"],
                row["lon"],
                Decimal(row["contract_distance_km"]) if "contract_distance_km" in row else None,
                row.get("office", ""),
            ),
        )
        for row in facts["sites"]
    }
    _maintenance(facts, contract, sites)
    _devices(facts, contract, sites)
    for row in facts.get("loaners", ()):
        unit = equipment.NewUnit(row["sn"], "", row["model"], "", row["spec"])
        equipment.register_loaner(SYSTEM, unit)
    for row in facts.get("spares", ()):
        parts.stock_part(SYSTEM, row["part"], row["min"])
    _roster(story)
    watch(contract)
    return Stage(story, customer, contract)


def _company(story: Story) -> None:
    master, facts = story.master, story.facts
    changes = _own_policy(master)
    if changes:
        publishing.begin_profile(SYSTEM, changes, now())
    for office in (*master["offices"], *facts.get("offices", ())):
        people.open_office(SYSTEM, office["code"], office["name"], office["lat"], office["lon"])
    for person in (*master["people"], *facts.get("people", ())):
        people.hire(
            SYSTEM,
            people.Person(
                person["name"],
                (person["role"],),
                person.get("level", ""),
                tuple(person.get("skills", ())),
                deputy_of=person.get("deputy_of", ""),
            ),
        )


def _own_policy(master: Mapping[str, Any]) -> dict[str, Any]:
    """Where the master's policy differs from the shipped edition."""
    ours = dict(leaves(shipped().policy))
    changes = {
        path: value
        for path, value in leaves(master.get("policy", {}))
        if _plain(value) != _plain(ours.get(path))
    }
    for key, value in master.get("rate_card", {}).items():
        if Decimal(str(value)) != shipped().rate_card.get(key):
            changes[RATES + key] = value
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return "beyond" if value is None else value


def _contract(facts: Mapping[str, Any], customer: UUID) -> UUID:
    row, calendar = facts["contract"], facts.get("calendar") or {}
    return customers.sign_contract(
        SYSTEM,
        customer,
        customers.Terms(
            number=row["number"],
            accepted_on=date.fromisoformat(row["acceptance"]),
            months=row["months"],
            lines=tuple(
                customers.LineTerms(
                    line["sn"],
                    line["months"],
                    date.fromisoformat(line["acceptance"]) if "acceptance" in line else None,
                )
                for line in row.get("lines", ())
            ),
            prices={p["model"]: Decimal(p["unit"]) for p in row.get("price_list", ())},
            overrides=row.get("overrides"),
            inspection_plan=row.get("inspection_plan", False),
            return_days=row.get("return_days"),
            media_retention=row.get("media_retention", False),
            parts_supply=row.get("parts_supply", "vendor"),
            holidays=tuple(map(date.fromisoformat, calendar.get("holidays", ()))),
            makeup_workdays=tuple(map(date.fromisoformat, calendar.get("makeup_workdays", ()))),
        ),
    )


def _maintenance(facts: Mapping[str, Any], contract: UUID, sites: Mapping[str, UUID]) -> None:
    for row in facts.get("maintenance_contracts", ()):
        customers.add_maintenance(
            SYSTEM,
            contract,
            customers.Upkeep(
                row["number"],
                sites[row["site"]],
                date.fromisoformat(row["from"]),
                date.fromisoformat(row["to"]),
                row["visits_included"],
                row["visits_before"],
                Decimal(row["per_visit"]),
                row["parts"],
            ),
        )


def _devices(facts: Mapping[str, Any], contract: UUID, sites: Mapping[str, UUID]) -> None:
    profile = customer_queries.profile_for(contract, now())
    card = customer_queries.contract(contract)
    lines = {line.serial: line for line in card.lines}
    for row in facts["devices"]:
        line = lines.get(row["sn"])
        start = line.accepted_on if line else card.accepted_on
        months = line.months if line else card.months
        equipment.register_device(
            SYSTEM,
            equipment.NewUnit(row["sn"], row["brand"], row["model"], row["type"], row.get("spec")),
            contract=contract,
            site=sites[row["site"]],
            term=term(profile, start, months, card.workdays),
            line=line is not None,
        )


def _roster(story: Story) -> None:
    row = story.facts.get("roster")
    if row is None:
        return
    people.draw_roster(
        SYSTEM,
        row["id"],
        (story.moment(row["from"]), story.moment(row["to"])),
        row["desks"],
        [
            Duty(
                shift["desk"],
                story.moment(shift["from"]),
                story.moment(shift["to"]),
                shift["person"],
                shift.get("deputy"),
            )
            for shift in row["shifts"]
        ],
    )

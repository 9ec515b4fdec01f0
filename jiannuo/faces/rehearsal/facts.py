"""The facts of a story agree among themselves: nothing is named twice, nothing is missing, and
every number is one that can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jiannuo.equipment.queries import key_of
from jiannuo.faces.rehearsal.telling import Story
from jiannuo.manual.policy import ProfileError
from jiannuo.manual.profile import shipped

At = tuple[Any, ...]
Fail = Callable[[At, str], Exception]


def check_facts(fail: Fail, story: Story) -> None:
    """Raises what `fail` makes at the first thing that cannot be."""
    facts = story.facts
    _check_places(fail, story)
    _check_once(fail, "sites", (site["code"] for site in facts["sites"]))
    _check_once(fail, "spares", (spare["part"] for spare in facts.get("spares", ())))
    _check_units(fail, facts)
    _check_contract(fail, facts)
    _check_people(fail, story)
    _check_roster(fail, story)


def _check_once(fail: Fail, table: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            raise fail((table, place), f"{name!r} stands in {table} twice")
        seen.add(name)


def _check_places(fail: Fail, story: Story) -> None:
    offices = [*story.master.get("offices", ()), *story.facts.get("offices", ())]
    codes = [office["code"] for office in offices]
    for table in ("offices", "sites"):
        for place, row in enumerate(story.facts.get(table, ())):
            if not (-90 <= row["lat"] <= 90 and -180 <= row["lon"] <= 180):
                allowed = "lat -90 to 90, lon -180 to 180"
                raise fail((table, place, "lat"), f"{row['lat']}, {row['lon']}; allowed: {allowed}")
            if row.get("office", codes[0] if codes else "") not in codes:
                allowed = ", ".join(codes)
                raise fail(
                    (table, place, "office"), f"no office {row['office']!r}; allowed: {allowed}"
                )


def _check_units(fail: Fail, facts: Mapping[str, Any]) -> None:
    seen: set[str] = set()
    for table in ("devices", "loaners"):
        for place, unit in enumerate(facts.get(table, ())):
            if key_of(unit["sn"]) in seen:
                raise fail((table, place, "sn"), f"serial {unit['sn']!r} is there twice")
            seen.add(key_of(unit["sn"]))
            for name, value in (unit.get("spec") or {}).items():
                if isinstance(value, bool) or not isinstance(value, int | float):
                    at = (table, place, "spec", name)
                    raise fail(at, f"{name} = {value!r}; allowed: a number")


def _check_contract(fail: Fail, facts: Mapping[str, Any]) -> None:
    contract = facts["contract"]
    for at, months in (
        (("contract", "months"), contract["months"]),
        *(
            (("contract", "lines", place, "months"), line["months"])
            for place, line in enumerate(contract.get("lines", ()))
        ),
    ):
        if months < 1:
            raise fail(at, f"months = {months}; allowed: a whole number from 1")
    overrides = contract.get("overrides") or {}
    try:
        shipped().with_changes(overrides)
    except ProfileError as error:
        raise fail(("contract", "overrides", error.key), str(error)) from None
    sites = [site["code"] for site in facts["sites"]]
    for place, row in enumerate(facts.get("maintenance_contracts", ())):
        at = ("maintenance_contracts", place)
        if row["site"] not in sites:
            raise fail((*at, "site"), f"no site {row['site']!r}; allowed: {', '.join(sites)}")
        if row["to"] < row["from"]:
            raise fail((*at, "to"), "it ends before it begins")


def _check_people(fail: Fail, story: Story) -> None:
    staff = _staff(story)
    for place, person in enumerate(story.facts.get("people", ())):
        if person.get("deputy_of", person["name"]) not in staff:
            at = ("people", place, "deputy_of")
            allowed = ", ".join(staff)
            raise fail(at, f"no person {person['deputy_of']!r}; allowed: {allowed}")
    for place, person in enumerate(story.facts["customer"]["people"]):
        if not person["roles"]:
            raise fail(("customer", "people", place, "roles"), "at least one role is needed")


def _staff(story: Story) -> list[str]:
    return [p["name"] for p in (*story.master.get("people", ()), *story.facts.get("people", ()))]


def _check_roster(fail: Fail, story: Story) -> None:
    roster, staff = story.facts.get("roster"), _staff(story)
    if roster is None:
        return
    if roster["to"] <= roster["from"]:
        raise fail(("roster", "to"), "the roster ends before it begins")
    for place, shift in enumerate(roster["shifts"]):
        at = ("roster", "shifts", place)
        if shift["to"] <= shift["from"]:
            raise fail((*at, "to"), "the shift ends before it begins")
        for key in ("person", "deputy"):
            if shift.get(key) is not None and shift[key] not in staff:
                allowed = ", ".join(staff)
                raise fail((*at, key), f"no person {shift[key]!r}; allowed: {allowed}")

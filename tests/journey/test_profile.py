"""The service profile in its versions, and what a contract says of its own."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiannuo.customers import commands as customers
from jiannuo.customers import project as projects
from jiannuo.customers.commands import LineTerms, Terms, keep_edition
from jiannuo.customers.queries import base_profile
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.profile import shipped
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused, step
from tests.world import BRAND, MODEL, Customer, World, project

SERVER = NewUnit("SRV-1", BRAND, MODEL, "服务器")


def own_project(**terms: Any) -> Customer:
    with held_at(FOUNDED):
        return project("HT-A", devices=[SERVER], **terms)


def publish(world: World, when: str, version: int, **changes: Any) -> None:
    told = {key.replace("__", "."): value for key, value in changes.items()}
    fields: dict[str, Any] = {"version": version, "changes": told, "reason": "年度修订"}
    step(world, "profile_published", when, "罗敏", f"P{version}", **fields)


def arrival_limit(case: Case) -> timedelta | None:
    case.do("onsite_confirmed", case.view.reported_at, "邓丽")
    return case.clock("onsite_arrival").limit


@keeps("R-0-1")
def test_a_contract_may_promise_three_hours_where_the_manual_says_four(world: World) -> None:
    own = own_project(km="68.0", overrides={"onsite_arrival.bands_km.1.1": "03:00"})
    case = fault(world, "2026-03-02 09:00", "L3", of=own)
    publish(world, "2026-03-02 10:00", 2, phone_response__L3="01:00")
    assert arrival_limit(case) == timedelta(hours=3)


@keeps("R-0-1")
def test_what_runs_keeps_the_version_it_began_with(world: World) -> None:
    before = fault(world, "09:00", "L3")
    publish(world, "09:30", 2, phone_response__L3="01:00")
    after = fault(world, "10:00", "L3", device=None)
    before.do("noted", "10:10", "周敏", text="已派单")
    assert before.clock("phone_response").due == at("11:00")
    assert after.clock("phone_response").due == at("11:00")
    assert (before.view.profile.version, after.view.profile.version) == (1, 2)
    assert (before.view.card.profile_version, after.view.card.profile_version) == (1, 2)


@keeps("R-0-1")
def test_a_report_entered_late_goes_by_the_version_of_its_own_moment(world: World) -> None:
    publish(world, "09:30", 2, phone_response__L3="01:00")
    late = fault_reported(world, "09:00", rec="10:00")
    assert late.view.profile.version == 1


def fault_reported(world: World, when: str, rec: str) -> Case:
    fields: dict[str, Any] = {"channel": "phone", "kind": "fault", "customer": world.customer.id}
    done = step(world, "reported", when, "周敏", rec=rec, why="电话先到", **fields)
    return Case(world, world.customer, done.number)


@pytest.mark.parametrize(
    ("code", "version", "changes"),
    [
        ("bad_profile", 2, {"phone_response.L9": "01:00"}),
        ("bad_profile", 2, {"phone_response.L3": "an hour"}),
        ("version_taken", 1, {"phone_response.L3": "01:00"}),
    ],
)
def test_a_version_that_cannot_be_is_refused(
    world: World, code: str, version: int, changes: dict[str, str]
) -> None:
    said: dict[str, Any] = {"version": version, "changes": changes, "reason": "x"}
    with refused(code, "R-0-1"):
        step(world, "profile_published", "09:00", "罗敏", "P", **said)
    assert base_profile(at("10:00")).version == 1


@keeps("R-2-1")
@pytest.mark.parametrize("months", [None, 0])
def test_a_contract_without_its_months_is_not_activated(world: World, months: int | None) -> None:
    terms = Terms("HT-N", date(2025, 6, 1), months)
    with refused("months_missing", "R-2-1", saying="质保月数未填"):
        customers.sign_contract(SYSTEM, world.customer.id, terms)


@keeps("R-2-3")
def test_the_warranty_runs_from_the_acceptance_to_the_corresponding_day(world: World) -> None:
    own = own_project(accepted=date(2025, 8, 31), months=18)
    [row] = equipment.warranties(own.contract, base_profile(at("09:00")))
    assert (row.ref, row.term.start, row.term.end) == ("HT-A", date(2025, 8, 31), date(2027, 2, 28))


@keeps("R-2-3")
def test_before_acceptance_everything_is_covered(world: World) -> None:
    own = own_project(accepted=date(2026, 6, 1))
    assert fault(world, "2026-03-02 09:00", of=own).view.entitled() == "before_acceptance"


@keeps("R-2-3")
def test_an_acceptance_that_was_corrected_moves_the_warranty_and_keeps_the_old_date(
    world: World,
) -> None:
    own = own_project(accepted=date(2024, 3, 1), months=24)
    case = fault(world, "2026-03-15 09:00", of=own)
    assert case.view.entitled() == "post_warranty"
    customers.change_acceptance(SYSTEM, own.contract, date(2024, 4, 1), "验收单日期写错")
    assert case.view.entitled() == "in_warranty"


def test_bad_terms_of_a_contract_are_refused_by_name(world: World) -> None:
    terms = Terms("HT-B", date(2025, 6, 1), 24, overrides={"onsite_arrival.bands": "3"})
    with refused("bad_override", "R-0-1"):
        customers.sign_contract(SYSTEM, world.customer.id, terms)


def test_a_line_of_its_own_is_read_with_the_contract(world: World) -> None:
    lines = [LineTerms("SRV-1", 48, date(2025, 9, 1))]
    own = own_project(lines=lines, prices={MODEL: Decimal("48600.00")})
    found = {
        r.ref: r.term.end for r in equipment.warranties(own.contract, base_profile(at("09:00")))
    }
    assert found == {"HT-A": date(2028, 6, 1), "SRV-1": date(2029, 9, 1)}


def test_another_release_changes_nothing_for_a_house_that_has_begun(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_edition()
    before = fault(world, "09:00", "L3")
    due = before.clock("phone_response").due
    released = shipped().with_changes({"phone_response.L3": "00:10"})
    monkeypatch.setattr(projects, "shipped", lambda: released)
    before.do("noted", "09:05", "周敏", text="x")
    assert before.clock("phone_response").due == due
    assert fault(world, "09:10", "L3").clock("phone_response").due == at("11:10")
    keep_edition()  # a start of the new release keeps what is kept
    assert base_profile(at("09:20")).value("phone_response.L3") == "02:00"


def test_a_key_that_a_release_no_longer_has_binds_nobody() -> None:
    kept = {"phone_response.L3": "02:00", "gone.with_the_release": 1}
    assert shipped().begun_with(kept) is shipped()
    assert shipped().begun_with({"house.rca": "100:00"}).value("house.rca") == "100:00"

"""A page asks the same few questions for one case and for many, for two events and for twenty."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from jiannuo.clocks.sweeping import sweep
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey import intake, onsite, profiling
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from tests.faces.conftest import NOON
from tests.faces.test_permits import TABLE
from tests.world import BRAND, MODEL, World, confirmed, contacted, login, project, reported

BUDGET: dict[str, int] = tomllib.loads(Path(__file__).with_name("query_budget.toml").read_text())
MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)


def asked(client: Client, address: str, status: int = 200) -> int:
    with held_at(LATER):
        while sweep():
            pass
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == status
    return len(found)


def busy(world: World) -> str:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    return contacted(world, number, NOON + 10 * MINUTE)


@pytest.mark.parametrize("many", [1, 12])
def test_the_queue_keeps_its_budget(world: World, on_duty: None, desk: Client, many: int) -> None:
    for _ in range(many):
        busy(world)
    assert asked(desk, "/") <= BUDGET["desk:case_list"]


@pytest.mark.parametrize("many", [1, 12])
def test_my_work_keeps_its_budget(world: World, on_duty: None, client: Client, many: int) -> None:
    """Of the engineer, who has all the cases, and of the keeper, who reads the counter as well."""
    for _ in range(many):
        number = busy(world)
        with held_at(NOON + 20 * MINUTE):
            evidence = ["照片"]
            take("exclusion_proposed", world.actor("李伟"), number, code="EX1", evidence=evidence)
            take("part_requested", world.actor("李伟"), number, part="主控板", qty=1)
    for name in ("李伟", "赵刚", "蒋丽"):
        with held_at(NOON):
            client.force_login(login(name))
        assert asked(client, "/work/") <= BUDGET["desk:work_show"]
        assert asked(client, "/work/waiting/") <= BUDGET["desk:waiting_show"]


@pytest.mark.parametrize("more", [0, 12])
def test_the_roster_keeps_its_budget(world: World, on_duty: None, desk: Client, more: int) -> None:
    hour = timedelta(hours=1)
    for n in range(more):
        with held_at(NOON):
            span = {"from": NOON + n * hour, "to": NOON + (n + 1) * hour}
            said = {"desk": "hotline", "person": "孙立新", "reason": "换"}
            take("shift_overridden", world.actor("刘洋"), "day", **said, **span)
    assert asked(desk, "/roster/") <= BUDGET["desk:roster_list"]
    where = "desk=hotline&from=2026-05-20T12:00:00&to=2026-05-20T20:00:00"
    assert asked(desk, f"/roster/day/shift/?{where}") <= BUDGET["desk:shift_show"]


@pytest.mark.parametrize("more", [0, 6])
def test_the_profile_keeps_its_budget(world: World, desk: Client, more: int) -> None:
    with held_at(NOON):
        drafts = [profiling.begin(world.actor("沈浩"), 1) for _ in range(more + 1)]
    assert asked(desk, "/profile/") <= BUDGET["desk:profile_list"]
    assert asked(desk, "/profile/1/") <= BUDGET["desk:profile_show"]
    assert asked(desk, "/profile/1/file/") <= BUDGET["desk:profile_file_show"]
    assert asked(desk, f"/profile/drafts/{drafts[0]}/") <= BUDGET["desk:draft_show"]


@pytest.mark.parametrize("many", [1, 12])
def test_what_is_known_keeps_its_budget(
    world: World, on_duty: None, desk: Client, many: int
) -> None:
    case = busy(world)
    for n in range(many):
        with held_at(NOON):
            said = {"title": f"主控板告警 {n}", "symptom": "主控板告警，温度高", "steps": "换板"}
            number = take("article_drafted", world.actor("李伟"), **said).number
            take("article_approved", world.actor("郑海涛"), number, version=1)
    for address in ("/knowledge/", f"/knowledge/?case={case}", "/knowledge/?q=主控板"):
        assert asked(desk, address) <= BUDGET["desk:article_list"]
    assert asked(desk, f"/knowledge/{number}/") <= BUDGET["desk:article_show"]


@pytest.mark.parametrize("notes", [0, 12])
def test_a_case_keeps_its_budget(world: World, on_duty: None, desk: Client, notes: int) -> None:
    number = busy(world)
    for n in range(notes):
        with held_at(NOON + (20 + n) * MINUTE):
            intake.note(world.actor("李伟"), number, text=f"第 {n} 次检查")
    assert asked(desk, f"/cases/{number}/") <= BUDGET["desk:case_show"]


@pytest.mark.parametrize("many", [1, 12])
def test_what_is_found_keeps_its_budget(
    world: World, on_duty: None, desk: Client, many: int
) -> None:
    for n in range(many):
        number = busy(world)
        project(f"HT-B{n}", devices=[NewUnit(f"SN-{n}", BRAND, MODEL, "核心交换机")])
    for typed in ("核心", MODEL, "机房", number[:5]):
        assert asked(desk, f"/find/?q={typed}&all=1") <= BUDGET["desk:finding_list"]
        assert asked(desk, f"/find/live/?q={typed}") <= BUDGET["desk:finding_show"]


@pytest.mark.parametrize("many", [1, 6])
def test_what_is_on_record_keeps_its_budget(
    world: World, on_duty: None, desk: Client, many: int
) -> None:
    """A customer with one of everything, and with six."""
    own, sales, agent = world.customer, world.actor("沈浩"), world.actor("周敏")
    for n in range(many):
        busy(world)
        with held_at(NOON + 30 * MINUTE):
            take("contact_added", agent, customer=own.id, called=f"第 {n} 人")
            site = take("site_added", agent, customer=own.id, called=f"第 {n} 站").number
            contract = str(own.contract)
            take("line_set", sales, contract, serial=f"L-{n}", months=24)
            where = {"contract": own.contract, "site": UUID(site)}
            unit = take("device_registered", sales, **where, serial=f"L-{n}").number
            take("device_child_added", sales, unit, serial=f"P-{n}", slot="1")
            claim = take("claim_received", own.contact, customer=own.id, **CLAIM).number
            complaint = take("complaint_received", agent, customer=own.id, text="慢").number
    found = equipment.find(own.serial)
    assert found is not None
    device = found.id
    pages = {
        "customer_list": "/customers/",
        "customer_show": f"/customers/{own.id}/",
        "archive_show": f"/customers/{own.id}/archive/",
        "site_show": f"/sites/{own.site}/",
        "contract_show": f"/contracts/{own.contract}/",
        "claim_list": "/claims/",
        "claim_show": f"/claims/{claim}/",
        "complaint_show": f"/complaints/{complaint}/",
        "device_list": "/devices/",
        "device_show": f"/devices/{device}/",
        "device_archive_show": f"/devices/{device}/archive/",
    }
    counted = {name: asked(desk, address) for name, address in pages.items()}
    assert {n: c for n, c in counted.items() if c > BUDGET[f"desk:{n}"]} == {}


CLAIM = {"ground": "performance", "text": "慢"}


@pytest.mark.parametrize("many", [1, 12])
def test_the_dispatcher_s_board_keeps_its_budget(
    world: World, on_duty: None, desk: Client, many: int
) -> None:
    """However many wait, are on the way and have inspections due."""
    for n in range(many):
        with held_at(NOON - timedelta(hours=2)):
            units = [NewUnit(f"SN-{n}", BRAND, MODEL, "核心交换机")]
            other = project(f"HT-D{n}", devices=units, inspection_plan=True)
            people.hire(SYSTEM, Person(f"工程师{n}", ("engineer",), skills=("network",)))
        for sent in (False, True):
            number = confirmed(world, reported(world, NOON, of=other), NOON + MINUTE, "L3")
            contacted(world, number, NOON + 10 * MINUTE)
            with held_at(NOON + 20 * MINUTE):
                onsite.call_on_site(world.actor("彭建军", other), number)
                onsite.request_part(world.actor("李伟"), number, part="主控板", qty=1)
                if sent:
                    onsite.dispatch(world.actor("刘洋"), number, engineer=f"工程师{n}")
    assert asked(desk, "/dispatch/") <= BUDGET["desk:dispatch_list"]
    assert asked(desk, f"/dispatch/?case={number}") <= BUDGET["desk:dispatch_list"]


@pytest.mark.parametrize("many", [1, 12])
def test_the_change_of_shift_keeps_its_budget(
    world: World, on_duty: None, desk: Client, many: int
) -> None:
    for _ in range(many):
        busy(world)
    assert asked(desk, "/handover/") <= BUDGET["desk:handover_list"]
    with held_at(LATER):
        done = take("shift_handed_over", world.actor("刘洋"), to="赵刚")
    assert asked(desk, f"/handover/{done.event}/") <= BUDGET["desk:handover_show"]


def test_the_heartbeat_keeps_its_budget(world: World, desk: Client) -> None:
    assert asked(desk, "/web/beat/") <= BUDGET["web:beat_show"]


def test_what_a_page_asks_to_hear_keeps_its_budget(world: World, desk: Client, number: str) -> None:
    assert asked(desk, f"/web/here/{number}/") <= BUDGET["web:here_show"]
    assert asked(desk, f"/web/live/?on=case:{number}&on=inbox", 204) <= BUDGET["web:live_show"]


def test_every_page_that_lists_or_shows_has_a_budget() -> None:
    assert get_resolver()
    pages = {n for n in TABLE if ":" in n and n.rsplit("_", 1)[-1] in ("list", "show")}
    # Programs ask for one thing at a time; what the API asks is told in its own tests.
    pages -= {name for name in pages if name.startswith("api:")}
    assert pages == set(BUDGET)

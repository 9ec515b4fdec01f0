"""Customers, contracts, devices and sites in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.equipment import queries as equipment
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at, now
from tests.faces.test_browser import AXE, CHROMIUM, case, serious, window
from tests.world import World, clocks_kept, company, login

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    clocks_kept(now() + timedelta(hours=1))
    with held_at(now() - timedelta(hours=3)):
        found = company()
    login("沈浩")
    return found


def pages(world: World) -> list[str]:
    """A customer, a contract, a device and a site with something on each."""
    own, sales = world.customer, world.actor("沈浩")
    unit = equipment.find(own.serial)
    assert unit is not None
    case(world, "L2", timedelta(minutes=10))
    ref, at = str(own.contract), str(unit.id)
    take("line_set", sales, ref, serial=own.serial, months=60, source="投标书第 12 页")
    take("override_set", sales, ref, key="phone_response.L3", value="01:00", reason="投标承诺")
    take("price_set", sales, ref, model="CX-N6800", unit="48600.00")
    take("device_child_added", sales, at, serial="MPU-1", slot="主控 A")
    site = take("site_added", sales, customer=own.id, called="备用机房" * 12)
    person = {"called": "白洁", "phone": "13800000001", "email": "bai@example.com"}
    take("contact_added", sales, customer=own.id, **person)
    return [
        f"/customers/{own.id}/",
        f"/contracts/{own.contract}/",
        f"/devices/{unit.id}/",
        f"/sites/{own.site}/",
        f"/sites/{site.number}/",
        f"/customers/{own.id}/archive/",
        f"/contracts/{own.contract}/devices/",
        "/customers/",
        "/devices/",
        "/claims/",
    ]


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    world: World, live_server: LiveServer
) -> None:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found: dict[str, Any] = {}
    addresses = pages(world)
    with window(live_server, 1440) as desk:
        desk.sign_in("沈浩")
        for path in addresses:
            desk.open(path)
            desk.page.evaluate(
                "document.querySelectorAll('details').forEach((d) => (d.open = true))"
            )
            found[path] = serious(desk.page)
            for width in (375, 1280):
                desk.page.set_viewport_size({"width": width, "height": 800})
                assert desk.page.evaluate(wide) <= 0, (path, width)
            desk.page.set_viewport_size({"width": 1440, "height": 900})
        assert desk.said == []
    assert not {path: rules for path, rules in found.items() if rules}


def test_a_place_is_picked_on_the_picture_in_a_dialog(
    world: World, live_server: LiveServer
) -> None:
    with window(live_server, 1440) as desk:
        desk.sign_in("沈浩")
        page = desk.open(f"/customers/{world.customer.id}/")
        page.locator("#sites").get_by_role("link", name="登记站点").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("站点名称")).to_be_focused()
        dialog.get_by_label("站点名称").fill("新机房")
        picture = dialog.locator("[data-spot] svg")
        expect(picture).to_be_visible()
        picture.click(position={"x": 200, "y": 120})
        place = dialog.locator("#f-geo")
        lat, lon = (float(part) for part in place.input_value().split(","))
        assert 28 < lat < 34
        assert 100 < lon < 108
        dialog.get_by_role("button", name="登记站点").click()
        expect(page.get_by_role("heading", name="新机房")).to_be_visible()
        expect(page.get_by_text("按坐标直线")).to_be_visible()
        assert desk.said == []

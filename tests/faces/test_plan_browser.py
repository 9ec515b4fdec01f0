"""Planned work in a real browser: the grid, the checklist on a desk and on a phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.equipment.commands import NewUnit
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at, now
from tests.faces import test_browser
from tests.faces.test_browser import AXE, serious, window
from tests.world import BRAND, Customer, World, login, project

pytestmark = test_browser.pytestmark
world = test_browser.world


@pytest.fixture
def own(world: World) -> Customer:
    """Accepted two years ago: quarters that were missed, and the one that runs."""
    device = NewUnit("DEV-1", BRAND, "CX-R520", "服务器")
    login("李伟")
    with held_at(now() - timedelta(hours=2)):
        accepted = date(now().year - 1, 1, 15)
        return project(
            "HT-I", accepted=accepted, months=36, devices=(device,), inspection_plan=True
        )


def here(own: Customer) -> str:
    today = now().date()
    return f"/plan/{own.contract}/{today.year}Q{(today.month + 2) // 3}/"


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_planned_work(
    world: World, own: Customer, live_server: LiveServer, theme: str
) -> None:
    fields: dict[str, Any] = {"kind": "theory", "date": now().date(), "hours": "4"}
    take("training_planned", world.actor("李伟"), "T1", customer=own.id, **fields)
    address = here(own)
    pages = [
        "/plan/",
        "/plan/dates/",
        "/plan/lists/",
        address,
        f"{address}check/?part=DEV-1",
        f"{address}check/?part=customer",
        f"{address}report/",
        f"{address}do/inspection_scheduled/",
        "/plan/training/",
        f"/plan/training/{own.id}/",
        f"/plan/training/{own.id}/T1/",
        f"/plan/training/{own.id}/T1/sign-in/",
        "/plan/renewals/?days=365",
        f"/plan/renewals/{own.contract}/",
    ]
    found: dict[str, Any] = {}
    with window(live_server, 1440, theme) as desk:
        desk.sign_in("刘洋")
        for path in pages:
            page = desk.open(path)
            found[path] = serious(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 1440, path
        assert desk.said == []
    with window(live_server, 375, theme) as phone:
        phone.sign_in("李伟")
        for path in (address, f"{address}check/?part=DEV-1", f"{address}check/?part=room"):
            page = phone.open(path)
            found[f"{path} on a phone"] = serious(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 375, path
    assert not {path: rules for path, rules in found.items() if rules}


@pytest.mark.parametrize("script", [True, False])
def test_an_engineer_fills_in_the_checklist_on_his_phone(
    world: World, own: Customer, live_server: LiveServer, *, script: bool
) -> None:
    address = here(own)
    with window(live_server, 375, script=script) as phone:
        phone.sign_in("李伟")
        page = phone.open(f"{address}check/?part=DEV-1")
        fans = page.get_by_role("group", name="电源与风扇")
        expect(fans.get_by_label("电源与风扇 说明")).not_to_be_visible()
        fans.get_by_label("异常").check()
        fans.get_by_label("电源与风扇 说明").fill("二号风扇异响")
        page.get_by_label("处理器负载 %").fill("91")
        page.get_by_label("磁盘剩余空间 %").fill("40")
        page.get_by_role("button", name="其余都正常").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("询问客户")
        page.get_by_role("radio", name="没有").check()
        page.get_by_label("问的谁").fill("邓丽")
        page.get_by_role("button", name="保存，看下一处").click()
        page.get_by_label("温度 ℃").fill("31.5")
        page.get_by_label("湿度 %").fill("45")
        page.get_by_role("button", name="其余都正常").click()
        findings = page.locator("#findings")
        expect(findings).to_contain_text("二号风扇异响")
        expect(findings).to_contain_text("处理器负载 91 %（限 ≤ 85 %）")
        expect(findings).to_contain_text("温度 31.5 ℃")
        findings.get_by_role("button", name="转报修 电源与风扇").click()
        expect(page.get_by_text("已转报修")).to_be_visible()
        expect(page.locator(".jn-next")).to_contain_text("请客户签巡检报告")

"""Devices through the pages: covered or not, registered by the list, moved, what sits in them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.web.covers import Spell, covers
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.faces.test_customers import hidden, opened, said, sent
from tests.world import World, confirmed, login, project, reported

TEN = NOON + timedelta(minutes=10)


@pytest.fixture
def sales(world: World, client: Client) -> Client:
    client.force_login(login("沈浩"))
    return client


def unit(serial: str) -> UnitCard:
    found = equipment.find(serial)
    assert found is not None
    return found


def test_the_list_finds_a_serial_however_it_is_typed(
    world: World, sales: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiannuo.faces.desk.devices.views.PAGE", 1)
    first = opened(sales, "/devices/")
    assert world.stranger.serial in first
    assert world.customer.serial not in first
    after = unit(world.stranger.serial).id
    assert world.customer.serial in opened(sales, f"/devices/?after={after}")
    assert world.customer.serial in opened(sales, "/devices/?find=ｃｘｎ6800 2505")
    assert world.stranger.serial not in opened(sales, "/devices/?find=ｃｘｎ6800 2505")
    assert world.customer.serial in opened(sales, f"/devices/?customer={world.customer.id}")
    assert "没有与" in opened(sales, "/devices/?find=没有的型号")


@pytest.mark.keeps("R-0-2", "R-2-3")
def test_a_device_s_page_says_first_whether_it_is_covered_and_until_when(
    world: World, sales: Client
) -> None:
    card = unit(world.customer.serial)
    html = opened(sales, f"/devices/{card.id}/")
    assert "在保，维修免费，到 2028-11-01" in html
    assert f'href="/hotline/?device={card.serial}"' in html
    assert "项目质保：2025-11-01 验收起 36 个月，到 2028-11-01" in html
    assert "尚未签订" in html
    with held_at(NOON + timedelta(days=1000)):
        sales.logout()
        sales.force_login(User.objects.get(username="沈浩"))
        later = whole(sales.get(f"/devices/{card.id}/")).content.decode()
    assert "保外，2028-11-01 质保到期" in later
    assert "照常受理，备件按成本价" in later


@pytest.mark.keeps("R-2-5")
def test_a_longer_line_wins_and_the_page_says_which_decided(world: World, sales: Client) -> None:
    own = world.customer
    with held_at(TEN):
        take("line_set", world.actor("沈浩"), str(own.contract), serial=own.serial, months=60)
    html = opened(sales, f"/devices/{unit(own.serial).id}/")
    assert "在保，维修免费，到 2030-11-01" in html
    assert "设备行：2025-11-01 起 60 个月" in html
    assert "取最晚的一个" in html
    assert "已作废" in html


@pytest.mark.keeps("R-2-6")
def test_how_near_a_problem_is_to_a_new_device_stands_on_its_page(
    world: World, sales: Client
) -> None:
    number = confirmed(world, reported(world, NOON), NOON, "L3")
    with held_at(TEN):
        take("engineer_contact", world.actor("李伟"), number, call="outbound")
        take(
            "resolved",
            world.actor("李伟"),
            number,
            cause="quality",
            method="换主控板",
            repair=True,
            problem="主控板过热",
            customer_confirmed_by="邓丽",
        )
    html = opened(sales, f"/devices/{unit(world.customer.serial).id}/")
    assert "主控板过热" in html
    assert "1 / 2" in html
    assert "产品质量" in html


def test_a_board_sits_in_its_slot_and_a_move_is_kept(world: World, sales: Client) -> None:
    card = unit(world.customer.serial)
    base = f"/devices/{card.id}"
    sent(sales, f"{base}/do/device_child_added/", serial="MPU-1", slot="主控 A", category="主控板")
    with held_at(TEN):
        site = take(
            "site_added", world.actor("周敏"), customer=world.customer.id, called="备用机房"
        )
    move = {"site": site.number, "place": "B01 柜 3U", "reason": "扩容"}
    answer = sent(sales, f"{base}/do/device_moved/", **move)
    assert answer.status_code == 302
    html = opened(sales, f"{base}/")
    for words in ("主控 A", "MPU-1", "B01 柜 3U", "站点：核心机房 → 备用机房", "搬来"):
        assert words in html
    board = opened(sales, f"/devices/{unit('MPU-1').id}/")
    assert card.serial in board


def test_a_site_that_is_gone_is_told_where_it_was_typed(world: World, sales: Client) -> None:
    address = f"/devices/{unit(world.customer.serial).id}/do/device_moved/"
    answer = sent(sales, address, site=str(uuid4()), place="B01 柜 3U", reason="扩容")
    assert answer.status_code == 409
    assert 'value="B01 柜 3U"' in said(answer)
    assert 'id="act"' in said(answer)


def test_a_serial_is_corrected_and_a_retired_device_offers_nothing(
    world: World, sales: Client
) -> None:
    base = f"/devices/{unit(world.customer.serial).id}"
    sent(sales, f"{base}/do/serial_corrected/", serial="CXN-X", reason="铭牌")
    html = opened(sales, f"{base}/")
    assert f"把序列号 {world.customer.serial} 更正为 CXN-X" in html
    assert "CXN-X" in opened(sales, f"{base}/archive/")
    with held_at(TEN + timedelta(minutes=5)):
        take("device_retired", world.actor("沈浩"), base.rpartition("/")[2], reason="拆除")
        page = whole(sales.get(f"{base}/")).content.decode()
    assert "停用" in page
    assert "为它报修" not in page
    assert "device_moved" not in page


def test_a_pasted_list_is_looked_at_and_then_registered_once(world: World, sales: Client) -> None:
    own = world.customer
    address = f"/contracts/{own.contract}/devices/"
    html = opened(sales, address)
    fields = {"op": hidden(html, "op"), "site": str(own.site), "brand": "Cixin", "model": "X9"}
    pasted = f"B-1\n{own.serial}\nb1\n"
    with held_at(TEN):
        tried = whole(sales.post(address, {**fields, "serials": pasted, "do": "try"}))
        assert "2 行要改，一台都还没登记" in said(tried)
        assert "与第 1 行重复" in said(tried)
        refused = whole(sales.post(address, {**fields, "serials": pasted, "do": "register"}))
        assert refused.status_code == 409
        assert equipment.find("B-1") is None
        good = {**fields, "serials": "B-1\nB-2\n"}
        looked = whole(sales.post(address, {**good, "do": "try"}))
        assert "2 台都可以登记" in said(looked)
        assert equipment.find("B-1") is None
        for _ in range(2):
            done = whole(sales.post(address, {**good, "do": "register"}))
            assert done.status_code == 302
    assert unit("B-2").model == "X9"
    empty = {**fields, "op": str(uuid4()), "serials": "  ", "do": "register"}
    with held_at(TEN):
        assert "请粘贴序列号" in said(whole(sales.post(address, empty)))


def test_another_customer_s_site_is_refused(world: World, sales: Client) -> None:
    with held_at(NOON):
        other = project("HT-Z", devices=())
    address = f"/contracts/{world.customer.contract}/devices/"
    html = opened(sales, address)
    fields = {"op": hidden(html, "op"), "site": str(other.site), "serials": "B-9"}
    with held_at(TEN):
        answer = whole(sales.post(address, {**fields, "do": "register"}))
    assert answer.status_code == 409
    assert equipment.find("B-9") is None


def test_the_picture_of_coverage_keeps_to_its_axis() -> None:
    today = date(2026, 5, 20)
    one = Spell("a", "", "", date(2025, 1, 1), date(2027, 12, 31))
    far = Spell("b", "", "", date(2020, 1, 1), date(2040, 1, 1))
    for spells in ([one], [one, far], [Spell("c", "", "", today, today)]):
        found = covers(spells, today, "today")
        assert found is not None
        assert all(0 <= bar.left <= 100 and bar.left + bar.width <= 101 for bar in found.bars)
        assert 0 <= found.now <= 100
        assert len(found.years) <= 11
    assert covers([], today, "") is None

"""Customers, their people, sites, contracts, claims: through the pages, as those who use them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.cases.models import Claim
from jiannuo.customers import queries as customer_queries
from jiannuo.customers.models import Contact, Contract, Site
from jiannuo.equipment import queries as equipment
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.world import LONG_NAME, World, confirmed, login, reported

TEN = NOON + timedelta(minutes=10)
Answer = Any


@pytest.fixture
def agent(world: World, client: Client) -> Client:
    client.force_login(login("周敏"))
    return client


@pytest.fixture
def sales(world: World, client: Client) -> Client:
    client.force_login(login("沈浩"))
    return client


def opened(client: Client, address: str, status: int = 200) -> str:
    with held_at(TEN):
        answer = whole(client.get(address))
    assert answer.status_code == status
    return unescape(answer.content.decode())


def hidden(html: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def sent(client: Client, address: str, op: str = "", **fields: Any) -> Answer:
    """A form filled in and sent; what it hides goes with it."""
    html = opened(client, address)
    kept = {"once": op or hidden(html, "once"), "seen": hidden(html, "seen")}
    with held_at(TEN):
        return whole(client.post(address, {**kept, **fields}))


def said(answer: Answer) -> str:
    return unescape(answer.content.decode())


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("id"))


# -- the list -----------------------------------------------------------------------------------


def test_the_list_filters_and_goes_on_by_the_page(
    world: World, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiannuo.faces.desk.customers.customer.PAGE", 1)
    first = opened(agent, "/customers/")
    assert "眉山东坡" not in first or LONG_NAME not in first
    more = re.search(r'after=([0-9a-f-]{36})"', first)
    assert more is not None
    second = opened(agent, f"/customers/?after={more[1]}")
    assert ("眉山东坡" in first) is not ("眉山东坡" in second)
    assert "HT-S2" in opened(agent, "/customers/?find=HT-S2")
    assert "没有与「100%」相符的客户" in opened(agent, "/customers/?find=100%25")
    assert opened(agent, "/customers/?after=nonsense&find=%00")


def test_a_customer_s_page_shows_all_he_has_and_leads_to_a_report(
    world: World, agent: Client
) -> None:
    own = world.customer
    number = confirmed(world, reported(world, NOON), NOON, "L2")
    html = opened(agent, f"/customers/{own.id}/")
    assert f'href="/hotline/?customer={own.id}"' in html
    assert f"/cases/{number}/" in html
    assert "HT-S1" in html
    assert own.serial in html
    assert "68.0 km" in html
    assert "按合同公里数" in html
    assert "4 小时" in html
    assert "彭建军" in html
    assert "签服务报告" in html


def test_strangers_and_nonsense_are_not_found(world: World, agent: Client) -> None:
    nobody = "0197a3c2-5d1e-7c5b-9a54-6f1d0c8e2b11"
    for address in (
        f"/customers/{nobody}/",
        f"/customers/{nobody}/archive/",
        f"/customers/{world.customer.id}/do/nonsense/",
        f"/customers/{world.customer.id}/do/device_moved/",
        f"/contacts/{nobody}/do/contact_changed/",
        f"/sites/{nobody}/",
        f"/contracts/{nobody}/",
        f"/devices/{nobody}/",
        "/claims/CL-none/",
        "/complaints/CP-none/",
        f"/customers/?after={nobody}",
    ):
        opened(agent, address, 404)


# -- people -------------------------------------------------------------------------------------


@pytest.mark.keeps("R-X-4")
def test_a_person_is_registered_while_he_is_on_the_line(world: World, agent: Client) -> None:
    address = f"/customers/{world.customer.id}/do/contact_added/"
    assert 'name="roles"' not in opened(agent, address)  # what he may sign others say
    answer = sent(agent, address, called="白洁", phone="13800000001", roles=["leader"])
    assert answer["Location"] == f"/customers/{world.customer.id}/#people"
    found = customer_queries.contact(world.customer.id, "白洁")
    assert found is not None
    assert found.roles == {"contact"}
    page = opened(agent, f"/customers/{world.customer.id}/")
    assert "已记下：周敏登记联系人白洁" in page


def test_a_double_press_writes_once_and_says_so(world: World, agent: Client) -> None:
    address, op = f"/customers/{world.customer.id}/do/contact_added/", str(uuid4())
    for _ in range(2):
        assert sent(agent, address, op=op, called="白洁").status_code == 302
    page = opened(agent, f"/customers/{world.customer.id}/")
    assert "12:10 已经记过：周敏登记联系人白洁" in page
    assert len(events("contact_added")) == 1


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    world: World, agent: Client
) -> None:
    address = f"/customers/{world.customer.id}/do/contact_added/"
    answer = sent(agent, address, called="", phone="13800000001", title="值班长")
    assert answer.status_code == 422
    assert "这一项要填" in said(answer)
    assert 'value="13800000001"' in said(answer)
    refused = sent(agent, address, called="白洁", email="not-an-address", roles=["contact"])
    assert refused.status_code == 409
    assert "不是邮箱地址" in said(refused)
    assert 'value="not-an-address"' in said(refused)
    assert not Contact.objects.filter(name="白洁").exists()


@pytest.mark.keeps("R-X-4")
def test_who_sets_up_reads_what_each_flag_lets_somebody_sign(world: World, sales: Client) -> None:
    address = f"/customers/{world.customer.id}/do/contact_added/"
    html = opened(sales, address)
    assert "批准重大操作、签服务报告" in html
    assert "一级故障后当面听汇报" in html
    sent(sales, address, called="白总", roles=["leader", "department_head"])
    found = customer_queries.contact(world.customer.id, "白总")
    assert found is not None
    assert found.roles == {"leader", "department_head"}


def test_a_double_press_is_one_person(world: World, agent: Client) -> None:
    address, op = f"/customers/{world.customer.id}/do/contact_added/", str(uuid4())
    for _ in range(2):
        answer = sent(agent, address, op=op, called="白洁", roles=["contact"])
        assert answer.status_code == 302
    assert len(events("contact_added")) == 1


def test_nobody_writes_over_what_he_has_not_seen(world: World, agent: Client) -> None:
    person = customer_queries.contact(world.customer.id, "邓丽")
    assert person is not None
    address = f"/contacts/{person.id}/do/contact_changed/"
    html = opened(agent, address)
    assert 'value="邓丽"' in html
    with held_at(TEN):
        take(
            "contact_changed",
            world.actor("沈浩"),
            str(person.id),
            called="邓丽",
            title=person.title,
            phone="028-1",
        )
        fields = {"once": hidden(html, "once"), "seen": hidden(html, "seen"), "called": "邓丽"}
        answer = whole(agent.post(address, {**fields, "phone": "028-2", "roles": ["contact"]}))
    assert answer.status_code == 409
    assert "沈浩改了联系人邓丽" in said(answer)
    assert 'value="028-2"' in said(answer)


def test_whoever_may_not_is_told_who_may(world: World, agent: Client) -> None:
    html = opened(agent, f"/customers/{world.customer.id}/do/contract_signed/")
    assert "请由" in html
    assert 'name="once"' not in html


# -- sites --------------------------------------------------------------------------------------


@pytest.mark.keeps("R-7.4-C-2")
def test_a_site_is_saved_by_its_name_and_completed_later(world: World, client: Client) -> None:
    client.force_login(login("周敏"))
    own = world.customer.id
    answer = sent(client, f"/customers/{own}/do/site_added/", called="新机房")
    site = Site.objects.get(name="新机房")
    assert answer["Location"] == f"/sites/{site.id}/"
    html = opened(client, f"/sites/{site.id}/")
    assert "坐标未登记，先按最近一档" in html
    assert "2 小时" in html
    client.force_login(login("沈浩"))
    pasted = "104.68, 31.46"  # as a map's page copies it
    change = f"/sites/{site.id}/change/"
    sent(client, change, called="新机房", geo=pasted, reason="现场量的", contract_km="")
    site.refresh_from_db()
    assert (site.lat, site.lon) == (31.46, 104.68)
    html = opened(client, f"/sites/{site.id}/")
    assert "按坐标直线" in html
    assert "坐标：无 → 31.46、104.68" in html
    wrong = sent(client, change, called="新机房", geo="north of the river", reason="x")
    assert wrong.status_code == 422
    assert "north of the river" in said(wrong)


# -- contracts ----------------------------------------------------------------------------------


@pytest.mark.keeps("R-2-1")
def test_a_contract_is_taken_on_and_its_page_says_until_when(world: World, sales: Client) -> None:
    own = world.customer.id
    address = f"/customers/{own}/do/contract_signed/"
    fields = {"number": "HT-2026-9", "accepted_on": "2025-08-31", "parts_supply": "vendor"}
    refused = sent(sales, address, **fields)
    assert refused.status_code == 409
    assert "质保月数未填" in said(refused)
    answer = sent(sales, address, **fields, months="18")
    contract = Contract.objects.get(number="HT-2026-9")
    assert answer["Location"] == f"/contracts/{contract.id}/"
    html = opened(sales, f"/contracts/{contract.id}/")
    assert "到 2027-02-28" in html
    assert "全部按服务手册" in html


@pytest.mark.keeps("R-0-1")
def test_a_number_of_its_own_is_shown_beside_the_manual_s(world: World, sales: Client) -> None:
    address = f"/contracts/{world.customer.contract}/do/override_set/"
    fields = {"key": "phone_response.L3", "reason": "投标承诺"}
    refused = sent(sales, address, value="soon", **fields)
    assert refused.status_code == 409
    assert "soon" in said(refused)
    sent(sales, address, value="01:00", **fields)
    html = opened(sales, f"/contracts/{world.customer.contract}/")
    assert '<del class="mut">02:00</del> <b>01:00</b>' in html
    assert "三级" in html


@pytest.mark.keeps("R-2-3")
def test_a_changed_acceptance_stands_with_the_old_one_and_why(world: World, sales: Client) -> None:
    address = f"/contracts/{world.customer.contract}/do/acceptance_changed/"
    sent(sales, address, accepted_on="2025-01-15", reason="验收单上的日期")
    html = opened(sales, f"/contracts/{world.customer.contract}/")
    assert html.count("2025-01-15") >= 2
    assert "验收单上的日期" in html
    assert '<del class="num mut">2025-11-01</del>' in html


def test_lines_prices_and_maintenance_are_noted_on_the_contract(
    world: World, sales: Client
) -> None:
    own = world.customer
    base = f"/contracts/{own.contract}"
    sent(sales, f"{base}/do/line_set/", serial=own.serial, months="60", source="投标书第 12 页")
    sent(sales, f"{base}/do/price_set/", model="CX-N6800", unit="48600")
    upkeep = {"number": "WB-9", "site": str(own.site), "visits_included": "4", "per_visit": "800"}
    days = {"starts_on": "2029-01-01", "ends_on": "2029-12-31"}
    sent(sales, f"{base}/do/maintenance_signed/", **upkeep, **days)
    terms = {"holidays": "2026-10-01、2026-10-02", "parts_supply": "vendor", "reason": "补充协议"}
    sent(sales, f"{base}/do/contract_changed/", inspection_plan="true", **terms)
    html = opened(sales, f"{base}/")
    for words in ("投标书第 12 页", "48,600.00", "WB-9", "2026-10-02", "补充协议"):
        assert words in html


@pytest.mark.keeps("R-2-15")
def test_a_contract_under_maintenance_says_when_that_ends(world: World, client: Client) -> None:
    own, sales = world.customer, login("沈浩")
    client.force_login(sales)
    days = {"starts_on": "2028-11-02", "ends_on": "2029-11-01"}
    upkeep = {"number": "WB-9", "site": str(own.site), "visits_included": "4", "per_visit": "800"}
    sent(client, f"/contracts/{own.contract}/do/maintenance_signed/", **upkeep, **days)
    assert "到 2028-11-01" in verdict(opened(client, f"/contracts/{own.contract}/"))
    client.logout()
    with held_at(NOON + timedelta(days=1000)):
        client.force_login(sales)
        later = whole(client.get(f"/contracts/{own.contract}/")).content.decode()
    assert "维护合同期内" in verdict(later)
    assert "到 2029-11-01" in verdict(later)


def verdict(html: str) -> str:
    """What the contract gives today, and until when."""
    return html.partition("jn-verdict")[2].partition("</h2>")[0]


# -- claims and complaints ------------------------------------------------------------------------


@pytest.mark.keeps("R-2-11")
def test_a_claim_is_entered_for_the_customer_and_goes_its_way(world: World, agent: Client) -> None:
    own = world.customer.id
    address = f"/customers/{own}/do/claim_received/"
    word = {"said_by": "邓丽", "heard": "call"}
    answer = sent(agent, address, ground="performance", text="备份窗口太长", **word)
    claim = Claim.objects.get()
    assert answer["Location"] == f"/claims/{claim.number}/"
    [event] = events("claim_received")
    assert (event.by_name, event.hand, event.heard) == ("邓丽", "周敏", "call")
    html = opened(agent, f"/claims/{claim.number}/")
    assert "答复索赔收到" in html
    assert "备份窗口太长" in html
    assert html.count("jn-clock is-run") == 2
    sent(agent, f"/claims/{claim.number}/do/claim_acknowledged/")
    agent.force_login(login("孙立新"))
    assert claim.number in opened(agent, "/claims/")
    sent(agent, f"/claims/{claim.number}/do/claim_decided/", decision="同意更换")
    assert claim.number not in opened(agent, "/claims/")
    assert claim.number in opened(agent, "/claims/?over=1")
    assert "已办完，没有下一步" in opened(agent, f"/claims/{claim.number}/")


def test_a_complaint_is_taken_down_and_closed_with_a_result(world: World, agent: Client) -> None:
    own = world.customer.id
    answer = sent(agent, f"/customers/{own}/do/complaint_received/", text="热线占线太久")
    address = answer["Location"]
    assert "了结投诉" in opened(agent, address)
    agent.force_login(login("刘洋"))
    sent(agent, f"{address}do/complaint_closed/", result="已加一名坐席")
    assert "已加一名坐席" in opened(agent, address)


@pytest.mark.keeps("R-6-2")
def test_a_value_added_service_is_ordered_at_the_maker_s_price(world: World, sales: Client) -> None:
    own = world.customer.id
    address = f"/customers/{own}/do/extra_ordered/"
    wish = {"what": "原厂健康检查", "maker": "川芯", "maker_price": "5800"}
    refused = sent(sales, address, price="6000", **wish)
    assert refused.status_code == 409
    assert "R-6-2" not in said(refused)  # clauses are for papers; the page says it in words
    assert "增值服务按厂家价格 5800.00 提供" in said(refused)
    sent(sales, address, price="5800", **wish)
    html = opened(sales, f"/customers/{own}/")
    found = re.search(r'href="(/extras/VA-[0-9-]+/do/extra_delivered/)"', html)
    assert found is not None
    sent(sales, found[1])
    assert "已交付" in opened(sales, f"/customers/{own}/")


# -- the archive ----------------------------------------------------------------------------------


@pytest.mark.keeps("R-7-5", "R-7-6")
def test_the_archive_goes_back_page_by_page_and_by_drawer(
    world: World, sales: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiannuo.faces.desk.customers.archive.PAGE", 2)
    number = confirmed(world, reported(world, NOON), NOON, "L2")
    with held_at(TEN):
        take("engineer_contact", world.actor("李伟"), number, call="outbound", result="切备板")
        take("contact_added", world.actor("周敏"), customer=world.customer.id, called="白洁")
    base = f"/customers/{world.customer.id}/archive/"
    first = opened(sales, base)
    assert "登记联系人白洁" in first
    assert "确认受理" not in first
    more = re.search(r'href="(\?before=[^"]+)"', first)
    assert more is not None
    assert "确认受理" in opened(sales, base + more[1])
    assert "切备板" not in opened(sales, base + "?drawer=setup")
    assert "白洁" in opened(sales, base + "?drawer=setup")
    assert "李伟" in opened(sales, base + "?drawer=calls")
    assert "通话" in opened(sales, base + "?drawer=papers")
    assert "这里没有记录" in opened(sales, base + "?person=没有这个人")
    assert "这里没有记录" in opened(sales, base + "?to=2020-01-01")
    assert "李伟" in opened(sales, base + "?person=李伟&drawer=case&from=2026-05-20")


@pytest.mark.parametrize(
    "hostile", ["\x00", "%_\\'\"<script>", "🧨" * 5000, "é" * 20000, "-1", "1e999"]
)
def test_hostile_words_break_nothing(world: World, sales: Client, hostile: str) -> None:
    own = world.customer
    unit = equipment.find(own.serial)
    assert unit is not None
    forms = {
        f"/customers/{own.id}/do/contact_added/": ("called", "phone", "email", "roles", "title"),
        f"/customers/{own.id}/do/site_added/": ("called", "geo", "contract_km", "office", "code"),
        f"/customers/{own.id}/do/contract_signed/": ("number", "accepted_on", "months"),
        f"/contracts/{own.contract}/do/override_set/": ("key", "value", "reason"),
        f"/contracts/{own.contract}/do/line_set/": ("serial", "months", "source"),
        f"/contracts/{own.contract}/do/price_set/": ("model", "unit"),
        f"/devices/{unit.id}/do/device_child_added/": ("serial", "slot", "model"),
        f"/devices/{unit.id}/do/device_moved/": ("site", "function", "place", "reason"),
        "/customers/add/": ("called", "phones"),
    }
    for address, names in forms.items():
        answer = sent(sales, address, **dict.fromkeys(names, hostile))
        assert answer.status_code in (302, 409, 422), address
        assert "<script>" not in answer.content.decode()
    for address in ("/customers/", "/devices/", f"/customers/{own.id}/archive/"):
        with held_at(TEN):
            query = {"find": hostile[:200], "person": hostile[:200], "before": hostile[:200]}
            assert sales.get(address, query).status_code == 200

"""The stores through their pages: scanned, booked, refused, sent twice, undone, counted."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.faces.desk.stores.booking import STEPS, leads_to
from jiannuo.faces.desk.stores.scanning import cleaned
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.parts import commands as parts
from jiannuo.parts import machines, stores
from jiannuo.parts import queries as stock
from jiannuo.parts.models import StockMove
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.faces.test_query_budget import BUDGET
from tests.world import BRAND, MODEL, World, login

TEN = NOON + timedelta(minutes=10)
FAN = "风扇 FAN-60"
SPEC = {"ram_gb": 256, "ports": 48}


def done(world: World, kind: str, on: str, by: str = "蒋丽", **said: Any) -> Any:
    with held_at(NOON):
        return take(kind, world.actor(by), on, **said)


@pytest.fixture
def keeper(world: World, client: Client) -> Client:
    """Three fans on the shelf and their keeper at the counter."""
    parts.stock_part(SYSTEM, FAN, 2, fits=[MODEL])
    done(world, "stock_received", FAN, qty=3, lot="L1", cost="60.00")
    client.force_login(login("蒋丽"))
    return client


def get(client: Client, address: str, **query: str) -> str:
    with held_at(TEN):
        answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def counter(client: Client, **query: str) -> str:
    return get(client, "/stores/", **query)


def hidden(html: str) -> dict[str, str]:
    """What the one form on the counter carries along."""
    form = re.search(r'<form class="jn-f jn-quick".*?</form>', html, re.DOTALL)
    assert form is not None, html
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {n: unescape(value) for n, value in found if n != "csrfmiddlewaretoken"}


def post(client: Client, kind: str, **said: str) -> HttpResponse:
    with held_at(TEN):
        return whole(client.post(f"/stores/do/{kind}/", said))


def on_hand() -> int:
    return stores.lines_named([FAN])[FAN].on_hand


# -- scanned ----------------------------------------------------------------------------------


def test_a_part_is_known_by_name_number_and_what_stands_on_its_box(
    world: World, keeper: Client
) -> None:
    line = stores.lines_named([FAN])[FAN]
    parts.learn_code(world.actor("蒋丽"), line.id, "6901234567892")
    for scan in (
        FAN,
        "fan-60",
        "ＦＡＮ－６０",
        "6901234567892",
        f"http://x/stores/?scan={quote(FAN)}",
    ):
        assert '<b class="num">3</b>' in counter(keeper, scan=scan), scan


def test_a_case_stays_until_another_is_scanned(world: World, number: str, keeper: Client) -> None:
    done(world, "part_requested", number, "李伟", part=FAN, qty=2)
    html = counter(keeper, scan=number)
    assert f'name="case" value="{number}"' in html
    assert "出库 2 件" in html
    html = counter(keeper, case=number, scan=FAN)
    assert f"出库到 {number}" in html
    assert 'name="qty" value="2"' in html


def test_what_nobody_knows_is_a_faulty_part_or_a_new_one(keeper: Client) -> None:
    html = counter(keeper, scan="CX-BOARD-77")
    assert "没有登记过" in html
    said = hidden(html)
    assert said["serial"] == "CX-BOARD-77"
    assert post(keeper, "faulty_part_received", **said).status_code == 302
    [order] = machines.repair_lines()
    assert (order.serial, order.workdays) == ("CX-BOARD-77", 15)
    assert "维修单" in counter(keeper, scan=order.number)


def test_a_customer_s_device_is_a_faulty_part_of_its_case(
    world: World, number: str, keeper: Client
) -> None:
    html = counter(keeper, scan=world.customer.serial)
    assert f'value="{number}"' in html
    assert post(keeper, "faulty_part_received", case=number, **hidden(html)).status_code == 302
    [order] = machines.repair_lines()
    assert (order.case, order.free) == (number, True)


def test_several_that_may_be_meant_are_offered(keeper: Client) -> None:
    parts.stock_part(SYSTEM, "风扇 FAN-80")
    html = counter(keeper, scan="风扇")
    assert "是哪一种" in html
    assert html.count("jn-btn lg") == 2


@pytest.mark.parametrize(
    "hostile",
    [
        "\x00",
        "' or 1=1 --",
        "<script>alert(1)</script>",
        "%" * 150,
        "🧨" * 300,
        "http://[",
        "\u202e",
    ],
)
def test_hostile_scans_break_nothing(keeper: Client, hostile: str) -> None:
    with held_at(TEN):
        answer = keeper.get("/stores/", {"scan": hostile, "case": hostile, "at": hostile})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert len(cleaned(hostile)) <= 200


# -- booked -----------------------------------------------------------------------------------


def test_pieces_go_to_the_case_and_the_scan_box_waits_for_the_next(
    number: str, keeper: Client
) -> None:
    said = hidden(counter(keeper, case=number, scan=FAN))
    answer = post(keeper, "stock_issued", qty="2", **said)
    assert answer.headers["Location"] == f"/stores/?do=issue&case={number}"
    html = counter(keeper, case=number)
    assert f"已记下：出库 {FAN} × 2，现有 1 件" in html
    assert stock.issued_to(stores.lines_named([FAN])[FAN].id, _case(number)) == 2
    assert 'id="scan"' in html
    assert " autofocus" in html


def _case(number: str) -> Any:
    return next(iter(StockMove.objects.filter(case__number=number))).case_id


def test_a_double_press_is_one_booking(number: str, keeper: Client) -> None:
    said = hidden(counter(keeper, case=number, scan=FAN))
    for _ in range(2):
        assert post(keeper, "stock_issued", qty="1", **said).status_code == 302
    assert on_hand() == 2
    assert "这一笔已经记过" in counter(keeper)


def test_more_than_there_is_comes_back_with_what_was_typed(keeper: Client) -> None:
    said = hidden(counter(keeper, scan=FAN))
    answer = post(keeper, "stock_issued", qty="9", **said)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "库存只有 3 件，要 9 件" in html
    assert 'value="9"' in html
    assert on_hand() == 3


def test_a_scan_into_the_quantity_books_nothing_and_says_so(keeper: Client) -> None:
    said = hidden(counter(keeper, scan=FAN))
    answer = post(keeper, "stock_issued", qty=FAN, **said)
    assert answer.status_code == 302
    assert "上一件没有记账" in get(keeper, answer.headers["Location"])
    assert on_hand() == 3


@pytest.mark.parametrize("qty", ["0", "-1", "", "1e9", "abc", "9999999999"])
def test_a_quantity_that_is_none_is_told_at_its_field(keeper: Client, qty: str) -> None:
    said = hidden(counter(keeper, scan=FAN))
    assert post(keeper, "stock_issued", qty=qty, **said).status_code in (409, 422)
    assert on_hand() == 3


def test_what_came_back_and_what_came_in_is_booked_by_its_mode(number: str, keeper: Client) -> None:
    post(keeper, "stock_issued", qty="2", **hidden(counter(keeper, case=number, scan=FAN)))
    html = counter(keeper, do="return", scan=FAN)
    assert f'value="{number}"' in html
    assert post(keeper, "stock_returned", qty="1", case=number, **hidden(html)).status_code == 302
    html = counter(keeper, do="receive", scan=FAN)
    said = hidden(html) | {"qty": "5", "lot": "L2", "cost": "61"}
    assert post(keeper, "stock_received", **said).status_code == 302
    assert on_hand() == 7


def test_a_booking_is_undone_with_a_reason(keeper: Client) -> None:
    post(keeper, "stock_issued", qty="2", **hidden(counter(keeper, scan=FAN)))
    html = counter(keeper)
    found = re.search(r'href="(/stores/do/stock_undone/[^"]*)"', html)
    assert found is not None
    form = get(keeper, found[1].replace("&amp;", "&"))
    assert "撤销一笔出入库" in form
    said = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert post(keeper, "stock_undone", **said).status_code == 422
    assert post(keeper, "stock_undone", reason="扫错了件", **said).status_code == 302
    assert on_hand() == 3
    assert "已撤销" in counter(keeper)


def test_whoever_is_no_keeper_is_told_who_is(world: World, keeper: Client) -> None:
    keeper.force_login(login("陈晨"))
    html = counter(keeper, scan=FAN)
    assert "jn-quick" not in html
    answer = post(keeper, "stock_issued", on=FAN, qty="1", op=str(uuid4()))
    assert answer.status_code == 409
    assert "请由" in answer.content.decode()
    assert on_hand() == 3


def test_every_form_of_the_stores_opens(number: str, keeper: Client) -> None:
    for kind in sorted(STEPS):
        for on in (FAN, number, "RMA-1", "", "无此物"):
            html = get(keeper, f"/stores/do/{kind}/", on=on)
            assert 'name="once"' in html or "请由" in html, kind
    with held_at(TEN):
        assert keeper.get("/stores/do/case_closed/").status_code == 404


def test_afterwards_nobody_is_led_out_of_the_house() -> None:
    for wrong in ("https://evil.example/", "//evil.example", "/stores//evil", "/a\\b", "/", "\n"):
        assert leads_to(wrong) == "/stores/"
    assert leads_to("/stores/?do=issue") == "/stores/?do=issue"


# -- loaners ----------------------------------------------------------------------------------


@pytest.fixture
def loanable(world: World, number: str, keeper: Client) -> Client:
    """The customer's own with 256 GB; two loaners, one of them with half of it."""
    with held_at(NOON):
        equipment.register_loaner(
            SYSTEM, NewUnit("LN-1", BRAND, MODEL, "", {**SPEC, "ram_gb": 128})
        )
        equipment.register_loaner(SYSTEM, NewUnit("LN-2", BRAND, MODEL, "", SPEC))
    with connection.cursor() as cursor:
        cursor.execute(
            "update equipment_installedunit set spec = %s where serial = %s",
            ['{"ram_gb": 256, "ports": 48}', world.customer.serial],
        )
    return keeper


@pytest.mark.keeps("R-3-3")
def test_a_loaner_below_the_original_shows_why_and_which_one_could_go(
    number: str, loanable: Client
) -> None:
    html = counter(loanable, case=number, scan="LN-1")
    assert "这台不能借出" in html
    assert "内存 GB 128 &lt; 256" in html
    assert "改借 LN-2" in html
    assert "jn-quick" not in html
    answer = post(loanable, "loaner_issued", on=number, sn="LN-1", op=str(uuid4()))
    assert answer.status_code == 409
    assert "没有强行通过" in answer.content.decode()


def test_a_loaner_goes_out_and_comes_back_with_its_data_erased(
    number: str, loanable: Client
) -> None:
    said = hidden(counter(loanable, case=number, scan="LN-2"))
    assert post(loanable, "loaner_issued", **said).status_code == 302
    html = get(loanable, "/stores/loaners/")
    assert "在架 1" in html
    html = counter(loanable, do="return", scan="LN-2")
    assert f">{number}</a>" in html
    assert post(loanable, "loaner_returned", **hidden(html)).status_code == 422
    answer = post(loanable, "loaner_returned", data_erased="false", **hidden(html))
    assert answer.status_code == 302
    html = counter(loanable, scan="LN-2")
    assert "数据已清除" in html
    assert post(loanable, "loaner_erased", **hidden(html)).status_code == 302
    assert "在架 2" in get(loanable, "/stores/loaners/")


def test_a_case_of_twelve_hours_asks_for_a_loaner(number: str, loanable: Client) -> None:
    with held_at(NOON + timedelta(hours=13)):
        html = loanable.get("/stores/").content.decode()
    assert "24 小时内要备用机" in html
    assert number in html


# -- lists ------------------------------------------------------------------------------------


def test_what_engineers_ask_for_stands_on_top_with_its_button(
    world: World, number: str, keeper: Client
) -> None:
    done(world, "part_requested", number, "李伟", part=FAN, qty=1)
    done(world, "part_requested", number, "李伟", part="主控板", qty=1)
    html = counter(keeper)
    assert "等着出库" in html
    assert f"{FAN} × 1" in html
    assert "/stores/do/maker_asked/" in html


@pytest.mark.keeps("R-7-2")
def test_what_is_short_is_filtered_and_says_what_to_do(world: World, keeper: Client) -> None:
    done(world, "stock_issued", FAN, qty=2)
    html = get(keeper, "/stores/parts/", only="short")
    assert "缺 1" in html
    assert "/stores/do/stock_ordered/" in html
    said = {"on": FAN, "qty": "4", "maker": "川芯", "promised": "2026-05-28", "once": str(uuid4())}
    assert post(keeper, "stock_ordered", **said).status_code == 302
    assert "05-28 到 4 件" in get(keeper, "/stores/parts/", only="short")
    assert "没有这样的备件" in get(keeper, "/stores/parts/", find="无此物")


def test_a_part_shows_places_lots_and_for_whom_it_is_kept(world: World, keeper: Client) -> None:
    done(world, "stock_reserved", FAN, project="HT-S1", qty=2)
    line = stores.lines_named([FAN])[FAN]
    address = f"/stores/parts/{line.id}/"
    html = get(keeper, address)
    for said in ("HT-S1", "L1", "60.00", "释放预留"):
        assert said in html
    with held_at(TEN):
        keeper.post(f"{address}minimum/", {"place": "main", "least": "5"})
        keeper.post(f"{address}minimum/", {"place": "main", "least": "很多"})
    assert stores.minimum(line.id, "main") == 5


@pytest.mark.keeps("R-7.7-I1")
def test_a_tag_holds_number_serial_code_and_a_box_for_the_data(
    world: World, number: str, keeper: Client
) -> None:
    done(world, "faulty_part_received", "RMA-9", serial="PSU-77", case=number)
    html = get(keeper, "/stores/labels/", repair="RMA-9")
    for said in ("RMA-9", "PSU-77", number, "数据已清除", "<svg", "核心交换机一块主控板告警"):
        assert said in html
    line = stores.lines_named([FAN])[FAN]
    assert get(keeper, "/stores/labels/", part=str(line.id), n="3").count("<svg xmlns") == 3
    assert "没有选中" in get(keeper, "/stores/labels/", repair="none", part="x")


@pytest.mark.keeps("R-7.7-I2")
def test_a_repair_shows_its_working_days_and_its_maker(
    world: World, number: str, keeper: Client
) -> None:
    done(world, "faulty_part_received", "RMA-9", serial="PSU-77", case=number)
    said = {"on": "RMA-9", "maker": "川芯", "vendor_ref": "CX-551", "once": str(uuid4())}
    assert post(keeper, "repair_sent_out", **said).status_code == 302
    with held_at(NOON + timedelta(days=7)):
        html = keeper.get("/stores/repairs/").content.decode()
    assert "川芯 CX-551" in html
    assert '<b class="num">5</b> / 10' in html
    html = get(keeper, "/stores/repairs/RMA-9/")
    assert post(keeper, "repair_shipped", on="RMA-9", op=str(uuid4())).status_code == 302
    assert "已寄出" in get(keeper, "/stores/repairs/RMA-9/")


@pytest.mark.keeps("R-2-9")
def test_a_replacement_is_new_and_of_the_same_brand_and_model(
    world: World, number: str, keeper: Client
) -> None:
    old = world.customer.serial
    ordered = {"mode": "exchange", "item": f"{BRAND} {MODEL}", "faulty_serial": old}
    done(world, "replacement_ordered", number, **ordered)
    html = get(keeper, "/stores/replacements/")
    assert "全新，同品牌同型号" in html
    said = {"on": number, "old": old, "condition": "new", "brand": BRAND, "once": str(uuid4())}
    answer = post(keeper, "replacement_issued", serial="N-1", model="CX-OTHER", **said)
    assert answer.status_code == 409
    assert "须同品牌同型号" in answer.content.decode()
    answer = post(keeper, "replacement_issued", serial="N-1", model=MODEL, **said)
    assert answer.status_code == 302
    assert "N-1" in get(keeper, "/stores/replacements/")


# -- places and counts ------------------------------------------------------------------------


@pytest.fixture
def van(keeper: Client) -> Client:
    said = {"name": "李伟的车", "code": "VAN-1", "kind": "van", "holder": "李伟"}
    with held_at(TEN):
        assert keeper.post("/stores/places/", said).status_code == 302
    return keeper


def test_pieces_go_into_a_van_by_the_counter(van: Client) -> None:
    html = counter(van, do="transfer", scan=FAN)
    said = hidden(html) | {"qty": "2", "from": "main", "to": "VAN-1"}
    assert post(van, "stock_transferred", **said).status_code == 302
    html = counter(van, scan="VAN-1")
    assert "李伟的车" in html
    assert '<b class="num">2</b>' in counter(van, at="VAN-1", scan=FAN)


def test_a_transfer_that_is_refused_keeps_where_it_should_have_gone(van: Client) -> None:
    html = counter(van, do="transfer", scan=FAN)
    said = hidden(html) | {"qty": "9", "from": "main", "to": "VAN-1"}
    refused = post(van, "stock_transferred", **said)
    assert refused.status_code == 409
    form = refused.content.decode()
    assert 'name="to" value="VAN-1"' in form
    assert 'value="9"' in form
    done_ = post(van, "stock_transferred", **said | {"qty": "2"})
    assert done_.headers["Location"] == "/stores/?do=transfer"


def test_what_a_step_is_about_has_to_be_said(keeper: Client) -> None:
    answer = post(keeper, "stock_issued", qty="1", op=str(uuid4()))
    assert answer.status_code == 409
    assert "要写明是哪一件" in answer.content.decode()


def test_the_cursor_stands_in_the_first_field_that_lacks_something(keeper: Client) -> None:
    form = get(keeper, "/stores/do/stock_received/", on=FAN)
    [focus] = re.findall(r"<(?:input|textarea)[^>]*autofocus[^>]*>", form)
    assert 'name="lot"' in focus


def test_a_place_without_a_code_is_told_and_nothing_typed_is_lost(keeper: Client) -> None:
    said = {"name": "彭州网点", "code": "有 空格", "kind": "branch"}
    with held_at(TEN):
        answer = keeper.post("/stores/places/", said)
    assert answer.status_code == 409
    assert 'value="彭州网点"' in answer.content.decode()


def counted(client: Client, html: str, **said: str) -> HttpResponse:
    line = stores.lines_named([FAN])[FAN]
    kept = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', html))
    kept.pop("csrfmiddlewaretoken", None)
    named = {f"{name}-{line.id}": value for name, value in said.items()}
    with held_at(TEN):
        return whole(client.post("/stores/count/", kept | named))


def test_a_count_that_agrees_is_booked_and_one_that_differs_asks_why(keeper: Client) -> None:
    html = get(keeper, "/stores/count/")
    assert "账上 3" not in html
    assert counted(keeper, html, n="3").status_code == 302
    html = get(keeper, "/stores/count/")
    answer = counted(keeper, html, n="2")
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "账上 3 件，数到 2 件" in shown
    assert counted(keeper, shown, n="2", why="损坏报废").status_code == 302
    assert on_hand() == 2


def test_a_booking_during_the_count_is_not_written_over(world: World, keeper: Client) -> None:
    html = get(keeper, "/stores/count/")
    done(world, "stock_issued", FAN, qty=1)
    answer = counted(keeper, html, n="3", why="少了")
    assert answer.status_code == 409
    assert "请再数一次" in answer.content.decode()
    assert on_hand() == 2
    assert counted(keeper, answer.content.decode(), n="2").status_code == 302


@pytest.mark.parametrize("wrong", ["abc", "-1", "1.5", "9" * 9])
def test_a_count_that_is_no_number_comes_back(keeper: Client, wrong: str) -> None:
    answer = counted(keeper, get(keeper, "/stores/count/"), n=wrong)
    assert answer.status_code == 409
    assert "要填数到的件数" in answer.content.decode()
    assert on_hand() == 3


# -- budgets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 6])
def test_the_pages_keep_their_budgets(world: World, number: str, keeper: Client, many: int) -> None:
    for n in range(many):
        name = f"备件 {n}"
        parts.stock_part(SYSTEM, name, 9)
        done(world, "stock_received", name, qty=3, lot="L1", cost="60.00")
        done(world, "part_requested", number, "李伟", part=name, qty=1)
        done(world, "faulty_part_received", f"RMA-{n}", serial=f"PSU-{n}", case=number)
        with held_at(NOON):
            equipment.register_loaner(SYSTEM, NewUnit(f"LN-{n}", BRAND, MODEL))
        said = {"mode": "exchange", "item": name, "faulty_serial": f"OLD-{n}"}
        done(world, "replacement_ordered", number, **said)
    line = stores.lines_named(["备件 0"])["备件 0"]
    pages = {
        "desk:store_show": "/stores/",
        "desk:part_list": "/stores/parts/",
        "desk:part_show": f"/stores/parts/{line.id}/",
        "desk:loaner_list": "/stores/loaners/",
        "desk:repair_list": "/stores/repairs/",
        "desk:repair_show": "/stores/repairs/RMA-0/",
        "desk:replacement_list": "/stores/replacements/",
        "desk:label_show": "/stores/labels/",
    }
    asked = {}
    for name, address in pages.items():
        with held_at(TEN), CaptureQueriesContext(connection) as found:
            assert keeper.get(address).status_code == 200
        asked[name] = len(found)
    assert not {n: (c, BUDGET[n]) for n, c in asked.items() if c > BUDGET[n]}

"""The one box: what it shows, where its rows lead, what a form takes over from it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from jiannuo.customers.models import Contact
from jiannuo.journey import intake
from jiannuo.kernel.moment import held_at
from tests.faces.conftest import NOON
from tests.world import World, confirmed, reported

MINUTE = timedelta(minutes=1)


def ask(desk: Client, address: str = "/find/", **typed: str) -> str:
    with held_at(NOON + timedelta(hours=1)):
        answer = desk.get(address, typed)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def links(html: str) -> list[str]:
    return re.findall(r'class="(?:jn-hit|main lead[^"]*)"[^>]*? href="([^"]*)"', html)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_a_device_says_whether_it_is_covered_and_what_is_open(world: World, desk: Client) -> None:
    number = confirmed(world, reported(world, NOON), NOON, "L2")
    found = words(ask(desk, q="cxn68002505"))
    assert "CXN6800-2505-0009" in found
    assert "在保 到 20" in found
    assert f"未结 {number}" in found


def test_a_caller_is_shown_with_his_customer_and_his_number(world: World, desk: Client) -> None:
    found = words(ask(desk, "/find/live/", q="+86 28 5550 2203"))
    assert "邓丽 028-5550-2203 运维班长 · 眉山东坡智慧交通指挥中心" in found
    assert 'href="tel:028-5550-2203"' in ask(desk, q="dengli")


def test_under_the_box_each_case_stands_once_with_its_newest_words(
    world: World, desk: Client
) -> None:
    first, second = reported(world, NOON), reported(world, NOON + MINUTE)
    for n in range(6):
        with held_at(NOON + (2 + n) * MINUTE):
            intake.note(world.actor("周敏"), second, text=f"主控板第 {n} 次检查")
    html = ask(desk, "/find/live/", q="主控板")
    assert [n for n in (first, second) if f"/cases/{n}/" in html] == [first, second]
    assert "第 5 次" in html
    assert "第 4 次" not in html
    assert "第 4 次" in ask(desk, q="主控板")


def test_a_hit_is_marked_and_leads_to_its_line_of_the_case(world: World, desk: Client) -> None:
    number = reported(world, NOON)
    with held_at(NOON + MINUTE):
        note = intake.note(world.actor("周敏"), number, text="备用风扇在路上，明早到")
    html = ask(desk, q="风扇")
    assert "备用<mark>风扇</mark>在路上" in html
    assert f"/cases/{number}/#e-{note.event}" in links(html)
    assert f'id="e-{note.event}"' in ask(desk, f"/cases/{number}/")


def test_what_is_typed_stays_in_the_box_and_is_no_markup(world: World, desk: Client) -> None:
    with held_at(NOON):
        raw = desk.get("/find/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in raw
    assert 'value="&quot;&gt;&lt;script&gt;' in raw


def test_a_text_is_no_markup_either(world: World, desk: Client) -> None:
    reported(world, NOON, "告警 <b>红灯</b>")
    with held_at(NOON):
        raw = desk.get("/find/", {"q": "红灯"}).content.decode()
    assert "&lt;b&gt;<mark>红灯</mark>&lt;/b&gt;" in raw


def test_the_whole_number_opens_the_case_and_all_results_are_to_be_had(
    world: World, desk: Client
) -> None:
    number = reported(world, NOON)
    assert desk.get("/find/", {"q": number}).headers["Location"] == f"/cases/{number}/"
    assert desk.get("/find/", {"q": number[:6]}).status_code == 200
    assert number in ask(desk, q=number, all="1")


def test_more_of_a_group_goes_on_where_the_page_ended(world: World, desk: Client) -> None:
    numbers = [reported(world, NOON + n * MINUTE, f"滤网堵塞 {n}") for n in range(14)]
    html = ask(desk, q="滤网")
    shown = [n for n in numbers if f"/cases/{n}/#" in html]
    assert shown == numbers[-10:]
    [more] = re.findall(r'class="jn-hit every" href="(/find/[^"]*)"', html)
    rest = ask(desk, more)
    assert [n for n in numbers if f"/cases/{n}/#" in rest] == numbers[:4]
    assert "写过的话" in rest


def test_nothing_typed_and_nothing_found_say_what_may_be_typed(world: World, desk: Client) -> None:
    assert "想找什么" in ask(desk)
    found = words(ask(desk, q="无此物"))
    assert "没有找到「无此物」" in found
    assert "拼音首字母" in found
    assert "没有找到" in ask(desk, "/find/live/", q="无此物")


def test_the_results_are_read_in_english_too(world: World, desk: Client) -> None:
    desk.post("/web/language/", {"language": "en", "next": "/"})
    reported(world, NOON)
    found = words(ask(desk, q="CXN6800"))
    for said in ("Find", "Devices", "What was written", "in warranty to", "take down a report"):
        assert said in found
    assert "Nothing holds" in ask(desk, q="无此物")


def test_a_form_takes_over_what_a_row_carries(world: World, desk: Client) -> None:
    """Each row leads to the form with ids; rows that carry none are not offered."""
    reported(world, NOON)
    own = world.customer
    contact = Contact.objects.get(customer=own.id, name="邓丽").id
    carried = {
        "邓丽": {"customer": str(own.id), "contact": str(contact)},
        "核心机房": {"customer": str(own.id), "site": str(own.site)},
        own.serial: {"customer": str(own.id), "site": str(own.site), "device": own.serial},
        "眉山": {"customer": str(own.id)},
    }
    for typed, expected in carried.items():
        html = ask(desk, "/find/live/", q=typed, pick="/hotline/new/?draft=7")
        leads = [urlsplit(link) for link in links(html)]
        assert all(lead.path == "/hotline/new/" for lead in leads), typed
        asked = [{k: v[0] for k, v in parse_qs(lead.query).items()} for lead in leads]
        assert {"draft": "7", **expected} in asked, typed
        assert "写过的话" not in html
        for name, value in expected.items():
            assert f'data-{name}="{value}"' in html


@pytest.mark.parametrize("pick", ["https://evil.example/", "//evil.example", "javascript:x", "x"])
def test_a_row_leads_nowhere_but_to_a_form_of_ours(world: World, desk: Client, pick: str) -> None:
    html = ask(desk, "/find/live/", q="邓丽", pick=pick)
    assert "evil" not in html
    assert "javascript" not in html
    assert all(link.startswith("/") for link in links(html))


def test_only_the_groups_that_were_asked_for(world: World, desk: Client) -> None:
    reported(world, NOON)
    html = ask(desk, "/find/live/", **{"q": "机房", "in": "sites,devices,nonsense"})
    assert re.findall(r'id="hits-(\w+)"', html) == ["sites"]


@pytest.mark.parametrize(
    "typed", ["%", "\x00", "电" * 9_000, "'", "\\", "&|!", "😀", "\u202e", "<->", "{}", "%s"]
)
def test_whatever_is_typed_is_answered(world: World, desk: Client, typed: str) -> None:
    reported(world, NOON)
    for address in ("/find/", "/find/live/"):
        ask(desk, address, q=typed)
        ask(desk, address, **{"q": typed, "in": "texts", "after": typed[:50]})

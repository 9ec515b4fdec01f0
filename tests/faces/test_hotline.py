"""The hotline: from a half-known caller to a case that somebody holds, in one page."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from jiannuo.archive.models import Call, Event
from jiannuo.cases import queries as cases
from jiannuo.cases.models import Case, Draft
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.world import World, login, reported

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hotline(world: World, client: Client) -> Client:
    client.force_login(login("周敏"))
    return client


def asked(client: Client, address: str, **query: str) -> str:
    with held_at(NOON + MINUTE):
        answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def call(world: World, **more: str) -> dict[str, str]:
    """A call about the customer's switch: all four fields, level two by the questions."""
    said = {
        "draft": str(uuid4()),
        "channel": "phone",
        "kind": "fault",
        "customer": str(world.customer.id),
        "caller": "邓丽",
        "phone": "028-5550-2203",
        "device": world.customer.serial,
        "text": "核心交换机一块主控板告警",
        "down": "maybe",
    }
    return said | more


def kept(client: Client, fields: dict[str, str], at: timedelta = timedelta()) -> str:
    with held_at(NOON + at):
        answer = client.post("/hotline/keep/", fields)
    assert answer.status_code == 200
    return answer.content.decode()


def taken(client: Client, fields: dict[str, str], at: timedelta = MINUTE) -> HttpResponse:
    with held_at(NOON + at):
        return whole(client.post("/hotline/", {"do": "take"} | fields))


@pytest.mark.keeps("R-7.2-A-1", "R-7.2-A-3", "R-7.2-B-1", "R-7.2-B-2", "R-7-5")
def test_a_call_becomes_a_confirmed_case_with_an_engineer_and_is_read_back(
    world: World, hotline: Client, on_duty: None
) -> None:
    fields = call(world)
    kept(hotline, fields)
    answer = taken(hotline, fields)
    case = Case.objects.get()
    assert answer["Location"] == f"/hotline/read/{case.number}/"
    assert (case.level, case.reported_at, case.assignee) == ("L2", NOON, "陈晨")
    assert Event.objects.get(kind="confirmed").happened_at == NOON + MINUTE
    rung = Call.objects.get()
    assert (rung.person, rung.number) == ("邓丽", "028-5550-2203")
    page = asked(hotline, f"/hotline/read/{case.number}/")
    assert f"您的单号是 {case.number}。" in page
    assert "维护工程师陈晨会在 12:31 前打这个电话联系您。" in page
    op = re.findall(r'name="op" value="([^"]+)"', page)[0]
    for _ in range(2):
        with held_at(NOON + 2 * MINUTE):
            hotline.post(f"/hotline/read/{case.number}/", {"op": op})
    assert Event.objects.filter(kind="promise_read").count() == 1


def test_beside_the_form_stands_what_it_would_come_to(world: World, hotline: Client) -> None:
    html = kept(hotline, call(world))
    assert "在保" in html
    assert "12:30 前" in html  # the phone promise of level two, from a confirmation now
    assert "16:00 前" in html
    assert "不可批准重大操作" in html
    assert "二级" in html


@pytest.mark.parametrize(
    ("down", "degraded", "level"),
    [("yes", "", "一级"), ("maybe", "", "二级"), ("no", "yes", "三级"), ("no", "no", "四级")],
)
def test_three_questions_set_the_level(
    world: World, hotline: Client, down: str, degraded: str, level: str
) -> None:
    html = kept(hotline, call(world, down=down, degraded=degraded))
    badge = re.findall(r'class="jn-lv[^>]*>([^<]+)<', html)
    assert badge[0].startswith(level)


def test_the_agent_may_set_the_level_himself(world: World, hotline: Client) -> None:
    taken(hotline, call(world, level="L3"))
    assert Case.objects.get().level == "L3"


@pytest.mark.keeps("R-7.2-B-1")
def test_a_caller_who_can_say_nothing_has_a_number_all_the_same(
    world: World, hotline: Client
) -> None:
    fields = {"draft": str(uuid4()), "channel": "phone", "kind": "fault", "text": "不通电"}
    answer = taken(hotline, fields | {"do": "later"})
    number = Case.objects.get().number
    assert answer["Location"] == f"/hotline/read/{number}/"
    page = asked(hotline, f"/hotline/read/{number}/")
    assert "以后补：设备序列号、报修人、客户" in page
    assert "我们登记好了，马上确认。" in page
    assert cases.card(number).status == "received"


def test_a_serial_nobody_knows_is_kept_and_said(world: World, hotline: Client) -> None:
    html = kept(hotline, call(world, device="SN-不认识"))
    assert "序列号未登记" in html
    taken(hotline, call(world, device="SN-不认识"))
    assert Event.objects.get(kind="reported").detail["device"] == "SN-不认识"


def test_nothing_is_confirmed_before_the_questions_are_answered(
    world: World, hotline: Client
) -> None:
    answer = taken(hotline, call(world, down=""))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "先回答定级的问题" in html
    assert "核心交换机一块主控板告警</textarea>" in html
    assert not Case.objects.exists()


def test_sent_twice_it_is_one_case(world: World, hotline: Client) -> None:
    fields = call(world)
    first, second = taken(hotline, fields), taken(hotline, fields)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


@pytest.mark.keeps("R-7.2-A-1")
def test_a_fax_counts_from_its_own_arrival(world: World, hotline: Client) -> None:
    """It came at 11:12 and is typed at noon."""
    taken(hotline, call(world, channel="fax", arrived="2026-05-20T11:12"))
    case = Case.objects.get()
    assert case.reported_at == NOON - timedelta(minutes=48)
    assert Event.objects.get(kind="reported").late


def test_a_long_call_counts_from_when_it_came_in(world: World, hotline: Client) -> None:
    fields = call(world)
    kept(hotline, fields)
    taken(hotline, fields, timedelta(minutes=20))
    assert Case.objects.get().reported_at == NOON


def test_two_calls_at_once_are_two_tabs_and_neither_loses_a_word(
    world: World, hotline: Client
) -> None:
    first, second = call(world, text="第一路"), call(world, caller="彭建军", text="第二路")
    kept(hotline, first)
    kept(hotline, second, MINUTE)
    html = asked(hotline, "/hotline/", draft=second["draft"])
    assert html.count("data-call") == 2
    assert "第二路</textarea>" in html
    assert "第一路</textarea>" in asked(hotline, "/hotline/", draft=first["draft"])
    taken(hotline, second)
    assert asked(hotline, "/hotline/", draft=first["draft"]).count("data-call") == 1
    with held_at(NOON + MINUTE):
        hotline.post("/hotline/drop/", {"draft": first["draft"]})
    assert "data-call" not in asked(hotline, "/hotline/")


def test_a_draft_is_nobody_s_but_his_who_types_it(
    world: World, hotline: Client, client: Client
) -> None:
    fields = call(world)
    kept(hotline, fields)
    Draft.objects.update(staff=uuid4())
    with held_at(NOON):
        assert hotline.post("/hotline/keep/", fields).status_code == 409
        assert hotline.get("/hotline/", {"draft": fields["draft"]}).status_code == 409


def test_the_box_finds_a_person_by_the_end_of_his_number_and_fills_him_in(
    world: World, hotline: Client
) -> None:
    draft = str(uuid4())
    html = asked(hotline, "/hotline/find/", q="2203", draft=draft)
    links = [link for link in re.findall(r'href="([^"]+)"', html) if "contact=" in link]
    assert len(links) == 2  # the customer's and the stranger's; his firm stands beside each
    html = asked(hotline, "/hotline/", draft=draft, contact=str(world.customer.contact.id))
    assert 'name="caller" value="邓丽"' in html
    assert 'name="phone" value="028-5550-2203"' in html
    assert f'name="customer" value="{world.customer.id}"' in html


def test_whoever_rings_is_known_by_his_number(world: World, hotline: Client) -> None:
    from_head = asked(hotline, "/hotline/", number="028-5550-2204")
    assert "来电 028-5550-2204" in from_head
    assert 'name="phone" value="028-5550-2204"' in from_head


def test_an_open_case_of_the_same_device_is_shown_first(world: World, hotline: Client) -> None:
    number = reported(world, NOON)
    html = kept(hotline, call(world), MINUTE)
    assert "这台设备已经有单" in html
    assert f'href="/cases/{number}/"' in html


def test_a_question_has_its_own_promise_and_no_level(world: World, hotline: Client) -> None:
    fields = call(world, kind="consult", down="")
    assert "咨询" in kept(hotline, fields)
    taken(hotline, fields)
    case = Case.objects.get()
    assert (case.kind, case.level, case.assignee) == ("consult", "consult", "")


@pytest.mark.parametrize("hostile", ["\x00", "%_\\'\"<script>", "🧨" * 3000, "2026-13-45", "-1"])
def test_hostile_words_break_nothing(world: World, hotline: Client, hostile: str) -> None:
    fields = dict.fromkeys(call(world), hostile) | {"outage_started": hostile, "arrived": hostile}
    with held_at(NOON):
        for address in ("/hotline/keep/", "/hotline/"):
            answer = whole(hotline.post(address, fields))
            assert answer.status_code in (200, 302, 409)
            assert "<script>" not in answer.content.decode()
    asked(hotline, "/hotline/find/", q=hostile, draft=hostile)
    asked(hotline, "/hotline/", draft=hostile, contact=hostile, device=hostile, number=hostile)

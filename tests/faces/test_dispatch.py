"""The board of the dispatcher: who waits, who could go and why, one press; nothing by script alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.journey import onsite, phone, remote
from jiannuo.kernel.moment import held_at
from jiannuo.people import commands as people
from jiannuo.visits.models import Visit
from tests.faces.answers import whole
from tests.faces.conftest import NOON, Page
from tests.world import LONG_NAME, Customer, World, confirmed, login, project, reported

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AT = NOON + 30 * MINUTE
Sending = Callable[..., HttpResponse]


@pytest.fixture
def waiting(world: World, on_duty: None) -> str:
    """A case of level three 68 km away for which the customer asked for somebody at 12:20."""
    return asked_for(world, reported(world, NOON), "L3")


def asked_for(world: World, number: str, level: str, of: Customer | None = None) -> str:
    confirmed(world, number, NOON + MINUTE, level)
    engineer = world.actor("李伟")
    with held_at(NOON + 10 * MINUTE):
        phone.in_contact(engineer, number, call="outbound", result="要上门")
        remote.skip_remote(engineer, number, reason="hardware_evident")
    with held_at(NOON + 20 * MINUTE):
        onsite.call_on_site(world.actor("彭建军", of), number)
    return number


@pytest.fixture
def send(desk: Client, waiting: str) -> Sending:
    def press(engineer: str, at: datetime = AT, number: str = waiting, **said: Any) -> HttpResponse:
        known = {
            "need": "go",
            "op": uuid4(),
            "seen": 99,
            "engineer": engineer,
            "eta": (at + 2 * HOUR).isoformat(),
            "until": (at + 4 * HOUR).isoformat(),
        }
        with held_at(at):
            return whole(desk.post(f"/dispatch/{number}/send/", {**known, **said}))

    return press


def job(html: str, number: str) -> str:
    found: list[str] = re.findall(r'<li class="jn-job.*?</li>', html, re.S)
    return next(one for one in found if f'id="w-{number}"' in one)


def lane(html: str, name: str) -> str:
    found = re.split(r'(?=<div class="jn-lane)', html)
    return next(one for one in found if f"<b>{name}</b>" in one)


def lead(html: str) -> str:
    found = re.search(r'<div class="jn-next.*?</section>', html, re.S)
    assert found
    return found[0]


# -- what waits -----------------------------------------------------------------------------------


def test_nobody_waits_and_it_says_so(on_duty: None, page: Page) -> None:
    html = page("/dispatch/", AT)
    assert "没有等人的工单" in html
    assert "李伟" in html


@pytest.mark.keeps("R-7.4-A-1")
def test_a_case_that_waits_names_its_clock_its_way_and_what_it_takes(
    waiting: str, page: Page
) -> None:
    found = job(page("/dispatch/", AT), waiting)
    for words in ("余 3 时 50 分", "16:20 前", "三级", "要去现场", "68.0 km", "需会核心交换机"):
        assert words in found


def test_a_case_that_nobody_took_waits_as_well(world: World, on_duty: None, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON, "L3")
    assert "没有人接" in job(page("/dispatch/", AT), number)


def test_what_ends_first_stands_on_top(world: World, waiting: str, page: Page) -> None:
    first = confirmed(world, reported(world, NOON), NOON + 20 * MINUTE, "L2")
    html = page("/dispatch/", AT)
    assert re.findall(r'id="w-([\d-]+)"', html) == [first, waiting]


def test_a_part_that_is_missing_is_told_in_the_queue(
    world: World, waiting: str, page: Page
) -> None:
    with held_at(AT):
        onsite.request_part(world.actor("李伟"), waiting, part="主控板", qty=2)
    assert "缺备件 2" in job(page("/dispatch/", AT), waiting)


# -- who could go ---------------------------------------------------------------------------------


@pytest.mark.keeps("R-7.4-B-1", "R-7.4-C-1")
def test_the_arrival_is_told_against_the_promise_before_anybody_is_sent(
    waiting: str, page: Page
) -> None:
    html = page(f"/dispatch/?case={waiting}", AT)
    assert "派 陈晨 去，预计 14:05 到" in lead(html)  # he is on duty
    assert "余量 2 时 15 分" in lead(html)
    mine = lane(html, "李伟")
    for words in ("会交换机、服务器、存储", "现在有空", "从办事处 68 km", "本单在他手上"):
        assert words in mine
    assert not Event.objects.filter(kind="dispatched").exists()


def test_the_reasons_are_told_in_english_too(waiting: str, desk: Client, page: Page) -> None:
    desk.cookies["language"] = "en"
    html = page(f"/dispatch/?case={waiting}", AT)
    assert "Send 陈晨: there 14:05" in html
    for words in ("free now", "from the office 68 km", "holds this case", "to spare"):
        assert words in html


def test_one_press_sends_him_with_what_was_predicted(
    waiting: str, page: Page, send: Sending
) -> None:
    html = page(f"/dispatch/?case={waiting}", AT)
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', lead(html))
    said = {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}
    engineer = said.pop("engineer")
    answer = send(engineer, **said)
    assert answer["Location"] == f"/dispatch/?case={waiting}"
    [visit] = Visit.objects.all()
    assert visit.engineer.name == engineer == "陈晨"
    assert visit.expected_at == NOON + 2 * HOUR + 5 * MINUTE
    html = page(f"/dispatch/?case={waiting}", AT + MINUTE)
    assert "陈晨 在路上，预计 14:05 到" in lead(html)
    assert "已派陈晨去" in html
    assert f"/cases/{waiting}/do/customer_informed/?eta=2026-05-20T14%3A05" in lead(html)
    assert f'id="w-{waiting}"' not in html


def test_pressed_twice_he_is_sent_once(waiting: str, send: Sending) -> None:
    op = uuid4()
    send("李伟", op=op)
    send("李伟", at=AT + MINUTE, op=op)
    assert Event.objects.filter(kind="dispatched").count() == 1


@pytest.mark.keeps("R-7.4-A-2")
def test_a_junior_for_level_two_takes_a_reason_that_is_kept(
    world: World, on_duty: None, page: Page, send: Sending
) -> None:
    urgent = asked_for(world, reported(world, NOON), "L2")
    html = page(f"/dispatch/?case={urgent}", AT)
    assert "一二级故障须高级工程师" in lane(html, "陈晨")
    assert "写明理由再派" in lane(html, "陈晨")
    answer = send("陈晨", number=urgent)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "没有派出，字都还在" in html
    assert '<details id="ask-陈晨" class="ask" open>' in html
    assert send("陈晨", number=urgent, override="李伟在外地").status_code == 302
    [sent] = Event.objects.filter(kind="dispatched")
    assert sent.detail["override"] == "李伟在外地"


@pytest.mark.keeps("R-7.4-B-1", "R-X-5")
def test_an_overlap_comes_back_on_the_board_with_what_was_typed(
    world: World, waiting: str, send: Sending
) -> None:
    other = asked_for(world, reported(world, NOON, of=world.stranger), "L3", world.stranger)
    send("李伟", number=other)
    answer = send("李伟", at=AT + MINUTE)
    assert answer.status_code == 409
    mine = lane(answer.content.decode(), "李伟")
    assert "他那段时间已另有安排" in mine
    assert 'name="op"' in mine
    assert send("李伟", at=AT + MINUTE, override="顺路").status_code == 302


def test_what_another_did_meanwhile_is_shown_first(
    world: World, waiting: str, send: Sending
) -> None:
    seen = Event.objects.filter(subject_kind="case").count()
    with held_at(AT):
        onsite.dispatch(world.actor("赵刚"), waiting, engineer="陈晨")
    answer = send("李伟", at=AT + MINUTE, seen=seen)
    assert answer.status_code == 409
    assert "赵刚派陈晨去现场" in answer.content.decode()
    assert Event.objects.filter(kind="dispatched").count() == 1


def test_another_is_sent_instead(world: World, waiting: str, page: Page, send: Sending) -> None:
    send("陈晨")
    html = page(f"/dispatch/?case={waiting}", AT + MINUTE)
    assert "改派他" in lane(html, "李伟")
    assert 'name="instead_of" value="陈晨"' in lane(html, "李伟")
    send("李伟", at=AT + 2 * MINUTE, instead_of="陈晨")
    assert set(Visit.objects.values_list("engineer__name", "state")) == {
        ("陈晨", "called_off"),
        ("李伟", "sent"),
    }


def test_who_should_be_there_and_is_not_is_to_be_called(
    world: World, waiting: str, page: Page, send: Sending
) -> None:
    send("李伟")
    html = page(f"/dispatch/?case={waiting}", AT + 3 * HOUR)
    assert "李伟 应在 14:30 到，还没有到" in lead(html)
    assert "该到了" in lane(html, "李伟")
    assert "派出 3 时，预计 2 时" in lane(html, "李伟")


@pytest.mark.keeps("R-7.4-C-3")
def test_whoever_is_sent_and_will_be_late_leads_to_the_customer_as_well(
    waiting: str, page: Page, send: Sending
) -> None:
    eta, until = NOON + 5 * HOUR, NOON + 7 * HOUR
    send("李伟", eta=eta.isoformat(), until=until.isoformat())
    said = lead(page(f"/dispatch/?case={waiting}", AT + MINUTE))
    assert "会比承诺迟 40 分" in said
    assert "告知客户" in said
    assert "和客户约 17:30" in said


@pytest.mark.keeps("R-7.4-C-3")
def test_where_nobody_comes_in_time_the_way_leads_to_the_customer(
    world: World, waiting: str, page: Page
) -> None:
    late = NOON + 3 * HOUR
    html = page(f"/dispatch/?case={waiting}", late)
    assert "16:20 前没有人能到，最早 16:35" in lead(html)
    assert f"/cases/{waiting}/do/arrival_agreement/?due=2026-05-20T17%3A00" in lead(html)
    form = page(f"/cases/{waiting}/do/arrival_agreement/?due=2026-05-20T17%3A00", late)
    assert 'value="2026-05-20T17:00' in form


def test_past_the_promise_nothing_is_to_be_agreed(waiting: str, page: Page) -> None:
    html = page(f"/dispatch/?case={waiting}", NOON + 5 * HOUR)
    assert "不能再约" in lead(html)
    assert "arrival_agreement" not in html


def test_a_case_for_the_telephone_is_given_with_one_press(
    world: World, on_duty: None, page: Page, send: Sending
) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    assert "交给 李伟" in lead(page(f"/dispatch/?case={number}", AT))
    assert send("李伟", number=number, need="take").status_code == 302
    [given] = Event.objects.filter(kind="assigned")
    assert given.detail["engineer"] == "李伟"


def test_who_may_not_send_sees_who_could_go_and_no_button(
    world: World, waiting: str, client: Client
) -> None:
    client.force_login(login("周敏"))
    with held_at(AT):
        html = client.get(f"/dispatch/?case={waiting}").content.decode()
        answer = client.post(f"/dispatch/{waiting}/send/", {"engineer": "李伟", "need": "go"})
    assert "由值班经理派" in lead(html)
    assert "/send/" not in html
    assert answer.status_code == 403


# -- the day, the map, what is beside -------------------------------------------------------------


def test_a_lane_shows_duty_leave_the_way_and_the_visit(
    world: World, waiting: str, page: Page, send: Sending
) -> None:
    send("李伟")
    with held_at(NOON):
        people.note_absence("陈晨", NOON, NOON + 5 * HOUR)
    html = page("/dispatch/", AT)
    assert "请假" in lane(html, "陈晨")
    assert "值班 · 维护工程师" in lane(html, "陈晨")
    assert 'class="blk way"' in lane(html, "李伟")
    assert 'class="blk site"' in lane(html, "李伟")


@pytest.mark.parametrize("address", ["?day=2026-05-21", "?hours=24", "?day=x&hours=7&lanes=all"])
def test_another_day_and_the_whole_day_are_a_link_away(
    waiting: str, page: Page, address: str
) -> None:
    html = page(f"/dispatch/{address}", AT)
    assert "李伟" in html
    assert ("现在 12:30" in html) is ("day=2026-05-21" not in address)


def test_the_map_needs_no_network(waiting: str, page: Page) -> None:
    html = page(f"/dispatch/?case={waiting}", AT)
    chart = html[html.index('id="map"') :]
    assert "成都办事处" in chart
    assert "核心机房 68.0 km" in chart
    assert "50 km · 2 小时" in chart
    assert "//" not in re.sub(
        r"https?://(testserver|www\.w3\.org)", "", chart.split("</details>")[0]
    )


@pytest.mark.keeps("R-1-1")
def test_an_inspection_due_is_listed_where_it_fits(world: World, on_duty: None, page: Page) -> None:
    with held_at(NOON - HOUR):
        planned(world)
    html = page("/dispatch/", AT)
    assert "2026 年 2 季度巡检" in html
    assert "06-30 前" in html


def planned(world: World) -> None:
    project("HT-Q", accepted=date(2026, 2, 1), devices=(), inspection_plan=True)


def test_a_long_name_is_cut_and_told_in_full(world: World, on_duty: None, page: Page) -> None:
    number = asked_for(world, reported(world, NOON, of=world.stranger), "L3", world.stranger)
    assert f'title="{LONG_NAME}' in job(page("/dispatch/", AT), number)


def test_a_case_that_is_not_there_is_not_found(waiting: str, desk: Client) -> None:
    with held_at(AT):
        assert desk.get("/dispatch/?case=none").status_code == 404


# -- the change of shift --------------------------------------------------------------------------


@pytest.mark.keeps("R-7.1-B-1")
def test_a_shift_is_handed_over_and_the_board_says_who_has_to_confirm_it(
    world: World, waiting: str, desk: Client, client: Client, page: Page
) -> None:
    html = page("/handover/", AT)
    assert "未结 1 单" in html
    assert waiting in html
    with held_at(AT):
        answer = desk.post("/handover/", {"to": "赵刚", "note": "眉山 21:00 后再打", "op": uuid4()})
    assert "刘洋 12:30 交班给 赵刚，等他确认" in page("/dispatch/", AT + MINUTE)
    shown = page(answer["Location"], AT + MINUTE)
    assert "等赵刚阅读并确认" in shown
    desk.force_login(login("赵刚"))
    assert "阅读并接班" in page("/dispatch/", AT + MINUTE)
    assert "眉山 21:00 后再打" in page(answer["Location"], AT + MINUTE)
    with held_at(AT + 2 * MINUTE):
        assert desk.post(answer["Location"], {"op": uuid4(), "remark": "收到"}).status_code == 302
    assert "赵刚 12:32 看过，接班" in page(answer["Location"], AT + HOUR)


def test_what_was_not_handed_over_is_still_in_the_field(world: World, desk: Client) -> None:
    with held_at(AT):
        answer = desk.post("/handover/", {"to": "李伟", "note": "写了半天", "op": uuid4()})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "李伟不值这个岗" in html
    assert "写了半天" in html

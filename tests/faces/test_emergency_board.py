"""The emergency board: what runs out first, whom to ring up, one press to note how it ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.journey import classification, emergency, onsite
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON, Page
from tests.world import World, contacted, login

FIVE = NOON + timedelta(minutes=5)


@pytest.fixture
def burning(world: World, number: str, on_duty: None) -> str:
    contacted(world, number, NOON + timedelta(minutes=1))
    with held_at(FIVE):
        classification.declare_level_one(world.actor("李伟"), number, reason="全网中断")
    return number


def first(html: str) -> str:
    """What stands in the card of the most urgent, as words."""
    found = re.search(r'<section class="jn-first.*?</section>', html, re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def ended(
    client: Client, number: str, role: str, person: str, how: str, op: str = ""
) -> HttpResponse:
    said = {"role": role, "person": person, "ended": how, "op": op}
    with held_at(FIVE + timedelta(minutes=1)):
        return whole(client.post(f"/emergencies/{number}/call/", said))


@pytest.mark.keeps("R-7.5-B2-1", "R-7.5-B2-0")
def test_the_board_says_whom_to_ring_up_first_and_how_long_there_is(
    burning: str, page: Page
) -> None:
    html = page(f"/emergencies/{burning}/", FIVE + timedelta(minutes=1))
    assert "最急 · 通知值班经理" in first(html)
    assert "余 14:00" in first(html)
    assert "赵刚" in first(html)
    for duty in ("① 电话通知三人", "② ", "③ 成立应急小组", "④ ", "⑤ 成立专家小组"):
        assert duty in html
    assert "打通值班经理起算" in html


@pytest.mark.keeps("R-7.5-B2-1")
def test_one_press_notes_that_he_answered_and_the_next_one_comes_up(
    world: World, burning: str, desk: Client, page: Page
) -> None:
    for _ in range(2):  # pressed twice it is one call
        op = "0197a3c2-5d1e-7c5b-9a54-6f1d0c8e2b11"
        answer = ended(desk, burning, "duty_manager", "赵刚", "told", op)
    assert answer["Location"] == f"/emergencies/{burning}/"
    [told] = Event.objects.filter(kind="notified")
    assert told.detail == {"role": "duty_manager", "person": "赵刚", "how": "call_answered"}
    html = page(f"/emergencies/{burning}/", FIVE + timedelta(minutes=2))
    assert "通知子中心负责人" in first(html)
    assert "已记下：12:06 打通赵刚" in html


def test_who_did_not_answer_is_listed_with_the_time(
    world: World, burning: str, desk: Client, page: Page
) -> None:
    ended(desk, burning, "subcentre_head", "孙立新", "missed")
    html = page(f"/emergencies/{burning}/", FIVE + timedelta(minutes=2))
    assert "12:06 电话未接" in html
    assert "12:06 孙立新没接" in html


def test_nobody_is_told_for_a_role_that_is_not_his(burning: str, desk: Client) -> None:
    assert ended(desk, burning, "subcentre_head", "周敏", "told").status_code == 409
    assert not Event.objects.filter(kind="notified").exists()


def test_a_duty_that_is_done_says_by_whom_and_asks_nothing_more(
    world: World, burning: str, page: Page
) -> None:
    with held_at(FIVE):
        emergency.tell(
            world.actor("周敏"), burning, role="duty_manager", person="赵刚", how="call_answered"
        )
        onsite.dispatch(world.actor("刘洋"), burning, engineer="李伟")
        emergency.form_team(world.actor("刘洋"), burning, members=["李伟", "郑海涛"])
    html = page(f"/emergencies/{burning}/", FIVE + timedelta(minutes=2))
    assert "李伟 12:05" in html
    assert f'/cases/{burning}/do/team_formed/"' not in html


@pytest.mark.keeps("R-7.5-B4-1", "R-7.5-B5")
def test_after_the_fix_the_board_turns_to_the_watch_the_review_and_the_briefing(
    world: World, burning: str, page: Page
) -> None:
    with held_at(NOON + timedelta(hours=3)):
        onsite.resolve(world.actor("李伟"), burning, cause="quality", customer_confirmed_by="邓丽")
    html = page(f"/emergencies/{burning}/", NOON + timedelta(hours=4))
    assert "观察到 05-22 15:00" in html
    assert "重大故障原因分析" in html
    assert "当面汇报" in html


def test_several_emergencies_are_a_list_and_a_single_one_opens_at_once(
    world: World, burning: str, desk: Client
) -> None:
    with held_at(FIVE):
        answer = whole(desk.get("/emergencies/"))
    assert answer["Location"] == f"/emergencies/{burning}/"
    with held_at(FIVE):
        listed = whole(desk.get("/emergencies/", {"all": "1"})).content.decode()
    assert f'href="/emergencies/{burning}/"' in listed


def test_a_case_without_an_emergency_is_shown_as_the_case_it_is(number: str, desk: Client) -> None:
    with held_at(FIVE):
        answer = whole(desk.get(f"/emergencies/{number}/"))
    assert answer["Location"] == f"/cases/{number}/"


def test_a_line_written_on_the_board_comes_back_to_the_board(burning: str, desk: Client) -> None:
    with held_at(FIVE):
        said = {"text": "已切换到备机", "n": "0", "board": "1"}
        answer = whole(desk.post(f"/cases/{burning}/log/", said))
        empty = whole(desk.post(f"/cases/{burning}/log/", {**said, "text": ""}))
    assert answer["Location"] == f"/emergencies/{burning}/#emergency"
    assert empty.status_code == 409
    assert "jn-duties" in empty.content.decode()


def test_whoever_may_not_note_a_call_still_sees_whom_to_ring_up(
    burning: str, client: Client
) -> None:
    client.force_login(login("蒋丽"))
    with held_at(FIVE):
        html = whole(client.get(f"/emergencies/{burning}/")).content.decode()
    assert "赵刚" in first(html)
    assert 'name="ended"' not in html

"""The queue: which promise ends first, who holds it, what is to be done."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from jiannuo.faces.desk import queue
from jiannuo.journey import assignment, classification, emergency, intake, onsite
from jiannuo.kernel.moment import held_at
from jiannuo.people.models import Staff
from tests.faces.conftest import NOON, Page
from tests.world import LONG_NAME, World, confirmed, contacted, reported

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def numbers(html: str) -> list[str]:
    return re.findall(r'id="c-([\d-]+)"', html)


def row(html: str, number: str) -> str:
    """The row of one case, tags and all."""
    rows: list[str] = re.findall(r"<tr.*?</tr>", html, re.S)
    return next(r for r in rows if f'id="c-{number}"' in r)


def test_an_empty_queue_says_so(page: Page) -> None:
    assert "没有未结的工单" in page("/", NOON)


def test_the_promise_that_ends_first_is_on_top(world: World, page: Page) -> None:
    slow = confirmed(world, reported(world, NOON), NOON + MINUTE, "L4")
    fast = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    late = confirmed(world, reported(world, NOON - HOUR), NOON - 59 * MINUTE, "L2")
    html = page("/", NOON + 10 * MINUTE)
    assert numbers(html) == [late, fast, slow]
    assert html.index("已过承诺时间") < html.index("30 分钟内") < html.index("今天")


def test_a_row_names_promise_due_clause_and_what_to_do(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    found = row(page("/", NOON + 10 * MINUTE + timedelta(seconds=12)), number)
    for word in (
        "余 20:48",
        "电话响应",
        "12:31 前",
        "7.2 C 2, 表2-2",
        "二级",
        "打电话与客户通上话",
    ):
        assert word in found
    assert "还没有人" in found
    assert 'data-state="run"' in found


def test_a_report_nobody_confirmed_asks_for_just_that(world: World, page: Page) -> None:
    number = reported(world, NOON, channel="fax")
    found = row(page("/", NOON + 5 * MINUTE), number)
    assert "确认受理并定级" in found
    assert "未定级" in found
    assert "周敏" in found


def test_who_spoke_with_the_customer_holds_it_until_another_is_sent(
    world: World, page: Page
) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    contacted(world, number, NOON + 10 * MINUTE)
    assert "李伟" in row(page("/", NOON + 11 * MINUTE), number)


def test_the_assigned_engineer_holds_it_until_he_is_passed_over(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    agent = world.actor("周敏")
    with held_at(NOON + 2 * MINUTE):
        assignment.assign(agent, number, engineer="李伟")
    assert "李伟" in row(page("/", NOON + 3 * MINUTE), number)
    with held_at(NOON + 4 * MINUTE):
        assignment.pass_on(agent, number)
    found = row(page("/", NOON + 5 * MINUTE), number)
    assert "陈晨" in found
    assert "李伟" not in found


def test_where_nobody_is_left_the_duty_manager_names_one(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    with held_at(NOON + 2 * MINUTE):
        assignment.assign(world.actor("周敏"), number, engineer="李伟")
    asked = Staff.objects.filter(roles__contains=["engineer"]).exclude(name="李伟")
    asked.update(active=False)
    with held_at(NOON + 4 * MINUTE):
        assignment.pass_on(world.actor("周敏"), number)
    found = row(page("/", NOON + 5 * MINUTE), number)
    assert "指定工程师" in found
    assert "值班经理" in found
    html = page(f"/cases/{number}/", NOON + 5 * MINUTE)
    assert "还没有人接手" in html
    assert "打给" not in html
    with held_at(NOON + 6 * MINUTE):
        assignment.assign(world.actor("刘洋"), number, engineer="李伟")
    assert "打电话与客户通上话" in row(page("/", NOON + 7 * MINUTE), number)


def test_waiting_is_shown_beside_a_clock_that_runs_on(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    contacted(world, number, NOON + 10 * MINUTE)
    with held_at(NOON + 20 * MINUTE):
        intake.wait(world.actor("李伟"), number, reason="parts")
    assert "等备件" in row(page("/", NOON + 21 * MINUTE), number)


def test_what_waits_to_be_judged_stands_where_silence_ends(world: World, page: Page) -> None:
    soon = confirmed(
        world, reported(world, NOON - 14 * MINUTE), NOON - 14 * MINUTE, "L2"
    )  # 16 left
    asked = confirmed(world, reported(world, NOON), NOON, "L1")  # phone in 30, judged in 10
    html = page("/", NOON + MINUTE)
    assert numbers(html) == [asked, soon]
    found = row(html, asked)
    assert "判定是否一级故障" in found
    assert "12:10 前" in found
    assert "否则按一级处理" in found
    with held_at(NOON + 2 * MINUTE):
        emergency.rule_out(world.actor("李伟"), asked, reason="误报")
    html = page("/", NOON + 3 * MINUTE)
    assert numbers(html) == [soon, asked]
    assert "否则按一级处理" not in html


def test_only_the_five_worst_are_in_red(world: World, page: Page) -> None:
    for n in range(7):
        confirmed(world, reported(world, NOON - HOUR), NOON - (50 - n) * MINUTE, "L2")
    html = page("/", NOON)
    assert html.count("is-late") == 2 * queue.WORST  # chip and bar
    assert "2 单全部列出" in html
    assert page("/?late=all", NOON).count("is-late") == 14


def test_a_long_name_is_cut_but_whole_in_its_title(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON, of=world.stranger), NOON + MINUTE)
    assert f'title="{LONG_NAME} · 门诊楼弱电间"' in row(page("/", NOON + 2 * MINUTE), number)


def test_a_case_without_a_running_promise_comes_last(world: World, page: Page) -> None:
    done = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    contacted(world, done, NOON + 10 * MINUTE)
    with held_at(NOON + 30 * MINUTE):
        onsite.resolve(
            world.actor("李伟"), done, cause="config", customer_confirmed_by="邓丽", method="重启"
        )
    open_ = confirmed(world, reported(world, NOON), NOON + MINUTE, "L4")
    html = page("/", NOON + 40 * MINUTE)
    assert numbers(html) == [open_, done]
    assert "没有在走的承诺" in html
    assert "请客户签报告，然后结案" in row(html, done)


def test_more_than_a_page_is_said_not_counted(
    world: World, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        confirmed(world, reported(world, NOON), NOON + MINUTE)
    monkeypatch.setattr(queue, "LIMIT", 2)
    html = page("/", NOON + 2 * MINUTE)
    assert len(numbers(html)) == 2
    assert "3 单未结" in html
    assert "还有 1 单更晚到期" in html
    assert len(numbers(page("/?rows=all", NOON + 2 * MINUTE))) == 3


def test_however_much_is_late_what_falls_due_next_still_shows(
    world: World, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "LIMIT", 3)
    monkeypatch.setattr(queue, "WORST", 2)
    for n in range(5):
        confirmed(world, reported(world, NOON - HOUR), NOON - (50 - n) * MINUTE, "L2")
    soon = confirmed(world, reported(world, NOON), NOON, "L2")
    html = page("/", NOON + MINUTE)
    assert len(numbers(html)) == 3
    assert numbers(html)[-1] == soon
    assert "6 单未结" in html
    assert "3 单全部列出" in html
    assert "更晚到期" not in html


def test_groups_say_how_many_they_hold_by_the_hour_and_the_day(world: World, page: Page) -> None:
    levels = ("L2", "L2", "L3", "L4")
    for level in levels:
        confirmed(world, reported(world, NOON), NOON, level)
    reported(world, NOON, channel="fax")
    at = NOON + MINUTE
    groups = re.findall(
        r'scope="rowgroup">\s*(\S+(?: 分钟内)?) <span class="num dim">(\d+)', page("/", at)
    )
    assert groups == [("30 分钟内", "2"), ("今天", "3")]


def test_whom_to_call_is_named_while_nobody_holds_it(
    world: World, on_duty: None, page: Page
) -> None:
    number = confirmed(world, reported(world, NOON), NOON, "L2")
    assert "维护工程师 陈晨" in row(page("/", NOON + MINUTE), number)
    assert "下一步 · 维护工程师 陈晨" in page(f"/cases/{number}/", NOON + MINUTE)


def test_the_one_whose_turn_it_is_is_named_beside_the_one_who_holds_it(
    world: World, on_duty: None, page: Page
) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L1")
    contacted(world, number, NOON + 3 * MINUTE)
    with held_at(NOON + 4 * MINUTE):
        classification.declare_level_one(world.actor("李伟"), number, reason="全网中断")
    found = row(page("/", NOON + 5 * MINUTE), number)
    assert "李伟" in found
    assert "热线坐席 周敏" in found


def test_before_an_engineer_is_sent_the_manager_s_turn_is_named(
    world: World, on_duty: None, page: Page
) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    contacted(world, number, NOON + 3 * MINUTE)
    with held_at(NOON + 10 * MINUTE):
        onsite.call_on_site(world.customer.contact, number)
    assert "值班经理派人 赵刚" in row(page("/", NOON + 11 * MINUTE), number)
    with held_at(NOON + 12 * MINUTE):
        onsite.dispatch(world.actor("刘洋"), number, engineer="李伟")
    found = row(page("/", NOON + 13 * MINUTE), number)
    assert "李伟" in found
    assert "赵刚" not in found


def test_a_sweep_that_lags_makes_running_clocks_unverified(world: World, desk: Client) -> None:
    """Unknown is not green: nothing ticks, and the header says by how much."""
    late = confirmed(world, reported(world, NOON - HOUR), NOON - 59 * MINUTE, "L2")
    fine = confirmed(world, reported(world, NOON), NOON + MINUTE, "L4")
    with held_at(NOON + 2 * MINUTE):
        html = desk.get("/").content.decode()
    assert "计时落后" in html
    assert "is-unk" in row(html, fine)
    assert "data-due" not in row(html, fine)
    assert "is-late" in row(html, late)


def test_a_number_in_the_find_box_opens_the_case(world: World, desk: Client) -> None:
    """Also from a bookmark of the time when the queue itself opened it."""
    number = reported(world, NOON)
    for address, name in (("/find/", "q"), ("/", "find")):
        answer = desk.get(address, {name: f" {number} "}, follow=True)
        assert answer.redirect_chain[-1][0] == f"/cases/{number}/"


@pytest.mark.parametrize("typed", ["2603/00001", "2603\x00", "../", "没有"])
def test_what_is_nowhere_is_told_so(world: World, desk: Client, typed: str) -> None:
    answer = desk.get("/", {"find": typed}, follow=True)
    assert answer.status_code == 200
    assert "没有找到" in answer.content.decode()


def test_the_queue_is_read_in_english_too(world: World, page: Page, desk: Client) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    kept = desk.post("/web/language/", {"language": "en", "next": "/"})
    assert kept.headers["Location"] == "/"
    found = row(page("/", NOON + 10 * MINUTE), number)
    for word in ("21:00 left", "Phone response", "by 12:31", "Level 2", "Nobody yet"):
        assert word in found


def test_the_clock_in_the_row_is_the_one_the_case_names(world: World, page: Page) -> None:
    """Seconds count: a chip at 12:31:00 is late for a promise that says less than."""
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    due: datetime = NOON + 31 * MINUTE
    assert "is-crit" in row(page("/", due - timedelta(seconds=1)), number)
    assert "is-late" in row(page("/", due), number)

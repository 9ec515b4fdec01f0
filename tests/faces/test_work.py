"""My work: what waits for whom, why, and the one thing to press."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jiannuo.clocks.sweeping import sweep
from jiannuo.journey import assignment, classification
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from tests.faces.conftest import NOON
from tests.world import World, confirmed, contacted, login, reported

MINUTE = timedelta(minutes=1)
LATER = NOON + 15 * MINUTE

Mine = Callable[..., str]


@pytest.fixture
def mine(world: World, on_duty: None, client: Client) -> Mine:
    """Somebody's page of my work at a moment."""

    def ask(name: str, at: datetime = LATER) -> str:
        client.logout()
        user = User.objects.filter(username=name).first() or login(name)
        with held_at(at):
            while sweep():
                pass
            client.force_login(user)
            answer = client.get("/work/")
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


def items(html: str) -> list[str]:
    """Each thing that waits, without its tags."""
    found = re.findall(r'<li class="wk-item.*?</li>', html, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def excluded(world: World) -> str:
    """A case whose engineer says that the cause is not ours."""
    number = contacted(world, confirmed(world, reported(world, NOON), NOON, "L3"), NOON + MINUTE)
    with held_at(NOON + 5 * MINUTE):
        evidence = ["机房断电记录"]
        take("exclusion_proposed", world.actor("李伟"), number, code="EX1", evidence=evidence)
    return number


def test_where_nothing_waits_the_page_says_so_and_leads_on(mine: Mine) -> None:
    html = mine("郑海涛")
    assert "没有等你的事" in html
    assert "看队列" in html


def test_a_case_waits_for_who_has_it_and_nobody_else(world: World, mine: Mine) -> None:
    number = contacted(world, confirmed(world, reported(world, NOON), NOON, "L3"), NOON + MINUTE)
    [found] = items(mine("李伟"))
    assert number in found
    assert "在你手上" in found
    assert "眉山东坡智慧交通指挥中心" in found
    assert items(mine("郑海涛")) == []


def test_what_ends_first_stands_on_top_and_drives_the_only_filled_button(
    world: World, mine: Mine
) -> None:
    slow = confirmed(world, reported(world, NOON), NOON, "L4")
    fast = confirmed(world, reported(world, NOON), NOON, "L2")
    for number in (slow, fast):
        with held_at(NOON + MINUTE):
            assignment.assign(world.actor("周敏"), number, engineer="李伟")
            assignment.accept(world.actor("李伟"), number)
    html = mine("李伟", NOON + 5 * MINUTE)
    assert [number in item for number, item in zip((fast, slow), items(html), strict=True)] == [
        True,
        True,
    ]
    assert html.count("jn-btn p lg") == 1


def test_an_unassigned_case_waits_for_who_is_on_duty(world: World, mine: Mine) -> None:
    confirmed(world, reported(world, NOON), NOON, "L2")
    [found] = items(mine("陈晨", NOON + 5 * MINUTE))
    assert "你是当班的维护工程师" in found
    assert items(mine("李伟", NOON + 5 * MINUTE)) == []


def test_an_emergency_asks_several_people_at_once_each_for_his_own(
    world: World, mine: Mine
) -> None:
    number = contacted(world, confirmed(world, reported(world, NOON), NOON, "L1"), NOON + MINUTE)
    with held_at(NOON + 2 * MINUTE):
        classification.declare_level_one(world.actor("李伟"), number)
    at = NOON + 5 * MINUTE
    assert "打通" in items(mine("周敏", at))[0]
    manager = " ".join(items(mine("赵刚", at)))
    assert "应急小组" in manager
    assert "专家组" in " ".join(items(mine("孙立新", at)))


def test_whoever_is_named_takes_the_case_or_declines_it(
    world: World, mine: Mine, client: Client
) -> None:
    number = confirmed(world, reported(world, NOON), NOON, "L3")
    with held_at(NOON + 2 * MINUTE):
        assignment.assign(world.actor("周敏"), number, engineer="李伟")
    html = mine("李伟", NOON + 3 * MINUTE)
    [found] = items(html)
    assert "周敏把它交给你" in found
    assert f"/work/{number}/do/assignment_accepted/" in html
    assert f"/work/{number}/do/assignment_declined/" in html


def test_an_exclusion_is_shown_in_full_to_who_decides_and_comes_back_here(
    world: World, mine: Mine, client: Client
) -> None:
    number = excluded(world)
    html = mine("刘洋")
    found = next(one for one in items(html) if "认定不是我方责任" in one)
    for words in ("机房断电记录", "李伟", "还没有认可", "要值班经理审批"):
        assert words in found
    with held_at(LATER + MINUTE):
        form = client.get(f"/work/{number}/do/exclusion_declined/?code=EX1").content.decode()
        assert re.search(r'value="EX1"[^>]*(selected|checked)', form)
        seen = re.findall(r'name="seen" value="(\d+)"', form)[0]
        said = {"code": "EX1", "reason": "断电在修复之后", "seen": seen}
        answer = client.post(f"/work/{number}/do/exclusion_declined/", said)
    assert answer.headers["Location"] == "/work/"
    assert not any("认定不是我方责任" in one for one in items(mine("刘洋", LATER + 2 * MINUTE)))


def test_a_declined_exclusion_asks_for_a_reason(world: World, mine: Mine, client: Client) -> None:
    number = excluded(world)
    mine("刘洋")
    with held_at(LATER + MINUTE):
        answer = client.post(f"/work/{number}/do/exclusion_declined/", {"code": "EX1"})
    assert answer.status_code == 422


def test_who_decides_as_a_deputy_is_told_for_whom(world: World, mine: Mine) -> None:
    people.hire(SYSTEM, people.Person("田野", ("engineer",), deputy_of="刘洋"))
    excluded(world)
    found = next(one for one in items(mine("田野")) if "认定不是我方责任" in one)
    assert "你代刘洋审批" in found


def test_a_shift_to_take_over_waits_until_it_is_taken(world: World, mine: Mine) -> None:
    with held_at(NOON):
        take("shift_handed_over", world.actor("刘洋"), to="赵刚")
    assert "刘洋把班交给你" in " ".join(items(mine("赵刚")))


def test_a_complaint_waits_for_who_may_close_it(world: World, mine: Mine) -> None:
    with held_at(NOON):
        fields = {"customer": world.customer.id, "text": "热线打不通"}
        take("complaint_received", world.actor("周敏"), **fields)
    [found] = [one for one in items(mine("刘洋")) if "投诉" in one]
    assert "热线打不通" in found
    assert not any("投诉" in one for one in items(mine("李伟")))


def test_the_number_in_the_rail_is_what_the_page_shows(
    world: World, mine: Mine, client: Client
) -> None:
    excluded(world)
    shown = items(mine("李伟"))
    with held_at(LATER):
        assert client.get("/work/waiting/").json() == {"n": len(shown)}


def test_after_the_sign_in_each_begins_where_his_work_is(world: World, client: Client) -> None:
    homes = {"李伟": "/work/", "刘洋": "/work/", "周敏": "/hotline/"}
    for name, home in homes.items():
        login(name)
        client.logout()
        typed = {"username": name, "password": name * 2, "next": "/"}
        assert client.post("/sign-in/", typed).headers["Location"] == home
        client.logout()
        asked = {**typed, "next": "/devices/"}
        assert client.post("/sign-in/", asked).headers["Location"] == "/devices/"


def test_a_plan_that_waits_for_the_customer_is_told_with_its_risk(world: World, mine: Mine) -> None:
    number = contacted(world, confirmed(world, reported(world, NOON), NOON, "L3"), NOON + MINUTE)
    engineer = world.actor("李伟")
    with held_at(NOON + 2 * MINUTE):
        take("phone_failed", engineer, number, confirmed_with="邓丽")
        take("remote_consent", world.customer.head, number, given=True, how="portal")
        take("remote_login", engineer, number)
        take("plan_submitted", engineer, number, version=2, notified_by="call", impact="outage")
        risk = {"data_loss": True, "backup_at": "NAS-3", "back_out": "回退到旧固件"}
        take("risk_stated", engineer, number, version=2, **risk)
    found = " ".join(items(mine("李伟")))
    for words in ("v2", "李伟", "可能丢数据", "NAS-3", "回退到旧固件", "等客户答复"):
        assert words in found


def test_words_that_were_never_sent_wait_for_him_too(world: World, client: Client) -> None:
    number = confirmed(world, reported(world, NOON), NOON, "L3")
    with held_at(NOON):
        client.force_login(login("李伟"))
    late = NOON + timedelta(hours=30)
    with held_at(late):
        headers = {"Origin": "http://testserver"}
        page = client.post(f"/cases/{number}/log/", {"text": "换了主控板"}, headers=headers)
        [sealed] = re.findall(r'name="draft" value="([^"]+)"', page.content.decode())
        typed = {"username": "李伟", "password": "李伟李伟", "draft": sealed}
        client.post("/sign-in/", typed)
        assert "有一张没交上的表" in client.get("/work/").content.decode()

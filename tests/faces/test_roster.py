"""The duty roster on the desk: a week, its gaps, the changes of it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.journey import rostering
from jiannuo.journey.rostering import Days
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people_commands
from jiannuo.people import queries as people
from jiannuo.people.commands import Person
from jiannuo.people.models import Override, Roster
from tests.faces.conftest import NOON
from tests.journey.telling import at, refused
from tests.world import World, login

FIELD = "%Y-%m-%dT%H:%M:%S"
NIGHT = (at("2026-05-20 18:00"), at("2026-05-21 06:00"))


def local(moment: datetime) -> str:
    return f"{moment + timedelta(hours=8):{FIELD}}"


def span(start: datetime, end: datetime, **more: str) -> dict[str, str]:
    return {"from": local(start), "to": local(end), **more}


def got(client: Client, address: str, status: int = 200) -> str:
    with held_at(NOON):
        answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return unescape(answer.content.decode())


def post(client: Client, address: str, said: dict[str, Any], status: int = 302) -> str:
    with held_at(NOON):
        answer = client.post(address, said)
    assert answer.status_code == status, answer.content.decode()
    return unescape(answer.content.decode())


@pytest.mark.usefixtures("on_duty")
def test_the_hours_for_which_nobody_is_drawn_say_which_promise_fails(desk: Client) -> None:
    page = got(desk, "/roster/")
    assert "7×24 热线" in page
    assert "R-7.1-B-1" in page
    assert "热线坐席还没排班" in page
    assert "热线电话没有人接" in page
    assert re.search(r'href="/roster/new/\?first=2026-05-2[01]"', page)


@pytest.mark.usefixtures("on_duty")
def test_a_gap_is_filled_from_the_page_and_who_did_it_is_kept(world: World, desk: Client) -> None:
    with held_at(NOON):
        fields = span(NOON, NIGHT[1])
        sick = "/roster/all/do/absence_recorded/"
        desk.post(sick, {**fields, "person": "周敏"})
    page = got(desk, "/roster/")
    assert "周敏请假，仍排在热线坐席" in page
    assert "热线坐席没有人" in page
    [fill] = re.findall(r'class="jn-btn p" href="(/roster/day/do/shift_overridden/[^"]+)"', page)
    assert "周敏" not in fill
    form = got(desk, fill)
    assert 'value="2026-05-20T12:00:00"' in form
    said = span(NOON, at("2026-05-21 06:00"), desk="hotline", person="孙立新", reason="周敏病了")
    post(desk, fill, said)
    assert people.on_duty("hotline", NOON + timedelta(hours=1)) == ("孙立新", "override")
    row = Override.objects.get()
    assert (row.recorded_by, row.reason) == ("刘洋", "周敏病了")
    shift = got(desk, f"/roster/day/shift/?{urlencode(span(NOON, NIGHT[1], desk='hotline'))}")
    assert "周敏病了" in shift


@pytest.mark.usefixtures("on_duty")
def test_a_change_of_a_shift_that_has_begun_is_kept_as_late(desk: Client) -> None:
    start, end = NOON - timedelta(hours=4), NOON - timedelta(hours=2)
    said = span(start, end, desk="hotline", person="孙立新", reason="周敏堵在路上")
    post(desk, "/roster/day/do/shift_overridden/", said)
    event = Event.objects.get(kind="shift_overridden")
    assert (event.late, event.why, event.happened_at) == (True, "周敏堵在路上", start)
    page = got(desk, f"/roster/day/shift/?{urlencode(span(start, end, desk='hotline'))}")
    assert "补录" in page


@pytest.mark.usefixtures("on_duty")
def test_one_more_is_put_beside_whoever_is_there_and_nobody_twice(desk: Client) -> None:
    said = span(NOON, NIGHT[0], desk="hotline", person="陈晨", reason="电话多")
    page = got(desk, f"/roster/day/do/shift_added/?{urlencode(said)}")
    assert "加一人值班" in page
    post(desk, "/roster/day/do/shift_added/", said)
    assert people.on_duty("hotline", NOON) == ("周敏", "shift")
    assert "陈晨同时排在" in got(desk, "/roster/")
    again = post(desk, "/roster/day/do/shift_added/", said, status=409)
    assert "陈晨这段时间已在这个岗位值班" in again
    assert "电话多" in again


@pytest.mark.usefixtures("on_duty")
def test_who_is_back_early_has_his_shift_again(desk: Client) -> None:
    post(desk, "/roster/all/do/absence_recorded/", span(NOON, NIGHT[1], person="周敏"))
    with held_at(NOON + timedelta(hours=1)):
        back = {"person": "周敏", "from": local(NOON), "reason": "好了"}
        answer = desk.post(
            "/roster/all/do/absence_ended/", {**back, "back": local(NOON + timedelta(hours=2))}
        )
        assert answer.status_code == 302, answer.content.decode()
    assert people.on_duty("hotline", NOON + timedelta(hours=1)) == ("孙立新", "escalation")
    assert people.on_duty("hotline", NOON + timedelta(hours=3)) == ("周敏", "shift")


@pytest.mark.usefixtures("on_duty")
def test_the_one_who_was_asked_accepts_a_swap_on_the_page(world: World, client: Client) -> None:
    client.force_login(login("周敏"))
    morning = (NOON - timedelta(hours=6), NOON + timedelta(hours=2))
    with held_at(NOON):
        people_commands.hire(SYSTEM, Person("何静", ("hotline_agent",)))
    lent = span(*morning, desk="hotline", person="何静", reason="学习")
    client.force_login(login("刘洋"))
    post(client, "/roster/day/do/shift_added/", lent)
    given = {"from": local(NOON + timedelta(hours=4)), "to": local(NOON + timedelta(hours=6))}
    back = {"back_from": local(NOON), "back_to": local(NOON + timedelta(hours=1))}
    said = {**given, **back, "desk": "hotline", "person": "周敏", "other": "何静"}
    post(client, "/roster/day/do/swap_asked/", said)
    assert "周敏 和 何静 调班" in got(client, "/roster/")
    client.force_login(login("何静"))
    [href] = re.findall(r'href="(/roster/day/do/swap_accepted/[^"]+)"', got(client, "/roster/"))
    assert "同意" in got(client, href)
    post(client, href, {})
    assert people.on_duty("hotline", NOON + timedelta(hours=5)) == ("何静", "override")
    assert "没有人等着调班" in got(client, "/roster/")


def draw(desk: Client, status: int = 200, /, **said: Any) -> str:
    typed = {"how": "turns", "first": "2026-05-21", "last": "2026-06-03", **said}
    return post(desk, "/roster/new/", typed, status)


CREWS = {
    "times-hotline": "08:00-20:00、20:00-08:00",
    "crew-hotline": "周敏、陈晨",
    "times-duty_manager": "00:00-24:00",
    "crew-duty_manager": "刘洋、赵刚",
}


def test_a_roster_is_looked_at_before_it_counts(desk: Client) -> None:
    page = draw(desk, do="look", **CREWS)
    assert "会是这样" in page
    assert "42 个班次" in page
    assert not Roster.objects.exists()
    draw(desk, 302, do="publish", **CREWS)
    assert people.on_duty("hotline", at("2026-05-22 09:00")) == ("周敏", "shift")
    assert people.on_duty("duty_manager", at("2026-05-22 09:00")) == ("赵刚", "shift")
    assert Event.objects.get(kind="roster_published").by_name == "刘洋"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"crew-hotline": "周敏、王五"}, "没有名为 王五 的在职员工"),
        ({"times-hotline": "早班"}, "热线坐席要写明时段"),
        ({"last": "2026-05-01"}, "结束日期应在开始日期之后"),
        ({"first": "明天"}, "请把三个日期都填上"),
        ({"first": "2026-05-01", "last": "2026-05-02"}, "这样排不出任何班次"),
    ],
)
def test_what_is_wrong_with_a_roster_is_said_and_nothing_typed_is_lost(
    desk: Client, typed: dict[str, str], told: str
) -> None:
    page = draw(desk, 409, do="publish", **{**CREWS, **typed})
    assert told in page
    assert 'value="刘洋、赵刚"' in page
    assert not Roster.objects.exists()


def test_a_week_is_copied_and_what_is_past_is_left_alone(desk: Client) -> None:
    draw(desk, 302, do="publish", **CREWS)
    code = Roster.objects.get().code
    page = got(desk, "/roster/new/")
    assert 'value="2026-06-04"' in page
    said = {"how": "copy", "roster": code, "source": "2026-05-25", "last": "2026-06-17"}
    draw(desk, 302, do="publish", first="2026-06-04", **said)
    for day in ("2026-06-08 09:00", "2026-06-15 09:00"):
        assert people.on_duty("hotline", at(day)) == people.on_duty(
            "hotline", at("2026-05-25 09:00")
        )
    with held_at(at("2026-06-10 12:00")), refused("nothing_to_draw"):
        rostering.repeated(Days(date(2026, 6, 4), date(2026, 6, 5)), code, date(2026, 5, 25))


@pytest.mark.usefixtures("on_duty")
def test_an_engineer_reads_the_roster_and_changes_nothing(world: World, client: Client) -> None:
    client.force_login(login("李伟"))
    page = got(client, "/roster/")
    assert "还没排班" in page
    assert "/roster/new/" not in page
    assert "shift_overridden" not in page
    got(client, "/roster/new/", 403)
    said = span(NOON, NIGHT[0], desk="hotline", person="李伟", reason="我来")
    assert "请由值班经理来做" in post(client, "/roster/day/do/shift_overridden/", said, 409)
    assert not Override.objects.exists()


def test_an_empty_house_is_told_what_to_do(desk: Client) -> None:
    page = got(desk, "/roster/")
    assert "这一周还没有值班表" in page
    assert "05-20" in got(desk, "/roster/?week=nonsense")

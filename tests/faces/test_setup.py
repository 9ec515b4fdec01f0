"""A new house sets itself up: what is missing and what fails without it, step by step."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.archive import queries as archive
from jiannuo.journey.opening import set_hotlines
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.oversight.doctor.examining import examine
from jiannuo.oversight.doctor.machine import here
from jiannuo.oversight.doctor.ready import READY
from jiannuo.people import commands as people
from jiannuo.people import queries as people_queries
from jiannuo.people.commands import Person
from jiannuo.people.company import HOUSE, company
from jiannuo.people.models import Staff
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.faces.test_query_budget import BUDGET
from tests.world import World, clocks_kept, enter, login


def found() -> dict[str, str]:
    """What each look says, in Chinese; "" where all is well."""
    with held_at(NOON):
        reports = examine(READY, here()).reports
    return {r.code: "" if r.state == "ok" else r.finding.found.zh for r in reports}


def opened(client: Client, path: str) -> str:
    with held_at(NOON):
        answer = whole(client.get(path))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def empty(db: None) -> None:
    """A house with its administrators and nothing else."""
    clocks_kept(NOON)
    with held_at(NOON):
        people.hire(SYSTEM, Person("罗敏", ("admin",)))
        people.hire(SYSTEM, Person("高远", ("security_admin",)))


def test_an_empty_house_says_what_will_not_work(empty: None) -> None:
    said = found()
    assert "没有值班专家" in said["people"]
    assert "一级故障 15 分钟内没有产品经理可呼叫" in said["people"]
    assert said["hotlines"].startswith("没有热线号码")
    assert said["offices"].startswith("没有办事处")
    assert said["customers"] == "没有客户：来电认不出是谁"
    assert said["stores"].startswith("库里没有备件也没有备用机")
    assert said["roster"] == "接下来两周没有值班表。"
    assert said["profile"] == ""


def test_each_missing_role_is_said_until_somebody_holds_it(world: World) -> None:
    assert "没有手机号，叫不到" in found()["people"]
    assert "没有值班专家" not in found()["people"]
    Staff.objects.filter(name="郑海涛").update(active=False)
    assert "没有值班专家" in found()["people"]


def test_a_new_house_begins_with_its_set_up(empty: None, client: Client) -> None:
    enter(client, login("罗敏"))
    with held_at(NOON):
        assert client.get("/").headers["Location"] == "/setup/"
    html = opened(client, "/setup/")
    assert "下一步：热线号码" in html
    assert 'href="/setup/hotlines/"' in html
    assert "由安全管理员来做" in html


def test_the_company_and_its_hotlines_are_kept_with_their_history(
    world: World, client: Client
) -> None:
    enter(client, login("罗敏"))
    with held_at(NOON):
        for name in ("甲公司", "蜀信公司"):
            answer = client.post(
                "/setup/company/", {"op": str(new_id()), "called": name, "address": "天府大道 1 号"}
            )
            assert answer.headers["Location"] == "/setup/"
        sent = {"op": str(new_id()), "numbers": "400-800-1234、028-5550000"}
        assert client.post("/setup/hotlines/", sent).headers["Location"] == "/setup/"
    assert (company().name, company().hotlines) == ("蜀信公司", ("400-800-1234", "028-5550000"))
    assert len(archive.timeline([HOUSE])) == 3
    assert 'value="蜀信公司"' in opened(client, "/setup/company/")
    client.logout()
    assert "400-800-1234" in opened(client, "/sign-in/")


def test_an_office_is_entered_with_its_coordinates(empty: None, client: Client) -> None:
    enter(client, login("罗敏"))
    with held_at(NOON):
        bad = whole(
            client.post(
                "/setup/offices/", {"op": str(new_id()), "code": "MY", "called": "绵阳", "geo": "x"}
            )
        )
        assert bad.status_code == 422
        assert 'value="绵阳"' in bad.content.decode()
        good = {"op": str(new_id()), "code": "MY", "called": "绵阳办事处", "geo": "31.46, 104.68"}
        assert client.post("/setup/offices/", good).status_code == 302
    assert people_queries.named_offices() == [("MY", "绵阳办事处")]
    assert found()["offices"] == ""


def test_a_step_that_is_another_s_is_not_offered(world: World, client: Client) -> None:
    client.force_login(login("刘洋"))
    html = opened(client, "/setup/")
    assert 'href="/setup/company/"' not in html
    assert 'href="/setup/hotlines/"' in html
    with held_at(NOON):
        assert client.get("/setup/nothing/").status_code == 404


def test_whoever_is_done_is_led_to_the_hotline(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the steps that are his nothing is left; the others are for others."""
    with held_at(NOON):
        set_hotlines(world.actor("罗敏"), numbers=["400-1"])
        people.hire(SYSTEM, Person("马超", ("duty_manager", "hotline_agent")))
    own = tuple(check for check in READY if check.code in ("hotlines", "offices", "stores"))
    monkeypatch.setattr("jiannuo.faces.desk.setup.page.READY", own)
    client.force_login(login("马超"))
    html = opened(client, "/setup/")
    assert "您这边都好了" in html
    assert 'href="/hotline/">打开热线' in html


def test_the_set_up_keeps_its_budget(world: World, client: Client) -> None:
    enter(client, login("罗敏"))
    with CaptureQueriesContext(connection) as asked:
        opened(client, "/setup/")
    assert len(asked) <= BUDGET["desk:setup_show"]

"""The days off of a year on the desk."""

from __future__ import annotations

from typing import Any

from django.test import Client

from jiannuo.customers import working
from jiannuo.kernel.moment import held_at
from tests.faces.conftest import NOON
from tests.world import World, login


def sent(client: Client, said: dict[str, Any], status: int = 302) -> str:
    with held_at(NOON):
        answer = client.post("/settings/holidays/", {"year": "2026", **said})
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def read(client: Client, year: str = "2026", status: int = 200) -> str:
    with held_at(NOON):
        answer = client.get(f"/settings/holidays/?year={year}")
    assert answer.status_code == status
    return answer.content.decode()


def test_a_year_is_pasted_looked_at_and_then_kept(desk: Client) -> None:
    assert "还没填：2026、2027" in read(desk)
    text = "国庆节：10月1日（周四）至7日（周三）放假调休。10月10日（周六）上班。\n没有日子的一行"
    page = sent(desk, {"text": text, "do": "look"}, 200)
    assert "休 7 天，补班 1 天" in page
    assert "没有日子的一行" in page
    assert "在跑的时限一个也不动" in page
    assert working.years() == []
    sent(desk, {"text": text, "do": "save"})
    page = read(desk)
    assert "还没填：2027" in page
    assert page.count('class="num is-off"') == 7
    assert page.count('class="num is-on"') == 1
    assert "10月10日（周六）上班" in page


def test_what_is_wrong_is_said_and_the_text_stays(desk: Client) -> None:
    page = sent(desk, {"text": "10-01\n10-01 上班", "do": "save"}, 409)
    assert "不能既放假又上班" in page
    assert "10-01 上班" in page
    assert "不是 2026 年的日子" in sent(desk, {"text": "2027-01-01", "do": "look"}, 409)
    assert working.years() == []
    read(desk, "1850", 404)


def test_an_engineer_has_no_page_of_settings(world: World, client: Client) -> None:
    client.force_login(login("李伟"))
    read(client, status=403)
    sent(client, {"text": "10-01", "do": "save"}, 403)
    assert working.years() == []

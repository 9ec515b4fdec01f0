"""Canned phrases: whose they are, and what a case puts into them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jiannuo.journey import onsite
from jiannuo.kernel.moment import held_at
from jiannuo.knowledge import phrases
from tests.faces.conftest import NOON
from tests.world import World, confirmed, contacted, login, reported

MINUTE = timedelta(minutes=1)
ARRIVES = "{客户}的{单号}，工程师{到达时间}到"


def as_(client: Client, name: str) -> Client:
    user = User.objects.filter(username=name).first() or login(name)
    client.logout()
    with held_at(NOON):
        client.force_login(user)
    return client


def sent(client: Client, **fields: str) -> Any:
    with held_at(NOON + MINUTE):
        return client.post("/me/phrases/", fields)


def offer(client: Client, case: str = "") -> dict[str, str]:
    with held_at(NOON + MINUTE):
        found = client.get("/me/phrases/offer/", {"case": case}).json()["phrases"]
    return {one["key"]: one["text"] for one in found}


def test_his_own_are_his_alone_and_win_over_the_house_s(world: World, client: Client) -> None:
    as_(client, "刘洋")
    assert sent(client, key="dd", text="公司的话", house="1").status_code == 302
    as_(client, "李伟")
    sent(client, key="dd", text="我的话")
    assert offer(client) == {"dd": "我的话"}
    assert offer(as_(client, "陈晨")) == {"dd": "公司的话"}


def test_the_house_s_are_the_duty_manager_s_to_write_and_to_drop(
    world: World, client: Client
) -> None:
    phrases.keep(world.actor("刘洋"), "dd", "公司的话", house=True)
    [one] = phrases.phrases(world.actor("李伟"))
    as_(client, "李伟")
    assert sent(client, key="x", text="话", house="1").status_code == 403
    assert sent(client, drop=str(one.id)).status_code == 403
    assert sent(as_(client, "刘洋"), drop=str(one.id)).status_code == 302
    assert offer(client) == {}


def test_nobody_drops_another_s(world: World, client: Client) -> None:
    phrases.keep(world.actor("李伟"), "dd", "我的话", house=False)
    [one] = phrases.phrases(world.actor("李伟"))
    sent(as_(client, "陈晨"), drop=str(one.id))
    assert offer(as_(client, "李伟")) == {"dd": "我的话"}


def test_the_case_fills_what_a_phrase_leaves_open(world: World, client: Client) -> None:
    phrases.keep(world.actor("李伟"), "dd", ARRIVES, house=False)
    number = contacted(world, confirmed(world, reported(world, NOON), NOON, "L3"), NOON)
    before = f"眉山东坡智慧交通指挥中心的{number}，工程师{{到达时间}}到"
    assert offer(as_(client, "李伟"), number) == {"dd": before}
    with held_at(NOON + MINUTE):
        onsite.call_on_site(world.actor("彭建军"), number)
        eta = NOON + timedelta(hours=2)
        onsite.dispatch(world.actor("刘洋"), number, engineer="李伟", eta=eta)
    assert "工程师14:00到" in offer(client, number)["dd"]
    assert offer(client, "没有这一单") == {"dd": ARRIVES}


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("有 空格", "话", "1 到 12 个"),
        ("dd", "  ", "写上要用的话"),
        ("dd", "{老板}来了", "{老板}"),
        ("dd", "长" * 501, "不超过 500"),
    ],
)
def test_what_cannot_be_kept_stays_written_with_what_to_mend(
    world: World, client: Client, key: str, text: str, why: str
) -> None:
    answer = sent(as_(client, "李伟"), key=key, text=text)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert why in page
    assert f'value="{key}"' in page
    assert offer(client) == {}


def test_the_same_key_again_changes_its_words(world: World, client: Client) -> None:
    as_(client, "李伟")
    sent(client, key="DD", text="从前的话")
    sent(client, key="dd", text="现在的话")
    assert offer(client) == {"dd": "现在的话"}

"""The pages of what is known, and where it stands beside a call and a case."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jiannuo.cases import queries as cases
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.knowledge import queries as knowledge
from tests.faces.conftest import NOON
from tests.world import World, confirmed, contacted, login, reported

MINUTE = timedelta(minutes=1)
SAID: dict[str, Any] = {
    "title": "主控板温度高告警",
    "symptom": "交换机主控板告警，温度高",
    "cause": "进风口滤网堵塞",
    "steps": "清洁滤网\n确认风扇转速",
}


@pytest.fixture
def article(world: World) -> str:
    """An approved one."""
    with held_at(NOON):
        number = take("article_drafted", world.actor("李伟"), **SAID).number
        take("article_approved", world.actor("郑海涛"), number, version=1)
    return number


def as_(client: Client, name: str) -> Client:
    user = User.objects.filter(username=name).first() or login(name)
    client.logout()
    with held_at(NOON):
        client.force_login(user)
    return client


def seen(client: Client, address: str) -> str:
    with held_at(NOON + 10 * MINUTE):
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_while_nothing_is_written_the_page_says_where_articles_come_from(
    world: World, client: Client
) -> None:
    assert "写成知识" in seen(as_(client, "李伟"), "/knowledge/")


def test_an_article_is_found_by_a_sentence_and_by_its_words(
    world: World, client: Client, article: str
) -> None:
    for typed in ("滤网", "客户说主控板一直报温度太高"):
        assert SAID["title"] in seen(as_(client, "周敏"), f"/knowledge/?q={quote(typed)}")
    assert "没有合适的知识" in seen(client, f"/knowledge/?q={quote('发票抬头')}")
    assert SAID["title"] in seen(client, f"/find/?q={quote('滤网')}")


def test_a_closed_case_becomes_an_article_by_one_press(world: World, client: Client) -> None:
    number = contacted(world, confirmed(world, reported(world, NOON), NOON, "L3"), NOON)
    with held_at(NOON + MINUTE):
        done = {"cause": "quality", "customer_confirmed_by": "邓丽", "method": "更换主控板"}
        take("resolved", world.actor("李伟"), number, **done)
    beside = seen(as_(client, "李伟"), f"/knowledge/?case={number}")
    assert f"/knowledge/new/?case={number}" in beside
    form = seen(client, f"/knowledge/new/?case={number}")
    assert "更换主控板" in form
    assert "核心交换机一块主控板告警" in form
    with held_at(NOON + 11 * MINUTE):
        answer = client.post(f"/knowledge/new/?case={number}", SAID)
    made = knowledge.of_source(number)
    assert answer.headers["Location"] == f"/knowledge/{made}/"
    assert f"/knowledge/{made}/" in seen(client, f"/knowledge/?case={number}")


def test_only_another_expert_is_offered_to_approve(world: World, client: Client) -> None:
    with held_at(NOON):
        number = take("article_drafted", world.actor("郑海涛"), **SAID).number
    assert "article_approved" not in seen(as_(client, "郑海涛"), f"/knowledge/{number}/")
    assert "article_approved" not in seen(as_(client, "李伟"), f"/knowledge/{number}/")


def test_an_expert_reads_it_whole_at_his_work_and_sends_it_back(
    world: World, client: Client
) -> None:
    with held_at(NOON):
        number = take("article_drafted", world.actor("李伟"), **SAID).number
    work = seen(as_(client, "郑海涛"), "/work/")
    for text in SAID.values():
        assert text in work
    address = f"/knowledge/{number}/do/article_sent_back/?version=1&work=1"
    assert address.replace("&", "&amp;") in work
    with held_at(NOON + 11 * MINUTE):
        assert client.post(address, {}).status_code == 422
        answer = client.post(address, {"reason": "步骤缺回退"})
    assert answer.headers["Location"] == "/work/"
    assert "步骤缺回退" in seen(as_(client, "李伟"), "/work/")


def test_what_fits_stands_beside_the_call_while_the_symptom_is_typed(
    world: World, client: Client, article: str
) -> None:
    as_(client, "周敏")
    with held_at(NOON + MINUTE):
        typed = {"text": "主控板温度高", "kind": "consult", "draft": ""}
        page = client.post("/hotline/keep/", typed).content.decode()
    assert SAID["title"] in page
    assert f'value="{article} {SAID["title"]}"' in page


def test_a_question_answered_out_of_an_article_is_noted_with_the_call(
    world: World, client: Client, article: str
) -> None:
    as_(client, "周敏")
    with held_at(NOON + MINUTE):
        said = {"text": "主控板温度高怎么办", "kind": "consult", "channel": "phone"}
        chosen = {"article": f"{article} {SAID['title']}", "do": "take"}
        answer = client.post("/hotline/", {**said, **chosen})
    number = re.findall(r"/hotline/read/(.+)/", answer.headers["Location"])[0]
    [sent] = [e for e in cases.view_of(number).events if e.kind == "article_sent"]
    assert (sent.d["article"], sent.d["version"]) == (chosen["article"], 1)


def test_an_agent_s_words_that_are_no_article_are_refused_and_kept(
    world: World, client: Client
) -> None:
    as_(client, "周敏")
    with held_at(NOON + MINUTE):
        said = {"text": "主控板温度高怎么办", "kind": "consult", "channel": "phone"}
        answer = client.post("/hotline/", {**said, "article": "听说重启就好", "do": "take"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "已批准的文章" in page
    assert "主控板温度高怎么办" in page


def test_an_open_case_offers_to_answer_with_what_fits(
    world: World, client: Client, article: str, number: str
) -> None:
    beside = seen(as_(client, "李伟"), f"/knowledge/?case={number}")
    assert f"/cases/{number}/do/article_sent/?article={article}" in beside
    assert f'hx-get="/knowledge/?case={number}"' in seen(client, f"/cases/{number}/")


def test_what_changed_since_it_was_read_is_not_approved_unseen(
    world: World, client: Client
) -> None:
    with held_at(NOON):
        number = take("article_drafted", world.actor("李伟"), **SAID).number
        take("article_changed", world.actor("李伟"), number, **{**SAID, "steps": "重启整机"})
    with held_at(NOON + MINUTE):
        address = f"/knowledge/{number}/do/article_approved/?version=1"
        answer = as_(client, "郑海涛").post(address)
    assert answer.status_code == 409
    assert "不在等审批" in answer.content.decode()
    assert not knowledge.is_approved(number)

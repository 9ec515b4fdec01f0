"""7.1 B 2: what was learned is written once, approved by another, and answers the next caller."""

from __future__ import annotations

from typing import Any

from jiannuo.cases import queries as cases
from jiannuo.journey import articles
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.knowledge import queries
from jiannuo.knowledge.queries import Product, Used
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from tests.journey.telling import at, fault, keeps, opened, refused
from tests.world import World

SAID = {
    "title": "主控板温度高告警",
    "symptom": "交换机主控板告警，温度高",
    "cause": "进风口滤网堵塞",
    "steps": "清洁滤网，确认风扇转速",
    "checks": "每季度清洁一次",
    "models": ["CX-N6800"],
    "lines": ["network"],
}


def written(world: World, by: str = "李伟", **more: Any) -> str:
    return take("article_drafted", world.actor(by), **{**SAID, **more}).number


def approved(world: World, **more: Any) -> str:
    number = written(world, **more)
    take("article_approved", world.actor("郑海涛"), number, version=1)
    return number


@keeps("R-7.1-B-2")
def test_an_article_answers_once_an_expert_who_did_not_write_it_approved_it(world: World) -> None:
    number = written(world)
    assert not queries.is_approved(number)
    with refused("not_permitted"):
        take("article_approved", world.actor("李伟"), number, version=1)
    take("article_approved", world.actor("郑海涛"), number, version=1)
    assert queries.is_approved(f"{number} 主控板温度高")
    own = written(world, by="郑海涛")
    with refused("own_article", "R-7.1-B-2"):
        take("article_approved", world.actor("郑海涛"), own, version=1)


@keeps("R-7.1-B-2")
def test_the_approved_version_answers_until_the_next_is_approved(world: World) -> None:
    number = approved(world)
    take("article_changed", world.actor("李伟"), number, **{**SAID, "steps": "更换滤网"})
    before = queries.approved(number)
    assert before is not None
    assert before.steps == SAID["steps"]
    with refused("not_waiting"):
        take("article_approved", world.actor("郑海涛"), number, version=1)
    take("article_approved", world.actor("郑海涛"), number, version=2)
    states = {one.version: one.state for one in queries.editions(number)}
    assert states == {1: "replaced", 2: "approved"}
    found = queries.approved(number)
    assert found is not None
    assert found.steps == "更换滤网"


def test_what_is_sent_back_says_why_and_answers_nothing(world: World) -> None:
    number = written(world)
    take("article_sent_back", world.actor("郑海涛"), number, version=1, reason="步骤缺回退")
    [found] = queries.editions(number)
    assert (found.state, found.reason, found.answers) == ("sent_back", "步骤缺回退", None)
    assert queries.waiting() == []


def test_a_withdrawn_article_is_found_no_more_and_cannot_be_changed(world: World) -> None:
    number = approved(world)
    take("article_withdrawn", world.actor("郑海涛"), number, reason="新版固件已修复")
    assert queries.alike("主控板温度高", Product(), 5) == []
    with refused("article_withdrawn"):
        take("article_changed", world.actor("李伟"), number, **SAID)


def test_an_article_begins_with_what_its_case_says(world: World) -> None:
    case = fault(world)
    case.do("engineer_contact", "09:10", "李伟")
    case.do(
        "resolved", "10:00", "李伟", cause="quality", customer_confirmed_by="邓丽", method="换板"
    )
    report = {
        "to": "邓丽",
        "cause": "主控板电容老化",
        "solution": "更换主控板",
        "prevention": "备一块",
    }
    case.do("report_written", "10:30", "李伟", **report)
    found = articles.drawn(cases.view_of(case.number))
    assert found["cause"] == "主控板电容老化"
    assert found["steps"] == "更换主控板"
    assert found["checks"] == "备一块"
    assert found["source"] == case.number
    assert cases.card(case.number).text in found["symptom"]


def test_it_is_found_by_what_a_caller_says_and_counts_where_it_was_sent(world: World) -> None:
    number = approved(world)
    with held_at(at("08:00")):
        written(world, title="未批准", symptom="主控板温度高")
    assert [one.number for one in queries.alike("主控板一直报温度", Product(), 5)] == [number]
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    case.do("article_sent", "09:05", "周敏", article=number)
    card = queries.approved(number)
    assert card is not None
    assert queries.used([card.id]) == {card.id: Used(0, 1)}
    case.do("article_sent", "09:06", "周敏", article=number)
    case.do("engineer_contact", "10:00", "陈晨")
    assert queries.used([card.id]) == {card.id: Used(1, 1)}


@keeps("R-7.1-B-2")
def test_who_answers_leaves_the_skill_he_had_then(world: World) -> None:
    number = approved(world)
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    case.do("article_sent", "09:05", "周敏", article=f"{number} 温度")
    case.do("engineer_contact", "10:00", "陈晨")
    sent, spoke = case.view.events[-2:]
    assert (sent.d.get("skill"), sent.d["version"]) == (None, 1)
    assert (spoke.by.name, spoke.d["skill"]) == ("陈晨", "network")


@keeps("R-7.1-B-2")
def test_an_agent_with_the_skill_of_an_engineer_answers_himself(world: World) -> None:
    both = ("hotline_agent", "engineer")
    people.hire(SYSTEM, Person("何静", both, skills=("server",)))
    people.hire(SYSTEM, Person("杜宇", both, skills=("network",)))
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    with refused("no_article", "R-7.1-B-2"):
        case.do("engineer_contact", "09:10", "何静")
    case.do("engineer_contact", "09:10", "杜宇")
    assert case.status() == "answered"


@keeps("R-7.1-B-2")
def test_words_that_no_expert_approved_open_the_gate_for_nobody(world: World) -> None:
    people.hire(SYSTEM, Person("何静", ("hotline_agent", "engineer"), skills=("server",)))
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    case.do("article_sent", "09:05", "李伟", article="旧资料 第三页")
    with refused("no_article", "R-7.1-B-2"):
        case.do("engineer_contact", "09:10", "何静")
    case.do("article_sent", "09:15", "何静", article=approved(world))
    case.do("engineer_contact", "09:20", "何静")
    assert case.status() == "answered"

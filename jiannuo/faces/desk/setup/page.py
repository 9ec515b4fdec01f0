"""The set-up: what is done, what comes next, and what will not work until then."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text, word
from jiannuo.oversight.doctor.examining import examine
from jiannuo.oversight.doctor.finding import Report, State
from jiannuo.oversight.doctor.machine import here
from jiannuo.oversight.doctor.ready import READY
from jiannuo.people.permits import allowed, require
from jiannuo.web.reader import Reader

Href = Callable[[], str]


def _at(name: str, *args: str) -> Href:
    return lambda: reverse(f"desk:{name}", args=args)


def _first_of(*names: str) -> Href:
    """The first of some pages that there is; the health page tells the same."""

    def find() -> str:
        for name in names:
            try:
                return reverse(f"desk:{name}")
            except NoReverseMatch:
                continue
        return reverse("desk:health_show")

    return find


@dataclass(frozen=True, slots=True)
class Way:
    """What may be done at a step, by whom (an action of the permits), and where."""

    verb: Text
    permit: str
    href: Href


def _lists(code: str, verb: Text, permit: str) -> Way:
    return Way(verb, permit, _at("import_open", code))


WAYS: dict[str, tuple[Way, ...]] = {
    "company": (Way(Text("填公司资料", "Enter"), "company_set", _at("setup_open", "company")),),
    "hotlines": (Way(Text("填热线号码", "Enter"), "hotlines_set", _at("setup_open", "hotlines")),),
    "offices": (Way(Text("录入办事处", "Enter"), "office_opened", _at("setup_open", "offices")),),
    "people": (
        _lists("staff", Text("导入人员", "Import people"), "person_added"),
        Way(Text("逐个新增", "Add one"), "person_added", _at("person_open")),
    ),
    "roster": (
        Way(
            Text("排下周的班", "Draw next week"),
            "roster_published",
            _first_of("roster_list", "roster_show", "roster_open"),
        ),
    ),
    "channels": (Way(Text("开通渠道", "Set up"), "set_up_channels", _at("channel_list")),),
    "profile": (
        Way(
            Text("看服务规范", "Look at it"),
            "read_setup",
            _first_of("profile_list", "profile_show", "promise_list"),
        ),
    ),
    "stores": (
        _lists("stock", Text("导入库存", "Import stock"), "stock_received"),
        Way(Text("开库位", "Open places"), "stock_received", _at("place_open")),
    ),
    "customers": (
        _lists("customers", Text("导入客户", "Import customers"), "customer_added"),
        _lists("sites", Text("站点", "Sites"), "site_added"),
        _lists("contracts", Text("合同", "Contracts"), "contract_signed"),
        _lists("devices", Text("设备", "Devices"), "device_registered"),
        Way(Text("手工登记客户", "Enter one"), "customer_added", _at("customer_open")),
    ),
}
#: Who does what another may not.
WHOSE = {
    "person_added": "security_admin",
    "roster_published": "duty_manager",
    "stock_received": "warehouse",
    "set_up_channels": "admin",
    "company_set": "admin",
    "customer_added": "sales",
    "office_opened": "admin",
    "hotlines_set": "admin",
}


@dataclass(frozen=True, slots=True)
class Press:
    verb: str
    href: str


@dataclass(frozen=True, slots=True)
class Step:
    """`found`: line by line; `ways`: what he may do here; `whose`: who does it where he may not."""

    n: int
    code: str
    name: str
    state: State
    word: str
    found: tuple[str, ...]
    ways: tuple[Press, ...]
    whose: str


@dataclass(frozen=True, slots=True)
class SetUp:
    """`next`: the first step that is not done and that he can do; `hotline`: where it ends."""

    steps: tuple[Step, ...]
    done: int
    next: Step | None
    hotline: str


def set_up(actor: Actor, reader: Reader) -> SetUp:
    require(actor, "read_setup")
    found = examine(READY, here())
    steps = tuple(_step(actor, reader, n, one) for n, one in enumerate(found.reports, 1))
    open_ = [step for step in steps if step.state != "ok" and step.ways]
    worst = [step for step in open_ if step.state == "bad"]
    return SetUp(
        steps,
        sum(step.state == "ok" for step in steps),
        next(iter(worst or open_), None),
        reverse("desk:hotline_show") if allowed(actor, "reported") else "",
    )


def _step(actor: Actor, reader: Reader, n: int, one: Report) -> Step:
    ways = WAYS[one.code]
    whose = "" if any(allowed(actor, way.permit) for way in ways) else WHOSE.get(ways[0].permit, "")
    return Step(
        n,
        one.code,
        reader.say(one.name),
        one.state,
        reader.say(WORDS[one.state]),
        tuple(re.split(r"；|; ", reader.say(one.finding.found))),
        tuple(
            Press(reader.say(way.verb), way.href()) for way in ways if allowed(actor, way.permit)
        ),
        reader.say(word("role", whose)) if whose else "",
    )


WORDS: dict[State, Text] = {
    "ok": Text("好了", "done"),
    "warn": Text("可补", "to add"),
    "bad": Text("缺", "missing"),
}

"""Addressing: what cannot be addressed holds up nothing, and a round asks little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from jiannuo.clocks.guard import HOUSE, database_time
from jiannuo.journey import addressing, correction, delivering, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.kernel.moment import follow, held_at
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.people import queries as people
from jiannuo.people.models import Staff
from jiannuo.people.queries import Standby
from tests.journey.notices.outbox import (
    BASE,
    about,
    alarms,
    bundles,
    declared_with_one_man_for_two_roles,
    state,
    tell,
    ways,
    work,
)
from tests.journey.telling import Case, Moment, at, fault, moment, opened
from tests.world import World

MAIL = {"host": "localhost", "sender": "a@example.com", "security": "none"}


# -- what cannot be addressed ---------------------------------------------------------------


Spoil = Callable[[str, Exception | Standby], None]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Spoil:
    """Whoever asks who answers for a role gets this."""

    def spoil(role: str, given: Exception | Standby) -> None:
        asked = people.standing_by

        def standing_by(wanted: str, *rest: Any) -> list[Standby]:
            if wanted != role:
                return asked(wanted, *rest)
            if isinstance(given, Exception):
                raise given
            return [given]

        monkeypatch.setattr(people, "standing_by", standing_by)

    return spoil


def test_what_cannot_be_addressed_is_set_aside_and_everything_else_goes_out(
    world: World, gateway: Gateway, broken: Spoil
) -> None:
    broken("expert", ValueError("no such thing"))
    case = fault(world, "10:00", "L1")
    tell("10:01", about(case, "poison", "expert", urgency=1), about(case, "sound", urgency=1))
    assert (state("poison"), state("sound")) == ("nobody", "addressed")
    assert Notice.objects.get(key="poison").payload["trouble"] == "ValueError"
    assert alarms("not_delivered") == [("admin", 1), ("duty_manager", 1)]
    work("10:01")
    (text,) = [m["text"] for m in gateway.messages() if m["name"] == "罗敏" and m["kind"] == "sms"]
    assert "专家" in text
    assert "ValueError" in text


def test_what_cannot_be_written_holds_up_nothing_either(
    world: World, gateway: Gateway, broken: Spoil
) -> None:
    first, second = fault(world, "10:00", "L1"), fault(world, "10:00", "L3", device=None)
    broken("sales", Standby(uuid4(), "长" * 101, "role", "13800000000", "", "zh"))
    tell("10:01", about(first, "poison", "sales", urgency=1), about(second, "sound"))
    assert (state("poison"), state("sound")) == ("nobody", "addressed")
    assert Notice.objects.get(key="poison").payload["trouble"] == "DataError"


def test_an_address_may_be_as_long_as_mail_allows(world: World, gateway: Gateway) -> None:
    longest = f"{'x' * 242}@example.com"
    Staff.objects.filter(name="沈浩").update(email=longest)
    telling.configure(SYSTEM, "email", MAIL)
    case = fault(world, "10:00", "L1")
    tell("10:01", about(case, "first", "sales", urgency=1), about(case, "then", "sales"))
    for key in ("first>", "then>"):
        row = Delivery.objects.get(key__startswith=key, channel="sms")
        assert f"email|{longest}" in row.reserve


@pytest.fixture
def two_hours_ahead(world: World) -> Iterator[None]:
    """This process goes by a clock that has gone back since."""
    follow(database_time() + timedelta(hours=2))
    yield
    follow(database_time())


@pytest.mark.usefixtures("two_hours_ahead")
def test_who_addresses_by_a_clock_that_went_back_holds_nothing_up(
    world: World, gateway: Gateway
) -> None:
    post([Note("jump", "clock_jump", "house", HOUSE, "duty_manager", urgency=2)])
    while addressing.address():
        pass
    assert ways("jump") == ["sms"]
    row = Delivery.objects.get(key__startswith="jump>", channel="sms")
    assert row.next_at <= database_time()
    assert row.posted_at <= database_time()


def test_an_engineer_who_was_corrected_is_told(world: World, gateway: Gateway) -> None:
    case = fault(world, "10:00")
    wrong = case.do("assigned", "10:01", "周敏", engineer="李伟")
    with held_at(at("10:03")):
        who = {"engineer": "陈晨"}
        correction.correct(
            world.actor("周敏"), case.number, of=wrong.event, reason="说错了名字", d=who
        )
    tell("10:05", about(case, "n", "assignee"))
    assert Recipient.objects.get(notice__key="n").name == "陈晨"


def test_what_a_clock_that_was_fast_counted_fills_no_hour_of_the_right_one(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00")

    def remind(when: Moment, key: str) -> None:
        facts = {"note": key}
        tell(when, Note(key, "warn:24", "case", case.id, "sales", payload=facts))

    for n in range(13):
        remind("2026-03-05 10:00", f"early{n}")
    assert Delivery.objects.filter(key__startswith="early", held=True).exists()  # enough of them
    remind("10:30", "calm")
    assert not Delivery.objects.get(key__startswith="calm>", channel="sms").held


def test_a_notice_about_nothing_is_told_to_its_role(world: World, gateway: Gateway) -> None:
    tell("10:00", Note("lost", "deviation", "case", uuid4(), "duty_manager", urgency=1))
    assert state("lost") == "addressed"


def test_the_calls_of_one_case_stay_together_when_another_case_breaks_the_round(
    world: World, gateway: Gateway, broken: Spoil
) -> None:
    broken("expert", ValueError("no such thing"))
    Staff.objects.filter(name="孙立新").update(roles=["subcentre_head", "product_manager"])
    Staff.objects.filter(name="吴敏芝").update(active=False)
    poor, case = fault(world, "10:00"), fault(world, "10:00", "L1", device=None)
    case.do("l1_declared", "10:01", "李伟", reason="全断")
    with held_at(at("10:01")):
        post([about(poor, "poison", "expert", urgency=1)])
        fire_due()
        addressing.address()
    (line,) = [line for line in bundles(case) if line.name == "孙立新"]
    assert len(line.kinds) == 2


def test_a_database_that_is_busy_is_no_fault_of_the_notice(world: World, broken: Spoil) -> None:
    broken("expert", OperationalError("deadlock detected"))
    case = fault(world, "10:00")
    tell("10:01", about(case, "busy", "expert"), about(case, "sound"))
    assert (state("busy"), state("sound")) == ("waiting", "addressed")
    assert alarms("not_delivered") == []


# -- a round --------------------------------------------------------------------------------


def test_one_person_in_two_roles_gets_one_call_however_little_is_taken_at_once(
    world: World, gateway: Gateway
) -> None:
    declared_with_one_man_for_two_roles(world)
    with held_at(at("10:01")):
        fire_due()
        while addressing.address(limit=1):
            pass
        while delivering.deliver("voice", BASE):
            pass
    calls = [m["name"] for m in gateway.messages() if m["kind"] == "voice"]
    assert calls.count("孙立新") == 1


def test_many_notices_are_addressed_in_few_questions(world: World, gateway: Gateway) -> None:
    def questions(cases: list[Case], name: str) -> int:
        kinds = ("warn:phone_response", "deviation", "due:phone_response")
        for place, case in enumerate(cases):
            for kind, to in zip(kinds, ("assignee", "duty_manager", "customer"), strict=True):
                key = f"{name}{place}{kind}"
                post([Note(key, kind, "case", case.id, to, case.customer.id)])
        with held_at(at("09:40")), CaptureQueriesContext(connection) as asked:
            assert addressing.address() == len(cases) * len(kinds)
        return len(asked)

    cases = [fault(world, f"09:{minute}") for minute in range(10, 31)]
    for case in cases:
        case.do("assigned", "09:35", "周敏", engineer="李伟")
    work("09:39")
    one = questions(cases[:1], "one")
    assert one <= 32
    assert questions(cases[1:], "many") <= one + 2


def test_the_question_of_an_emergency_knows_no_night(world: World, gateway: Gateway) -> None:
    case = opened(world, "2026-03-02 23:00", safety=True)
    for when in ("2026-03-02 23:00", "2026-03-02 23:05"):
        work(when)
    asked = Delivery.objects.filter(posted_at__lte=moment("2026-03-02 23:05"), held=True)
    assert not asked.exists()
    told = [line.kinds for line in bundles(case) if "sms" in line.channels]
    assert ("emergency_proposed",) in told
    assert any("task:judge_level_one" in kinds for kinds in told)

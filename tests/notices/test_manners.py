"""How somebody is reached: which channels, when, how often again."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from jiannuo.manual.profile import shipped
from jiannuo.notices import rules
from jiannuo.notices.rules import Liking, Manners, Person, Ways
from tests.manual.happenings import at

MANNERS = Manners.of(shipped())
READY = {"inbox": "login", "sms": "phone", "voice": "phone", "email": "email", "wecom": "group"}
LIU = Person(uuid4(), "刘洋", "shift", "13800000001", "liu@example.com")
INBOX = ("inbox", str(LIU.id))
SMS, VOICE, MAIL = ("sms", LIU.phone), ("voice", LIU.phone), ("email", LIU.email)
GROUP = ("wecom", "")


def reached(
    urgency: int, by: tuple[str, ...] = (), liking: Liking = rules.NO_LIKING, **changed: Any
) -> Ways:
    return rules.ways(replace(LIU, **changed), urgency, by, READY, MANNERS, liking)


def test_level_one_goes_by_all_the_house_names_for_it_at_once_and_keeps_the_rest_behind() -> None:
    assert reached(1) == Ways((INBOX, VOICE, SMS), (MAIL, GROUP))


def test_level_two_goes_by_the_first_that_reaches_him_and_keeps_the_others_behind() -> None:
    assert reached(2) == Ways((INBOX, SMS), (VOICE, MAIL, GROUP))


def test_a_reminder_goes_the_house_s_usual_way() -> None:
    assert reached(3) == Ways((INBOX, SMS), (MAIL, GROUP))


def test_without_a_number_the_next_channel_reaches_him() -> None:
    assert reached(3, phone="") == Ways((INBOX, MAIL), (GROUP,))


def test_a_rung_by_telephone_reaches_who_has_none_all_the_same() -> None:
    calls = ("voice", "sms")
    assert reached(1, calls, phone="") == Ways((INBOX, MAIL, GROUP))
    assert reached(2, calls, phone="") == Ways((INBOX, MAIL), (GROUP,))


def test_who_has_no_address_at_all_has_his_inbox() -> None:
    ready = {"inbox": "login", "sms": "phone", "email": "email"}
    nowhere = replace(LIU, phone="", email="")
    assert rules.ways(nowhere, 1, (), ready, MANNERS) == Ways((INBOX,))


def test_what_he_likes_counts_for_reminders_and_never_for_level_one() -> None:
    liking = Liking(("email",))
    assert reached(3, liking=liking) == Ways((INBOX, MAIL))
    assert reached(1, liking=liking) == Ways((INBOX, VOICE, SMS), (MAIL, GROUP))
    assert reached(2, liking=liking) == Ways((INBOX, MAIL), (SMS, VOICE, GROUP))


def test_a_rung_may_name_its_own_channels() -> None:
    assert reached(3, ("voice", "sms")) == Ways((INBOX, VOICE), (SMS,))


def test_a_customer_gets_no_inbox_of_ours_and_no_group_of_ours() -> None:
    assert reached(3, customer=True) == Ways((SMS,), (MAIL,))


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-02 21:59", "2026-03-02 21:59"),
        ("2026-03-02 22:00", "2026-03-03 07:00"),
        ("2026-03-03 02:00", "2026-03-03 07:00"),
        ("2026-03-03 06:59:59", "2026-03-03 07:00"),
        ("2026-03-03 07:00", "2026-03-03 07:00"),
    ],
)
def test_a_reminder_at_night_waits_for_the_morning(now: str, then: str) -> None:
    assert rules.wakes_at(at(now), MANNERS) == at(then)


def test_his_own_quiet_hours_go_before_those_of_the_house() -> None:
    liking = Liking(quiet_from=time(12), quiet_to=time(14))
    assert rules.wakes_at(at("2026-03-02 13:00"), MANNERS, liking) == at("2026-03-02 14:00")
    assert rules.wakes_at(at("2026-03-02 23:00"), MANNERS, liking) == at("2026-03-02 23:00")
    never = Liking(quiet_from=time(0), quiet_to=time(0))
    assert rules.wakes_at(at("2026-03-02 23:00"), MANNERS, never) == at("2026-03-02 23:00")


def test_only_reminders_wait() -> None:
    assert rules.reminds("warn:phone_response", 3)
    assert rules.reminds("renewal_30d", 3)
    assert not rules.reminds("warn:phone_response", 2)
    assert not rules.reminds("due:phone_response", 3)
    assert not rules.reminds("assigned", 3)


@pytest.mark.parametrize(
    "kind",
    [
        "emergency_proposed",
        "task:asked_level_one",
        "task:judge_level_one",
        "task:default_level_one",
        "level_one_by_default",
        "deviation",
        "not_delivered",
        "nobody_on_duty",
    ],
)
def test_what_somebody_has_to_act_on_at_once_is_no_reminder(kind: str) -> None:
    assert not rules.reminds(kind, 3)


def test_tries_grow_apart_and_never_beyond_what_the_urgency_allows() -> None:
    seconds = [rules.again_in(n, 3).total_seconds() for n in range(1, 10)]
    assert seconds == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert rules.again_in(9, 1) == timedelta(minutes=1)
    assert rules.again_in(1, 1, 30.0) == timedelta(seconds=30)
    assert rules.again_in(1, 2, 3600.0) == timedelta(minutes=1)
    assert rules.again_in(1, 3, 3600.0) == timedelta(hours=1)
    assert rules.again_in(rules.MANY_TRIES + 1, 1) == timedelta(hours=1)


@pytest.mark.parametrize("urgency", [1, 2, 3])
def test_where_nothing_that_is_asked_for_reaches_him_the_house_s_ways_do(urgency: int) -> None:
    ready = {"email": "email", "voice": "phone"}
    found = rules.ways(LIU, urgency, ("sms", "wecom"), ready, MANNERS)
    assert found == rules.ways(LIU, urgency, (), ready, MANNERS)
    assert len(found.now) > 1


def test_what_is_for_the_inbox_alone_goes_no_other_way() -> None:
    assert reached(3, ("inbox",)) == Ways((INBOX,))

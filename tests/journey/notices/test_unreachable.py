"""Whom nothing reaches: another way, or an alarm to whoever can go and tell him."""

from __future__ import annotations

import pytest

from jiannuo.customers import commands as customers
from jiannuo.customers.models import Contact
from jiannuo.journey import addressing, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices.models import Delivery, Notice
from jiannuo.people.models import Staff
from tests.journey.notices.outbox import about, alarms, state, tell, ways, work
from tests.journey.telling import Case, at, fault
from tests.world import World

MAIL = {"host": "localhost", "sender": "a@example.com", "security": "none"}


def test_level_one_of_a_house_that_only_writes_mail_goes_by_mail(emergency: Case) -> None:
    telling.configure(SYSTEM, "email", MAIL)
    Staff.objects.update(email="x@example.com")
    with held_at(at("10:01")):
        fire_due()
        addressing.address()
    out = Delivery.objects.filter(urgency=1).exclude(channel="inbox")
    assert {one.channel for one in out} == {"email"}
    assert alarms("not_delivered") == []


def test_an_urgent_notice_that_leads_nowhere_is_an_alarm_once_an_hour(
    world: World, gateway: Gateway
) -> None:
    Staff.objects.filter(name="沈浩").update(phone="")
    case = fault(world, "10:00", "L2")
    shen = world.actor("沈浩").id
    for key, when in (("a", "10:01"), ("b", "10:09")):
        tell(when, about(case, key, "", to_person=shen, urgency=2))
        assert state(key) == "addressed"  # his inbox has it
    assert alarms("not_delivered") == [("admin", 2), ("duty_manager", 2)]
    assert "沈浩" in str(Notice.objects.filter(kind="not_delivered")[0].payload["person"])
    tell("10:10", about(case, "calm", "", to_person=shen))
    assert len(alarms("not_delivered")) == 2


def test_a_house_without_any_way_out_hears_of_it_once(emergency: Case) -> None:
    work("10:01")
    work("10:04")
    assert alarms("not_delivered") == [("admin", 1)]


def test_a_contact_without_a_number_gets_mail_or_is_known_not_to_be_told(
    world: World, gateway: Gateway
) -> None:
    Contact.objects.update(phone="", email="")
    case = fault(world, "10:00", "L1")
    tell("10:01", about(case, "first", "customer", urgency=1))
    assert state("first") == "nobody"
    assert alarms("not_delivered") == [("admin", 1), ("duty_manager", 1)]
    work("10:01")
    assert {m["name"] for m in gateway.messages()} >= {"罗敏", "刘洋"}
    telling.configure(SYSTEM, "email", MAIL)
    Contact.objects.update(email="dengli@example.com")
    tell("10:02", about(case, "second", "customer", urgency=1))
    assert (state("second"), ways("second")) == ("addressed", ["email"])


def test_a_customer_of_whom_we_know_nobody_is_an_alarm_where_it_is_urgent(
    world: World, gateway: Gateway
) -> None:
    Contact.objects.update(active=False)
    case = fault(world, "10:00", "L1")
    tell("10:01", about(case, "urgent", "customer", urgency=1), about(case, "calm", "customer"))
    assert alarms("not_delivered") == [("admin", 1), ("duty_manager", 1)]


def test_a_contact_s_address_has_to_be_one(world: World) -> None:
    whose = world.customer.id
    customers.add_contact(SYSTEM, whose, "甲", ["contact"], email="jia@example.com")
    assert Contact.objects.get(name="甲").email == "jia@example.com"
    with pytest.raises(Refusal) as caught:
        customers.add_contact(SYSTEM, whose, "乙", ["contact"], email="jia")
    assert caught.value.code == "bad_email"


def test_the_alarm_of_an_emergency_is_not_taken_for_an_earlier_milder_one(
    world: World, gateway: Gateway
) -> None:
    Staff.objects.filter(roles__overlap=["duty_manager", "subcentre_head"]).update(active=False)
    first, second, third = (
        fault(world, "10:05", level, device=None) for level in ("L4", "L2", "L2")
    )
    tell("10:05", about(first, "calm"), about(first, "calm too"))
    tell("10:31", about(second, "urgent", urgency=1), about(third, "other", urgency=1))
    tell("10:32", about(second, "again", urgency=1))
    found = Notice.objects.filter(kind="nobody_on_duty", payload__role_code="duty_manager")
    to_admin = found.filter(to_role="admin").order_by("id")
    assert list(to_admin.values_list("urgency", "subject")) == [
        (3, first.id),
        (1, second.id),
        (1, third.id),
    ]
    out = Delivery.objects.filter(name="罗敏", urgency=1).exclude(channel="inbox")
    assert {(one.channel, one.held) for one in out} == {("voice", False), ("sms", False)}

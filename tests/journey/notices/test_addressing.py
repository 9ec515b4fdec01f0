"""Addressing: what cannot be addressed holds up nothing, nobody is told in another's place, and
whoever cannot be reached is known of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from jiannuo.clocks.guard import HOUSE, database_time
from jiannuo.customers import commands as customers
from jiannuo.customers.models import Contact
from jiannuo.journey import addressing, correction, delivering, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.whom import CANARY
from jiannuo.kernel.moment import follow, held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.people import queries as people
from jiannuo.people.models import Staff
from jiannuo.people.queries import Standby
from tests.journey.notices.outbox import BASE, bundles, declared_with_one_man_for_two_roles, work
from tests.journey.telling import Case, Moment, at, fault, moment, opened
from tests.world import World

PHONE = "13911112222"
MAIL = {"host": "localhost", "sender": "a@example.com", "security": "none"}


def tell(when: Moment, *notes: Note, limit: int = 100) -> None:
    with held_at(moment(when)):
        post(notes)
        while addressing.address(limit):
            pass


def about(case: Case, key: str, to: str = "duty_manager", **said: Any) -> Note:
    return Note(key, "deviation", "case", case.id, to, case.customer.id, **said)


def state(key: str) -> str:
    return Notice.objects.get(key=key).state


def ways(key: str) -> list[str]:
    """By what it goes out of the house."""
    rows = Delivery.objects.filter(key__startswith=f"{key}>").exclude(channel="inbox")
    return list(rows.order_by("id").values_list("channel", flat=True))


def alarms(kind: str) -> list[tuple[str, int]]:
    rows = Notice.objects.filter(kind=kind).order_by("id")
    return list(rows.values_list("to_role", "urgency"))


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


# -- who has left ---------------------------------------------------------------------------


def test_news_for_a_colleague_who_left_goes_to_nobody_and_never_to_the_customer(
    emergency: Case, gateway: Gateway
) -> None:
    Contact.objects.update(phone=PHONE)
    work("10:01")
    Staff.objects.filter(name="吴敏芝").update(active=False)
    emergency.do("l1_withdrawn", "10:03", "李伟", level="L3", reason="误判")
    work("10:03")
    told = Recipient.objects.filter(notice__kind="emergency_withdrawn").values_list("name")
    assert {name for (name,) in told} == {"刘洋", "孙立新"}
    assert not [m for m in gateway.messages() if m["to"] == PHONE]
    assert Notice.objects.filter(kind="emergency_withdrawn", state="nobody").count() == 1


def test_what_is_for_one_of_the_customer_s_people_goes_to_him_and_to_no_other(
    world: World, gateway: Gateway
) -> None:
    Contact.objects.update(phone=PHONE)
    case = fault(world, "10:00")
    named = Contact.objects.get(customer=case.customer.id, name="彭建军")
    tell("10:01", about(case, "first", "", to_person=named.id))
    assert Recipient.objects.get(notice__key="first").name == "彭建军"
    Contact.objects.filter(pk=named.id).update(active=False)
    tell("10:02", about(case, "second", "", to_person=named.id))
    assert state("second") == "nobody"


def test_of_an_engineer_who_left_before_he_heard_of_his_case_the_duty_manager_hears(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L3")
    case.do("assigned", "10:01", "周敏", engineer="李伟")
    with held_at(at("10:01")):
        addressing.address()
        Staff.objects.filter(name="李伟").update(active=False)
        li = Staff.objects.get(name="李伟").id
        assert addressing.tell_others(li) >= 1
    work("10:02")
    rows = Recipient.objects.filter(notice__subject=case.id, notice__kind="assigned")
    assert "刘洋" in set(rows.values_list("name", flat=True))


def test_a_contact_who_left_is_told_nothing(world: World, gateway: Gateway) -> None:
    Contact.objects.filter(name="邓丽").update(phone=PHONE, active=False)
    case = fault(world, "10:00")
    tell("10:01", about(case, "c", "customer"))
    assert state("c") == "nobody"
    assert not Delivery.objects.filter(address=PHONE).exists()


def test_what_was_on_its_way_to_one_who_leaves_is_addressed_anew(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "2026-03-02 20:00", "L4")
    shen = Staff.objects.get(name="沈浩")
    own = Note("own", "renewal_60d", "contract", case.customer.contract, "", to_person=shen.id)
    role = Note("role", "renewal_30d", "contract", case.customer.contract, "sales")
    tell("2026-03-02 23:00", own, role)
    Staff.objects.filter(pk=shen.id).update(active=False)
    contact = Contact.objects.filter(active=True).first()
    assert contact is not None
    assert addressing.left([shen.id, world.actor("刘洋").id or HOUSE, contact.id, CANARY.id]) == {
        shen.id
    }
    assert addressing.tell_others(shen.id) == 1
    assert (state("own"), state("role")) == ("nobody", "waiting")
    work("2026-03-03 07:00")
    told = {m["name"] for m in gateway.messages() if "质保" in m["text"]}
    assert told == {"孙立新"}
    assert addressing.tell_others(shen.id) == 0


# -- whom nothing reaches -------------------------------------------------------------------


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


def test_who_leaves_while_his_message_waits_hears_nothing_and_his_role_does(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L2")
    with held_at(at("10:01")):
        post([Note("n", "deviation", "case", case.id, "duty_manager", urgency=2)])
        addressing.address()
    first = Delivery.objects.get(key__startswith="n>", channel="sms")
    Staff.objects.filter(pk=first.person).update(active=False)
    work("10:02")
    work("10:02:01")
    assert first.name not in {m["name"] for m in gateway.messages()}
    assert Delivery.objects.get(pk=first.pk).state == "cancelled"
    assert [m["name"] for m in gateway.messages() if m["key"].startswith("n>")] == ["赵刚"]

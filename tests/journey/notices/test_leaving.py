"""Who has left is told nothing, and his place is taken."""

from __future__ import annotations

from jiannuo.clocks.guard import HOUSE
from jiannuo.customers.models import Contact
from jiannuo.journey import addressing
from jiannuo.journey.whom import CANARY
from jiannuo.kernel.moment import held_at
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.people.models import Staff
from tests.journey.notices.outbox import about, state, tell, work
from tests.journey.telling import Case, at, fault
from tests.world import World

PHONE = "13911112222"


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

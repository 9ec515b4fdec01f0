"""Reminders have manners: none at night, a dozen an hour, many as one, nothing twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from jiannuo.clocks.guard import database_time
from jiannuo.clocks.models import Trigger
from jiannuo.customers import queries as customers
from jiannuo.journey import addressing, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.kernel.moment import held_at, now
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.notices import queries
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from tests.journey.notices.outbox import work
from tests.journey.telling import Case, Moment, fault, moment, step
from tests.world import World, confirmed, reported


def reminder(case: Case, key: str, when: Moment, kind: str = "renewal_30d") -> None:
    with held_at(moment(when)):
        note = Note(key, kind, "contract", case.customer.contract, "sales")
        post([note])


def test_a_reminder_at_night_goes_out_in_the_morning_and_those_of_the_night_as_one(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "2026-03-02 20:00", "L4")
    for place in range(3):
        reminder(case, f"n{place}", "2026-03-02 23:00", kind=f"renewal_{30 * (place + 1)}d")
        work("2026-03-02 23:00")
    work("2026-03-03 06:59")
    assert [m for m in gateway.messages() if m["name"] == "沈浩"] == []
    work("2026-03-03 07:00")
    (one,) = [m for m in gateway.messages() if m["name"] == "沈浩"]
    assert one["text"].count("质保") == 3
    assert Delivery.objects.filter(state="waiting", held=True).count() == 0


def test_the_inbox_knows_no_night(world: World) -> None:
    case = fault(world, "2026-03-02 20:00", "L4")
    reminder(case, "n", "2026-03-02 23:00")
    work("2026-03-02 23:00")
    shen = world.actor("沈浩").id
    assert shen is not None
    assert [line.kind for line in queries.inbox(shen)] == ["renewal_30d"]
    assert queries.badge(shen).unseen == 1


def test_more_than_a_dozen_reminders_an_hour_wait_and_come_as_one(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    for place in range(15):
        reminder(case, f"r{place}", f"11:{place:02}", kind="parts_return_3d" if place % 2 else "x")
        Notice.objects.filter(key=f"r{place}").update(subject=UUID(int=place))
        work(f"11:{place:02}")
    assert len([m for m in gateway.messages() if m["name"] == "沈浩"]) == 12
    work("12:00")
    assert len([m for m in gateway.messages() if m["name"] == "沈浩"]) == 13


def test_after_an_outage_more_than_twenty_things_come_as_one_message(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    for place in range(25):
        reminder(case, f"o{place}", "11:00")
        Notice.objects.filter(key=f"o{place}").update(subject=UUID(int=place))
    work("11:05")
    (one,) = [m for m in gateway.messages() if m["name"] == "沈浩"]
    assert "25 条" in one["text"]
    shen = world.actor("沈浩").id
    assert shen is not None
    assert len(queries.inbox(shen)) == 25


def test_of_level_two_too_many_come_as_lists_that_name_all_and_level_one_stands_alone(
    world: World, gateway: Gateway
) -> None:
    with held_at(moment("11:00")):
        for place in range(26):
            urgency = 1 if place > 23 else 2
            note = Note(f"u{place}", "x", "claim", UUID(int=place), "duty_manager", ack=True)
            post([replace(note, urgency=urgency, payload={"ref": f"SP-{place:02}"})])
    work("11:05")
    sent = [m for m in gateway.messages() if m["name"] == "刘洋" and m["kind"] == "sms"]
    assert sorted(m["text"].count("SP-") for m in sent) == [1, 1, 12, 12]
    assert {f"SP-{place:02}" for place in range(26)} == {
        word for m in sent for word in re.findall(r"SP-\d\d", m["text"])
    }
    bundle = Recipient.objects.get(notice__key="u0", name="刘洋").bundle
    with held_at(moment("11:06")):
        assert telling.acknowledge(world.actor("刘洋"), bundle) == 12


def test_one_message_goes_by_all_the_ways_that_any_of_its_parts_asks_for(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    with held_at(moment("11:00")):
        note = Note("plain", "x", "case", case.id, "duty_manager", urgency=1)
        post([note, replace(note, key="written", kind="y", by=("sms",))])
    work("11:00")
    channels = Delivery.objects.filter(name="刘洋", bundle__in=_bundles("plain", "written"))
    assert sorted(channels.values_list("channel", flat=True)) == ["inbox", "sms", "voice"]


def _bundles(*keys: str) -> list[UUID]:
    rows = Recipient.objects.filter(notice__key__in=keys)
    return list(rows.values_list("bundle", flat=True))


def test_what_is_about_no_case_says_whose_promise_it_is_and_until_when(
    world: World, gateway: Gateway
) -> None:
    number = step(
        world,
        "claim_received",
        "09:00",
        "邓丽",
        ground="quality",
        text="电源烧毁",
        customer=world.customer.id,
    ).number
    work("+1 09:30")
    texts = [m["text"] for m in gateway.messages() if number in m["text"]]
    assert texts
    for text in texts:
        assert customers.customer_name(world.customer.id) in text
        assert "应在 前" not in text


def test_while_the_sweep_catches_up_telling_waits_a_moment_so_that_it_is_one_message(
    world: World, gateway: Gateway
) -> None:
    """Told in the world's own time: the worker's loop asks the database for it."""
    with held_at(now() - timedelta(hours=3)):
        case = Case(world, world.customer, confirmed(world, reported(world, now()), now(), "L2"))
    at = database_time()
    armed = Trigger.objects.filter(subject=case.id, state="armed", sweep_at__lt=at)
    assert armed.exists()
    post([Note("new", "due:phone_response", "case", case.id, "duty_manager", urgency=2)])
    assert addressing.address_in_time() == 0
    Notice.objects.filter(key="new").update(posted_at=at - addressing.PATIENCE)
    assert addressing.address_in_time() > 0
    while fire_due():
        pass
    assert Notice.objects.filter(subject=case.id, state="waiting").exists()
    assert addressing.address_in_time() > 0
    assert not Notice.objects.filter(state="waiting").exists()


def test_the_same_thing_is_not_told_to_the_same_person_twice_within_ten_minutes(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    for key, when in (("a", "11:00"), ("b", "11:05"), ("c", "11:11")):
        reminder(case, key, when)
        work(when)
    assert len([m for m in gateway.messages() if m["name"] == "沈浩"]) == 2


def about(case: Case, key: str, when: Moment, kind: str, to: str = "sales", **facts: str) -> None:
    with held_at(moment(when)):
        post([Note(key, kind, "case", case.id, to, payload=facts)])
    work(when)


def heard(gateway: Gateway, name: str, word: str) -> int:
    return len([m for m in gateway.messages() if m["name"] == name and word in m["text"]])


def test_another_thing_of_one_kind_is_told_at_once(world: World, gateway: Gateway) -> None:
    case = fault(world, "10:00", "L4")
    about(case, "a", "11:00", "renewal_30d", ref="HT-1")
    about(case, "b", "11:02", "renewal_30d", ref="HT-2")
    about(case, "c", "11:04", "renewal_30d", ref="HT-1")
    assert heard(gateway, "沈浩", "HT-1") == 1
    assert heard(gateway, "沈浩", "HT-2") == 1


def test_every_deviation_is_told_though_it_is_the_same_again(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    for key, when in (("a", "11:00"), ("b", "11:05")):
        about(case, key, when, "deviation", "duty_manager", action="leave", note="客户要求")
    assert heard(gateway, "刘洋", "客户要求") == 2


def test_a_case_that_comes_back_to_somebody_within_minutes_is_told_again(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L3")
    for when, name in (("10:01", "李伟"), ("10:03", "陈晨"), ("10:06", "李伟")):
        case.do("assigned", when, "周敏", engineer=name)
        work(when)
    assert heard(gateway, "李伟", "请接单") == 2


def test_what_never_went_out_counts_for_nothing(world: World, gateway: Gateway) -> None:
    case = fault(world, "10:00", "L4")
    reminder(case, "a", "11:00")
    with held_at(moment("11:00")):
        addressing.address()
    Delivery.objects.filter(key__startswith="a>").exclude(channel="inbox").update(state="failed")
    reminder(case, "b", "11:05")
    work("11:05")
    assert heard(gateway, "沈浩", "质保") == 1


def test_a_drill_is_never_in_one_message_with_what_is_in_earnest(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    with held_at(moment("11:00")):
        for place in range(25):
            subject = UUID(int=place)
            post([Note(f"o{place}", "renewal_30d", "contract", subject, "sales", drill=not place)])
        for drill in (False, True):
            post([Note(f"c{drill}", "renewal_60d", "case", case.id, "expert", drill=drill)])
    work("11:05")
    for name in ("沈浩", "郑海涛"):
        texts = [m["text"] for m in gateway.messages() if m["name"] == name]
        assert sorted(text.startswith("【演练】") for text in texts) == [False, True]

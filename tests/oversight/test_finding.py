"""One box finds everything that is there to be seen, and nothing that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jiannuo.customers import commands as customers
from jiannuo.customers.models import Contact, Customer, Site
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey import claims, correction, intake, merging, phone
from jiannuo.journey.importing import History, Past, bring_in
from jiannuo.kernel.grams import fold
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.oversight.finding import Found, find
from jiannuo.people.portal import as_customer
from tests.world import (
    BRAND,
    LONG_NAME,
    MODEL,
    World,
    clocks_kept,
    company,
    confirmed,
    project,
    reported,
)

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STAFF = Actor("周敏", frozenset({"hotline_agent"}))


@pytest.fixture
def world(db: None) -> World:
    clocks_kept(NOON + timedelta(days=365))
    with held_at(NOON):
        return company()


def seek(text: str, actor: Actor = STAFF, limit: int = 20) -> Found:
    with held_at(NOON + timedelta(hours=1)):
        return find(actor, text, limit)


@pytest.mark.parametrize(
    "typed", ["眉山", "智慧交通", "msdp", "meishan", "ＭＳＤＰ", "msdpzhjtzhzx"]
)
def test_a_customer_by_a_fragment_of_its_name_written_or_spoken(world: World, typed: str) -> None:
    assert [c.id for c in seek(typed).customers] == [world.customer.id]


def test_chongqing_is_spoken_as_the_city_is(world: World) -> None:
    one = customers.add_customer(SYSTEM, "重庆轨道交通集团", ["023-6380-1188"])
    for typed in ("cq", "chongqing", "cqgdjt", "02363801188", "1188"):
        assert seek(typed).customers[0].id == one, typed


@pytest.mark.parametrize("typed", ["028-5550-2203", "02855502203", "+86 28 5550 2203", "2203"])
def test_who_calls_is_found_by_his_number_or_its_tail(world: World, typed: str) -> None:
    Contact.objects.exclude(customer=world.customer.id).update(active=False)
    [hit] = seek(typed).contacts
    assert (hit.name, hit.phone, hit.customer) == ("邓丽", "028-5550-2203", world.customer.id)
    assert hit.customer_name == "眉山东坡智慧交通指挥中心"


def test_the_best_comes_first(world: World) -> None:
    for name in ("李邓丽华", "邓丽华", "邓力"):
        customers.add_contact(SYSTEM, world.customer.id, name, ["contact"])
    assert [c.name for c in seek("邓丽").contacts] == ["邓丽", "邓丽", "邓丽华", "李邓丽华"]
    assert [c.name for c in seek("dl").contacts][:3] == ["邓丽", "邓丽", "邓力"]


def test_a_site_a_contract_and_our_own_people(world: World) -> None:
    assert [s.code for s in seek("核心机房").sites] == ["S1"]
    assert [s.name for s in seek("mzlrdj").sites] == ["门诊楼弱电间"]
    assert [c.number for c in seek("ht-s2").contracts] == ["HT-S2"]
    assert [c.number for c in seek("HTS2").contracts] == ["HT-S2"]
    assert [s.name for s in seek("lw").staff] == ["李伟"]


@pytest.mark.parametrize(
    "typed", ["CXN6800-2505-0009", "cxn680025050009", "2505 0009", "0009", "ＣＸＮ6800"]
)
def test_a_device_by_a_fragment_of_its_serial(world: World, typed: str) -> None:
    number = reported(world, NOON)
    found = seek(typed)
    device = found.devices[0]
    assert device.hit.serial == world.customer.serial
    assert (device.hit.customer_name, device.hit.site_name) == (
        "眉山东坡智慧交通指挥中心",
        "核心机房",
    )
    assert (device.hit.entitled, device.hit.covered) == ("in_warranty", True)
    assert device.open_cases == (number,)


def test_devices_by_model_and_by_type(world: World) -> None:
    serials = {world.customer.serial, world.stranger.serial}
    assert {d.hit.serial for d in seek("CX-N6800").devices} == serials
    assert {d.hit.serial for d in seek("核心交换").devices} == serials


def test_a_case_by_its_number_or_a_fragment_of_it(world: World) -> None:
    first, second = reported(world, NOON), reported(world, NOON + MINUTE)
    assert [c.number for c in seek(first).cases] == [first]
    assert [c.number for c in seek(first.replace("-", "")).cases] == [first]
    assert [c.number for c in seek(first[-5:]).cases] == [first]
    assert [c.number for c in seek("2605").cases] == [second, first]


def test_the_words_of_a_case_wherever_they_were_written(world: World) -> None:
    number = confirmed(world, reported(world, NOON, "一号泵房 PLC 掉电"), NOON, "L3")
    with held_at(NOON + 5 * MINUTE):
        phone.in_contact(world.actor("李伟"), number, call="outbound", result="指导旁路供电")
        intake.note(world.actor("周敏"), number, text="客户要求周末前答复")
    for typed, kind in (("泵房", "reported"), ("旁路", "engineer_contact"), ("周末", "noted")):
        [said] = seek(typed).texts
        assert (said.kind, said.snippet.hit) == (kind, typed)
        assert said.case is not None
        assert said.case.number == number
    assert [s.snippet.hit for s in seek("plc 掉电").texts] == ["PLC"]


def test_newest_first_and_page_by_page(world: World) -> None:
    numbers = [reported(world, NOON + n * MINUTE, f"风扇停转 {n}") for n in range(5)]
    with held_at(NOON + timedelta(hours=1)):
        first = find(STAFF, "风扇", 2)
        [(group, key)] = [pair for pair in first.more if pair[0] == "texts"]
        second = find(STAFF, "风扇", 2, groups=[group], after=key)
        third = find(STAFF, "风扇", 2, groups=[group], after=dict(second.more)[group])
    pages = [*first.texts, *second.texts, *third.texts]
    assert [s.case.number for s in pages if s.case] == numbers[::-1]
    assert third.more == ()


@pytest.mark.parametrize("group", ["contacts", "customers", "sites", "devices", "contracts"])
def test_each_group_goes_on_after_its_last(world: World, group: str) -> None:
    for n in range(3):
        project(f"HT-D{n}", devices=[NewUnit(f"SN-{n}", BRAND, MODEL, "核心交换机")])
    typed = {"contacts": "邓丽", "customers": "都江堰", "sites": "机房", "contracts": "HT-D"}
    seen, key = [], ""
    with held_at(NOON + timedelta(hours=1)):
        whole = find(STAFF, typed.get(group, "CX-N6800"), 50, groups=[group])
        while True:
            page = find(STAFF, typed.get(group, "CX-N6800"), 2, groups=[group], after=key)
            seen += getattr(page, group)
            key = dict(page.more).get(group, "")
            if not key:
                break
    assert seen == list(getattr(whole, group))
    assert len(seen) > 2


def test_a_merged_case_is_found_and_names_its_survivor(world: World) -> None:
    kept, lost = reported(world, NOON, "主机柜"), reported(world, NOON + MINUTE, "柜门烧焦气味")
    with held_at(NOON + 2 * MINUTE):
        merging.merge(world.actor("周敏"), lost, into=kept, reason="同一故障")
    said = seek("烧焦").texts[-1]
    assert said.case is not None
    assert (said.case.number, said.case.into) == (lost, kept)


def test_a_corrected_text_is_found_and_the_first_one_too(world: World) -> None:
    number = reported(world, NOON, "阀门漏水")
    [said] = seek("阀门").texts
    with held_at(NOON + MINUTE):
        correction.correct(
            world.actor("刘洋"), number, of=said.uid, reason="听错", d={"text": "泵轴漏油"}
        )
    assert len(seek("阀门").texts) == 1
    assert [s.kind for s in seek("泵轴").texts] == ["correction"]


def test_what_was_imported_is_found(world: World) -> None:
    at = NOON - timedelta(days=900)
    report = {"channel": "email", "kind": "fault", "text": "UPS 蓄电池鼓包", "caller": "王女士"}
    past = (Past("reported", at, "张三", report), Past("case_closed", at + MINUTE, "张三", {}))
    with held_at(NOON):
        bring_in(SYSTEM, [History("old", "INC0012345", "closed", 2, past)])
    [said] = seek("鼓包").texts
    assert said.case is not None
    assert said.case.number == "INC0012345"
    assert [c.number for c in seek("inc00123").cases] == ["INC0012345"]


def test_a_claim_is_named_by_its_number(world: World) -> None:
    with held_at(NOON):
        done = claims.receive(
            world.customer.head, customer=world.customer.id, ground="quality", text="外壳开裂"
        )
    [said] = seek("开裂").texts
    assert (said.case, said.ref, said.subject_kind) == (None, done.number, "claim")


def test_a_customer_s_person_finds_nothing_of_another_s(world: World) -> None:
    """Typed in every way in which our own people would find it."""
    mine = reported(world, NOON, "电源掉电")
    theirs = reported(world, NOON + MINUTE, "电源烧毁", of=world.stranger)
    with held_at(NOON + 2 * MINUTE):
        intake.note(world.actor("周敏"), mine, text="电源进价 800")
    for typed in ("电源", "邓丽", "dl", "2203", "CX-N6800", "0118", "S2", "HT", "机房", "弱电间"):
        own = seek(typed, world.customer.contact)
        every = str(own)
        assert theirs not in every, typed
        assert LONG_NAME not in every, typed
        assert world.stranger.serial not in every, typed
        assert str(world.stranger.id) not in every, typed
        assert not own.staff
    own = seek("电源", world.customer.contact)
    assert [s.kind for s in own.texts] == ["reported"]  # not our note
    assert len(seek("电源").texts) == 3
    assert seek(theirs, world.customer.contact).cases == ()
    assert [c.number for c in seek(mine, world.customer.contact).cases] == [mine]


def test_behind_the_wall_of_the_database_too(world: World) -> None:
    """As the portal asks: under its role, with its customer set for this transaction."""
    number = reported(world, NOON, "电源掉电")
    reported(world, NOON + MINUTE, "电源烧毁", of=world.stranger)
    for typed in ("电源", "邓丽", "CX-N6800", number, "机房", "HT"):
        outside = seek(typed, world.customer.contact)
        with transaction.atomic(), as_customer(world.customer.id):
            assert seek(typed, world.customer.contact) == outside, typed
            assert seek(typed, replace(world.customer.contact, customer=world.stranger.id)) == (
                Found(fold(typed))
            ), typed


def test_a_program_without_the_permit_finds_nothing(world: World) -> None:
    with pytest.raises(Refusal):
        seek("电源", Actor("路人", frozenset({"visitor"})))


@pytest.mark.parametrize(
    "typed",
    [
        *("%", "_", "\\", "'", "\x00", "\ud800", "😀", "&|!:*()<->", "' or 1=1 --", "%s %(q)s"),
        *("电" * 10_000, "a " * 5_000, "\u202e\u202d", "{0}{by}", "1" * 10_000, "-" * 200, "+86"),
    ],
)
def test_whatever_is_typed_is_answered(world: World, typed: str) -> None:
    reported(world, NOON)
    seek(typed)


@pytest.mark.parametrize("key", ["x", "1", "0197a3c2-5d1e-7c5b-9a54-6f1d0c8e2b11", "'"])
def test_a_made_up_key_is_no_error(world: World, key: str) -> None:
    reported(world, NOON)
    with held_at(NOON + MINUTE):
        for group in ("texts", "cases", "devices", "contacts", "customers"):
            find(STAFF, "核心", 5, groups=[group], after=key)


@pytest.mark.parametrize("many", [1, 12])
def test_a_search_asks_the_same_few_questions(world: World, many: int) -> None:
    for n in range(many):
        reported(world, NOON + n * MINUTE)
        project(f"HT-M{n}", devices=[NewUnit(f"SN-{n}", BRAND, MODEL, "核心交换机")])
    with held_at(NOON + timedelta(hours=1)):
        for typed in ("核心", "CX-N6800", "2605"):
            with CaptureQueriesContext(connection) as asked:
                find(STAFF, typed, 10)
            assert len(asked) <= 22, typed


def test_rows_of_an_older_release_are_found_after_the_upgrade(world: World) -> None:
    """What the migration fills in is what the commands write."""
    migration = __import__("jiannuo.customers.migrations.0006_found_by", fromlist=["FOUND_BY"])
    for model in (Customer, Site, Contact):
        for row in model.objects.all():
            assert migration.FOUND_BY[model.__name__](row) == row.found_by
            assert row.found_by

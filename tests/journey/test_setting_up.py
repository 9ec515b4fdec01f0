"""Customers, contracts and devices are set up and changed by steps that tell who changed what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from jiannuo.archive.models import AuditRow, Event
from jiannuo.cases.models import Case
from jiannuo.charges import extras
from jiannuo.customers import queries as customers
from jiannuo.customers.models import Acceptance, Contact
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.equipment.models import Coverage, InstalledUnit, Placement
from jiannuo.inspections.models import Occurrence
from jiannuo.journey import devices
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from tests.journey.telling import at, fault, keeps, refused
from tests.world import World, project

NINE = at("09:00")
Do = Callable[..., str]


@pytest.fixture
def do(world: World) -> Do:
    """A step by one of ours at nine; its reference."""

    def taken(kind: str, by: str, *ref: str, **fields: Any) -> str:
        moment = fields.pop("moment", NINE)
        with held_at(moment):
            done = take(kind, world.actor(by), *ref, **fields)
        return done.number

    return taken


def last(kind: str) -> Event:
    found = Event.objects.filter(kind=kind).order_by("id").last()
    assert found is not None
    return found


@keeps("R-X-4")
def test_a_hotline_agent_registers_a_plain_contact_and_nobody_who_signs(
    world: World, do: Do
) -> None:
    own = world.customer.id
    person = do("contact_added", "周敏", customer=own, called="白洁", phone="138 0000 0000")
    assert customers.contact_of(UUID(person)).roles == {"contact"}
    with refused("not_permitted", "R-X-4"):
        do("contact_added", "周敏", customer=own, called="白杨", roles=["leader"])
    boss = do("contact_added", "沈浩", customer=own, called="白杨", roles=["leader", "contact"])
    assert customers.contact_of(UUID(boss)).roles == {"leader", "contact"}
    with refused("not_permitted", "R-X-4"):
        do("contact_changed", "周敏", person, called="白洁", roles=["contact", "technician"])


def test_a_change_tells_who_changed_what_from_what_to_what_and_the_audit_has_it(
    world: World, do: Do
) -> None:
    person = do("contact_added", "周敏", customer=world.customer.id, called="白洁", phone="1")
    do("contact_changed", "李伟", person, called="白洁", phone="2", title="值班长")
    event = last("contact_changed")
    assert event.detail == {
        "person": "白洁",
        "phone": "2",
        "title": "值班长",
        "was": {"phone": "1", "title": ""},
    }
    assert (event.by_name, event.customer_id) == ("李伟", world.customer.id)
    row = AuditRow.objects.get(op=event.uid)
    assert '"was":{"phone":"1","title":""}' in row.payload
    with refused("nothing_changed"):
        do("contact_changed", "李伟", person, called="白洁", phone="2", title="值班长")


def test_two_people_of_one_name_are_told_apart_and_who_left_makes_room(
    world: World, do: Do
) -> None:
    own = world.customer.id
    person = do("contact_added", "周敏", customer=own, called="白洁")
    with refused("known_person"):
        do("contact_added", "周敏", customer=own, called=" 白洁 ")
    do("contact_left", "周敏", person, reason="调走")
    assert customers.contact(own, "白洁") is None
    with refused("left_already"):
        do("contact_left", "周敏", person, reason="调走")
    do("contact_added", "周敏", customer=own, called="白洁")
    assert Contact.objects.filter(name="白洁").count() == 2


@keeps("R-7.4-C-2", "R-7-1")
def test_a_site_without_coordinates_counts_as_near_until_somebody_says_where(
    world: World, do: Do
) -> None:
    site = UUID(do("site_added", "周敏", customer=world.customer.id, called="新机房"))
    card = customers.site(site)
    assert card.km == 0
    assert card.method == "unknown"
    assert card.spot is None
    do(
        "site_changed",
        "沈浩",
        str(site),
        called="新机房",
        geo=[31.46, 104.68],
        reason="现场量的",
    )
    card = customers.site(site)
    assert (card.method, card.office) == ("great_circle", "CDO")
    assert 100 < card.km < 120
    assert last("site_changed").detail["was"]["geo"] is None


def test_what_was_promised_for_a_site_keeps_its_distance(world: World, do: Do) -> None:
    begun = fault(world, "08:00")
    begun.do("confirmed", "08:01", "周敏", level="L3")
    begun.do("engineer_contact", "08:05", "李伟", call="outbound")
    begun.do("phone_failed", "08:06", "李伟", confirmed_with="邓丽")
    begun.do("remote_skipped", "08:07", "李伟", reason="no_link")
    begun.do("onsite_confirmed", "08:10", "邓丽")
    waiting = fault(world, "08:30")
    due = begun.clock("onsite_arrival").due
    site = customers.site(world.customer.site)
    where = {"called": site.name, "geo": [site.lat, site.lon]}
    do("site_changed", "沈浩", str(site.id), contract_km="120.0", reason="新修了路", **where)
    assert begun.view.card.km == 40
    assert waiting.view.card.km == 120
    begun.do("noted", "09:05", "李伟", text="路上")
    assert begun.clock("onsite_arrival").due == due


@keeps("R-2-3")
def test_a_corrected_acceptance_moves_what_follows_from_it_and_tells_why(
    world: World, do: Do
) -> None:
    with held_at(at("2025-01-02 09:00")):
        own = project("HT-ACC", inspection_plan=True, devices=_devices("ACC-1"))
    case = fault(world, "2026-03-02 08:00", of=own)
    assert _entitled(case.number) == "in_warranty"
    do(
        "acceptance_changed",
        "沈浩",
        str(own.contract),
        accepted_on=date(2022, 6, 1),
        reason="验收单日期抄错",
        moment=at("2026-03-02 09:00"),
    )
    assert _entitled(case.number) == "post_warranty"
    assert Acceptance.objects.filter(contract=own.contract).count() == 2
    spells = Coverage.objects.filter(unit__serial="ACC-1").order_by("id")
    assert [(s.starts_on.year, s.void_at is None) for s in spells] == [(2025, False), (2022, True)]
    assert spells[0].void_reason == "验收单日期抄错"
    owed = Occurrence.objects.filter(contract=own.contract)
    assert {row.due_on.year for row in owed} <= {2022, 2023, 2024, 2025}
    event = last("acceptance_changed")
    assert (event.detail["was"], event.detail["accepted_on"]) == ("2025-06-01", "2022-06-01")


def _devices(*serials: str) -> Any:
    return [equipment_unit(serial) for serial in serials]


def equipment_unit(serial: str) -> Any:
    return NewUnit(serial, "Cixin", "CX-N6800", "核心交换机")


def _entitled(number: str) -> str:
    return Case.objects.values_list("entitlement", flat=True).get(number=number)


@keeps("R-2-5")
def test_a_line_of_its_own_covers_its_device_longer(world: World, do: Do) -> None:
    own = world.customer
    do(
        "line_set",
        "沈浩",
        str(own.contract),
        serial=own.serial,
        months=60,
        source="投标书第 12 页",
    )
    card = customers.project(own.contract).card
    assert [(line.serial, line.months) for line in card.lines] == [(own.serial, 60)]
    kept = Coverage.objects.get(unit__serial=own.serial, void_at__isnull=True)
    assert (kept.basis, kept.months) == ("line", 60)
    assert last("line_set").detail["source"] == "投标书第 12 页"


@keeps("R-2-1")
def test_a_contract_without_months_is_refused_by_name(world: World, do: Do) -> None:
    with refused("months_missing", "R-2-1"):
        do(
            "contract_signed",
            "沈浩",
            customer=world.customer.id,
            number="HT-N",
            accepted_on=date(2025, 1, 1),
        )


def test_a_contract_is_signed_once_and_its_terms_change_with_a_reason(world: World, do: Do) -> None:
    op = When(op=uuid4())
    said = {"number": "HT-N", "accepted_on": date(2025, 1, 1), "months": 24}
    refs = set()
    for _ in range(2):
        with held_at(NINE):
            done = take(
                "contract_signed", world.actor("沈浩"), op, customer=world.customer.id, **said
            )
        refs.add(done.number)
    [ref] = refs
    with refused("known_contract"):
        do("contract_signed", "沈浩", customer=world.customer.id, **said)
    do(
        "contract_changed",
        "沈浩",
        ref,
        inspection_plan=True,
        holidays=["2025-10-01"],
        reason="补签",
    )
    assert Occurrence.objects.filter(contract_id=UUID(ref)).exists()
    assert last("contract_changed").detail["was"] == {"inspection_plan": False, "holidays": []}
    both = {"holidays": ["2025-10-01"], "makeup_workdays": ["2025-10-01"]}
    with refused("holiday_and_workday"):
        do("contract_changed", "沈浩", ref, reason="x", **both)


@keeps("R-0-1")
def test_a_number_of_the_contract_is_checked_like_the_profile_s(world: World, do: Do) -> None:
    ref = str(world.customer.contract)
    do("override_set", "沈浩", ref, key="phone_response.L3", value="01:00", reason="投标承诺")
    assert customers.contract(world.customer.contract).overrides == {"phone_response.L3": "01:00"}
    with refused("bad_override", "R-0-1"):
        do("override_set", "沈浩", ref, key="phone_response.L3", value="soon", reason="x")
    with refused("bad_input"):
        do("override_set", "沈浩", ref, key="no.such", value="1", reason="x")
    do("override_set", "沈浩", ref, key="phone_response.L3", value="", reason="改回手册")
    assert customers.contract(world.customer.contract).overrides == {}
    assert last("override_set").detail["was"] == "01:00"


@keeps("R-2-13")
def test_a_price_of_the_contract_is_set_and_told_with_the_old_one(world: World, do: Do) -> None:
    ref = str(world.customer.contract)
    do("price_set", "沈浩", ref, model="CX-N6800", unit="48600.00")
    do("price_set", "沈浩", ref, model="CX-N6800", unit="47000.00")
    assert last("price_set").detail["was"] == "48600.00"


@keeps("R-2-15")
def test_two_maintenance_contracts_of_a_site_do_not_overlap(world: World, do: Do) -> None:
    ref = str(world.customer.contract)
    said: dict[str, Any] = {
        "number": "WB-1",
        "site": world.customer.site,
        "starts_on": date(2029, 1, 1),
        "ends_on": date(2029, 12, 31),
        "visits_included": 4,
        "per_visit": "800.00",
    }
    do("maintenance_signed", "沈浩", ref, **said)
    with refused("upkeep_overlaps"):
        do("maintenance_signed", "沈浩", ref, **{**said, "number": "WB-2"})
    with refused("ends_first"):
        do("maintenance_signed", "沈浩", ref, **{**said, "ends_on": date(2028, 1, 1)})
    with refused("not_yours"):
        do("maintenance_signed", "沈浩", ref, **{**said, "site": world.stranger.site})


# -- devices ------------------------------------------------------------------------------------


def unit(serial: str) -> InstalledUnit:
    found = equipment.find(serial)
    assert found is not None
    return InstalledUnit.objects.get(pk=found.id)


@keeps("R-0-2")
def test_a_device_is_registered_moved_and_retired_and_its_places_are_kept(
    world: World, do: Do
) -> None:
    own = world.customer
    ref = do(
        "device_registered",
        "沈浩",
        contract=own.contract,
        site=own.site,
        serial="NEW-1",
        brand="Cixin",
        model="CX-N6800",
        function="核心交换机 B",
        place="A03 柜 12U",
    )
    other = UUID(do("site_added", "周敏", customer=own.id, called="备用机房"))
    do("device_moved", "李伟", ref, site=other, reason="扩容", moment=NINE + timedelta(hours=1))
    places = Placement.objects.filter(unit_id=UUID(ref)).order_by("id")
    assert [p.position.place for p in places] == ["A03 柜 12U", ""]
    assert last("device_moved").detail["was"]["place"] == "A03 柜 12U"
    with refused("not_yours"):
        do("device_moved", "李伟", ref, site=world.stranger.site, reason="x")
    do("device_retired", "沈浩", ref, reason="拆除", moment=NINE + timedelta(hours=2))
    with refused("retired"):
        do("device_moved", "李伟", ref, site=own.site, reason="x", moment=NINE + timedelta(hours=3))


@keeps("R-2-2")
def test_a_device_with_an_open_case_is_not_retired(world: World, do: Do) -> None:
    fault(world, "08:00")
    with refused("open_case", "R-2-2"):
        do("device_retired", "沈浩", str(unit(world.customer.serial).id), reason="x")


def test_a_slot_holds_one_board(world: World, do: Do) -> None:
    ref = str(unit(world.customer.serial).id)
    do("device_child_added", "李伟", ref, serial="MPU-1", slot="主控 A")
    with refused("slot_taken"):
        do("device_child_added", "李伟", ref, serial="MPU-2", slot="主控 A")
    assert unit("MPU-1").slot == "主控 A"
    assert str(unit("MPU-1").parent_id) == ref


def test_a_serial_is_corrected_with_its_line_unless_a_case_names_it(world: World, do: Do) -> None:
    own = world.customer
    ref = str(unit(own.serial).id)
    do("line_set", "沈浩", str(own.contract), serial=own.serial, months=60)
    do("serial_corrected", "李伟", ref, serial="SN-1-X", reason="铭牌")
    assert customers.contract(own.contract).lines[0].serial == "SN-1-X"
    assert last("serial_corrected").detail == {
        "serial": "SN-1-X",
        "was": own.serial,
        "reason": "铭牌",
    }
    with refused("serial_known", "R-0-2"):
        do("serial_corrected", "李伟", ref, serial=world.stranger.serial, reason="x")
    case = fault(world, "08:00", device="SN-1-X")
    ordered = {"mode": "exchange", "item": "整机", "faulty_serial": "SN-1-X"}
    case.do("replacement_ordered", "08:10", "刘洋", **ordered)
    with refused("serial_named"):
        do("serial_corrected", "李伟", ref, serial="SN-2-X", reason="x")


def test_a_pasted_list_is_looked_at_first_and_registered_whole_or_not(world: World, do: Do) -> None:
    own = world.customer
    rows = devices.tried(["B-1", " ", "ｂ１", own.serial, "-", "B-2"])
    assert [(r.n, r.trouble.code if r.trouble else "") for r in rows] == [
        (1, ""),
        (2, "twice"),
        (3, "serial_known"),
        (4, "bad_serial"),
        (5, ""),
    ]
    said: dict[str, Any] = {"contract": own.contract, "site": own.site, "model": "CX-N6800"}
    op, sales = uuid4(), world.actor("沈浩")
    with held_at(NINE):
        with refused("serial_known"):
            devices.register_all(sales, op, ["B-1", own.serial], **said)
        assert equipment.find("B-1") is None
        assert devices.register_all(sales, op, ["B-1", "B-2"], **said) == 2
        assert devices.register_all(sales, op, ["B-1", "B-2"], **said) == 0


# -- value-added services -----------------------------------------------------------------------


@keeps("R-6-1", "R-6-2")
def test_a_value_added_service_costs_what_the_maker_asks(world: World, do: Do) -> None:
    said = {"customer": world.customer.id, "what": "上门培训", "maker": "厂家"}
    with refused("not_at_cost", "R-6-1"):
        do("extra_ordered", "沈浩", **said, maker_price="0.00", price="10.00")
    with refused("not_at_cost", "R-6-2"):
        do("extra_ordered", "沈浩", **said, maker_price="5800.00", price="6000.00")
    number = do("extra_ordered", "沈浩", **said, maker_price="5800.00", price="5800.00")
    do("extra_delivered", "李伟", number)
    assert extras.extra(number).state == "delivered"
    with refused("extra_is_over"):
        do("extra_cancelled", "沈浩", number, reason="x")

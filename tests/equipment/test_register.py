"""The installed base: one serial is one unit however it is typed, and stands in one place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from jiannuo.equipment import commands as equipment
from jiannuo.equipment import queries
from jiannuo.equipment.commands import Host, NewUnit
from jiannuo.equipment.models import (
    Coverage,
    InstalledUnit,
    Placement,
    Position,
    ProductModel,
    UnitSwap,
)
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.warranty import Term
from tests.world import Customer, company, project

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
TERM = Term(date(2026, 3, 2), 12, date(2027, 3, 2))


@pytest.fixture
def own() -> Customer:
    with held_at(datetime(2025, 1, 1, tzinfo=UTC)):
        company()
        return project()


def unit(serial: str = "SN-1") -> InstalledUnit:
    found = queries.find(serial)
    assert found is not None
    return InstalledUnit.objects.get(pk=found.id)


@pytest.mark.parametrize("typed", ["ａｂ－１２", "AB 12", "ab_12", "Ab.12", "a b / 1 2", "AB12"])
def test_a_serial_is_found_however_it_is_typed(typed: str) -> None:
    equipment.register_loaner(SYSTEM, NewUnit("AB-12"))
    found = queries.find(typed)
    assert found is not None
    assert found.serial == "AB-12"
    with pytest.raises(Refusal) as caught:
        equipment.register_loaner(SYSTEM, NewUnit(typed))
    assert (caught.value.code, caught.value.requirement) == ("serial_known", "R-0-2")


@pytest.mark.parametrize("typed", ["ａｂ－１２", "AB 12", "ab_12"])
def test_the_database_itself_keeps_one_serial_of_a_model(typed: str) -> None:
    model = ProductModel.objects.create(brand="Cixin", model="X")
    InstalledUnit.objects.create(serial="AB-12", role="device", model=model)
    with pytest.raises(IntegrityError, match="serial_is_unique"), transaction.atomic():
        InstalledUnit.objects.create(serial=typed, role="device", model=model)
    InstalledUnit.objects.create(serial=typed, role="part")
    with pytest.raises(IntegrityError, match="serial_is_unique"), transaction.atomic():
        InstalledUnit.objects.create(serial="AB12", role="part")


@pytest.mark.parametrize("typed", ["ａｂ－１２", "AB 12", "ab_12", "ﬁ-９", "ⅳ．x", "—", "　x　1"])
def test_the_key_here_is_the_key_of_the_database(typed: str) -> None:
    row = InstalledUnit.objects.create(serial=f"{typed}0", role="part")
    row.refresh_from_db()
    assert row.serial_key == queries.key_of(f"{typed}0")


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("role_is_known", {"role": "toy"}),
        ("serial_is_not_empty", {"serial": "- - -"}),
    ],
)
def test_a_unit_that_cannot_be_is_not_stored(sentence: str, values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        InstalledUnit.objects.create(**{"serial": "X1", "role": "part", **values})


def test_a_place_holds_one_unit_and_a_unit_stands_in_one_place(own: Customer) -> None:
    first = unit()
    held = Placement.objects.get(unit=first)
    other = InstalledUnit.objects.create(serial="X1", role="device", customer_id=own.id)
    elsewhere = Position.objects.create(site_id=own.site, customer_id=own.id, function="备")
    span = DateTimeTZRange(NOON, None)
    with pytest.raises(IntegrityError, match="holds_one_unit"), transaction.atomic():
        Placement.objects.create(
            position=held.position, unit=other, customer_id=own.id, period=span
        )
    with pytest.raises(IntegrityError, match="of_a_unit_is_one"), transaction.atomic():
        Placement.objects.create(position=elsewhere, unit=first, customer_id=own.id, period=span)
    nothing = DateTimeTZRange(NOON, NOON)
    with pytest.raises(IntegrityError, match="is_not_empty"), transaction.atomic():
        Placement.objects.create(position=elsewhere, unit=other, customer_id=own.id, period=nothing)


def test_two_spells_of_warranty_of_one_unit_do_not_overlap_unless_one_is_void(
    own: Customer,
) -> None:
    row, source = unit(), uuid4()
    with pytest.raises(IntegrityError, match="does_not_overlap"), transaction.atomic():
        equipment.cover(row.id, "fitted", TERM, source)
    Coverage.objects.filter(unit=row).update(void_at=NOON, void_reason="corrected")
    equipment.cover(row.id, "fitted", TERM, source)
    kept = Coverage.objects.get(source=source)
    assert kept.period == DateRange(date(2026, 3, 2), date(2027, 3, 3))


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("basis_is_known", {"basis": "gift"}),
        ("has_months", {"months": 0}),
        ("starts_with_its_period", {"starts_on": date(2026, 3, 3)}),
    ],
)
def test_a_warranty_that_cannot_be_is_not_stored(
    own: Customer, sentence: str, values: dict[str, object]
) -> None:
    loaner = equipment.register_loaner(SYSTEM, NewUnit("LO-9"))
    known = {
        "unit_id": loaner,
        "basis": "fitted",
        "starts_on": date(2026, 3, 2),
        "months": 12,
        "period": DateRange(date(2026, 3, 2), date(2027, 3, 3)),
    }
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        Coverage.objects.create(**{**known, **values})


def test_a_new_device_takes_the_place_of_the_old_one(own: Customer) -> None:
    old = unit()
    with held_at(NOON):
        new = equipment.swap(uuid4(), old.id, NewUnit("SN-2", "Cixin", "CX-N6800"), NOON)
    before, after = Placement.objects.filter(customer_id=own.id).order_by("period")
    assert (before.unit_id, before.period.upper) == (old.id, NOON)
    assert (after.unit_id, after.period.lower, after.position_id) == (new, NOON, before.position_id)
    old.refresh_from_db()
    assert old.retired_at == NOON
    assert UnitSwap.objects.get().installed_id == new


def test_what_was_swapped_out_is_not_swapped_out_again(own: Customer) -> None:
    """The second engineer, five minutes later, would have removed the one just fitted."""
    old = unit()
    equipment.swap(uuid4(), old.id, NewUnit("SN-2", "Cixin", "CX-N6800"), NOON)
    with pytest.raises(Refusal) as caught:
        equipment.swap(uuid4(), old.id, NewUnit("SN-3", "Cixin", "CX-N6800"), LATER)
    assert (caught.value.code, caught.value.requirement) == ("already_replaced", "R-2-6")
    assert queries.find("SN-3") is None


def test_a_swap_is_made_once_by_its_operation_and_changes_the_unit(own: Customer) -> None:
    old, op = unit(), uuid4()
    new = equipment.swap(op, old.id, NewUnit("SN-2", "Cixin", "CX-N6800"), NOON)
    row = UnitSwap.objects.get()
    again = {"customer_id": own.id, "removed_id": old.id, "kind": "permanent", "at": NOON}
    with pytest.raises(IntegrityError, match="op"), transaction.atomic():
        UnitSwap.objects.create(op=row.op, installed_id=new, **again)
    with pytest.raises(IntegrityError, match="changes_the_unit"), transaction.atomic():
        UnitSwap.objects.create(op=uuid4(), installed_id=old.id, **again)
    with pytest.raises(IntegrityError, match="kind_is_known"), transaction.atomic():
        UnitSwap.objects.create(op=uuid4(), installed_id=new, **{**again, "kind": "for fun"})


def test_a_loaner_of_ours_is_not_swapped_like_a_customer_s_device() -> None:
    loaner = equipment.register_loaner(SYSTEM, NewUnit("LO-9"))
    with pytest.raises(Refusal, match="is ours"):
        equipment.swap(uuid4(), loaner, NewUnit("SN-9"), NOON)


def test_a_part_that_sits_elsewhere_is_not_fitted_again(own: Customer) -> None:
    host = Host(unit().id, own.id, own.contract, own.site)
    fitted = _fit("MB-1", host)
    assert InstalledUnit.objects.get(pk=fitted).parent_id == unit().id
    with pytest.raises(Refusal) as caught:
        _fit("ｍｂ１", host)
    assert caught.value.code == "serial_known"


def _fit(serial: str, host: Host) -> UUID:
    return equipment.fit_part(serial, host, NOON)


def test_setting_up_the_register_is_for_those_who_set_up() -> None:
    stranger = Actor("李伟", frozenset({"engineer"}))
    with pytest.raises(Refusal) as caught:
        equipment.register_loaner(stranger, NewUnit("LO-9"))
    assert caught.value.code == "not_permitted"

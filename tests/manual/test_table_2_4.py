"""Table 2-4: how soon an engineer is at the device, by distance (A5, A7b, A25, A26)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from jiannuo.manual.distance import Spot, band_limit, distance, great_circle_km
from jiannuo.manual.events import Event
from jiannuo.manual.profile import shipped
from jiannuo.manual.story import CaseFacts
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    clocks,
    edges,
    emergency,
    ev,
    fault,
    inclusive,
    keeps,
    span,
    strict,
    with_keys,
)

BANDS = [
    ("0.0", "02:00", "<=50 km"),
    ("50.0", "02:00", "<=50 km"),
    ("50.1", "04:00", "<=100 km"),
    ("100.0", "04:00", "<=100 km"),
    ("100.1", "08:00", "<=400 km"),
    ("400.0", "08:00", "<=400 km"),
    ("400.1", "12:00", "<=800 km"),
    ("800.0", "12:00", "<=800 km"),
    ("800.1", "24:00", ">800 km"),
    ("3900.0", "24:00", ">800 km"),
]
CHENGDU = Spot("CDO", 30.6574, 104.0658)
KUNMING = Spot("KMO", 25.0389, 102.7183)


def called(when: str = "10:00") -> Event:
    return ev("onsite_confirmed", when)


def arrived(when: str, seconds: int = 0) -> Event:
    return ev("arrived", at(when) + timedelta(seconds=seconds))


def agreement(when: str, due: str) -> Event:
    return ev("arrival_agreement", when, due=at(due), reason="封路")


@keeps("R-7.4-T-1", "R-7.4-C-2")
@pytest.mark.parametrize(("km", "limit", "basis"), BANDS)
def test_the_upper_bound_of_a_band_belongs_to_it(km: str, limit: str, basis: str) -> None:
    assert band_limit(shipped(), Decimal(km)) == (span(limit), basis)


@keeps("R-7.4-T-1", "R-7.4-C-1")
@edges
@pytest.mark.parametrize(("km", "limit", "basis"), BANDS)
def test_arrival_is_strictly_before_the_limit_of_the_band(
    km: str, limit: str, basis: str, seconds: int
) -> None:
    there = ev("arrived", at("10:00") + span(limit) + timedelta(seconds=seconds))
    facts = CaseFacts(km=Decimal(km))
    found = clock("onsite_arrival", *fault(), called(), there, facts=facts)
    assert (found.start, found.basis, found.op) == (at("10:00"), basis, "lt")
    assert found.verdict(LONG_AFTER) == strict(seconds)


def test_without_a_distance_no_arrival_is_promised() -> None:
    assert "onsite_arrival" not in clocks([*fault(), called()], facts=CaseFacts())


def test_the_first_arrival_after_the_first_call_counts() -> None:
    events = [*fault(), called(), called("11:00"), arrived("11:30"), arrived("15:00")]
    found = clock("onsite_arrival", *events)
    assert (found.start, found.stop) == (at("10:00"), at("11:30"))


def test_an_engineer_who_is_there_before_the_call_has_arrived() -> None:
    found = clock("onsite_arrival", *fault(), arrived("09:30"), called())
    assert (found.stop, found.elapsed) == (at("10:00"), timedelta())
    assert found.verdict(LONG_AFTER) == "met"


def test_the_signature_of_the_application_does_not_move_the_arrival() -> None:
    signed = ev("application_signed", "13:00")
    assert clock("onsite_arrival", *fault(), called(), arrived("11:00"), signed).stop == at("11:00")


# -- in an emergency ----------------------------------------------------------------------


@keeps("R-7.5-B2-2")
def test_at_level_one_arrival_runs_from_the_declaration() -> None:
    assert clock("onsite_arrival", *emergency()).start == at("10:00")
    assert clock("onsite_arrival", *emergency(called("10:20"))).start == at("10:00")


def test_an_arrival_clock_that_ran_before_the_declaration_keeps_its_start() -> None:
    events = [*fault(), called("09:30"), ev("l1_declared", "10:00")]
    assert clock("onsite_arrival", *events).start == at("09:30")


# -- special times agreed -------------------------------------------------------------------


@keeps("R-7.4-C-3")
@edges
def test_an_agreed_time_takes_the_place_of_the_limit_and_counts_its_own_second(
    seconds: int,
) -> None:
    events = [*fault(), called(), agreement("11:00", "18:00"), arrived("18:00", seconds)]
    found = clock("onsite_arrival", *events)
    assert (found.due, found.op, found.basis) == (at("18:00"), "le", "agreed")
    assert found.verdict(LONG_AFTER) == inclusive(seconds)
    assert (found.original_due, found.original_op) == (at("12:00"), "lt")
    assert found.original_verdict(LONG_AFTER) == "breached"


@keeps("R-7.4-C-3")
@edges
def test_an_agreement_is_valid_only_before_the_old_due_moment(seconds: int) -> None:
    late = ev(
        "arrival_agreement",
        at("12:00") + timedelta(seconds=seconds),
        due=at("18:00"),
        reason="封路",
    )
    found = clock("onsite_arrival", *fault(), called(), late, arrived("17:00"))
    assert found.verdict(LONG_AFTER) == strict(seconds)
    assert (found.original_due is None) == (seconds >= 0)


def test_the_last_valid_agreement_wins_and_a_late_one_changes_nothing() -> None:
    events = [
        *fault(),
        called(),
        agreement("10:30", "16:00"),
        agreement("11:59:59", "18:00"),
        agreement("12:00", "20:00"),
    ]
    assert clock("onsite_arrival", *events).due == at("18:00")


@keeps("R-7.4-C-3")
def test_an_agreement_about_the_arrival_does_not_move_the_fix() -> None:
    events = [*fault(), called(), agreement("11:00", "+3 18:00")]
    assert clock("fix_24h", *events).due == at("+1 09:00")


# -- how far ----------------------------------------------------------------------------------


@keeps("R-7.4-C-2")
def test_the_kilometres_of_the_contract_win() -> None:
    found = distance(shipped(), CHENGDU, [KUNMING], contract_km=Decimal("86.04"))
    assert (found.km, found.method, found.office) == (Decimal("86.0"), "contract", "KMO")


@keeps("R-7.4-C-2")
def test_without_them_the_great_circle_is_taken_to_a_tenth_and_the_method_said() -> None:
    # one degree of a meridian: 6371.0088 km x pi / 180 = 111.1951 km
    found = distance(shipped(), Spot("S", 31.0, 104.0), [Spot("O", 30.0, 104.0)])
    assert (found.km, found.method) == (Decimal("111.2"), "great_circle")


def test_a_quarter_of_the_globe_is_a_quarter_of_its_girth() -> None:
    quarter = great_circle_km(Spot("pole", 90, 0), Spot("equator", 0, 77), 6371.0088)
    assert quarter == pytest.approx(10007.5572, abs=1e-3)


def test_opposite_points_and_equal_ones_do_not_fail() -> None:
    half = great_circle_km(Spot("a", 0, 0), Spot("b", 0, 180), 6371.0088)
    assert half == pytest.approx(20015.1144, abs=1e-3)
    assert great_circle_km(CHENGDU, CHENGDU, 6371.0088) == 0


@keeps("R-7-1")
def test_the_nearest_office_counts_unless_the_site_names_one() -> None:
    site = Spot("S", 30.5, 104.0)
    assert distance(shipped(), site, [KUNMING, CHENGDU]).office == "CDO"
    assert distance(shipped(), site, [KUNMING, CHENGDU], named_office="KMO").office == "KMO"


def test_half_a_tenth_of_a_kilometre_is_rounded_up() -> None:
    near = distance(shipped(), CHENGDU, [CHENGDU], contract_km=Decimal("50.05"))
    assert near.km == Decimal("50.1")
    assert band_limit(shipped(), near.km)[0] == span("04:00")


@keeps("R-0-1")
def test_a_contract_may_have_bands_of_its_own() -> None:
    terms = with_keys(onsite_arrival__bands_km=[[30, "01:00"], ["beyond", "03:00"]])
    assert band_limit(terms, Decimal("30.0")) == (span("01:00"), "<=30 km")
    assert band_limit(terms, Decimal("30.1")) == (span("03:00"), ">30 km")

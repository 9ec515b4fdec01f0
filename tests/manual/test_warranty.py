"""Section 2: when a warranty ends, what renews it, what a report is entitled to (A10, A16, A17)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual.profile import shipped
from jiannuo.manual.warranty import (
    Cover,
    Maintenance,
    Term,
    add_months,
    entitlement,
    maintenance_at,
    renewal,
    term,
)
from jiannuo.manual.workdays import Workdays
from tests.manual.happenings import keeps, with_keys

DAYS = st.dates(date(1986, 1, 1), date(2080, 12, 31))


def until(start: str, months: int) -> date:
    return term(shipped(), date.fromisoformat(start), months).end


def day(text: str) -> date:
    return date.fromisoformat(text)


# -- Civil Code 201, 202 --------------------------------------------------------------------------


@keeps("R-2-1", "R-2-3")
@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2025-08-31", 18, "2027-02-28"),  # no corresponding day: the end of the month
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-02-28", 12, "2026-02-28"),
        ("2023-02-28", 12, "2024-02-28"),  # not the 29th: the corresponding day exists
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-10-31", 1, "2025-11-30"),
        ("2025-02-10", 24, "2027-02-10"),
        ("2025-12-31", 12, "2026-12-31"),
        ("2026-11-30", 24, "2028-11-30"),
        ("2024-01-15", 12, "2025-01-15"),  # 365 days would end on the 14th
        ("2023-03-01", 36, "2026-03-01"),
    ],
)
def test_a_warranty_ends_on_the_corresponding_day_or_the_last_of_the_month(
    start: str, months: int, last: str
) -> None:
    assert until(start, months) == day(last)


@given(DAYS, st.integers(1, 120))
def test_months_are_counted_from_the_anchor_and_never_step_by_step(start: date, n: int) -> None:
    end = add_months(start, n)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == n
    assert end.day == start.day or (end + timedelta(days=1)).day == 1
    assert end.day <= start.day


def test_stepping_from_the_last_month_would_drift_and_the_anchor_does_not() -> None:
    anchored = [add_months(day("2026-01-31"), n) for n in range(4)]
    assert [d.isoformat() for d in anchored] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]


@keeps("R-2-1")
@pytest.mark.parametrize("months", [0, -1])
def test_a_warranty_without_months_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="at least one month"):
        term(shipped(), date(2025, 1, 1), months)


def test_the_day_before_may_be_read_instead() -> None:
    profile = with_keys(warranty__end_rule="day_before")
    assert term(profile, date(2024, 2, 29), 12).end == date(2025, 2, 27)


def test_a_last_day_on_a_holiday_may_shift_to_the_next_working_day() -> None:
    calendar = Workdays(
        frozenset({date(2026, 10, d) for d in range(1, 8)}), frozenset({date(2026, 10, 10)})
    )
    shifted = with_keys(warranty__holiday_shift=True)
    start = date(2025, 10, 1)
    assert term(shifted, start, 12, calendar).end == date(2026, 10, 8)
    assert term(shifted, date(2025, 10, 10), 12, calendar).end == date(2026, 10, 10)
    assert term(shipped(), start, 12, calendar).end == date(2026, 10, 1)
    assert term(shifted, start, 12).end == date(2026, 10, 1)


# -- project and line ---------------------------------------------------------------------------------


def cover(**lines: tuple[str, int]) -> Cover:
    terms = {
        serial.replace("_", "-"): term(shipped(), day(start), months)
        for serial, (start, months) in lines.items()
    }
    return Cover(term(shipped(), day("2025-01-10"), 24), terms)


@keeps("R-2-5")
def test_the_later_end_of_project_and_line_counts() -> None:
    terms = cover(SN_1=("2025-01-10", 36), SN_2=("2024-06-01", 12))
    assert terms.end_of(shipped(), "SN-1") == day("2028-01-10")
    assert terms.end_of(shipped(), "SN-2") == day("2027-01-10")
    assert terms.end_of(shipped(), "SN-3") == day("2027-01-10")


@keeps("R-2-5")
def test_in_month_thirty_the_server_is_covered_and_the_cabling_is_not() -> None:
    terms = cover(SN_1=("2025-01-10", 36))
    month_30 = day("2027-07-10")
    assert entitlement(shipped(), terms, "SN-1", "S", month_30) == "in_warranty"
    assert entitlement(shipped(), terms, "SN-9", "S", month_30) == "post_warranty"


@pytest.mark.parametrize(
    ("combine", "ends"),
    [
        ("later", ("2028-01-10", "2027-01-10")),
        ("line", ("2028-01-10", "2025-06-01")),
        ("project", ("2027-01-10", "2027-01-10")),
    ],
)
def test_a_contract_may_let_the_line_or_the_project_alone_decide(
    combine: str, ends: tuple[str, str]
) -> None:
    profile = with_keys(warranty__combine=combine)
    terms = cover(SN_1=("2025-01-10", 36), SN_2=("2024-06-01", 12))
    assert tuple(terms.end_of(profile, s).isoformat() for s in ("SN-1", "SN-2")) == ends


# -- entitlement ----------------------------------------------------------------------------------------


@keeps("R-2-4", "R-2-3")
@pytest.mark.parametrize(
    ("reported", "entitled"),
    [
        ("2025-01-09", "before_acceptance"),
        ("2025-01-10", "in_warranty"),
        ("2027-01-10", "in_warranty"),
        ("2027-01-11", "post_warranty"),
    ],
)
def test_the_local_day_of_the_report_decides_and_the_last_day_is_covered(
    reported: str, entitled: str
) -> None:
    assert entitlement(shipped(), cover(), None, "S", day(reported)) == entitled


@keeps("R-2-14", "R-2-15")
def test_after_the_warranty_a_maintenance_contract_of_the_site_counts_on_its_days() -> None:
    kept = Maintenance("M-1", "S1", day("2027-02-01"), day("2028-01-31"), 4, 0, "600.00", "cost")
    terms = Cover(term(shipped(), day("2025-01-10"), 24), maintenance=(kept,))

    def entitled(site: str, on: str) -> str:
        return entitlement(shipped(), terms, None, site, day(on))

    assert entitled("S1", "2027-01-10") == "in_warranty"
    assert entitled("S1", "2027-01-31") == "post_warranty"
    assert entitled("S1", "2027-02-01") == "maintenance_contract"
    assert entitled("S1", "2028-01-31") == "maintenance_contract"
    assert entitled("S1", "2028-02-01") == "post_warranty"
    assert entitled("S2", "2027-02-01") == "post_warranty"
    assert maintenance_at(terms, "S1", day("2027-02-01")) is kept


# -- what replaces a device ---------------------------------------------------------------------------------


@keeps("R-2-10")
def test_what_replaces_a_device_has_the_full_original_term_again() -> None:
    assert renewal(shipped(), cover(), "SN-1", day("2026-11-30")) == Term(
        day("2026-11-30"), 24, day("2028-11-30")
    )


@keeps("R-2-10")
def test_the_term_of_its_line_if_it_has_one_also_for_what_replaced_it_before() -> None:
    terms = Cover(
        term(shipped(), day("2025-01-10"), 24),
        {"SN-1": term(shipped(), day("2025-01-10"), 36)},
        origin={"SN-5": "SN-1", "SN-9": "SN-5"},
    )
    assert terms.original("SN-9") == "SN-1"
    assert terms.months_of("SN-9") == 36
    assert renewal(shipped(), terms, "SN-9", day("2026-05-31")).end == day("2029-05-31")


def test_serials_that_replaced_each_other_in_a_circle_do_not_loop() -> None:
    terms = Cover(term(shipped(), day("2025-01-10"), 24), origin={"A": "B", "B": "A"})
    assert terms.original("A") in ("A", "B")


def test_by_the_other_reading_only_what_remained_goes_over() -> None:
    profile = with_keys(replacement__term="remaining")
    assert renewal(profile, cover(), "SN-1", day("2026-11-30")).end == day("2027-01-10")
    assert renewal(profile, cover(), "SN-1", day("2027-05-01")).end == day("2027-05-01")


@keeps("R-2-10")
def test_the_new_unit_is_covered_to_its_own_end_and_the_others_to_theirs() -> None:
    terms = Cover(
        term(shipped(), day("2025-01-10"), 24),
        renewed={"SN-9": renewal(shipped(), cover(), "SN-1", day("2026-11-30"))},
    )
    assert entitlement(shipped(), terms, "SN-9", "S", day("2028-11-30")) == "in_warranty"
    assert entitlement(shipped(), terms, "SN-9", "S", day("2028-12-01")) == "post_warranty"
    assert entitlement(shipped(), terms, "SN-2", "S", day("2027-01-11")) == "post_warranty"

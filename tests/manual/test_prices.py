"""What a case costs: every cell of the table of charges, lots, value-added services (2, 6, 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual.events import Event
from jiannuo.manual.lots import Taken, use_of_lots
from jiannuo.manual.prices import (
    Bill,
    Line,
    charge_lines,
    default_supplier,
    line_text,
    total,
    unpriced,
    value_added_price,
)
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.standards import below
from jiannuo.manual.warranty import Maintenance
from tests.manual.happenings import ev, keeps, log, with_keys

COVERED, EXCLUDED, KEPT_AT_COST, KEPT_INCLUDED, AFTER = (
    "covered",
    "covered, exclusion accepted",
    "maintenance contract, parts at cost",
    "maintenance contract, parts included",
    "after warranty",
)
COLUMNS = (COVERED, EXCLUDED, KEPT_AT_COST, KEPT_INCLUDED, AFTER)
ENTITLED = {
    COVERED: "in_warranty",
    EXCLUDED: "in_warranty",
    KEPT_AT_COST: "maintenance_contract",
    KEPT_INCLUDED: "maintenance_contract",
    AFTER: "post_warranty",
}


def contract(parts: str = "cost", included: int = 4) -> Maintenance:
    days = (date(2026, 1, 1), date(2026, 12, 31))
    return Maintenance("M-1", "S1", *days, included, 0, "600.00", parts)


def bill(column: str, *events: Event, entitled: str = "", **more: Any) -> Bill:
    kept = None
    if column in (KEPT_AT_COST, KEPT_INCLUDED):
        kept = contract("included" if column == KEPT_INCLUDED else "cost")
    return Bill(
        log(*events),
        {"": entitled or ENTITLED[column]},
        excluded=column == EXCLUDED,
        maintenance=kept,
        models={"SN-1": "HY-5"},
        prices={"HY-5": Decimal("48600.00"), "HY-6": Decimal("53000.00")},
        **more,
    )


def charged(column: str, event: Event, **more: Any) -> list[tuple[str, str]]:
    """(amount, rule) of each line."""
    found = charge_lines(shipped(), bill(column, event, **more))
    return [(str(line.amount), line.rule) for line in found]


def part(supplier: str) -> Event:
    return ev("part_used", "10:00", id="u", part="风扇", qty=3, supplier=supplier, condition="new")


def cost(kind: str) -> Event:
    return ev("cost_recorded", "10:00", kind=kind, item="项", qty="2.5", unit="80.00")


LOTS = {"u": [Taken("A", 1, Decimal("100.00")), Taken("B", 2, Decimal("120.00"))]}
AT_COST = ("100.00", "240.00")


def lots(rule: str) -> list[tuple[str, str]]:
    return [(amount, rule) for amount in AT_COST]


PART = part("vendor")
DEVICE = ev("replaced", "10:00", old="SN-1", new="SN-9", model="HY-5", customer_signed_by="王芳")
FEE = ev("fee_set", "10:00", hours="2.5", unit="300.00")
ARRIVED = ev("arrived", "10:00", id="v")

TABLE: list[tuple[str, Event, Mapping[str, Any], list[list[tuple[str, str]]]]] = [
    ("the customer's own part", part("customer"), {"lots": LOTS}, [[("0.00", "R-7.4-B-6")]] * 5),
    (
        "our part",
        PART,
        {"lots": LOTS},
        [
            [("0.00", "R-2-7")],
            lots("R-7.4-B-9"),
            lots("R-2-8"),
            [("0.00", "R-2-15")],
            lots("R-2-8"),
        ],
    ),
    (
        "a whole device",
        DEVICE,
        {},
        [[("0.00", "R-2-7")], *[[("48600.00", "R-2-13")] for _ in range(4)]],
    ),
    (
        "labour",
        cost("labour"),
        {},
        [
            [("0.00", "R-2-4")],
            [],
            [("0.00", "R-2-15")],
            [("0.00", "R-2-15")],
            [("200.00", "R-2-15")],
        ],
    ),
    *(
        (
            kind,
            cost(kind),
            {},
            [
                [("0.00", "R-2-4")],
                [("200.00", "R-7.4-B-9")],
                [("0.00", "R-2-15")],
                [("0.00", "R-2-15")],
                [("200.00", "R-2-15")],
            ],
        )
        for kind in ("travel", "lodging", "material", "other")
    ),
    ("the technical service fee", FEE, {}, [[], [("750.00", "R-7.4-B-9")], [], [], []]),
    (
        "a visit within those included",
        ARRIVED,
        {"visits": {"v": 4}},
        [[], [], [], [], []],
    ),
    (
        "a visit beyond those included",
        ARRIVED,
        {"visits": {"v": 5}},
        [[], [], [("600.00", "R-2-15")], [("600.00", "R-2-15")], []],
    ),
]


@keeps("R-2-4", "R-2-7", "R-2-8", "R-2-13", "R-2-15", "R-7.4-B-6", "R-7.4-B-9", "R-5-1")
@pytest.mark.parametrize(
    ("event", "more", "cells"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_each_source_costs_what_its_cell_of_the_table_says(
    event: Event, more: Mapping[str, Any], cells: list[list[tuple[str, str]]]
) -> None:
    assert [charged(column, event, **more) for column in COLUMNS] == cells


def test_before_acceptance_everything_is_covered() -> None:
    assert charged(COVERED, PART, entitled="before_acceptance", lots=LOTS) == [("0.00", "R-2-7")]


@keeps("R-2-8")
def test_a_spare_after_warranty_costs_what_its_lot_cost_and_not_the_list_price() -> None:
    taken = {"u": [Taken("L1", 3, Decimal("1260.00"))]}
    found = charge_lines(shipped(), bill(AFTER, PART, lots=taken))
    assert [(line.lot, str(line.qty), str(line.unit)) for line in found] == [("L1", "3", "1260.00")]
    assert total(found) == Decimal("3780.00")


@keeps("R-2-13", "R-2-12")
def test_a_substitute_costs_the_contract_price_of_what_it_replaces() -> None:
    other = ev("replaced", "10:00", old="SN-1", new="SN-9", model="HY-6", customer_signed_by="王")

    def priced(profile: Profile) -> list[tuple[str, Decimal]]:
        found = charge_lines(profile, bill(AFTER, other))
        return [(line.item, line.amount) for line in found]

    assert priced(shipped()) == [("HY-6", Decimal("48600.00"))]
    assert priced(with_keys(prices__substitute="own_line")) == [("HY-6", Decimal("53000.00"))]


def test_a_device_without_a_contract_price_is_quoted_and_never_guessed() -> None:
    bare = Bill(log(DEVICE), {"": "post_warranty"}, models={"SN-1": "HY-5"})
    assert charge_lines(shipped(), bare) == []
    assert unpriced(shipped(), bare) == ["HY-5"]


def test_what_is_charged_beside_a_device_without_a_price_stays_charged() -> None:
    travel = ev("cost_recorded", "10:00", kind="travel", item="往返", qty="1", unit="136.00")
    bill = Bill(log(DEVICE, travel), {"": "post_warranty"}, models={"SN-1": "HY-5"})
    assert [line.amount for line in charge_lines(shipped(), bill)] == [Decimal("136.00")]
    assert unpriced(shipped(), bill) == ["HY-5"]


def test_each_device_of_a_case_has_the_entitlement_of_its_own() -> None:
    used = ev(
        "part_used",
        "10:00",
        id="u",
        part="风扇",
        qty=1,
        supplier="vendor",
        condition="new",
        device="SN-2",
    )
    mixed = Bill(
        log(used),
        {"": "in_warranty", "SN-2": "post_warranty"},
        lots={"u": [Taken("A", 1, Decimal("100.00"))]},
    )
    assert [line.rule for line in charge_lines(shipped(), mixed)] == ["R-2-8"]


@keeps("R-2-15")
def test_the_fifth_visit_of_a_contract_with_four_is_named_by_its_number() -> None:
    [line] = charge_lines(shipped(), bill(KEPT_AT_COST, ARRIVED, visits={"v": 5}))
    assert (line.kind, line.item, line_text(line)) == (
        "visit",
        "第5次上门",
        "第5次上门 x 1 = 600.00 (R-2-15)",
    )


def test_lines_stand_in_the_order_of_their_events_and_name_them() -> None:
    found = charge_lines(shipped(), bill(AFTER, cost("travel"), PART, DEVICE, lots=LOTS))
    assert [line.source for line in found] == ["cost_recorded-1", "u", "u", "replaced-3"]
    assert total([]) == Decimal("0.00")


def test_an_amount_is_rounded_half_up_to_the_cent() -> None:
    assert Line("other", "项", Decimal("0.5"), Decimal("0.01"), "R-2-15").amount == Decimal("0.01")
    assert Line("other", "项", Decimal("1.5"), Decimal("0.03"), "R-2-15").amount == Decimal("0.05")


# -- who supplies (A14), value-added services, loaners -----------------------------------------------


@keeps("R-7.5-B7")
@pytest.mark.parametrize(
    ("entitled", "said", "supplier"),
    [
        ("in_warranty", "customer", "vendor"),
        ("before_acceptance", "customer", "vendor"),
        ("post_warranty", "customer", "vendor"),
        ("maintenance_contract", "customer", "customer"),
        ("maintenance_contract", "vendor", "vendor"),
    ],
)
def test_in_warranty_we_supply_and_under_maintenance_whoever_the_contract_names(
    entitled: str, said: str, supplier: str
) -> None:
    assert default_supplier(shipped(), entitled, said) == supplier


@keeps("R-6-1", "R-6-2")
def test_what_the_maker_gives_free_is_free_and_else_costs_the_makers_price() -> None:
    assert value_added_price(Decimal("0")) == Decimal("0.00")
    assert value_added_price(Decimal("5800.00")) == Decimal("5800.00")


@keeps("R-3-3")
@pytest.mark.parametrize(
    ("loaner", "lacking"),
    [
        ({"ram_gb": 256, "ports": 4}, []),
        ({"ram_gb": 512, "ports": 8, "gpu": 1}, []),
        ({"ram_gb": 128, "ports": 4}, ["ram_gb"]),
        ({"ram_gb": 128}, ["ram_gb", "ports"]),
        ({"ram_gb": "256.0", "ports": 3.5}, ["ports"]),
    ],
)
def test_a_loaner_is_compared_attribute_by_attribute_and_more_is_better(
    loaner: dict[str, object], lacking: list[str]
) -> None:
    assert below({"ram_gb": 256, "ports": 4}, loaner) == lacking


# -- lots ---------------------------------------------------------------------------------------------


def received(qty: int, lot: str, price: str, when: str = "08:00") -> Event:
    return ev("stock_received", when, qty=qty, lot=lot, cost=price)


def moves(*steps: tuple[str, Event]) -> list[tuple[str, str, Event]]:
    """(case, event) one after another; every use has the id u1, u2, ..."""
    events = log(*(event for _, event in steps))
    return [("P", case, event) for (case, _), event in zip(steps, events, strict=True)]


def issued(qty: int, case: str) -> tuple[str, Event]:
    return case, ev("stock_issued", "09:00", qty=qty, case=case)


def returned(qty: int, case: str) -> tuple[str, Event]:
    return case, ev("stock_returned", "09:00", qty=qty, case=case)


def used(qty: int, case: str, name: str) -> tuple[str, Event]:
    return case, ev(
        "part_used", "09:00", id=name, part="P", qty=qty, supplier="vendor", condition="new"
    )


STOCK = [("", received(2, "A", "100.00")), ("", received(3, "B", "120.00"))]


def taken(found: Mapping[str, list[Taken]], name: str) -> list[tuple[str, int]]:
    return [(piece.lot, piece.qty) for piece in found[name]]


@keeps("R-2-8", "R-4-1")
def test_the_oldest_lot_leaves_first_and_a_case_uses_what_it_got_in_that_order() -> None:
    found = use_of_lots(moves(*STOCK, issued(4, "C1"), used(1, "C1", "u1"), used(3, "C1", "u2")))
    assert (taken(found, "u1"), taken(found, "u2")) == ([("A", 1)], [("A", 1), ("B", 2)])


def test_a_case_uses_its_own_pieces_and_not_those_of_another() -> None:
    steps = [*STOCK, issued(2, "C1"), issued(2, "C2"), used(1, "C2", "u1"), used(1, "C1", "u2")]
    found = use_of_lots(moves(*steps))
    assert (taken(found, "u1"), taken(found, "u2")) == ([("B", 1)], [("A", 1)])


def test_what_went_out_last_comes_back_first_and_leaves_first_again() -> None:
    steps = [
        *STOCK,
        issued(4, "C1"),
        returned(3, "C1"),
        used(1, "C1", "u1"),
        issued(3, "C2"),
        used(3, "C2", "u2"),
    ]
    found = use_of_lots(moves(*steps))
    assert taken(found, "u1") == [("A", 1)]
    assert taken(found, "u2") == [("A", 1), ("B", 2)]


def test_more_than_was_issued_is_not_invented() -> None:
    found = use_of_lots(moves(*STOCK, issued(1, "C1"), used(3, "C1", "u1")))
    assert taken(found, "u1") == [("A", 1)]


def test_at_average_cost_all_that_was_bought_so_far_is_averaged_half_up() -> None:
    steps = [
        *STOCK,
        issued(4, "C1"),
        used(4, "C1", "u1"),
        ("", received(1, "C", "999.00", "10:00")),
    ]
    [piece] = use_of_lots(moves(*steps), average=True)["u1"]
    assert piece == Taken("average", 4, Decimal("112.00"))


@given(st.lists(st.tuples(st.sampled_from("IRU"), st.integers(1, 3)), max_size=12))
def test_no_piece_is_lost_or_made_and_each_keeps_its_lot(plan: list[tuple[str, int]]) -> None:
    out, shelf, steps = 0, 9, [("", received(4, "A", "1.00")), ("", received(5, "B", "2.00"))]
    wanted = 0
    for place, (what, asked) in enumerate(plan):
        qty = min(asked, shelf if what == "I" else out)
        if not qty:
            continue
        if what == "I":
            steps.append(issued(qty, "C1"))
            out, shelf = out + qty, shelf - qty
        elif what == "R":
            steps.append(returned(qty, "C1"))
            out, shelf = out - qty, shelf + qty
        else:
            steps.append(used(qty, "C1", f"u{place}"))
            out, wanted = out - qty, wanted + qty
    pieces = [piece for found in use_of_lots(moves(*steps)).values() for piece in found]
    assert sum(piece.qty for piece in pieces) == wanted
    for lot, most in (("A", 4), ("B", 5)):
        assert sum(piece.qty for piece in pieces if piece.lot == lot) <= most

"""Money is decimal, half-up, two places."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.kernel.money import money, plain, ratio


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("0.005", "0.01"),
        ("0.004", "0.00"),
        ("2.675", "2.68"),  # a float would say 2.67
        ("1.005", "1.01"),
        ("2.5", "2.50"),
        ("-0.005", "-0.01"),
        (12, "12.00"),
    ],
)
def test_an_amount_is_rounded_half_up(value: str | int, amount: str) -> None:
    assert str(money(value)) == amount


@pytest.mark.parametrize(
    ("value", "text"),
    [("2.50", "2.5"), ("10", "10"), ("10.00", "10"), ("1E+2", "100"), ("0.10", "0.1"), (0, "0")],
)
def test_a_quantity_has_no_superfluous_zeros(value: str | int, text: str) -> None:
    assert plain(value) == text


@given(st.decimals(0, 10**9, places=4))
def test_a_quantity_as_text_is_the_quantity(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


def test_a_ratio_over_nothing_is_none_and_else_half_up() -> None:
    assert ratio(1, 0) is None
    assert ratio(8, 9, 100) == "88.89"
    assert ratio(Decimal("127.0"), 10) == "12.70"
    assert ratio(1, 800, 100) == "0.13"

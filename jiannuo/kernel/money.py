"""Money and quantities: Decimal only, half-up, two places; never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def money(value: Decimal | str | int) -> Decimal:
    """An amount in yuan, rounded half-up to the cent."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def plain(value: Decimal | str | int) -> str:
    """A quantity as text without superfluous zeros: 2.50 -> "2.5", 10 -> "10"."""
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def ratio(part: Decimal | int, whole: Decimal | int, factor: int = 1) -> str | None:
    """`part * factor / whole` as text with two places, half-up; None over nothing."""
    if not whole:
        return None
    return str(money(Decimal(part) * factor / Decimal(whole)))

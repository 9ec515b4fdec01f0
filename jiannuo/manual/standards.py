"""A loaner must not be below the original's standard: attribute by attribute (3, R-3-3)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal


def below(original: Mapping[str, object], loaner: Mapping[str, object]) -> list[str]:
    """Attributes of the original that the loaner lacks or has lower; more is better."""
    return [
        name
        for name, wanted in original.items()
        if name not in loaner or Decimal(str(loaner[name])) < Decimal(str(wanted))
    ]

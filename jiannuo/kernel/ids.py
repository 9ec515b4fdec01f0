"""Identifiers that sort by time of making (UUID version 7, RFC 9562), and reading one."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of milliseconds, 12 of their fraction, then randomness.

    The fraction keeps ids of one process in order of making, to a quarter of a microsecond.
    """
    stamp, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=stamp << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random)


def id_in(text: str) -> UUID | None:
    """The id that a text is, as an address or a form brings it; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None

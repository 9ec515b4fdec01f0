"""One more event on a case that has 10 and on one that has 300: what history costs."""

from __future__ import annotations

import time
from collections.abc import Iterator

from jiannuo.journey import intake, onsite, phone
from jiannuo.manual.actor import Actor
from tests.bench.ground import Ground, ground, seconds

Row = tuple[str, str, str]


def figures() -> Iterator[Row]:
    found = ground()
    short = _one_more(found, 10)
    long = _one_more(found, 300)
    yield "one more event after 10", seconds(short), "all clocks folded anew"
    yield (
        "one more event after 300",
        seconds(long),
        f"{_mid(long) / _mid(short):.1f} x the short one",
    )


def _one_more(found: Ground, length: int) -> list[float]:
    """Seconds of each of 15 notes on a case of this many events."""
    number = _case(found, length)
    each = []
    for n in range(15):
        began = time.perf_counter()
        intake.note(found.engineer, number, text=f"note {n}")
        each.append(time.perf_counter() - began)
    return each


def _case(found: Ground, length: int) -> str:
    number = intake.report(
        found.agent, channel="phone", kind="fault", device=found.device, text="bench"
    ).number
    intake.confirm(found.agent, number, level="L3")
    phone.in_contact(found.engineer, number)
    onsite.diagnose(found.engineer, number, problem="P-FAN", cause="quality")
    _notes(found.engineer, number, length - 4)
    return number


def _notes(engineer: Actor, number: str, count: int) -> None:
    for n in range(count):
        intake.note(engineer, number, text=f"earlier {n}")


def _mid(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]

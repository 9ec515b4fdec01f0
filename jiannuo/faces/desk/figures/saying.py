"""What pages of figures call things, from words.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jiannuo.manual.figures import Figure
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader

NONE = "—"
ALL = "contract"  # all promises of the manual together, house numbers left out


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def sentence(promise: str) -> str:
    """The manual's own words; "" where the text we have breaks off before them."""
    return str(_words()["sentence"].get(promise, ""))


def reason(code: str) -> Text:
    return Text(*_words()["reason"][code or "none"])


@dataclass(frozen=True, slots=True)
class Kpi:
    """`promise`: the one it counts, `part` which of its verdicts are the numerator, `base` the
    denominator; "" for a figure of cases. `basis`: by the fix of its case, or by the report."""

    code: str
    group: str
    name: Text
    note: Text | None
    unit: str
    promise: str
    part: str
    base: str
    basis: str


@cache
def kpis() -> dict[str, Kpi]:
    return {
        code: Kpi(
            code,
            row["group"],
            Text(*row["name"]),
            Text(*row["note"]) if "note" in row else None,
            row.get("unit", "%"),
            row.get("promise", ""),
            row.get("part", "kept"),
            row.get("base", "due"),
            row.get("basis", "c"),
        )
        for code, row in _words()["kpi"].items()
    }


def groups() -> dict[str, Text]:
    return {code: Text(*pair) for code, pair in _words()["group"].items()}


def unknown() -> list[tuple[Text, Text]]:
    """The KPIs that nothing can be said of yet, and why."""
    return [(Text(*row["name"]), Text(*row["why"])) for row in _words()["unknown"]]


def rate(part: int, whole: int) -> str:
    """96.9%, with one place; a dash over nothing. What is not all is never rounded to all."""
    if not whole:
        return NONE
    exact = Decimal(part) * 100 / Decimal(whole)
    shown = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if part < whole:
        shown = min(shown, Decimal("99.9"))
    return f"{shown}%"


def valued(reader: Reader, figure: Figure, unit: str) -> str:
    """A figure's value as the console says it, with its unit."""
    if figure.value is None:
        return NONE
    units = {
        "%": Text("%", "%"),
        "h": Text(" 小时", " h"),
        "★": Text(" 分", ""),
        "per": Text(" 次/单", " a case"),
        "visits": Text("%", "%"),
    }
    return figure.value + reader.say(units[unit])


def freshness(reader: Reader, waiting: int, most: int = 1000) -> str:
    """What is not counted yet, if anything is."""
    if not waiting:
        return ""
    some = f"{waiting}+" if waiting >= most else str(waiting)
    return reader.say(
        Text(f"还有 {some} 条改动没计入，几秒后刷新", f"{some} changes are not counted yet")
    )

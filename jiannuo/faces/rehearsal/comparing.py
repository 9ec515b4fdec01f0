"""Expected against computed: scalars exactly, lists as multisets, a missing block is empty."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jiannuo.faces.rehearsal.words import BLOCKS


@dataclass(frozen=True, slots=True)
class Difference:
    """`side` is "missing" (expected, not computed) or "extra" (computed, not expected)."""

    block: str
    side: str
    row: str


@dataclass(frozen=True, slots=True)
class Agreement:
    block: str
    rows: int
    differences: tuple[Difference, ...]


def compare(expected: Mapping[str, Any], computed: Mapping[str, Any]) -> list[Agreement]:
    """Block by block, how many rows agree and which do not."""
    found = []
    for block in BLOCKS:
        want, have = rows_of(expected.get(block)), rows_of(computed.get(block))
        if block == "charges" and block not in expected and not computed[block]["lines"]:
            have = Counter()
        differences = tuple(_differences(block, want, have))
        if want or have:
            found.append(Agreement(block, sum((want & have).values()), differences))
    return found


def _differences(block: str, want: Counter[str], have: Counter[str]) -> Iterator[Difference]:
    for row in sorted((want - have).elements()):
        yield Difference(block, "missing", row)
    for row in sorted((have - want).elements()):
        yield Difference(block, "extra", row)


def rows_of(block: Any) -> Counter[str]:
    """A block as a multiset of rows, each written in one way."""
    if block is None:
        return Counter()
    if isinstance(block, list):
        return Counter(written(row) for row in block)
    rows: Counter[str] = Counter()
    for name, value in block.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows.update(f"{name}: {written(row)}" for row in value)
        elif value != []:
            rows[f"{name}: {written(value)}"] += 1
    return rows


def written(value: Any) -> str:
    return json.dumps(_sorted(value), ensure_ascii=False, sort_keys=True)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(item) for item in value), key=repr)
    return value

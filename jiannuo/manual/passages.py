"""What somebody wrote in an event: the texts by which it is found again. Pure.

Every field of the catalogue that takes free text or names of things counts, so that a new kind of
event is findable without a word said here; left out is what names a person or another event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jiannuo.manual.catalogue import kinds

#: Who was there or signed: he is found as a person, and stands in thousands of events.
PERSONS = frozenset(
    {
        "accompanied_by",
        "asked_of",
        "attendees",
        "confirmed_with",
        "customer_confirmed_by",
        "customer_signed_by",
        "engineer",
        "from",
        "instead_of",
        "members",
        "other",
        "owner",
        "person",
        "present",
        "to",
    }
)
#: What points to something else by its code, and words that are ours.
CODES = frozenset(
    {"back_desk", "back_roster", "desk", "of", "of_kind", "op", "source", "state", "swap"}
)

#: What a customer is told or wrote himself; the rest is ours to read.
OPEN = frozenset(
    {
        "claim_decided",
        "claim_received",
        "complaint_closed",
        "complaint_received",
        "phone_closed",
        "report_written",
        "reported",
        "resolved",
        "risk_stated",
        "update_given",
    }
)


def passages(kind: str, detail: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of an event, typed or as kept, in the order of the catalogue."""
    return tuple(dict.fromkeys(_found(kind, detail)))


def _found(kind: str, detail: Mapping[str, Any]) -> Iterator[str]:
    for name in _fields(kind):
        value = detail.get(name)
        for text in value if isinstance(value, list | tuple) else [value]:
            if isinstance(text, str) and text.strip():
                yield text
    if kind == "correction" and isinstance(detail.get("d"), Mapping):
        yield from _found(str(detail.get("of_kind", "")), detail["d"])


@cache
def _fields(kind: str) -> tuple[str, ...]:
    """An event of a kind that no longer exists has none."""
    fields = kinds()[kind].fields.values() if kind in kinds() else ()
    wanted = (f.name for f in fields if f.type in ("text", "names"))
    return tuple(name for name in wanted if name not in PERSONS | CODES)


def is_open(kind: str, detail: Mapping[str, Any]) -> bool:
    """May a person of the customer find it? Notes as they were marked, else what he was told."""
    return bool(detail.get("visible")) if kind == "noted" else kind in OPEN

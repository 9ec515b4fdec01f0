"""A stock-take: a sheet without the books' numbers, so that what is written is what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from django.http import QueryDict

from jiannuo.faces.desk.acting.reading import whole
from jiannuo.faces.desk.stores.options import GAPS, place_name
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import id_in, new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.words import Text
from jiannuo.parts import stores
from jiannuo.parts.stores import StoreLine
from jiannuo.people.permits import allowed
from jiannuo.web.reader import Reader

MOST = 999_999
NUMBER = Text("要填数到的件数", "Fill in how many you counted")
FRESH = timedelta(hours=12)  # a count so long ago is of this stock-take


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`seen`: the last booking on the shelf as the sheet was made; `trouble`: why it came back;
    `last`: when it was counted last, `fresh`: in this stock-take."""

    id: UUID
    name: str
    seen: str
    counted: str
    reason: str
    trouble: str
    asks_reason: bool
    last: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    place: str
    name: str
    places: tuple[tuple[str, str], ...]
    rows: tuple[SheetRow, ...]
    op: str
    reasons: tuple[str, ...]
    keeper: bool
    done: int


@dataclass(frozen=True, slots=True)
class Came:
    """What came back of a sheet: what was typed, and why it was not booked."""

    counted: str
    reason: str
    trouble: str = ""
    asks_reason: bool = False


def sheet(
    actor: Actor, reader: Reader, place: str, came: Mapping[UUID, Came] | None = None
) -> Sheet:
    """Every part that lies at a place or has to, what was counted longest ago first; of what came
    back only that."""
    names = {one.code: place_name(reader, one) for one in stores.places()}
    found = [line for line in stores.lines() if _belongs(line, place)]
    if came is not None:
        found = [line for line in found if line.id in came]
    ids = [line.id for line in found]
    seen, counted = stores.last_moves(ids, place), stores.counted(ids, place)
    rows = [
        _row(reader, line, seen.get(line.id), counted.get(line.id), (came or {}).get(line.id))
        for line in found
    ]
    rows.sort(key=lambda row: row.fresh)
    return Sheet(
        place,
        names[place],
        tuple(names.items()) if len(names) > 1 else (),
        tuple(rows),
        str(new_id()),
        tuple(reader.say(text) for text in GAPS),
        allowed(actor, "stock_counted"),
        sum(1 for row in rows if row.fresh),
    )


def pieces(text: str) -> int | None:
    """How many there are, as somebody wrote it; None for what is no such number."""
    number = whole(text)
    return number if isinstance(number, int) and number <= MOST else None


def _belongs(line: StoreLine, place: str) -> bool:
    return any(shelf.location == place for shelf in line.shelves)


def _row(
    reader: Reader, line: StoreLine, seen: int | None, last: Event | None, came: Came | None
) -> SheetRow:
    said = came or Came("", "")
    return SheetRow(
        line.id,
        line.name,
        str(seen) if seen is not None else "",
        said.counted,
        said.reason,
        said.trouble,
        said.asks_reason,
        reader.clock(last.t) if last else "",
        last is not None and reader.at - last.t < FRESH,
    )


def book(actor: Actor, reader: Reader, place: str, post: QueryDict) -> tuple[int, Sheet | None]:
    """Book what was counted, line by line: how many were, and the sheet of those that were not."""
    op, done, back = id_in(post.get("op", "")), 0, dict[UUID, Came]()
    for line in stores.lines():
        counted = post.get(f"n-{line.id}", "").strip()
        if not counted or not _belongs(line, place):
            continue
        reason = post.get(f"why-{line.id}", "").strip()[:200]
        number = pieces(counted)
        if number is None:
            back[line.id] = Came(counted, reason, reader.say(NUMBER))
            continue
        when = When(op=uuid5(op, str(line.id)) if op else None)
        seen = whole(post.get(f"seen-{line.id}", ""))
        fields = {
            "counted": number,
            "location": place if place != stores.STORE else None,
            "seen": seen if isinstance(seen, int) else None,
            "reason": reason or None,
        }
        try:
            take("stock_counted", actor, line.name, when, **fields)
            done += 1
        except Refusal as refusal:
            again = "" if refusal.code == "moved_meanwhile" else counted
            trouble = reader.say(Text(refusal.zh, refusal.en))
            differs = refusal.code == "difference_without_reason"
            back[line.id] = Came(again, reason, trouble, differs)
    return done, sheet(actor, reader, place, back) if back else None

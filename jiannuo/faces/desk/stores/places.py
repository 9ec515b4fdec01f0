"""Places where stock lies: the main store, branches, engineers' vans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiannuo.faces.desk.stores.options import place_name
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.parts import stores
from jiannuo.people import queries as people
from jiannuo.people.permits import allowed
from jiannuo.web.forms import Choice, Field
from jiannuo.web.reader import Reader

KINDS = {
    "depot": Text("库房", "store"),
    "branch": Text("网点", "branch"),
    "van": Text("工程师随车", "engineer's van"),
}


@dataclass(frozen=True, slots=True)
class PlaceRow:
    code: str
    name: str
    kind: str
    holder: str
    pieces: int
    parts: int
    short: int


@dataclass(frozen=True, slots=True)
class PlacePage:
    rows: tuple[PlaceRow, ...]
    fields: tuple[Field, ...]
    error: str
    keeper: bool


def place_page(
    actor: Actor, reader: Reader, said: Mapping[str, str], refusal: Refusal | None = None
) -> PlacePage:
    lines = stores.lines()
    rows = []
    for one in stores.places():
        shelves = [line.at(one.code) for line in lines]
        rows.append(
            PlaceRow(
                one.code,
                place_name(reader, one),
                reader.say(KINDS[one.kind]),
                one.holder,
                sum(shelf.on_hand for shelf in shelves),
                sum(1 for shelf in shelves if shelf.on_hand),
                sum(1 for shelf in shelves if shelf.short),
            )
        )
    keeper = allowed(actor, "stock_received")
    return PlacePage(
        tuple(rows),
        tuple(_fields(reader, said)) if keeper else (),
        reader.say(Text(refusal.zh, refusal.en)) if refusal else "",
        keeper,
    )


def _fields(reader: Reader, said: Mapping[str, str]) -> list[Field]:
    say = reader.say
    kinds = tuple(Choice(kind, say(text)) for kind, text in KINDS.items())
    engineers = [one for one in people.everybody() if "engineer" in one.roles]
    names = tuple(Choice(one.name, one.name) for one in engineers)
    return [
        Field("name", say(Text("名称", "Name")), "text", _one(said, "name"), required=True),
        Field(
            "code",
            say(Text("代号", "Code")),
            "text",
            _one(said, "code"),
            hint=say(Text("印在标签上，不带空格", "printed on labels, without blanks")),
            required=True,
        ),
        Field(
            "kind",
            say(Text("是什么", "What it is")),
            "radio",
            _one(said, "kind") or ("van",),
            kinds,
            required=True,
        ),
        Field("holder", say(Text("谁保管", "Kept by")), "known", _one(said, "holder"), names),
    ]


def _one(said: Mapping[str, str], name: str) -> tuple[str, ...]:
    return (said[name],) if said.get(name) else ()

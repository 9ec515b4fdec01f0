"""A step of the stores as a form: the same fields, words and machinery as the steps of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.http import QueryDict
from django.urls import reverse

from jiannuo.archive import queries as archive
from jiannuo.faces.desk.acting.fields import Fields, focused
from jiannuo.faces.desk.acting.looks import STORES, looks_of
from jiannuo.faces.desk.acting.matter import Plain
from jiannuo.faces.desk.stores.options import StoreLists
from jiannuo.faces.desk.stores.scanning import cleaned
from jiannuo.journey import speaking
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text, word
from jiannuo.parts import queries as parts
from jiannuo.parts import stores
from jiannuo.people.permits import allowed
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import shape

#: The steps that are taken here, by what they are about.
OF_PART = (
    "stock_issued",
    "stock_returned",
    "stock_received",
    "stock_transferred",
    "stock_counted",
    "stock_undone",
    "stock_ordered",
    "stock_reserved",
    "stock_released",
    "stock_borrowed",
)
OF_REPAIR = (
    "faulty_part_received",
    "repair_diagnosed",
    "repair_sent_out",
    "repair_shipped",
    "quote_made",
    "quote_approved",
    "quote_refused",
)
OF_CASE = (
    "loaner_issued",
    "loaner_returned",
    "loaner_erased",
    "maker_asked",
    "replacement_ordered",
    "replacement_issued",
    "replacement_delivered",
    "substitute_accepted",
)
STEPS = frozenset((*OF_PART, *OF_REPAIR, *OF_CASE))
#: What a form carries along and does not ask.
CARRIED = {
    "stock_undone": ("of",),
    "stock_counted": ("seen",),
    "faulty_part_received": ("customer",),
}
#: What is asked only where there are several.
PLACES = frozenset({"location", "from", "to"})
HOME = "/stores/"
LONGEST = 120  # characters of what a step is about
NOTHING = Text("要写明是哪一件", "Say which one it is about")


def leads_to(text: str) -> str:
    """Where to go afterwards: a page of the stores or of a case, never anywhere else."""
    inside = text.startswith((HOME, "/cases/")) and "\\" not in text and "//" not in text
    return text if inside and text.isprintable() else HOME


def about(actor: Actor, reader: Reader, kind: str, on: str) -> StoreLists:
    """The lists of a step about `on`: a part, a case, a repair order."""
    if kind in OF_PART:
        return StoreLists(reader, actor, line=stores.lines_named([on]).get(on))
    if kind in OF_CASE:
        return StoreLists(reader, actor, case=on)
    order = parts.repair_named(on) if on else None
    return StoreLists(reader, actor, case=(order.case or "") if order else "")


@dataclass(frozen=True)
class Booking(Plain):
    """A part, a case or a repair order, as far as a step of the stores is concerned. `then`: where
    to go afterwards; `carried`: what its form carries along."""

    reader: Reader
    actor: Actor
    kind: str
    on: str
    then: str
    carried: tuple[tuple[str, str], ...]

    @property
    def ref(self) -> str:
        return self.reader.say(Text("库房", "Stores"))

    @property
    def title(self) -> str:
        return self.on

    @property
    def back(self) -> str:
        return self.then

    @property
    def back_words(self) -> Text:
        return Text("回到柜台", "Back to the counter")

    @cached_property
    def options(self) -> StoreLists:
        return about(self.actor, self.reader, self.kind, self.on)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        return (("on", self.on), ("then", self.then), *self.carried)

    def href(self, kind: str) -> str:
        return reverse("desk:booking_open", args=[kind])

    def heading(self, kind: str) -> Text:
        action = super().heading(kind)
        return action + f" · {self.on}" if self.on else action

    def verb(self, kind: str) -> Text:
        return called(kind)

    def usual(self, kind: str, name: str) -> list[str]:
        found = {"qty": "1", "condition": "new", "location": stores.STORE}.get(name)
        return [found] if found else []

    def arranged(self, kind: str, fields: list[Field]) -> list[Field]:
        """Without what is carried along, and where there is one place only without asking which;
        the cursor in the first that lacks something."""
        one_place = PLACES if len(stores.places()) < 2 else frozenset[str]()
        left_out = one_place | {*CARRIED.get(kind, ())}
        asked = [one for one in fields if one.name not in left_out]
        lacking = (one.name for one in asked if one.error or not one.value)
        return focused(asked, next(lacking, asked[0].name if asked else ""))

    def for_customer(self, actor: Actor, kind: str, person: str, heard: str) -> Actor:
        order = parts.known_repair(self.on) if kind not in OF_CASE else None
        number = self.on if order is None else order.case or ""
        return speaking.for_customer(actor, number, kind, person, heard)

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done:
        """A quote is about a case elsewhere, and about a repair order here."""
        if not self.on or len(self.on) > LONGEST:
            raise Refusal("bad_input", NOTHING.zh, NOTHING.en)
        if kind in ("quote_made", "quote_approved"):
            return take(kind, actor, None, when, repair_order=self.on, **fields)
        return take(kind, actor, self.on, when, **fields)

    def after(self, done: Done) -> str:
        return self.then

    def saying(self, done: Done, fields: Mapping[str, Any]) -> Text:
        """What was booked, and what is left of it."""
        name, on = word("action", self.kind), self.on
        if done.again:
            return Text(f"这一笔已经记过：{name.zh} {on}", f"Booked before: {name.en} {on}")
        saying = Text(f"已记下：{name.zh} {on}", f"Booked: {name.en} {on}")
        line = archive.event_of(done.event)
        qty = line.happening.d.get("qty") if line else None
        if qty is not None:
            saying += f" × {qty}"
        left = stores.lines_named([on]).get(on) if self.kind in OF_PART else None
        if left is not None:
            saying += Text(f"，现有 {left.on_hand} 件", f", {left.on_hand} on hand")
        return saying


def booked(actor: Actor, reader: Reader, kind: str, said: QueryDict) -> Booking:
    """`said`: what a form of the stores is opened with, or was sent."""
    on = said.get("on", "").replace("\x00", "").strip()
    carried = ((name, said.get(name, "").strip()) for name in CARRIED.get(kind, ()))
    return Booking(
        reader,
        actor,
        kind,
        on if kind in OF_PART else cleaned(on),
        leads_to(said.get("then", "")),
        tuple((name, value) for name, value in carried if value),
    )


@dataclass(frozen=True, slots=True)
class Quick:
    """A step on the counter itself: its fields and one big button. `qty`: how many, in big digits,
    where it is asked; `hidden`: what is known already."""

    template: ClassVar[str] = "desk/stores/_quick.html"

    kind: str
    verb: str
    href: str
    op: str
    qty: Field | None
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...]
    note: str = ""
    main: bool = True
    most: int | None = None


@dataclass(frozen=True)
class Maker:
    """Makes the steps of one thing; `known`: fields that are known already, by name."""

    actor: Actor
    reader: Reader
    lists: StoreLists
    on: str
    then: str
    known: Mapping[str, str] = field(default_factory=dict)

    def quick(
        self,
        kind: str,
        usual: Mapping[str, str] | None = None,
        *,
        words: Text | None = None,
        note: str = "",
        main: bool = True,
        most: int | None = None,
    ) -> Quick | None:
        """None where this person may not take the step; `usual`: what mostly stands in a field."""
        if not allowed(self.actor, kind):
            return None
        values = dict(usual or {})
        fields = Fields(self.reader, self.lists, lambda name: _one(values, name), {})
        asked = [
            fields.one(kind, one)
            for one in shape(kind).fields.values()
            if one.name not in self.known and one.name not in CARRIED.get(kind, ())
        ]
        asked = [one for one in asked if one.name not in PLACES or one.choices]
        counts = "counted" if kind == "stock_counted" else "qty"
        qty = next((one for one in asked if one.name == counts), None)
        here = {name: value for name, value in self.known.items() if name in _takes(kind)}
        return Quick(
            kind=kind,
            verb=self.reader.say(words or called(kind)),
            href=reverse("desk:booking_open", args=[kind]),
            op=str(new_id()),
            qty=qty.focused() if qty else None,
            fields=tuple(one for one in asked if one is not qty),
            hidden=(("on", self.on), ("then", self.then), ("at_counter", "1"), *here.items()),
            note=note,
            main=main,
            most=most,
        )


def called(kind: str) -> Text:
    """The word on the button of a step, as the stores call it."""
    return looks_of(STORES)[kind].verb


def _takes(kind: str) -> frozenset[str]:
    return frozenset(shape(kind).fields)


def _one(values: Mapping[str, str], name: str) -> list[str]:
    return [values[name]] if values.get(name) else []

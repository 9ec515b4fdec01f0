"""A step of the stores as a form: the same fields, words and machinery as the steps of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from django.urls import reverse

from jiannuo.faces.desk.acting.fields import Fields
from jiannuo.faces.desk.acting.looks import verb
from jiannuo.faces.desk.acting.page import LATE, ActPage, GateView, Sent
from jiannuo.faces.desk.acting.speaking import Speaker, speaker_fields
from jiannuo.faces.desk.acting.standing import Way
from jiannuo.faces.desk.acting.voices import NOBODY, OWN, voice
from jiannuo.faces.desk.stores.options import Lists
from jiannuo.journey.gatekeeper import reason_text
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text, word
from jiannuo.parts import queries as parts
from jiannuo.parts import stores
from jiannuo.people.permits import allowed, refusal_of
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
CARRIED = frozenset({"stock_undone.of", "stock_counted.seen", "faulty_part_received.customer"})
HOME = "/stores/"
COUNTER = Text("回到柜台", "Back to the counter")


def leads_to(text: str) -> str:
    """Where to go afterwards: a page of the stores or of a case, never anywhere else."""
    inside = text.startswith((HOME, "/cases/")) and "\\" not in text and "//" not in text
    return text if inside and text.isprintable() else HOME


def about(actor: Actor, reader: Reader, kind: str, on: str) -> Lists:
    """The lists of a step about `on`: a part, a case, a repair order."""
    if kind in OF_PART:
        return Lists(actor, reader, line=stores.lines_named([on]).get(on))
    if kind in OF_CASE:
        return Lists(actor, reader, case=on)
    order = parts.repair_named(on) if on else None
    return Lists(actor, reader, case=(order.case or "") if order else "")


@dataclass(frozen=True)
class Form:
    """One step about one thing. `sent.post`: what was typed, or what it is opened with."""

    actor: Actor
    reader: Reader
    kind: str
    on: str
    sent: Sent
    bound: bool
    to: str = HOME

    def page(self) -> ActPage:
        reader, kind, refusal = self.reader, self.kind, self.sent.refusal
        lists = about(self.actor, reader, kind, self.on)
        whose = voice(self.actor, kind)
        said = Speaker(self._first("said_by"), self._first("heard"))
        fields = Fields(reader, lists, self._values, self.sent.wrong)
        own = self._own(fields) if whose != NOBODY else []
        gate = self._gate(refusal) if refusal and refusal.reasons else None
        return ActPage(
            number=reader.say(Text("库房", "Stores")),
            kind=kind,
            case=self.on,
            where="",
            ask=f"{reader.say(word('action', kind))} · {self.on}" if self.on else self._ask(),
            verb=reader.say(verb(kind)),
            href=reverse("desk:booking_open", args=[kind]),
            back=self.to,
            op=self._first("op") if self.bound else str(new_id()),
            seen=0,
            speaker=tuple(speaker_fields(reader, lists, kind, whose, said)),
            fields=tuple(own),
            when=tuple(fields.when()),
            late=bool(self._first("at")) or (refusal is not None and refusal.code in LATE),
            gate=gate,
            error=self._error(refusal) if gate is None else "",
            refused=self._not_his() if whose == NOBODY else "",
            news=(),
            bare=whose == OWN and not own,
            hidden=(("on", self.on), ("to", self.to), *self._carried()),
            back_words=reader.say(COUNTER),
        )

    def _ask(self) -> str:
        return self.reader.word("action", self.kind)

    def _own(self, fields: Fields) -> list[Field]:
        one_place = {"location", "from", "to"} if len(stores.places()) < 2 else set[str]()
        found = [
            own
            for own in fields.of(shape(self.kind), gated=False)
            if f"{self.kind}.{own.name}" not in CARRIED and own.name not in one_place
        ]
        focus = next((n for n, own in enumerate(found) if own.error or not own.value), 0)
        return [own.focused() if n == focus else own for n, own in enumerate(found)]

    def _carried(self) -> list[tuple[str, str]]:
        names = [n.partition(".")[2] for n in CARRIED if n.startswith(f"{self.kind}.")]
        return [(name, self._first(name)) for name in names if self._first(name)]

    def _values(self, name: str) -> Sequence[str]:
        found = [value for value in self.sent.post.getlist(name) if value]
        usual = {"qty": "1", "condition": "new", "location": stores.STORE}
        return found or ([usual[name]] if name in usual and not self.bound else [])

    def _first(self, name: str) -> str:
        return self.sent.post.get(name, "").strip()

    def _gate(self, refusal: Refusal) -> GateView:
        reader = self.reader
        action = reader.word("action", self.kind)
        return GateView(
            reader.say(Text(f"现在不能{action}", f"Not yet: {action}")),
            refusal.requirement,
            refusal.soft,
            tuple(Way(reader.say(Text(*reason_text(reason)))) for reason in refusal.reasons),
        )

    def _error(self, refusal: Refusal | None) -> str:
        return self.reader.say(Text(refusal.zh, refusal.en)) if refusal else ""

    def _not_his(self) -> str:
        found = refusal_of(self.actor, self.kind)
        return self.reader.say(Text(found.zh, found.en))


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
    lists: Lists
    on: str
    to: str
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
            if one.name not in self.known and f"{kind}.{one.name}" not in CARRIED
        ]
        asked = [one for one in asked if one.name not in PLACES or one.choices]
        counts = "counted" if kind == "stock_counted" else "qty"
        qty = next((one for one in asked if one.name == counts), None)
        here = {name: value for name, value in self.known.items() if name in _takes(kind)}
        return Quick(
            kind=kind,
            verb=self.reader.say(words or verb(kind)),
            href=reverse("desk:booking_open", args=[kind]),
            op=str(new_id()),
            qty=qty.focused() if qty else None,
            fields=tuple(one for one in asked if one is not qty),
            hidden=(("on", self.on), ("to", self.to), ("at_counter", "1"), *here.items()),
            note=note,
            main=main,
            most=most,
        )


PLACES = frozenset({"location", "from", "to"})


def _takes(kind: str) -> frozenset[str]:
    return frozenset(shape(kind).fields)


def _one(values: Mapping[str, str], name: str) -> list[str]:
    return [values[name]] if values.get(name) else []


def operation(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

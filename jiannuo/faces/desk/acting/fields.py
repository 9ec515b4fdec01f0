"""The fields of a step as a form shows them: what kind of field, which choices, what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from jiannuo.faces.desk.acting.lists import Lists
from jiannuo.faces.desk.acting.looks import asked
from jiannuo.manual import catalogue
from jiannuo.manual.catalogue import CAUSES, CONSENT_HOW, EXCLUSIONS
from jiannuo.manual.words import Text
from jiannuo.web.forms import Choice, Field
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import Shape

#: Texts that are more than a word or two.
LONG = frozenset(
    {"action", "advice", "decision", "diagnosis", "evidence", "guidance", "method", "note"}
    | {"prevention", "proposal", "reason", "result", "scope", "solution", "text", "why"}
    | {"checks", "steps", "symptom"}
)
#: Where a plain name stands for a long text all the same.
ALSO_LONG = frozenset(
    {"report_written.cause", "restored.how", "article_drafted.cause", "article_changed.cause"}
)
#: Which table of words a closed value is called by; else the remaining words.
TABLES = {
    "topic": "topic",
    "training_planned.kind": "session",
    "ground": "ground",
    "level": "level",
    "how": "how",
    "call": "how",
    "notified_by": "how",
    "role": "role",
    "channel": "channel",
}
#: Fields that are not drawn by their type alone.
WIDGETS = {
    "roles": "boxes",
    "office": "select",
    "key": "known",
    "office_opened.geo": "spot",
    "site_added.geo": "spot",
    "site_changed.geo": "spot",
    "holidays": "long",
    "makeup_workdays": "long",
    "phones": "text",
    "lines": "boxes",
}
FEW = 5  # closed values that are shown side by side
#: Left out of a form unless a gate asks for it, or something was written there.
OVERRIDE = "override"
BINDS = {
    "reclassified": Text(
        "降级要有书面同意才算数", "a lower level counts only with consent in writing"
    ),
    "inspection_waived": Text("豁免要有书面同意", "a waiver takes consent in writing"),
}
#: Types that hold a value for each of several names.
MAPS = frozenset({"scoremap", "any"})
#: What the board of the dispatcher says and nobody types.
UNTYPED = frozenset({"dispatched.until", "dispatched.instead_of"})
MANY = 12  # people that are shown as boxes
SEVERAL = "、"  # between the names that stand in one line


@dataclass(frozen=True)
class Fields:
    """`values`: what stands in the fields now, by name; `wrong`: what is to be mended."""

    reader: Reader
    options: Lists
    values: Callable[[str], Sequence[str]]
    wrong: Mapping[str, Text]

    def of(self, wanted: Shape, *, gated: bool) -> list[Field]:
        """`gated`: a soft gate wants a reason, so its field is shown."""
        found: list[Field] = []
        kind = wanted.kind
        for field in wanted.fields.values():
            if f"{kind}.{field.name}" in UNTYPED:
                continue
            if field.name == OVERRIDE and not gated and not self.values(OVERRIDE):
                continue
            if field.type == "consent":
                found += self._consent(kind, field)
            elif field.type in MAPS:
                found += self._map(kind, field)
            else:
                found.append(self.one(kind, field))
        seen = (one.name for one in found if one.widget not in ("hidden", "check"))
        return focused(found, next(seen, ""))

    def one(self, kind: str, field: catalogue.Field) -> Field:
        label, hint = asked(kind, field.name)
        widget, choices = self._widget(kind, field)
        return self._field(field.name, label, hint, widget, choices, required=field.required)

    def _field(
        self,
        name: str,
        label: Text,
        hint: Text,
        widget: str,
        choices: Sequence[Choice] = (),
        *,
        required: bool = False,
    ) -> Field:
        wrong = self.wrong.get(name)
        values = tuple(self.values(name))
        if widget in ("text", "long") and len(values) > 1:
            values = (SEVERAL.join(values),)
        return Field(
            name,
            self.reader.say(label),
            widget,
            values,
            tuple(choices),
            self.reader.say(hint),
            self.reader.say(wrong) if wrong else "",
            required,
        )

    def _widget(self, kind: str, field: catalogue.Field) -> tuple[str, Sequence[Choice]]:
        choices = self.options.of(kind, field.name)
        own = WIDGETS.get(f"{kind}.{field.name}") or WIDGETS.get(field.name)
        if own is not None:
            return own, choices
        if field.type == "names":
            return ("checks", choices) if choices else ("text", ())
        if field.type == "uuid":
            return ("radio" if len(choices) < FEW else "select"), choices
        return self._by_type(kind, field, choices)

    def _by_type(
        self, kind: str, field: catalogue.Field, choices: Sequence[Choice]
    ) -> tuple[str, Sequence[Choice]]:
        if field.type == "int" and choices:
            return ("radio" if len(choices) < FEW else "select"), choices
        if choices:
            return ("radio" if _from_list(kind, field.name, choices) else "known"), choices
        plain = {"time": "moment", "date": "date", "geo": "hidden", "any": "hidden"}
        numbers = {"int", "money", "decimal", "quantity"}
        if field.type in plain:
            return plain[field.type], ()
        if field.type in numbers:
            return "number", ()
        if field.type == "bool":
            return ("radio", self._yes_no()) if field.required else ("check", ())
        if field.type != "text":
            return self._closed(kind, field)
        long = field.name in LONG or f"{kind}.{field.name}" in ALSO_LONG
        return ("long" if long else "text"), ()

    def _closed(self, kind: str, field: catalogue.Field) -> tuple[str, Sequence[Choice]]:
        lists = {"cause": ("cause", CAUSES), "exclusion": ("cause", EXCLUSIONS)}
        table, words = lists.get(
            field.type, (_table(kind, field.name), tuple(field.type.split("|")))
        )
        choices = [Choice(word, self.reader.word(table, word)) for word in words]
        return ("radio" if len(choices) <= FEW else "select"), choices

    def _yes_no(self) -> list[Choice]:
        say = self.reader.say
        return [Choice("true", say(Text("是", "Yes"))), Choice("false", say(Text("否", "No")))]

    def _consent(self, kind: str, field: catalogue.Field) -> list[Field]:
        """Who of the customer agreed, and how."""
        people = self.options.speakers(frozenset())
        ways = [Choice(word, self.reader.word("how", word)) for word in CONSENT_HOW]
        none = Text("", "")
        by = Text("客户谁同意", "Agreed by whom of the customer")
        how = Text("怎样同意的", "Agreed how")
        name = field.name
        return [
            self._field(f"{name}_by", by, BINDS.get(kind, none), "known", people),
            self._field(f"{name}_how", how, none, "select", ways),
        ]

    def _map(self, kind: str, field: catalogue.Field) -> list[Field]:
        """One field for each name that has a value of its own."""
        widget = "long" if field.name == "headings" else "number"
        found = []
        for entry in self.options.entries(kind, field.name):
            name = f"{field.name}:{entry.value}"
            label, hint = Text(entry.words, entry.words), Text(entry.note, entry.note)
            found.append(self._field(name, label, hint, widget))
        wrong = self.wrong.get(field.name)
        if wrong is not None and found:
            found[0] = replace(found[0], error=self.reader.say(wrong))
        return found

    def when(self) -> list[Field]:
        """When it happened, where that is not now, and why it is entered late."""
        none = Text("", "")
        happened = Text("什么时候发生的", "When it happened")
        why = Text("为什么现在才记", "Why it is entered only now")
        late = Text("晚于 15 分钟要写", "needed beyond 15 minutes")
        return [
            self._field("at", happened, none, "moment"),
            self._field("why", why, late, "text"),
        ]


def focused(fields: Sequence[Field], name: str) -> list[Field]:
    """With the cursor in one of them."""
    return [replace(one, focus=one.name == name) for one in fields]


def _table(kind: str, name: str) -> str:
    return TABLES.get(f"{kind}.{name}") or TABLES.get(name, "word")


def _from_list(kind: str, name: str, choices: Sequence[Choice]) -> bool:
    """Engineers are picked by what they can and have; other lists only propose."""
    return name == "engineer" and len(choices) <= MANY

"""To correct an entry: the same form with what was written, of which only what differs is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from jiannuo.faces.desk.acting.case import CaseMatter
from jiannuo.faces.desk.acting.fields import focused
from jiannuo.journey.correction import correct
from jiannuo.journey.step import Done, When
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import catalogue
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.events import Event
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import Shape

#: What no form shows of an event: files are what they are, numbers of other things too.
HELD = frozenset({"files", "op", "geo"})
#: Why it is corrected: the entry itself may have a reason of its own.
BECAUSE = "because"


@dataclass(frozen=True)
class CorrectionMatter(CaseMatter):
    """An entry of a case. Whatever else happened meanwhile, it is the same entry."""

    event: Event

    @property
    def back(self) -> str:
        return f"{super().back}#e-{self.event.id}"

    @property
    def events(self) -> Sequence[Event]:
        return ()

    def href(self, kind: str) -> str:
        return reverse("desk:correction_open", args=[self.ref, self.event.id])

    def heading(self, kind: str) -> Text:
        return super().heading(kind) + Text("：", ": ") + told(self.profile, self.event).text

    def shape(self, kind: str) -> Shape:
        """When it happened, the fields of the event that may be corrected, and why."""
        found = kinds()[self.event.kind].fields
        own = {name: field for name, field in found.items() if name not in HELD}
        at = catalogue.Field("at", "time", True)
        because = catalogue.Field(BECAUSE, "text", True)
        return Shape(self.event.kind, {"at": at, **own, BECAUSE: because})

    def usual(self, kind: str, name: str) -> list[str]:
        if name == "at":
            return shown(self.reader, self.event.t)
        whole, _, part = name.rpartition("_")
        kept = self.event.d.get(whole)
        found = kept.get(part) if isinstance(kept, Mapping) else self.event.d.get(name)
        return shown(self.reader, found)

    def arranged(self, kind: str, fields: list[Field]) -> list[Field]:
        return focused(fields, BECAUSE)

    def amounts_to(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        return self.event.kind, self.event.d

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done:
        """Raises `Refusal` where nothing differs."""
        kept, said = self.event.d, dict(fields)
        because = said.pop(BECAUSE)
        changed = {name: value for name, value in said.items() if kept.get(name) != value}
        t = when.at if self._moved(when.at) else None
        if t is None and not changed:
            raise Refusal("nothing_corrected", "没有改动任何内容", "nothing was changed")
        of, now = UUID(self.event.id), When(op=when.op)
        return correct(actor, self.ref, now, of=of, reason=because, t=t, d=changed or None)

    def _moved(self, at: datetime | None) -> bool:
        """A form keeps seconds, an event more than that."""
        whole = self.event.t.replace(microsecond=0)
        return at is not None and abs(at - whole).total_seconds() >= 1

    def after(self, done: Done) -> str:
        """To the entry, not to its correction."""
        return self.back

    def saying(self, done: Done, fields: Mapping[str, Any]) -> Text | None:
        return super().saying(done, {})


def shown(reader: Reader, value: Any) -> list[str]:
    """A kept value as a field holds it."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, datetime):
        return [f"{reader.local(value):%Y-%m-%dT%H:%M:%S}"]
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return [] if isinstance(value, Mapping) else [str(value)]

"""To correct an entry: the same form with what was written, of which only what differs is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.acting.fields import Fields
from jiannuo.faces.desk.acting.options import Options
from jiannuo.faces.desk.acting.page import ActPage
from jiannuo.faces.desk.acting.reading import said
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.events import Event
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text, word
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import Shape

#: What no form shows of an event: files are what they are, numbers of other things too.
HELD = frozenset({"files", "op", "geo"})
#: Why it is corrected: the entry itself may have a reason of its own.
BECAUSE = "because"
WHEN = Text("发生时间", "When it happened")
WHY = Text("更正原因", "Why it is corrected")


def shape_of(event: Event) -> Shape:
    """The fields of an event that may be corrected."""
    found = kinds()[event.kind].fields
    return Shape(event.kind, {name: field for name, field in found.items() if name not in HELD})


@dataclass(frozen=True, slots=True)
class Corrected:
    """What differs from what was written; `wrong` by field."""

    t: datetime | None
    d: Mapping[str, Any]
    wrong: Mapping[str, Text]


def corrected(event: Event, post: QueryDict, reader: Reader) -> Corrected:
    found = said(shape_of(event), post, reader.zone)
    fields = {name: value for name, value in found.fields.items() if name not in ("at", "why")}
    changed = {name: value for name, value in fields.items() if event.d.get(name) != value}
    at = found.fields.get("at")
    moved = at is not None and abs(at - event.t.replace(microsecond=0)).total_seconds() >= 1
    wrong = dict(found.wrong)
    if not post.get(BECAUSE, "").strip():
        wrong[BECAUSE] = Text("请写明为什么更正", "Say why it is corrected")
    return Corrected(at if moved else None, changed, wrong)


def correction_page(
    reader: Reader,
    view: CaseView,
    event: Event,
    post: QueryDict | None,
    wrong: Mapping[str, Text],
    refusal: Refusal | None,
) -> ActPage:
    """`post`: what was typed, None for a form that is opened."""
    options = Options(reader, view)

    def values(name: str) -> Sequence[str]:
        if post is not None:
            return [value for value in post.getlist(name) if value]
        return (
            [f"{reader.local(event.t):%Y-%m-%dT%H:%M:%S}"]
            if name == "at"
            else _shown(reader, event.d.get(name))
        )

    fields = Fields(reader, options, values, wrong)
    shape = shape_of(event)
    own = [fields.one(event.kind, field) for field in shape.fields.values()]
    happened = Field("at", reader.say(WHEN), "moment", tuple(values("at")), required=True)
    error = wrong.get(BECAUSE)
    typed = (post.get(BECAUSE, ""),) if post is not None else ()
    reason = Field(
        BECAUSE,
        reader.say(WHY),
        "long",
        typed,
        error=reader.say(error) if error else "",
        required=True,
        focus=True,
    )
    number = view.card.number
    sentence = told(view.profile, event).text
    return ActPage(
        number=number,
        kind="correction",
        case=view.card.text,
        where=view.card.customer_name,
        ask=reader.say(word("action", "correction") + Text("：", ": ") + sentence),
        verb=reader.say(Text("更正", "Correct")),
        href=reverse("desk:correction_open", args=[number, event.id]),
        back=f"{reverse('desk:case_show', args=[number])}#e-{event.id}",
        op=post.get("op", "") if post is not None else str(new_id()),
        seen=len(view.events),
        back_words=reader.say(Text("回到工单", "Back to the case")),
        speaker=(),
        fields=(happened, *own, reason),
        when=(),
        late=False,
        gate=None,
        error=reader.say(Text(refusal.zh, refusal.en)) if refusal else "",
        refused="",
        news=(),
        bare=False,
    )


def _shown(reader: Reader, value: Any) -> list[str]:
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

"""One step as a form: what it asks, in whose name, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.http import QueryDict

from jiannuo.faces.desk.acting.fields import Fields
from jiannuo.faces.desk.acting.matter import Matter
from jiannuo.faces.desk.acting.speaking import Speaker, speaker_fields
from jiannuo.faces.desk.acting.standing import Way
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.people.permits import refusal_of
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class GateView:
    """Why not yet: what is missing, each with the step that mends it; `soft`: a reason opens it."""

    title: str
    rule: str
    soft: bool
    missing: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class ActPage:
    """Everything the form shows. `case`: the number of the one it is about, else ""; `news`: what
    others did since it was opened; `factor`: that a second factor may be asked for, "" where not;
    `first`: that it is, before anything else."""

    number: str
    case: str
    title: str
    heading: str
    verb: str
    href: str
    back: str
    back_words: str
    op: str
    seen: int
    hidden: tuple[tuple[str, str], ...]
    speaker: tuple[Field, ...]
    fields: tuple[Field, ...]
    when: tuple[Field, ...]
    late: bool
    gate: GateView | None
    error: str
    refused: str
    news: tuple[str, ...]
    factor: str = ""
    first: bool = False

    def asking(self, reader: Reader, *, first: bool) -> ActPage:
        """With the way to a second factor on it."""
        return replace(self, factor=reader.say(FACTOR), first=first)


FACTOR = Text(
    "远程作业要先过两步验证，填的内容会留着",
    "Remote work takes a second factor first; what you fill in is kept",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, and what is wrong with it. `post`: as the browser sent it."""

    post: QueryDict
    wrong: Mapping[str, Text] = field(default_factory=dict)
    refusal: Refusal | None = None
    news: Sequence[str] = ()


#: The field that tells one press of the button from another. No step has a field of this name.
ONCE = "once"
LATE = ("late_without_reason", "from_the_future")


def act_page(
    actor: Actor, reader: Reader, matter: Matter, kind: str, sent: Sent, *, bound: bool
) -> ActPage:
    """`bound`: it comes back with what was typed; else `sent.post` only proposes."""
    return _Maker(actor, reader, matter, kind, sent, bound).page()


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    matter: Matter
    kind: str
    sent: Sent
    bound: bool

    def page(self) -> ActPage:
        reader, matter, kind = self.reader, self.matter, self.kind
        whose = voice(self.actor, kind)
        options, refusal = matter.options, self.sent.refusal
        fields = Fields(reader, options, self._values, self.sent.wrong)
        gate = self._gate(refusal) if refusal and refusal.reasons else None
        said = Speaker(self._first("said_by"), self._first("heard"))
        when = self._when(fields)
        return ActPage(
            number=matter.ref,
            case=matter.case,
            title=matter.title,
            heading=reader.say(matter.heading(kind)),
            verb=reader.say(matter.verb(kind)),
            href=matter.href(kind),
            back=matter.back,
            back_words=reader.say(matter.back_words),
            op=self._first(ONCE) if self.bound else str(new_id()),
            seen=len(matter.events),
            hidden=matter.hidden,
            speaker=tuple(speaker_fields(reader, options, kind, whose, said)),
            fields=tuple(self._own(fields, gate)) if whose != NOBODY else (),
            when=tuple(when),
            late=self._late(when),
            gate=gate,
            error=self._error(refusal) if gate is None else "",
            refused=self._not_his() if whose == NOBODY else "",
            news=tuple(self.sent.news),
        )

    def _own(self, fields: Fields, gate: GateView | None) -> list[Field]:
        wanted, soft = self.matter.shape(self.kind), gate is not None and gate.soft
        return self.matter.arranged(self.kind, fields.of(wanted, gated=soft))

    def _when(self, fields: Fields) -> list[Field]:
        """Nothing twice: a step may ask itself when it happened, or why."""
        own = self.matter.shape(self.kind).fields
        return [] if "at" in own else [one for one in fields.when() if one.name not in own]

    def _late(self, when: Sequence[Field]) -> bool:
        """Whether that part stands open."""
        refusal = self.sent.refusal
        late = refusal is not None and refusal.code in LATE
        return late or any(one.values for one in when)

    def _values(self, name: str) -> list[str]:
        found = [value for value in self.sent.post.getlist(name) if value]
        return found or ([] if self.bound else self.matter.usual(self.kind, name))

    def _first(self, name: str) -> str:
        return self.sent.post.get(name, "").strip()

    def _gate(self, refusal: Refusal) -> GateView:
        reader = self.reader
        action = reader.word("action", self.kind)
        return GateView(
            reader.say(Text(f"现在不能{action}", f"Not yet: {action}")),
            refusal.requirement,
            refusal.soft,
            self.matter.ways_out(self.actor, refusal.reasons),
        )

    def _error(self, refusal: Refusal | None) -> str:
        return self.reader.say(Text(refusal.zh, refusal.en)) if refusal else ""

    def _not_his(self) -> str:
        found = refusal_of(self.actor, self.kind)
        return self.reader.say(Text(found.zh, found.en))


def news_since(
    reader: Reader, matter: Matter, actor: Actor, seen: int, op: UUID | None
) -> list[str]:
    """What others did since a form was opened, told in sentences; nothing that this form itself
    wrote."""
    later = matter.events[seen:]
    mine = any(event.id == str(op) for event in later)
    others = [e for e in later if actor.name not in (e.by.name, e.by.hand)]
    return [] if mine else [reader.say(told(matter.profile, event).text) for event in others]

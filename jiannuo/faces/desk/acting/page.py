"""One step of a case as a form: what it asks, in whose name, and what stands in its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.acting.fields import Fields
from jiannuo.faces.desk.acting.looks import looks
from jiannuo.faces.desk.acting.options import Options
from jiannuo.faces.desk.acting.speaking import NOBODY, OWN, Speaker, speaker_fields, voice
from jiannuo.faces.desk.acting.standing import Way, ways_out
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text, word
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
    """Everything the form shows. `news`: what others did since it was opened."""

    number: str
    kind: str
    case: str
    where: str
    ask: str
    verb: str
    href: str
    back: str
    op: str
    seen: int
    speaker: tuple[Field, ...]
    fields: tuple[Field, ...]
    when: tuple[Field, ...]
    late: bool
    gate: GateView | None
    error: str
    refused: str
    news: tuple[str, ...]
    bare: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, and what is wrong with it. `post`: as the browser sent it."""

    post: QueryDict
    wrong: Mapping[str, Text] = field(default_factory=dict)
    refusal: Refusal | None = None
    news: Sequence[str] = ()


LATE = ("late_without_reason", "from_the_future")


def act_page(
    actor: Actor, reader: Reader, view: CaseView, kind: str, sent: Sent, *, bound: bool
) -> ActPage:
    """`bound`: it comes back with what was typed; else `sent.post` only proposes."""
    return _Maker(actor, reader, view, kind, sent, bound).page()


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    view: CaseView
    kind: str
    sent: Sent
    bound: bool

    def page(self) -> ActPage:
        reader, view, kind = self.reader, self.view, self.kind
        whose = voice(self.actor, kind)
        options = Options(reader, view)
        fields = Fields(reader, options, self._values, self.sent.wrong)
        refusal = self.sent.refusal
        gate = self._gate(refusal) if refusal and refusal.reasons else None
        said = Speaker(self._first("said_by"), self._first("heard"))
        own = fields.of(kind, gated=gate is not None and gate.soft) if whose != NOBODY else []
        late = bool(self._first("at")) or (refusal is not None and refusal.code in LATE)
        return ActPage(
            number=view.card.number,
            kind=kind,
            case=view.card.text,
            where=view.card.customer_name,
            ask=reader.say(word("action", kind)),
            verb=reader.say(looks()[kind].verb),
            href=reverse("desk:act_open", args=[view.card.number, kind]),
            back=reverse("desk:case_show", args=[view.card.number]),
            op=self._first("op") if self.bound else str(new_id()),
            seen=len(view.events),
            speaker=tuple(speaker_fields(reader, options, kind, whose, said)),
            fields=tuple(own),
            when=tuple(fields.when()),
            late=late,
            gate=gate,
            error=self._error(refusal) if gate is None else "",
            refused=self._not_his() if whose == NOBODY else "",
            news=tuple(self.sent.news),
            bare=whose == OWN and not own,
        )

    def _values(self, name: str) -> list[str]:
        found = [value for value in self.sent.post.getlist(name) if value]
        return found or ([] if self.bound else self._usual(name))

    def _first(self, name: str) -> str:
        return self.sent.post.get(name, "").strip()

    def _usual(self, name: str) -> list[str]:
        """What it mostly is, to be changed where it is not."""
        view = self.view
        newest = [event.d["version"] for event in view.story.log.all("plan_submitted")]
        usual = {
            "plan_submitted.version": str(max(newest, default=0) + 1),
            "plan_submitted.notified_by": "call",
            "engineer_contact.call": "outbound",
            "execution_permitted.executor": "vendor_engineer",
            "remote_consent.given": "true",
            "notified.how": "call_answered",
            "notify_attempt.how": "call_unanswered",
            "leader_briefed.in_person": "true",
        }
        found = usual.get(f"{self.kind}.{name}")
        if found is None and name == "version" and newest:
            found = str(max(newest))
        if found is None and name in ("device", "old", "faulty_serial") and view.card.device:
            found = view.card.device if self.kind != "device_added" else None
        return [found] if found else []

    def _gate(self, refusal: Refusal) -> GateView:
        reader = self.reader
        action = reader.say(word("action", self.kind))
        return GateView(
            reader.say(Text(f"现在不能{action}", f"Not yet: {action}")),
            refusal.requirement,
            refusal.soft,
            ways_out(reader, self.actor, self.view.card.number, refusal.reasons),
        )

    def _error(self, refusal: Refusal | None) -> str:
        return self.reader.say(Text(refusal.zh, refusal.en)) if refusal else ""

    def _not_his(self) -> str:
        found = refusal_of(self.actor, self.kind)
        return self.reader.say(Text(found.zh, found.en))


def news_since(
    reader: Reader, view: CaseView, actor: Actor, seen: int, op: UUID | None
) -> list[str]:
    """What others did to the case since a form was opened, told in sentences; nothing that this
    form itself wrote."""
    later = view.events[seen:]
    mine = any(event.id == str(op) for event in later)
    others = [e for e in later if actor.name not in (e.by.name, e.by.hand)]
    return [] if mine else [reader.say(told(view.profile, event).text) for event in others]

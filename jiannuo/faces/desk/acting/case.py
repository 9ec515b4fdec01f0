"""A case, as far as a step of it is concerned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.acting.matter import Plain
from jiannuo.faces.desk.acting.options import Options
from jiannuo.faces.desk.acting.standing import Way, ways_out
from jiannuo.journey import speaking
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader


@dataclass(frozen=True)
class CaseMatter(Plain):
    reader: Reader
    view: CaseView

    @property
    def ref(self) -> str:
        return self.view.card.number

    @property
    def case(self) -> str:
        return self.ref

    @property
    def title(self) -> str:
        return self.view.card.text

    @property
    def back(self) -> str:
        return reverse("desk:case_show", args=[self.ref])

    @property
    def back_words(self) -> Text:
        return Text("回到工单", "Back to the case")

    @property
    def profile(self) -> Profile:
        return self.view.profile

    @property
    def events(self) -> Sequence[Event]:
        return self.view.events

    @property
    def options(self) -> Options:
        return Options(self.reader, self.view)

    def href(self, kind: str) -> str:
        return reverse("desk:act_open", args=[self.ref, kind])

    def for_customer(self, actor: Actor, kind: str, person: str, heard: str) -> Actor:
        return speaking.for_customer(actor, self.ref, kind, person, heard)

    def ways_out(self, actor: Actor, reasons: Sequence[str]) -> tuple[Way, ...]:
        return ways_out(self.reader, actor, self.ref, reasons)

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done:
        return take(kind, actor, self.ref, when, **fields)

    def usual(self, kind: str, name: str) -> list[str]:
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
        found = usual.get(f"{kind}.{name}")
        if found is None and name == "version" and newest:
            found = str(max(newest))
        if found is None and name in ("device", "old", "faulty_serial") and view.card.device:
            found = view.card.device if kind != "device_added" else None
        return [found] if found else []

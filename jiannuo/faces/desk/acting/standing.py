"""What stands in the way of a step, and the step that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from jiannuo.faces.desk.acting.looks import looks
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.journey.gatekeeper import reason_text
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader

#: The step that takes a reason away.
MENDS = {
    "no_consent": "remote_consent",
    "consent_refused": "remote_consent",
    "consent_expired": "remote_consent",
    "plan_not_approved": "plan_approved",
    "executor_not_permitted": "execution_permitted",
    "quote_not_approved": "quote_made",
    "application_not_signed": "application_signed",
    "major_op_not_approved": "major_op_approved",
    "report_not_filed": "report_filed",
    "report_not_signed": "report_signed",
    "no_exclusion": "exclusion_accepted",
    "not_resolved": "resolved",
    "rca_missing": "rca_approved",
    "loaner_out": "loaner_returned",
    "archive_not_read": "archive_read",
    "preparation_not_checked": "prep_checked",
}


@dataclass(frozen=True, slots=True)
class Way:
    """What is missing, and where to go for it; no `href` where nobody can press anything."""

    text: str
    verb: str = ""
    href: str = ""


def named(reader: Reader, reasons: Sequence[str]) -> tuple[Way, ...]:
    """What is missing, where no step of ours mends it."""
    return tuple(Way(reader.say(Text(*reason_text(reason)))) for reason in reasons)


def ways_out(reader: Reader, actor: Actor, number: str, reasons: Sequence[str]) -> tuple[Way, ...]:
    return tuple(_way(reader, actor, number, reason) for reason in reasons)


def _way(reader: Reader, actor: Actor, number: str, reason: str) -> Way:
    text = reader.say(Text(*reason_text(reason)))
    kind = MENDS.get(reason)
    if kind is None or voice(actor, kind) == NOBODY:
        return Way(text)
    href = reverse("desk:act_open", args=[number, kind])
    return Way(text, reader.say(looks()[kind].verb), href)

"""The sentence for the caller, once the case is there: its number, and who rings back by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.kernel.ids import new_id
from jiannuo.manual import assignment
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.words import Text
from jiannuo.web.components import LevelBadge, level_badge
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Reading:
    """`told`: it was read already."""

    number: str
    parts: tuple[str, ...]
    text: str
    where: str
    level: LevelBadge
    engineer: str
    missing: tuple[str, ...]
    emergency: bool
    told: bool
    op: str
    href: str


#: What a caller may not have been able to say.
MISSING = {
    "device": Text("设备序列号", "serial of the device"),
    "text": Text("故障现象", "what is wrong"),
    "caller": Text("报修人", "who called"),
    "customer": Text("客户", "the customer"),
}


def reading(actor: Actor, reader: Reader, number: str) -> Reading:
    """Raises `Refusal` ("no_case") for a number that is not there."""
    view = cases.view_for(actor, number)
    card, story = view.card, view.story
    phone = next((c for c in fold_story(story) if c.promise == "phone_response"), None)
    engineer = assignment.assignee(story)
    missing = [name for name in ("device", "text", "caller", "customer") if _lacks(view, name)]
    return Reading(
        number=card.number,
        parts=tuple(_sentences(reader, card.number, phone.due if phone else None, engineer)),
        text=card.text,
        where=" · ".join(part for part in (card.customer_name, card.site_name) if part),
        level=level_badge(reader, card.level, long=True),
        engineer=engineer,
        missing=tuple(reader.say(MISSING[name]) for name in missing),
        emergency=card.level == "L1" or bool(story.report and story.report.d.get("safety")),
        told=story.log.has("promise_read"),
        op=str(new_id()),
        href=reverse("desk:case_show", args=[card.number]),
    )


def _sentences(reader: Reader, number: str, due: datetime | None, engineer: str) -> Iterator[str]:
    """As they are read aloud: the moment in full words, no abbreviation."""
    say = reader.say
    yield say(Text(f"您的单号是 {number}。", f"Your case number is {number}."))
    if due is None:
        yield say(Text("我们登记好了，马上确认。", "It is taken down and will be confirmed."))
        return
    by = reader.clock(due)
    who = Text(f"维护工程师{engineer}", f"our engineer {engineer}" if engineer else "our engineer")
    yield say(
        Text(
            f"{who.zh}会在 {by} 前打这个电话联系您。",
            f"{who.en[0].upper()}{who.en[1:]} will call you on this number by {by}.",
        )
    )


def _lacks(view: cases.CaseView, name: str) -> bool:
    if name == "customer":
        return view.card.customer is None
    if name == "device":
        return not view.card.devices
    return view.story.report is None or not view.story.report.d.get(name)

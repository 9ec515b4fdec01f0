"""What the worker sends at a moment, and what went out about a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jiannuo.journey import addressing, delivering, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.undecided import decide_silent
from jiannuo.kernel.moment import held_at
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.people.models import Staff
from tests.journey.telling import Case, Moment, fault, moment
from tests.world import World

BASE = "http://127.0.0.1:8000"


def work(when: Moment) -> None:
    """The worker, at a moment: fire, address, deliver."""
    with held_at(moment(when)):
        while fire_due():
            pass
        decide_silent()
        while addressing.address():
            pass
        for channel in delivering.outward():
            while delivering.deliver(channel, BASE):
                pass


def declared_with_one_man_for_two_roles(world: World) -> Case:
    """An emergency since 10:01; 孙立新 is the head and, as the roles go, product manager too."""
    Staff.objects.filter(name="孙立新").update(roles=["subcentre_head", "product_manager"])
    Staff.objects.filter(name="吴敏芝").update(active=False)
    case = fault(world, "10:00", "L1")
    case.do("l1_declared", "10:01", "李伟", reason="全断")
    return case


@dataclass(frozen=True)
class Line:
    name: str
    kinds: tuple[str, ...]
    channels: tuple[str, ...]


def bundles(case: Case) -> list[Line]:
    """What went out about a case: to whom, of what, by what; in order."""
    found: dict[UUID, list[Recipient]] = {}
    rows = Recipient.objects.filter(notice__subject=case.id).select_related("notice")
    for row in rows.order_by("id"):
        found.setdefault(row.bundle, []).append(row)
    return [
        Line(
            parts[0].name,
            tuple(part.notice.kind for part in parts),
            tuple(
                Delivery.objects.filter(bundle=bundle)
                .order_by("id")
                .values_list("channel", flat=True)
            ),
        )
        for bundle, parts in found.items()
    ]


def notices(case: Case) -> list[str]:
    return list(Notice.objects.filter(subject=case.id).values_list("kind", flat=True))


def bundle_of(case: Case, name: str) -> UUID:
    row = Recipient.objects.filter(notice__subject=case.id, name=name).order_by("-id").first()
    assert row is not None
    return row.bundle


def key_of(case: Case, name: str, channel: str = "voice") -> str:
    row = Delivery.objects.filter(bundle=bundle_of(case, name), channel=channel).first()
    assert row is not None
    return row.key


def press(case: Case, name: str, when: Moment) -> int:
    """He presses "I know" in the product."""
    with held_at(moment(when)):
        return telling.acknowledge(case.world.actor(name), bundle_of(case, name))


def tell(when: Moment, *notes: Note, limit: int = 100) -> None:
    with held_at(moment(when)):
        post(notes)
        while addressing.address(limit):
            pass


def about(case: Case, key: str, to: str = "duty_manager", **said: Any) -> Note:
    return Note(key, "deviation", "case", case.id, to, case.customer.id, **said)


def state(key: str) -> str:
    return Notice.objects.get(key=key).state


def ways(key: str) -> list[str]:
    """By what it goes out of the house."""
    rows = Delivery.objects.filter(key__startswith=f"{key}>").exclude(channel="inbox")
    return list(rows.order_by("id").values_list("channel", flat=True))


def alarms(kind: str) -> list[tuple[str, int]]:
    rows = Notice.objects.filter(kind=kind).order_by("id")
    return list(rows.values_list("to_role", "urgency"))

"""The page of the hotline: the call in hand, the other calls, and what was found for the box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from jiannuo.cases import drafts
from jiannuo.cases.drafts import DraftCard
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.faces.desk.hotline.look import Look, look
from jiannuo.faces.desk.hotline.typed import CHANNELS, Typed, typed
from jiannuo.kernel.ids import id_in, new_id
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.oversight import finding
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader, millis

#: What may be picked from the box.
GROUPS = ("contacts", "devices", "sites", "customers", "cases")
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Tab:
    """A call of his that is not a case yet."""

    href: str
    who: str
    since: int
    at: str
    here: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One of the questions by which the level is set, in the manual's words (table 2-2)."""

    name: str
    text: str
    answers: tuple[Choice, ...]
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HotlinePage:
    draft: str
    said: Typed
    values: Mapping[str, str]
    look: Look
    tabs: tuple[Tab, ...]
    questions: tuple[Question, ...]
    channels: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    began: int
    since: str
    error: str
    ringing: str
    known: bool


@dataclass(frozen=True, slots=True)
class Picked:
    """What the address says beside the draft: a row of the box, or the number that rings."""

    contact: str = ""
    customer: str = ""
    device: str = ""
    site: str = ""
    number: str = ""


def hotline_page(
    actor: Actor, reader: Reader, draft: UUID | None, picked: Picked, error: str = ""
) -> HotlinePage:
    """`draft`: the call in hand; None for a new one."""
    card = drafts.draft(actor, draft) if draft else None
    raw = dict(card.fields) if card and not card.done else {}
    raw |= _picked(actor, picked, raw)
    return shown_page(actor, reader, draft, raw, card, error, picked.number)


def shown_page(
    actor: Actor,
    reader: Reader,
    draft: UUID | None,
    raw: Mapping[str, str],
    card: DraftCard | None,
    error: str = "",
    ringing: str = "",
) -> HotlinePage:
    said = typed(raw, reader.zone, reader.at)
    began = _began(said, card, reader.at)
    found = look(actor, reader, said, began, card.kept_at if card else None)
    mine = str(draft or new_id())
    return HotlinePage(
        draft=mine,
        said=said,
        values=said.raw,
        look=found,
        tabs=tuple(_tab(reader, one, mine) for one in drafts.in_hand(actor)),
        questions=_questions(reader, said, found),
        channels=tuple(Choice(c, reader.word("channel", c)) for c in CHANNELS),
        levels=tuple(Choice(lv, reader.word("level", lv)) for lv in ("L1", "L2", "L3", "L4")),
        began=millis(began),
        since=reader.clock(began),
        error=error,
        ringing=ringing,
        known=bool(said.customer or said.said("device")),
    )


def _began(said: Typed, card: DraftCard | None, at: datetime) -> datetime:
    if said.channel != "phone" and said.arrived is not None:
        return said.arrived
    return card.started_at if card else at


def _tab(reader: Reader, card: DraftCard, here: str) -> Tab:
    said = card.fields
    who = said.get("caller") or said.get("phone") or said.get("text", "")[:12]
    return Tab(
        f"{reverse('desk:hotline_show')}?{urlencode({'draft': card.id})}",
        who or reader.say(Text("还没有问到名字", "no name yet")),
        millis(card.started_at),
        reader.clock(card.started_at),
        str(card.id) == here,
    )


def _picked(actor: Actor, picked: Picked, raw: Mapping[str, str]) -> dict[str, str]:
    """What a row of the box fills in; what was typed of something else stays."""
    found: dict[str, str] = {}
    if picked.number:
        found |= _by_number(actor, picked.number, raw)
    contact, customer = id_in(picked.contact), id_in(picked.customer)
    if contact is not None and (person := customers.contact_here(contact)) is not None:
        found |= {"customer": str(person.customer), "caller": person.name, "phone": person.phone}
    if customer is not None and contact is None:
        found["customer"] = str(customer)
    if picked.device and (unit := equipment.find(picked.device)) is not None:
        found["device"] = unit.serial
        if unit.customer:
            found["customer"] = str(unit.customer)
    if picked.site:
        found["site"] = picked.site
    return found


def _by_number(actor: Actor, number: str, raw: Mapping[str, str]) -> dict[str, str]:
    """Who rings, where exactly one person has this number."""
    rung = {"phone": raw.get("phone") or number}
    hits = finding.find(actor, number, 2, groups=("contacts",)).contacts
    if len(hits) == 1 and not raw.get("caller"):
        return rung | {"customer": str(hits[0].customer), "caller": hits[0].name}
    return rung


def _questions(reader: Reader, said: Typed, found: Look) -> tuple[Question, ...]:
    say = reader.say
    yes, no = Choice("yes", say(Text("是", "Yes"))), Choice("no", say(Text("否", "No")))
    maybe = Choice("maybe", say(Text("可能会", "It may come to that")))
    down = Text(
        "整个系统瘫痪、基本功能不能实现，或全面退化？",
        "Is the whole system down, or its basic functions gone?",
    )
    degraded = Text(
        "直接影响服务，系统性能或服务部分退化？",
        "Is the service affected, or its performance degraded?",
    )
    safety = Text("有人身安全危险？", "Is anybody in danger?")
    asked = [Question("down", say(down), (yes, no, maybe), said.said("down"), found.outage)]
    if said.said("down") == "no":
        asked.append(Question("degraded", say(degraded), (yes, no), said.said("degraded")))
    asked.append(Question("safety", say(safety), (yes, no), said.said("safety")))
    return tuple(asked)


@dataclass(frozen=True, slots=True)
class Row:
    """A hit of the box: what it is, what helps to know it, where picking it leads."""

    kind: str
    name: str
    note: str
    href: str


def rows(actor: Actor, reader: Reader, draft: str, text: str) -> tuple[Row, ...]:
    """What the box finds: persons, devices, places, customers, cases."""
    found = finding.find(actor, text, SHOWN, groups=GROUPS)
    say = reader.say
    person, device = say(Text("人", "person")), say(Text("设备", "device"))
    site, customer = say(Text("现场", "site")), say(Text("客户", "customer"))
    rows_ = [
        Row(person, c.name, f"{c.title} {c.customer_name} {c.phone}", _to(draft, contact=c.id))
        for c in found.contacts
    ]
    rows_ += [
        Row(
            device,
            d.hit.serial,
            f"{d.hit.model} {d.hit.customer_name} {d.hit.site_name}",
            _to(draft, device=d.hit.serial),
        )
        for d in found.devices
    ]
    rows_ += [
        Row(site, s.name, s.customer_name, _to(draft, customer=s.customer, site=s.code))
        for s in found.sites
    ]
    rows_ += [Row(customer, c.name, "", _to(draft, customer=c.id)) for c in found.customers]
    rows_ += [
        Row(
            say(Text("工单", "case")),
            c.number,
            f"{c.text} {c.customer_name}",
            reverse("desk:case_show", args=[c.number]),
        )
        for c in found.cases
    ]
    return tuple(rows_)


def _to(draft: str, **picked: object) -> str:
    said = {"draft": draft, **{name: str(value) for name, value in picked.items()}}
    return f"{reverse('desk:hotline_show')}?{urlencode(said)}"

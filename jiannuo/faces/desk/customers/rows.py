"""The rows of a customer's page: a case, a person, a site, a contract, what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from jiannuo.archive.queries import Line
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseCard
from jiannuo.customers.queries import ContactCard, ContractCard, SiteCard, reach
from jiannuo.faces.desk.customers.lists import may_sign
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.profile import Profile
from jiannuo.manual.telling import told
from jiannuo.manual.vocabulary import CUSTOMER_ROLES
from jiannuo.manual.warranty import term
from jiannuo.manual.words import Text, limit
from jiannuo.web.components import Evidence, LevelBadge, Person, TimelineRow, level_badge
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import names

METHODS = {
    "contract": Text("按合同公里数", "by the contract"),
    "great_circle": Text("按坐标直线", "straight line"),
    "unknown": Text("坐标未登记，先按最近一档", "not located yet, so the nearest band"),
}


@dataclass(frozen=True, slots=True)
class CaseRow:
    number: str
    href: str
    level: LevelBadge
    text: str
    status: str
    at: str
    by: str


def case_row(reader: Reader, card: CaseCard) -> CaseRow:
    return CaseRow(
        card.number,
        reverse("desk:case_show", args=[card.number]),
        level_badge(reader, card.level),
        card.text or reader.say(Text("没有写明故障", "Nothing was said about the fault")),
        reader.word("status", card.status),
        day_of(reader, reader.local(card.reported_at).date()),
        reader.by(card.next_due_at) if card.next_due_at else "",
    )


def day_of(reader: Reader, day: date) -> str:
    """2026-05-20: whole, since a history goes over years."""
    return day.isoformat()


@dataclass(frozen=True, slots=True)
class Flag:
    name: str
    signs: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    who: Person
    email: str
    flags: tuple[Flag, ...]
    change: str
    leave: str


def person_row(reader: Reader, card: ContactCard) -> PersonRow:
    held = [role for role in CUSTOMER_ROLES if role in card.roles]
    do = "desk:contact_open"
    return PersonRow(
        Person(card.name, card.title, card.phone, ours=False),
        card.email,
        tuple(Flag(reader.word("role", r), reader.say(may_sign(r))) for r in held),
        reverse(do, args=[card.id, "contact_changed"]),
        reverse(do, args=[card.id, "contact_left"]),
    )


@dataclass(frozen=True, slots=True)
class SiteRow:
    href: str
    name: str
    code: str
    km: str
    method: str
    limit: str
    office: str
    unknown: bool


def site_row(reader: Reader, profile: Profile, card: SiteCard, offices: dict[str, str]) -> SiteRow:
    found = reach(card, profile)
    return SiteRow(
        reverse("desk:site_show", args=[card.id]),
        card.name,
        card.code,
        "" if card.method == "unknown" else f"{card.km} km",
        reader.say(method(card.method)),
        reader.say(limit(found.limit)),
        offices.get(card.office, card.office),
        card.method == "unknown",
    )


def method(code: str) -> Text:
    """How a distance was found; a road factor stands behind the straight line."""
    plain, times, factor = code.partition(" x ")
    found = METHODS.get(plain) or Text(code, code)
    return found + (Text(f" × {factor}", f" x {factor}") if times else "")


@dataclass(frozen=True, slots=True)
class ContractRow:
    href: str
    number: str
    accepted: str
    months: int
    ends: str
    state: str
    tone: str


def contract_row(reader: Reader, profile: Profile, card: ContractCard) -> ContractRow:
    end = term(profile, card.accepted_on, card.months, card.workdays).end
    today = reader.local(reader.at).date()
    state, tone = standing(card, today, end)
    return ContractRow(
        reverse("desk:contract_show", args=[card.id]),
        card.number,
        card.accepted_on.isoformat(),
        card.months,
        end.isoformat(),
        reader.say(state),
        tone,
    )


def standing(card: ContractCard, today: date, end: date) -> tuple[Text, str]:
    """What a contract gives today: before acceptance, warranty, maintenance, or only at cost."""
    if today < card.accepted_on:
        return Text("未验收", "not accepted yet"), "warn"
    left = (end - today).days
    if left >= 0:
        soon = left <= RENEW
        return Text(f"质保还有 {left} 天", f"{left} days of warranty"), "warn" if soon else "ok"
    if _upkeep(card, today):
        return Text("维护合同期内", "under maintenance"), "ok"
    return Text("保外，待续保", "after warranty, to renew"), "warn"


def lasts(card: ContractCard, today: date, end: date) -> date:
    """Until when it stands so: the warranty's end, after it that of what is paid for."""
    return max([end, *_upkeep(card, today)])


def _upkeep(card: ContractCard, today: date) -> list[date]:
    """When the maintenance contracts of today end."""
    return [one.end for one in card.maintenance if one.start <= today <= one.end]


RENEW = 90  # days before its end the renewal begins (R-2-14)


# -- what happened ------------------------------------------------------------------------------


def event_rows(reader: Reader, profile: Profile, lines: Sequence[Line]) -> list[TimelineRow]:
    """Each with the case that it belongs to, if it is of one."""
    rows, day = [], ""
    of_cases = {line.subject for line in lines if line.subject_kind == "case"}
    numbers = cases.numbers_of(of_cases) if of_cases else {}
    for line in lines:
        row = event_row(reader, profile, line, day)
        if (number := numbers.get(line.subject)) is not None:
            case = Evidence(number, reverse("desk:case_show", args=[number]))
            row = replace(row, evidence=(case, *row.evidence))
        day = row.day or day
        rows.append(row)
    return rows


def event_row(reader: Reader, profile: Profile, line: Line, before: str) -> TimelineRow:
    event = line.happening
    said = told(profile, event)
    local = reader.local(event.t)
    day = f"{local:%Y} {reader.day(event.t)}"
    late = abs((event.recorded - event.t).total_seconds()) >= 1
    return TimelineRow(
        id=f"e-{event.id}",
        happened=f"{local:%H:%M:%S}",
        recorded=f"{reader.local(event.recorded):%m-%d %H:%M}" if late else "",
        text=reader.say(said.text),
        dot="note" if said.seen is False else "st" if said.proof else "",
        late=line.late,
        why=line.why if line.late else "",
        inside=said.seen is False,
        evidence=tuple(Evidence(one) for one in changes(reader, event.d)),
        day=day if day != before else "",
        machine=event.t.isoformat(),
        hand=_hand(reader, event.by.hand, event.by.heard),
    )


def _hand(reader: Reader, hand: str, heard: str) -> str:
    if not hand:
        return ""
    how = reader.word("how", heard)
    return reader.say(Text(f"由{hand}代录（{how}）", f"entered by {hand} ({how})"))


def changes(reader: Reader, d: Any) -> list[str]:
    """From what to what, field by field, of an event that changed something."""
    was = d.get("was")
    if not isinstance(was, dict):
        return []
    nothing = reader.say(Text("无", "none"))
    arrow = " → "
    return [
        f"{called(reader, name)}{reader.say(Text('：', ': '))}"
        f"{_value(reader, name, old) or nothing}{arrow}"
        f"{_value(reader, name, dumped(d.get(name))) or nothing}"
        for name, old in was.items()
    ]


#: What is kept of a place is more than the word of an arrival's form.
KEPT = {"geo": Text("坐标", "coordinates"), "site": Text("站点", "site")}


def called(reader: Reader, name: str) -> str:
    found = KEPT.get(name) or names().get(name)
    return reader.say(found) if found else name


def _value(reader: Reader, name: str, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if name == "roles":
        return reader.listed(reader.word("role", one) for one in value)
    if isinstance(value, bool):
        return reader.word("word", value)
    if name == "parts_supply":
        return reader.word("word", value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return reader.listed(str(one) for one in value)
    return str(value)


def hotline(customer: UUID | None, device: str = "") -> str:
    """Where a fault is reported for somebody who calls."""
    query = f"device={device}" if device else f"customer={customer}"
    return f"/hotline/?{query}"

"""Repair orders: their turn-around in working days, what happened, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from jiannuo.archive import queries as archive
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.stores.cards import STATES
from jiannuo.faces.desk.stores.stock import booking
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event, standing
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.manual.workdays import Workdays
from jiannuo.parts import machines
from jiannuo.parts import queries as parts
from jiannuo.parts.machines import RepairLine
from jiannuo.parts.queries import RepairCard
from jiannuo.people.permits import allowed
from jiannuo.web.components import Press
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class RepairRow:
    """`day`, `of`: the working day it is in, of how many; `late`: past them and still here."""

    number: str
    href: str
    serial: str
    case: str
    customer: str
    state: str
    day: int
    of: int | None
    due: str
    late: bool
    over: bool
    where: str
    free: str


@dataclass(frozen=True, slots=True)
class RepairList:
    rows: tuple[RepairRow, ...]
    late: int
    open: int


@dataclass(frozen=True, slots=True)
class Happened:
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class RepairPage:
    row: RepairRow
    fee: str
    warranty: str
    lines: tuple[Happened, ...]
    presses: tuple[Press, ...]
    label: str
    note: str


FREE = {
    True: Text("免费", "free"),
    False: Text("先报价", "quote first"),
    None: Text("", ""),
}


def repair_list(reader: Reader) -> RepairList:
    rows = tuple(_row(reader, one) for one in machines.repair_lines())
    late = sum(1 for row in rows if row.late)
    return RepairList(rows, late, sum(1 for row in rows if not row.over))


def _row(reader: Reader, one: RepairLine) -> RepairRow:
    status = "shipped" if one.shipped_at else "received" if one.received_at else "opened"
    today = reader.local(one.shipped_at or reader.at).date()
    since = reader.local(one.received_at).date() if one.received_at else today
    late = one.due_on is not None and today > one.due_on
    return RepairRow(
        one.number,
        reverse("desk:repair_show", args=[one.number]),
        one.serial,
        one.case,
        one.customer,
        reader.say(STATES[status]),
        _workdays(since, today),
        one.workdays,
        f"{one.due_on:%m-%d}" if one.due_on else "",
        late and one.shipped_at is None,
        one.shipped_at is not None,
        _where(reader, one),
        reader.say(FREE[one.free]),
    )


def _workdays(since: date, today: date) -> int:
    """The working days after `since` up to today, by the common week."""
    week, count, day = Workdays(), 0, since
    while day < today and count < 99:
        day = week.after(day, 1)
        count += day <= today
    return count


def _where(reader: Reader, one: RepairLine) -> str:
    """Where it is in its repair: with the maker, diagnosed, quoted."""
    last = one.last("repair_sent_out", "quote_refused", "quote_approved", "quote_made")
    found = last or one.last("repair_diagnosed")
    if found is None:
        return ""
    if found.kind == "repair_sent_out":
        text = f"{found.d['maker']} {found.d['vendor_ref']}"
        by = f"{found.d['promised']:%m-%d}" if found.d.get("promised") else ""
        return " · ".join(part for part in (text, by) if part)
    words = {
        "quote_refused": Text("客户不修", "not to be repaired"),
        "quote_approved": Text("报价已同意", "quote accepted"),
        "quote_made": Text("等客户同意报价", "quote with the customer"),
        "repair_diagnosed": Text("已诊断", "diagnosed"),
    }
    cause = found.d.get("cause")
    said = reader.say(words[found.kind])
    return f"{said} · {reader.word('cause', cause)}" if cause else said


def repair_page(actor: Actor, reader: Reader, number: str) -> RepairPage | None:
    order = parts.repair_named(number) if "\x00" not in number else None
    if order is None:
        return None
    events = standing(archive.stream(order.id)[order.id])
    fee, until = parts.refusal_fee(order), parts.repaired_warranty(order)
    owner = customers.customer_name(order.customer) if order.customer else ""
    line = RepairLine(
        order.number,
        order.serial,
        order.case or "",
        owner,
        order.free,
        order.workdays,
        order.due_on,
        order.received_at,
        order.shipped_at,
        tuple(events),
    )
    return RepairPage(
        _row(reader, line),
        f"{fee}" if fee is not None else "",
        f"{until}" if until else "",
        tuple(_told(reader, order, event) for event in reversed(events)),
        tuple(_presses(actor, reader, order, line)),
        f"{reverse('desk:label_show')}?repair={order.number}",
        _note(reader, order),
    )


def _told(reader: Reader, order: RepairCard, event: Event) -> Happened:
    extra = [str(event.d[n]) for n in ("maker", "vendor_ref", "promised", "total") if n in event.d]
    if event.d.get("cause"):
        extra.append(reader.word("cause", event.d["cause"]))
    text = reader.say(told(order.profile, event).text)
    return Happened(reader.clock(event.t), " ".join([text, *extra]))


def _note(reader: Reader, order: RepairCard) -> str:
    """What holds it: nothing is repaired at the customer's cost without his word (R-7.7-I3)."""
    waits = not order.free and not parts.quote_approved(order.id) and order.shipped_at is None
    if not waits or order.received_at is None:
        return ""
    return reader.say(
        Text(
            "不在免费范围：先报价，客户同意后才修；不同意就原样寄回",
            "not free: quote first and repair once it is accepted; else it goes back as it came",
        )
    )


def _presses(actor: Actor, reader: Reader, order: RepairCard, line: RepairLine) -> list[Press]:
    """What may be done now, the next first."""
    here = reverse("desk:repair_show", args=[order.number])
    kinds = ["repair_diagnosed", "repair_sent_out", "repair_shipped"]
    if order.received_at is None:
        kinds = ["faulty_part_received"]
    elif order.shipped_at is not None:
        kinds = []
    elif line.last("repair_diagnosed") is not None:
        kinds = ["repair_shipped", "repair_sent_out", "repair_diagnosed"]
    if order.received_at and not order.shipped_at and not order.free:
        kinds = ["quote_made", "quote_approved", "quote_refused", *kinds]
    usual = {"then": here, "serial": order.serial, "case": order.case or ""}
    return [
        booking(kind, reader.word("action", kind), order.number, **usual)
        for kind in kinds
        if allowed(actor, kind) or (kind.startswith("quote_") and kind != "quote_made")
    ]

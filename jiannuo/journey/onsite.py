"""Then on site (7.4): called, sent, prepared, arrived, signed, worked, explained, left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from jiannuo.cases import queries as case_queries
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.equipment import commands as units
from jiannuo.equipment import queries as equipment
from jiannuo.journey.step import NOW, Done, When, given, on_case
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.prices import default_supplier
from jiannuo.parts import queries as parts
from jiannuo.people import queries as people
from jiannuo.support import commands as support
from jiannuo.visits import commands as visits


def call_on_site(actor: Actor, case: str, when: When = NOW) -> Done:
    """The customer confirms that somebody must come: arrival runs from here (7.4 C)."""
    return on_case(actor, case, "onsite_confirmed", {}, when)


def agree_arrival(actor: Actor, case: str, when: When = NOW, *, due: datetime, reason: str) -> Done:
    """A special time agreed by both, valid when agreed before the old one was due (A26)."""
    return on_case(actor, case, "arrival_agreement", {"due": due, "reason": reason}, when)


def dispatch(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    engineer: str,
    eta: datetime | None = None,
    until: datetime | None = None,
    instead_of: str | None = None,
    override: str | None = None,
) -> Done:
    """Send an engineer: expected there when, through when, in whose place. Where he has other
    work or is away in any part of that time it takes a reason."""
    _forward(eta, until)

    def send(view: CaseView, event: Event, uid: UUID) -> None:
        who, card = people.known_staff(engineer), view.card
        if instead_of and instead_of != engineer:
            visits.call_off(card.id, people.known_staff(instead_of).id)
        visits.send(card.id, card.customer, who.id, event.t, visits.Plan(eta, until))

    fields = given(
        engineer=engineer, eta=eta, until=until, instead_of=instead_of, override=override
    )
    return on_case(actor, case, "dispatched", fields, when, send)


def _forward(eta: datetime | None, until: datetime | None) -> None:
    if until is not None and (eta is None or until <= eta):
        raise Refusal(
            "ends_before_it_starts",
            "结束时间必须晚于预计到达",
            "the end must lie after the expected arrival",
        )


def inform_customer(
    actor: Actor, case: str, when: When = NOW, *, eta: datetime | None = None
) -> Done:
    """The customer knows who comes and when (R-7.4-B-1)."""
    return on_case(actor, case, "customer_informed", given(eta=eta), when)


def read_archive(actor: Actor, case: str, when: When = NOW) -> Done:
    return on_case(actor, case, "archive_read", {}, when)


def check_preparation(
    actor: Actor, case: str, when: When = NOW, *, tools: bool, documents: bool, transport: bool
) -> Done:
    fields = {"tools": tools, "documents": documents, "transport": transport}
    return on_case(actor, case, "prep_checked", fields, when)


def arrive(
    actor: Actor, case: str, when: When = NOW, *, geo: Sequence[float] | None = None
) -> Done:
    """At the device site. Never refused; outside the fence it is flagged (R-7.4-C-1)."""

    def be_there(view: CaseView, event: Event, uid: UUID) -> None:
        who = people.known_staff(actor.name)
        lat, lon = geo if geo else (None, None)
        off = None
        if lat is not None and lon is not None and view.card.site is not None:
            spot = customers.site(view.card.site).spot
            off = visits.off_fence(view.profile, spot, lat, lon) if spot else None
        arrival = visits.Arrival(uid, event.t, lat, lon, off)
        visits.arrive(view.card.id, view.card.customer, who.id, arrival)

    return on_case(actor, case, "arrived", given(geo=list(geo) if geo else None), when, be_there)


def sign_application(actor: Actor, case: str, when: When = NOW) -> Done:
    """The person in charge signs what we came for, before work starts (7.4 B 3)."""
    return on_case(actor, case, "application_signed", {}, when)


def start_work(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    accompanied_by: Sequence[str] | None = None,
    override: str | None = None,
) -> Done:
    there = accompanied_by
    names = None if there is None else [name for name in there if name.strip()]
    fields = given(accompanied_by=names, override=override)
    return on_case(actor, case, "work_started", fields, when)


def approve_major_operation(actor: Actor, case: str, when: When = NOW, *, op: str) -> Done:
    """Restart, reinstall and the like: only the customer's department (R-7.4-B-5c)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        card = view.card
        support.approve(card.id, card.customer, uid, actor, event.t, kind="major_op", operation=op)

    return on_case(actor, case, "major_op_approved", {"op": op}, when, keep)


def perform_major_operation(actor: Actor, case: str, when: When = NOW, *, op: str) -> Done:
    return on_case(actor, case, "major_op_done", {"op": op}, when)


def diagnose(actor: Actor, case: str, when: When = NOW, *, problem: str, cause: str) -> Done:
    return on_case(actor, case, "diagnosed", {"problem": problem, "cause": cause}, when)


def request_part(actor: Actor, case: str, when: When = NOW, *, part: str, qty: int) -> Done:
    return on_case(actor, case, "part_requested", {"part": part, "qty": qty}, when)


def use_part(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    part: str,
    qty: int,
    condition: str,
    supplier: str | None = None,
    serials: Sequence[str] | None = None,
    faulty_serials: Sequence[str] | None = None,
    device: str | None = None,
) -> Done:
    """A part went in. Ours must have been issued to this case; serial parts join the device
    and, in a covered case, begin a warranty of their own (A10). Nobody need say whose it is:
    warranty and contract do (A14)."""
    supplier = supplier or _supplier(case)

    def fit(view: CaseView, event: Event, uid: UUID) -> None:
        if supplier == "vendor":
            _check_issued(view, part, qty)
        _fit_serials(view, device, serials or (), event.t)

    fields = given(
        part=part,
        qty=qty,
        supplier=supplier,
        condition=condition,
        serials=list(serials) if serials is not None else None,
        faulty_serials=list(faulty_serials) if faulty_serials is not None else None,
        device=device,
    )
    return on_case(actor, case, "part_used", fields, when, fit)


def _supplier(case: str) -> str:
    """Whose part it is by warranty and contract: "vendor" or "customer"."""
    view = case_queries.view_of(case)
    says = view.project.card.parts_supply if view.project else "vendor"
    return default_supplier(view.profile, view.entitled(), says)


def _check_issued(view: CaseView, part: str, qty: int) -> None:
    found = parts.part(part)
    used = sum(
        e.d["qty"]
        for e in view.story.log.all("part_used")
        if e.d["part"] == part and e.d["supplier"] == "vendor"
    )
    left = (parts.issued_to(found.id, view.card.id) if found else 0) - used
    if left < qty:
        raise Refusal(
            "not_issued",
            f"「{part}」只领用了 {left} 件到此单，请先办领用",
            f"only {left} of {part} issued to this case; issue it first",
            requirement="R-4-1",
        )


def _fit_serials(view: CaseView, device: str | None, serials: Sequence[str], at: datetime) -> None:
    card = view.card
    found = equipment.find(device or card.device or "")
    host = units.Host(found.id if found else None, card.customer, card.contract, card.site)
    for serial in serials:
        units.fit_part(serial, host, at)


def restore(actor: Actor, case: str, when: When = NOW, *, how: str) -> Done:
    """Service is back, the fault may remain: stops no contract clock (R-7.5-B3-1)."""
    return on_case(actor, case, "restored", {"how": how}, when)


def resolve(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    cause: str,
    customer_confirmed_by: str,
    method: str | None = None,
    problem: str | None = None,
    repair: bool | None = None,
) -> Done:
    """The fault is removed and the customer says so: 24 hours end here (R-3-2)."""
    fields = given(
        method=method,
        problem=problem,
        cause=cause,
        repair=repair,
        customer_confirmed_by=customer_confirmed_by,
    )
    return on_case(actor, case, "resolved", fields, when)


def recur(actor: Actor, case: str, when: When = NOW) -> Done:
    """It is back while we watch: the resolution before it is undone (A19)."""
    return on_case(actor, case, "recurred", {}, when)


def explain(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    to: str,
    cause: bool,
    solution: bool,
    prevention: bool,
) -> Done:
    """Cause, solution, prevention, to a named person of the customer (7.4 B 7)."""
    fields = {"to": to, "cause": cause, "solution": solution, "prevention": prevention}
    return on_case(actor, case, "explained", fields, when)


def write_report(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    to: str,
    cause: str,
    solution: str,
    prevention: str,
) -> Done:
    """Finish the service report: what it was, what was done, how to prevent it, and to whom of
    the customer's maintenance staff it was explained (R-7.4-B-7)."""
    texts = {"to": to, "cause": cause, "solution": solution, "prevention": prevention}
    missing = [name for name, text in texts.items() if not text.strip()]
    if missing:
        names = "、".join(REPORT[name] for name in missing)
        raise Refusal(
            "report_incomplete",
            f"服务报告还缺：{names}",
            f"the service report still lacks: {', '.join(missing)}",
            requirement="R-7.4-B-7",
            reasons=[f"missing:{name}" for name in missing],
        )
    return on_case(actor, case, "report_written", texts, when)


REPORT = {
    "to": "听取说明的人",
    "cause": "故障原因",
    "solution": "解决方法",
    "prevention": "预防措施",
}


def ask_maker(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    part: str,
    maker: str,
    vendor_ref: str,
    promised: datetime,
) -> Done:
    """A part that we do not have is asked of its maker: his reference and the time he promised
    stand on the case (R-4-2)."""
    fields = {"part": part, "maker": maker, "vendor_ref": vendor_ref, "promised": promised}
    return on_case(actor, case, "maker_asked", fields, when)


def file_report(actor: Actor, case: str, when: When = NOW) -> Done:
    """The customer's department takes the service report in (7.4 B 8)."""
    return on_case(actor, case, "report_filed", {}, when)


def sign_report(actor: Actor, case: str, when: When = NOW) -> Done:
    """The customer consents to the report after the observation (7.5 B 4)."""
    return on_case(actor, case, "report_signed", {}, when)


def hand_over(actor: Actor, case: str, when: When = NOW, *, to: str) -> Done:
    """A colleague takes over on site; the one relieved may go."""

    def relieve(view: CaseView, event: Event, uid: UUID) -> None:
        who = people.known_staff(to)
        arrival = visits.Arrival(uid, event.t)
        visits.arrive(view.card.id, view.card.customer, who.id, arrival)

    return on_case(actor, case, "handover", {"to": to}, when, relieve)


def depart(actor: Actor, case: str, when: When = NOW, *, override: str | None = None) -> Done:
    """Leave: the report filed; at level one watched 48 hours and signed."""

    def go(view: CaseView, event: Event, uid: UUID) -> None:
        visits.leave(view.card.id, people.known_staff(actor.name).id, event.t)

    return on_case(actor, case, "departed", given(override=override), when, go)

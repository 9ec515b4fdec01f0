"""A message arrives and is confirmed (7.1, 7.2). Save first, complete later: nothing that the
caller cannot say stands in the way of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import commands as archive
from jiannuo.archive.commands import Rung, Subject
from jiannuo.cases import commands as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.commands import NewCase
from jiannuo.cases.view import CaseCard, CaseView
from jiannuo.clocks import commands as clocks
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.journey.classification import ASKED
from jiannuo.journey.settling import owner_of, settle_new
from jiannuo.journey.step import (
    NOW,
    Done,
    Effect,
    When,
    entry,
    given,
    happening,
    on_case,
    ours_alone,
    outcome,
    written,
)
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import By, Event
from jiannuo.notices.commands import Note, post
from jiannuo.people.permits import require


@transaction.atomic
def report(
    actor: Actor,
    when: When = NOW,
    *,
    channel: str,
    kind: str,
    customer: UUID | None = None,
    device: str | None = None,
    site: str | None = None,
    text: str | None = None,
    caller: str | None = None,
    phone: str | None = None,
    outage_started: datetime | None = None,
    safety: bool | None = None,
    drill: bool | None = None,
    from_inspection: str | None = None,
    follows: str | None = None,
) -> Done:
    """Open a case at the moment the message arrived; its number comes back at once.

    An unknown serial, no site, no customer: saved all the same, noted as missing (R-7.2-B-1).
    """
    require(actor, _permit(drill=bool(drill), from_inspection=bool(from_inspection)))
    if (line := written(when, "reported")) is not None:
        return outcome(None, when, case_queries.card_of(line.subject).number)
    unit = _unit(device, customer) if device else None
    ground = _whereabouts(customer, site, unit)
    at = when.at or now()
    profile = ground.project.profile_at(at) if ground.project else customers.base_profile(at)
    wanted = entry(
        profile,
        "reported",
        given(
            channel=channel,
            kind=kind,
            device=device,
            site=site,
            text=text,
            caller=caller,
            phone=phone,
            outage_started=outage_started,
            safety=safety,
            drill=drill,
            from_inspection=from_inspection,
        ),
        when,
    )
    new = _new_case(ground, unit, wanted.detail, wanted.happened_at, profile.version, follows)
    subject = Subject("case", new.id, new.customer)
    seq = archive.record(actor, subject, wanted)
    if seq is None:
        raise Refusal("sent_twice", "这条报修已在录入", "this report is being entered already")
    card = _card(new, ground, unit)
    view = CaseView(card, profile, [happening(wanted, actor, seq)], ground.project)
    settle_new(view, new)
    if channel == "phone":
        archive.log_call(
            subject,
            seq,
            Rung(
                "inbound",
                caller or "",
                actor.name,
                wanted.happened_at,
                answered=True,
                summary=text or "",
                number=phone or "",
            ),
        )
    if kind == "fault" and not drill:
        _follow_up(view, safety=bool(safety))
    return Done(wanted.uid, card.number)


def imagined(
    report: Mapping[str, Any], level: str, arrived: datetime, confirmed: datetime
) -> CaseView:
    """The case that a report would become if it were confirmed now; nothing is written. `report`
    as `report` takes it."""
    device, customer = report.get("device"), report.get("customer")
    unit = _unit(device, customer) if device else None
    ground = _whereabouts(customer, report.get("site"), unit)
    profile = (
        ground.project.profile_at(arrived) if ground.project else customers.base_profile(arrived)
    )
    said = given(**{name: report.get(name) for name in IMAGINED})
    new = _new_case(ground, unit, said, arrived, profile.version, None, number="-")
    nobody = By("")
    events = [Event("reported", arrived, 1, nobody, said, confirmed, "reported")]
    if level:
        d = {"level": level}
        events.append(Event("confirmed", confirmed, 2, nobody, d, confirmed, "confirmed"))
    return CaseView(_card(new, ground, unit), profile, events, ground.project)


#: What of a report decides which promises run.
IMAGINED = ("channel", "kind", "device", "text", "caller", "outage_started", "safety")


def _permit(*, drill: bool, from_inspection: bool) -> str:
    """Whoever inspects may report what he found (R-1-4)."""
    if drill:
        return "raise_drill"
    return "report_finding" if from_inspection else "reported"


def _follow_up(view: CaseView, *, safety: bool) -> None:
    """Danger proposes an emergency at once (7.5 A); who did not describe the symptoms gets the
    guide afterwards, never before he is heard (R-7.2-B-1b)."""
    card = view.card
    if safety:
        clocks.raise_alert(owner_of(view), view.profile, "emergency_proposed")
    if not card.text:
        guide = {"case": card.number}
        note = Note(
            f"guide:{card.id}", "symptom_guide", "case", card.id, "contact", card.customer, guide
        )
        post([note])


def _unit(serial: str, customer: UUID | None) -> UnitCard | None:
    """The unit of a serial; one that stands at another customer's was mistyped, and is unknown."""
    found = equipment.find(serial)
    theirs = found.customer if found else None
    return None if customer and theirs not in (None, customer) else found


@dataclass(frozen=True, slots=True)
class _Whereabouts:
    """Customer, site and contract of a report, as far as they can be told."""

    customer: UUID | None
    site: customers.SiteCard | None
    project: customers.Project | None


def _whereabouts(customer: UUID | None, site: str | None, unit: UnitCard | None) -> _Whereabouts:
    """Named site, else the device's, else the customer's first."""
    owner = customer or (unit.customer if unit else None)
    found = customers.site_of_code(owner, site) if owner and site else None
    if found is None and unit is not None and unit.site is not None:
        found = customers.site(unit.site)
    if found is None and owner is not None:
        found = next(iter(customers.sites(owner)), None)
    contract = unit.contract if unit else None
    if contract is None and owner is not None:
        signed = customers.contract_of(owner)
        contract = signed.id if signed else None
    return _Whereabouts(owner, found, customers.project(contract) if contract else None)


def _new_case(
    ground: _Whereabouts,
    unit: UnitCard | None,
    d: Mapping[str, Any],
    at: datetime,
    version: int,
    follows: str | None,
    number: str = "",
) -> NewCase:
    """What intake knows of the case, and what it does not (R-7.2-B-1)."""
    missing = [name for name in ("device", "text", "caller") if not d.get(name)]
    if d.get("device") and unit is None:
        missing.append("device")
    return NewCase(
        kind=d["kind"],
        channel=d["channel"],
        reported_at=at,
        profile_version=version,
        text=d.get("text", ""),
        caller=d.get("caller", ""),
        drill=bool(d.get("drill")),
        customer=ground.customer,
        site=ground.site.id if ground.site else None,
        contract=ground.project.card.id if ground.project else None,
        missing=tuple(missing),
        number=number or cases.next_number(at),
        follows=case_queries.card(follows).id if follows else None,
        device=unit.id if unit else None,
    )


def _card(new: NewCase, ground: _Whereabouts, unit: UnitCard | None) -> CaseCard:
    """The card of a case that is not written yet."""
    site = ground.site
    return CaseCard(
        id=new.id,
        number=new.number,
        customer=new.customer,
        customer_name=site.customer_name if site else "",
        site=new.site,
        site_code=site.code if site else "",
        site_name=site.name if site else "",
        km=site.km if site else None,
        contract=new.contract,
        kind=new.kind,
        channel=new.channel,
        text=new.text,
        caller=new.caller,
        drill=new.drill,
        status="received",
        level=None,
        profile_version=new.profile_version,
        reported_at=new.reported_at,
        next_due_at=None,
        next_promise="",
        into=None,
        devices=(unit.serial,) if unit else (),
    )


def confirm(actor: Actor, case: str, when: When = NOW, *, level: str) -> Done:
    """Confirm the request with its level: phone response runs from here (7.2 C 2, A3)."""
    return on_case(actor, case, "confirmed", {"level": level}, when, _ask_whether(level))


def convert(actor: Actor, case: str, when: When = NOW, *, level: str, reason: str) -> Done:
    """A consultation turns out a fault: reported then, confirmed now (R-7.1-A)."""
    fields = {"level": level, "reason": reason}
    return on_case(actor, case, "converted", fields, when, _ask_whether(level))


def _ask_whether(level: str) -> Effect | None:
    """Taken as level one: whoever may judge hears at once that he has to (7.5 B 1)."""

    def ask(view: CaseView, event: Event, uid: UUID) -> None:
        if view.card.drill or view.story.declaration is not None:
            return
        post(
            Note(
                key=f"{ASKED}:{uid}:{role}",
                kind=ASKED,
                subject_kind="case",
                subject=view.card.id,
                to_role=role,
                customer=view.card.customer,
                payload={"ref": view.card.number},
                urgency=1,
                ack=True,
            )
            for role in ("engineer", "duty_manager")
        )

    return ask if level == "L1" else None


def add_device(actor: Actor, case: str, when: When = NOW, *, device: str, reason: str) -> Done:
    """One cause, one more device: entitlement and repair count hold for it too."""

    def name_it(view: CaseView, event: Event, uid: UUID) -> None:
        unit = equipment.find(device)
        if unit is None:
            raise Refusal(
                "no_device",
                f"没有序列号为 {device} 的设备",
                f"there is no device {device}",
                requirement="R-0-2",
            )
        ours_alone(view, unit)
        cases.add_device(view.card.id, unit.id, view.card.customer)

    return on_case(actor, case, "device_added", {"device": device, "reason": reason}, when, name_it)


def cancel(actor: Actor, case: str, when: When = NOW, *, reason: str) -> Done:
    return on_case(actor, case, "case_cancelled", {"reason": reason}, when)


def close(actor: Actor, case: str, when: When = NOW) -> Done:
    """Close: fixed, reviewed where it was an emergency, every loaner back (R-7-4)."""
    return on_case(actor, case, "case_closed", {}, when)


def rate(actor: Actor, case: str, when: When = NOW, *, score: int) -> Done:
    """The customer's own mark, one to five."""
    if not 1 <= score <= 5:
        raise Refusal("bad_score", "评分为 1 到 5 分", "the score is one to five")
    return on_case(actor, case, "rated", {"score": score}, when)


def note(actor: Actor, case: str, when: When = NOW, *, text: str, visible: bool = False) -> Done:
    """A remark; inside only unless made visible to the customer."""
    return on_case(actor, case, "noted", {"text": text, "visible": visible}, when)


def wait(
    actor: Actor, case: str, when: When = NOW, *, reason: str, note: str | None = None
) -> Done:
    """Somebody else's move is awaited: shown as net time, pausing nothing (A20)."""
    return on_case(actor, case, "waiting_started", given(reason=reason, note=note), when)


def go_on(actor: Actor, case: str, when: When = NOW, *, reason: str) -> Done:
    return on_case(actor, case, "waiting_ended", {"reason": reason}, when)


def proposed_level(down: bool, potential: bool, degraded: bool) -> str:
    """The level that three yes/no questions propose (table 2-2, R-7.2-A-3).

    `down`: the whole system is down or fully degraded; `potential`: it may break down;
    `degraded`: service or performance is directly affected.
    """
    level = "L1" if down else "L2" if potential else "L3" if degraded else "L4"
    return level

"""Two repairs failed, or a part is replaced in advance (2, 7.8): owed, ordered, issued,
delivered, in service, the faulty one back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.equipment import commands as units
from jiannuo.equipment import queries as equipment
from jiannuo.journey import gatekeeper
from jiannuo.journey.step import NOW, Done, Effect, When, given, on_case, ours_alone
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import marks
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import fold_other
from jiannuo.manual.events import Event, standing
from jiannuo.manual.gates import judge
from jiannuo.manual.warranty import dead_on_arrival
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as parts_queries
from jiannuo.parts.queries import AdvanceCard
from jiannuo.people.permits import require


@transaction.atomic
def confirm_same_problem(
    actor: Actor, case: str, when: When = NOW, *, device: str, problem: str
) -> Done:
    """An engineer confirms the same problem again: after two repairs a new device is owed at
    once, no engineer may deny it (2, R-2-6)."""
    fields = {"device": device, "problem": problem}
    done = on_case(actor, case, "same_problem_confirmed", fields, when)
    view = cases.view_of(case)
    owed = any(
        trigger.case == case and trigger.place in _places(view, str(done.event))
        for tally in view.tallies
        for trigger in tally.triggers
    )
    unit = equipment.find(device)
    if owed and unit is not None and not done.again:
        owner = Owner("device", unit.id, device, view.card.customer)
        clocks.raise_alert(owner, view.profile, "repeat_repair")
        # Brand and model are those of the original: nobody has to ask for it, none may deny it.
        want = parts.ToReplace("exchange", f"{unit.brand} {unit.model}", unit.serial, "", False)
        at, version = when.at or now(), view.profile.version
        parts.order_replacement(view.card.id, view.card.customer, want, at, version)
    return done


def _places(view: CaseView, event: str) -> set[tuple[object, int]]:
    return {e.place for e in view.story.log.events if e.id == event}


def order(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    mode: str,
    item: str,
    faulty_serial: str,
    level: str | None = None,
    storage_media: bool | None = None,
) -> Done:
    """Order a replacement: in advance, in exchange, or dead on arrival (7.8)."""

    def open_order(view: CaseView, event: Event, uid: UUID) -> None:
        profile = customers.profile_for(view.card.contract, event.t)
        want = parts.ToReplace(mode, item, faulty_serial, level or "", bool(storage_media))
        parts.order_replacement(view.card.id, view.card.customer, want, event.t, profile.version)

    fields = given(
        mode=mode, item=item, faulty_serial=faulty_serial, level=level, storage_media=storage_media
    )
    return _then_settle_serial(actor, case, "replacement_ordered", fields, when, open_order)


def issue(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    old: str,
    serial: str,
    condition: str,
    brand: str,
    model: str,
) -> Done:
    """Take the new unit off the shelf: new, unseen, in warranty the same brand and model."""
    fields = {
        "old": old,
        "serial": serial,
        "condition": condition,
        "brand": brand,
        "model": model,
    }
    if condition != "new":  # no field of the event: what is not new is refused by its duty
        require(actor, "replacement_issued")
        view = cases.view_for(actor, case)
        ground = gatekeeper.ground(actor, view, "issue_replacement", fields, when.at or now())
        answer = judge(view.profile, "issue_replacement", ground)
        raise gatekeeper.refusal(view.profile, answer)

    def agreed(view: CaseView, event: Event, uid: UUID) -> None:
        _check_substitute(view, old, brand, model)

    return on_case(actor, case, "replacement_issued", fields, when, agreed)


def _check_substitute(view: CaseView, old: str, brand: str, model: str) -> None:
    """A model that the catalogue names as a substitute needs the customer's word (R-7.8-I3)."""
    offered = equipment.offer(old)
    if offered is None or (brand, model) not in {(s.brand, s.model) for s in offered.substitutes}:
        return
    accepted = view.story.log.where("substitute_accepted", lambda e: e.d["to"] == model)
    if not accepted:
        raise Refusal(
            "substitute_not_accepted",
            f"{model} 是替代型号，请先取得客户同意",
            f"{model} is a substitute; have the customer accept it first",
            requirement="R-7.8-I3",
        )


def proposed_mode(case: str, powered_on: datetime) -> str:
    """How to replace what failed after its first power-up: dead on arrival goes straight to a
    new unit (R-7.8-I4), anything later is an exchange."""
    view = cases.view_of(case)
    dead = dead_on_arrival(view.profile, powered_on, view.reported_at)
    return "doa" if dead else "exchange"


def deliver(actor: Actor, case: str, when: When = NOW, *, faulty_serial: str) -> Done:
    """The good part is there; in advance mode the faulty one is now expected back."""

    def note(view: CaseView, event: Event, uid: UUID) -> None:
        for found in parts_queries.orders_of_serial(faulty_serial, view.card.id):
            parts.note_delivery(found.id, event.t)

    fields = {"faulty_serial": faulty_serial}
    return _then_settle_serial(actor, case, "replacement_delivered", fields, when, note)


@transaction.atomic
def _then_settle_serial(
    actor: Actor, case: str, kind: str, fields: dict[str, Any], when: When, effect: Effect
) -> Done:
    done = on_case(actor, case, kind, fields, when, effect)
    settle_serial(fields["faulty_serial"])
    return done


def put_in_place(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    old: str,
    new: str,
    model: str,
    customer_signed_by: str,
) -> Done:
    """The new unit is in service and signed for: a warranty of its own begins (R-2-10)."""

    def swap(view: CaseView, event: Event, uid: UUID) -> None:
        out = equipment.find(old)
        if out is None:
            raise Refusal(
                "no_device",
                f"没有序列号为 {old} 的设备",
                f"there is no device {old}",
                requirement="R-0-2",
            )
        ours_alone(view, out)
        units.swap(uid, out.id, units.NewUnit(new, out.brand, model, out.category), event.t)

    fields = {"old": old, "new": new, "model": model, "customer_signed_by": customer_signed_by}
    return on_case(actor, case, "replaced", fields, when, swap)


def accept_substitute(actor: Actor, case: str, when: When = NOW, *, from_: str, to: str) -> Done:
    """After warranty the customer accepts a comparable product (R-2-12)."""
    return on_case(actor, case, "substitute_accepted", {"from": from_, "to": to}, when)


def settle_serial(serial: str) -> None:
    """Delivery and return of everything sent in advance for one faulty serial."""
    for found in parts_queries.orders_of_serial(serial):
        if found.mode == "advance":
            _settle_advance(found)


def _settle_advance(found: AdvanceCard) -> None:
    card = cases.card_of(found.case)
    if card.drill:
        return
    log = _log_of(found)
    ordered = (e.t for e in log if e.kind == "replacement_ordered")
    profile = customers.profile_for(card.contract, next(ordered, found.ordered_at))
    facts = parts_queries.order_facts(found, card.contract)
    lead = customers.project_profile(card.contract)
    folded = fold_other(profile, "advance", facts, log)
    owed = [
        mark
        for clock in folded
        if clock.promise == "part_return" and clock.stop is None and clock.due is not None
        for mark in marks.of_return(lead, found.serial, clock.due)
    ]
    owner = Owner("advance", found.id, found.serial, card.customer)
    clocks.settle(owner, profile, folded, owed)


def _log_of(found: AdvanceCard) -> list[Event]:
    """What happened to one advance replacement: on its case, and at the store's door."""
    events = [
        e
        for e in standing(archive.stream(found.case)[found.case])
        if e.kind in ("replacement_ordered", "replacement_delivered")
        and e.d["faulty_serial"] == found.serial
        and (e.kind == "replacement_delivered" or e.d["mode"] == "advance")
    ]
    kinds = ["faulty_part_received", "correction"]
    # Those of the serial, and those whose serial a correction may have changed: not all there are.
    orders = parts_queries.repairs_of_serial(found.serial)
    orders += archive.told("repair_order", ["correction"])
    back = archive.of_kinds("repair_order", kinds, orders)
    received = standing(event for _, event in back)
    return events + [
        e for e in received if e.kind == "faulty_part_received" and e.d["serial"] == found.serial
    ]

"""Whom we serve and where: customers, their people, their sites. Save first, complete later.

Each change tells who changed what from what to what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.cases import directory as cases
from jiannuo.clocks import queries as clocks
from jiannuo.customers import changing, commands
from jiannuo.customers import queries as customers
from jiannuo.customers.changing import Change, Who
from jiannuo.customers.commands import Place
from jiannuo.customers.queries import SiteCard
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, written
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.people.permits import require

ARRIVAL = "onsite_arrival"


def note(actor: Actor, subject: Subject, kind: str, fields: Mapping[str, Any], when: When) -> Event:
    """Write what was done just now. Raises `Refusal` where the same operation does it elsewhere:
    what was done here goes with it."""
    profile = customers.base_profile(when.at or now())
    event = on_subject(actor, subject, profile, kind, fields, when)
    if event is None:
        raise Refusal("sent_twice", "这一条已在录入", "this is being entered already")
    return event


def told(change: Change, **about: Any) -> dict[str, Any]:
    """The fields of an event that changes something: what it is now, and what it was."""
    new = {name: value for name, value in change.new.items() if value is not None}
    return {**new, **about, "was": dict(change.was)}


def site_of(site: UUID) -> SiteCard:
    """Raises `Refusal` for one that is not there."""
    try:
        return customers.site(site)
    except LookupError:
        raise Refusal(
            "no_such_site", "没有这个站点，请重选", "no such site; choose another"
        ) from None


def again(when: When, kind: str) -> Done | None:
    """What the same operation did before; its subject is the reference."""
    line = written(when, kind)
    return None if line is None else outcome(None, when, str(line.subject))


@transaction.atomic
def add_customer(
    actor: Actor, when: When = NOW, *, called: str, phones: Sequence[str] | None = None
) -> Done:
    if (done := again(when, "customer_added")) is not None:
        return done
    customer = commands.add_customer(actor, called, phones or ())
    fields = given(called=called, phones=list(phones or ()))
    subject = Subject("customer", customer, customer)
    return outcome(note(actor, subject, "customer_added", fields, when), when, str(customer))


@transaction.atomic
def change_customer(
    actor: Actor, ref: str, when: When = NOW, *, called: str, phones: Sequence[str] | None = None
) -> Done:
    """Its name and numbers as they are from now on."""
    if (done := again(when, "customer_changed")) is not None:
        return done
    customer = UUID(ref)
    change = changing.change_customer(actor, customer, called, phones or ())
    subject = Subject("customer", customer, customer)
    return outcome(note(actor, subject, "customer_changed", told(change), when), when, ref)


@transaction.atomic
def add_person(
    actor: Actor,
    when: When = NOW,
    *,
    customer: UUID,
    called: str,
    phone: str = "",
    title: str = "",
    email: str = "",
    roles: Sequence[str] | None = None,
) -> Done:
    """A person of the customer, while he is on the line: as a plain contact unless more is said
    by those who may (A32)."""
    if (done := again(when, "contact_added")) is not None:
        return done
    held = list(roles or ("contact",))
    person = commands.add_contact(actor, customer, called, held, title, phone, email)
    fields = given(called=called, title=title, phone=phone, email=email, roles=held)
    event = note(actor, Subject("contact", person, customer), "contact_added", fields, when)
    return outcome(event, when, str(person))


@transaction.atomic
def change_person(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    called: str,
    phone: str = "",
    title: str = "",
    email: str = "",
    roles: Sequence[str] | None = None,
) -> Done:
    """A person as he is from now on; without `roles` he may what he might."""
    if (done := again(when, "contact_changed")) is not None:
        return done
    card = customers.contact_of(UUID(ref))
    who = Who(called, tuple(roles or card.roles), title, phone, email)
    change = changing.change_person(actor, card.id, who)
    subject = Subject("contact", card.id, card.customer)
    event = note(actor, subject, "contact_changed", told(change, person=card.name), when)
    return outcome(event, when, ref)


@transaction.atomic
def let_go(actor: Actor, ref: str, when: When = NOW, *, reason: str) -> Done:
    """He left the customer: nobody waits for his word any more."""
    if (done := again(when, "contact_left")) is not None:
        return done
    card = customers.contact_of(UUID(ref))
    changing.let_go(actor, card.id)
    fields = {"person": card.name, "reason": reason}
    subject = Subject("contact", card.id, card.customer)
    return outcome(note(actor, subject, "contact_left", fields, when), when, ref)


@transaction.atomic
def add_site(
    actor: Actor,
    when: When = NOW,
    *,
    customer: UUID,
    called: str,
    geo: Sequence[float] | None = None,
    contract_km: Decimal | None = None,
    office: str = "",
    code: str = "",
) -> Done:
    """A site by its name alone, while somebody calls: until it is known where it lies, the
    shortest limit of arrival holds (T54)."""
    if (done := again(when, "site_added")) is not None:
        return done
    place = _place(code, called, geo, contract_km, office)
    site = commands.add_site(actor, customer, place)
    fields = given(
        called=called,
        code=customers.site(site).code,
        geo=list(geo) if geo else None,
        contract_km=contract_km,
        office=office,
    )
    event = note(actor, Subject("site", site, customer), "site_added", fields, when)
    return outcome(event, when, str(site))


@transaction.atomic
def change_site(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    called: str,
    geo: Sequence[float] | None = None,
    contract_km: Decimal | None = None,
    office: str = "",
    reason: str,
) -> Done:
    """A site as it lies from now on. What was promised for it already keeps the distance it was
    promised with; what has not begun follows."""
    if (done := again(when, "site_changed")) is not None:
        return done
    require(actor, "site_changed")
    card = customers.site(UUID(ref))
    moved = changing.change_site(
        actor, card.id, _place(card.code, called, geo, contract_km, office)
    )
    if moved.km is not None and "km" in moved.change.was:
        cases.keep_distance(_promised(card.id), moved.km)
    subject = Subject("site", card.id, card.customer)
    fields = told(moved.change, site=card.name, reason=reason)
    return outcome(note(actor, subject, "site_changed", fields, when), when, ref)


def _place(
    code: str, called: str, geo: Sequence[float] | None, km: Decimal | None, office: str
) -> Place:
    lat, lon = geo if geo else (None, None)
    return Place(code, called, lat, lon, None if km is None else Decimal(str(km)), office)


def _promised(site: UUID) -> list[UUID]:
    """Cases of a site that are over, or whose arrival has begun to run."""
    found = cases.at_site(site)
    running = clocks.clocks_of([case for case, over in found if not over])
    begun = {
        case
        for case, kept in running.items()
        if any(clock.promise == ARRIVAL and clock.start is not None for clock in kept)
    }
    return [case for case, over in found if over or case in begun]

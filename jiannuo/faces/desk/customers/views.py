"""Customers, their people and what is theirs. Views decide nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.charges import extras
from jiannuo.customers import directory
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.faces.desk.customers.customer import ACTIONS, OVER, customer_page, list_page
from jiannuo.faces.desk.customers.lists import CustomerLists
from jiannuo.faces.desk.customers.sites import on_map
from jiannuo.faces.desk.showing import shown
from jiannuo.journey.step import Done
from jiannuo.kernel.ids import id_in
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed, require
from jiannuo.web.actor import ActorRequest

METHODS = ["GET", "HEAD", "POST"]
#: Where the parts of a customer stand on his page.
PLACES = {"contact_added": "#people", "site_added": "#sites", "extra_ordered": "#extras"}


@require_GET
def list_customers(request: HttpRequest) -> HttpResponse:
    """By name; `find` filters, `after` is the last one of the page before."""
    asked = cast(ActorRequest, request)
    find = request.GET.get("find", "").strip()[:100]
    after = None
    if known := id_in(request.GET.get("after", "")):
        after = (directory.known(asked.actor, known).name, known)
    page = list_page(asked.actor, asked.reader, find, after)
    return shown(asked, "desk/customer/list.html", page)


@require_GET
def show_customer(request: HttpRequest, customer: UUID) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = customer_page(asked.actor, asked.reader, customer)
    return shown(asked, "desk/customer/show.html", page)


@require_http_methods(METHODS)
def open_customer(request: HttpRequest) -> HttpResponse:
    """A new one."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:customer_open"),
        back=reverse("desk:customer_list"),
        ref=asked.reader.say(Text("客户", "Customers")),
        title="",
        options=CustomerLists(asked.reader, None),
        then=lambda done: reverse("desk:customer_show", args=[done.number]),
    )
    return answer(asked, sheet, "customer_added")


@require_http_methods(METHODS)
def open_act(request: HttpRequest, customer: UUID, kind: str) -> HttpResponse:
    """Something that begins at a customer: a person, a site, a contract, a claim."""
    asked = cast(ActorRequest, request)
    if kind not in ACTIONS:
        raise Http404
    require(asked.actor, "read_cases")
    card = directory.known(asked.actor, customer)
    back = reverse("desk:customer_show", args=[customer]) + PLACES.get(kind, "")
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:customer_act_open", args=[customer, kind]),
        back=back,
        ref=card.name,
        title="",
        options=CustomerLists(asked.reader, customer),
        customer=customer,
        then=lambda done: _begun(kind, done, back),
    )
    if kind == "customer_changed":
        known = {"called": [card.name], "phones": list(card.phones)}
        sheet = replace(sheet, key=str(customer), known=known, subject=customer)
    else:
        sheet = replace(sheet, given={"customer": customer}, known=USUAL.get(kind, {}))
    if kind == "contact_added":
        sheet = _plain(asked.actor, sheet)
    if kind == "site_added":
        sheet = on_map(asked.reader, sheet, customer)
    return answer(asked, sheet, kind)


def _plain(actor: Actor, sheet: Sheet) -> Sheet:
    """Whoever does not set up is not asked what somebody may sign (A32)."""
    if allowed(actor, "set_up"):
        return sheet
    return replace(sheet, given={**sheet.given, "roles": None})


#: What mostly stands there.
USUAL: dict[str, dict[str, Any]] = {
    "contact_added": {"roles": ["contact"]},
    "contract_signed": {"parts_supply": ["vendor"], "inspection_plan": ["true"]},
}


def _begun(kind: str, done: Done, back: str) -> str:
    """Where what was begun goes on."""
    pages = {
        "contract_signed": "desk:contract_show",
        "claim_received": "desk:claim_show",
        "complaint_received": "desk:complaint_show",
        "site_added": "desk:site_show",
    }
    return reverse(pages[kind], args=[done.number]) if kind in pages and done.number else back


PERSON = ("contact_changed", "contact_left")


@require_http_methods(METHODS)
def open_contact(request: HttpRequest, person: UUID, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    if kind not in PERSON:
        raise Http404
    require(asked.actor, "read_cases")
    card = directory.person(asked.actor, person)
    usual = {
        "called": [card.name],
        "title": [card.title],
        "phone": [card.phone],
        "email": [card.email],
        "roles": sorted(card.roles),
    }
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:contact_open", args=[person, kind]),
        back=reverse("desk:customer_show", args=[card.customer]) + "#people",
        ref=customers.customer_name(card.customer),
        title=card.name,
        options=CustomerLists(asked.reader, card.customer),
        key=str(person),
        known=usual if kind == "contact_changed" else {},
        subject=person,
    )
    changed = kind == "contact_changed"
    return answer(asked, _plain(asked.actor, sheet) if changed else sheet, kind)


@require_http_methods(METHODS)
def open_extra(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    if kind not in OVER:
        raise Http404
    require(asked.actor, "read_cases")
    card = extras.extra(number)
    owner = directory.known(asked.actor, card.customer)
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:extra_open", args=[number, kind]),
        back=reverse("desk:customer_show", args=[card.customer]) + "#extras",
        ref=owner.name,
        title=card.what,
        options=CustomerLists(asked.reader, card.customer),
        key=number,
        subject=card.id,
    )
    return answer(asked, sheet, kind)

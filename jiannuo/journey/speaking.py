"""Whoever cannot enter it himself: a customer says it on the telephone, an engineer without signal
calls in. One of ours writes it down; it counts as the word of him who spoke, and shows both.

What the manual wants signed is entered from the signed paper alone. What is for one person to
decide, or needs his own sign-in, nobody enters for him.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor, Hand
from jiannuo.manual.catalogue import bad_input, kinds
from jiannuo.manual.vocabulary import CUSTOMER_ROLES, HEARD
from jiannuo.people import queries as people
from jiannuo.people.permits import require

#: What a customer signs: heard of on paper only (7.4 B 3, 7.4 B 5, 7.5 B 4, A32).
SIGNED = frozenset(
    {
        "application_signed",
        "major_op_approved",
        "report_filed",
        "report_signed",
        "risk_accepted",
        "settlement_signed",
        "inspection_signed",
    }
)
#: What one of ours in the field may call in; the rest is for himself to enter.
CALLED_IN = frozenset(
    {
        "engineer_contact",
        "contact_attempt",
        "assignment_accepted",
        "assignment_declined",
        "phone_failed",
        "remote_failed",
        "archive_read",
        "prep_checked",
        "arrived",
        "work_started",
        "major_op_done",
        "diagnosed",
        "part_requested",
        "part_used",
        "restored",
        "resolved",
        "explained",
        "handover",
        "departed",
        "l1_declared",
        "l1_ruled_out",
        "notify_attempt",
        "notified",
        "team_formed",
        "expert_started",
        "expert_group_formed",
        "log_added",
        "loaner_delivered",
        "loaner_in_service",
        "replacement_delivered",
    }
)


def of_customer(kind: str) -> bool:
    """Is it for the customer's people alone to say?"""
    return kinds()[kind].by <= frozenset(CUSTOMER_ROLES)


def ways(kind: str) -> tuple[str, ...]:
    """By which means one of ours may have heard of it."""
    return ("paper",) if kind in SIGNED else HEARD


def for_customer(actor: Actor, case: str, kind: str, person: str, heard: str) -> Actor:
    """The person of the case's customer by whose word `kind` is entered, with the hand that
    writes. Raises `Refusal` for a stranger, and for what is not heard of in that way."""
    customer = cases.view_for(actor, case).card.customer
    if customer is None:
        raise Refusal(
            "customer_unknown",
            f"{case} 还没有客户，请先补上客户",
            f"{case} has no customer yet; name the customer first",
        )
    return of(actor, customer, kind, person, heard)


def of(actor: Actor, customer: UUID, kind: str, person: str, heard: str) -> Actor:
    """The same of a customer that is known."""
    require(actor, "enter_for_customer")
    _heard_so(kind, heard)
    contact = customers.contact(customer, person)
    if contact is None:
        raise Refusal(
            "no_such_contact",
            f"{customers.customer_name(customer)}没有登记叫 {person} 的人，请先登记",
            f"{customers.customer_name(customer)} has nobody called {person}; register him first",
            requirement="R-X-4",
        )
    return replace(contact.actor, hand=_hand(actor, heard))


def for_colleague(actor: Actor, kind: str, person: str, heard: str) -> Actor:
    """One of ours who called in. Raises `Refusal` for what he has to enter himself."""
    require(actor, "enter_for_colleague")
    _heard_so(kind, heard)
    if kind not in CALLED_IN:
        raise Refusal(
            "only_himself",
            "这一步须本人登录来做，不能代录",
            "this has to be done by himself, signed in",
            requirement="R-X-4",
        )
    return replace(people.known_staff(person).actor, hand=_hand(actor, heard))


def _hand(actor: Actor, heard: str) -> Hand:
    return Hand(actor.name, heard, actor.id)


def _heard_so(kind: str, heard: str) -> None:
    if heard not in HEARD:
        raise bad_input("heard", heard, ", ".join(HEARD))
    if heard not in ways(kind):
        raise Refusal(
            "signature_needed",
            "这一步要客户签字：请拿到签好的纸件再录入",
            "the customer has to sign this; enter it once you hold the signed paper",
            requirement="R-X-1",
        )

"""A house is opened: who it is, where customers call, where its offices are. Each can be entered again;
what stood before stays in the archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.people import commands as people
from jiannuo.people.company import HOUSE, SUBJECT

LONGEST = 200


@transaction.atomic
def set_company(
    actor: Actor,
    when: When = NOW,
    *,
    called: str,
    english: str = "",
    address: str = "",
    postcode: str = "",
    phone: str = "",
    fax: str = "",
    email: str = "",
    website: str = "",
    tax_code: str = "",
) -> Done:
    """What stands on the papers that customers get: all of it as it is from now on."""
    fields = given(
        called=called,
        english=english,
        address=address,
        postcode=postcode,
        phone=phone,
        fax=fax,
        email=email,
        website=website,
        tax_code=tax_code,
    )
    _short(*fields.values())
    return outcome(_told(actor, "company_set", fields, when), when, str(HOUSE))


@transaction.atomic
def set_hotlines(actor: Actor, when: When = NOW, *, numbers: Sequence[str]) -> Done:
    """The numbers that customers call day and night, as they are from now on."""
    kept = [number.strip() for number in numbers if number.strip()]
    if not kept:
        raise Refusal("no_number", "请至少填一个热线号码", "enter one number at least")
    _short(*kept)
    return outcome(_told(actor, "hotlines_set", {"numbers": kept}, when), when, str(HOUSE))


@transaction.atomic
def open_office(
    actor: Actor, when: When = NOW, *, code: str, called: str, geo: Sequence[float]
) -> Done:
    """An office, from which distances are measured (A5); a code that is there is changed."""
    code = code.strip()
    if not code or len(code) > 20:
        raise Refusal("bad_code", "代号用 1 到 20 个字", "a code has 1 to 20 characters")
    _short(called, most=100)
    event = _told(actor, "office_opened", {"code": code, "called": called, "geo": geo}, when)
    if event is not None:
        people.open_office(actor, code, called.strip(), geo[0], geo[1])
    return outcome(event, when, code)


def _short(*texts: str, most: int = LONGEST) -> None:
    for text in texts:
        if len(text) > most:
            raise Refusal("too_long", f"最多 {most} 个字", f"at most {most} characters")


def _told(actor: Actor, kind: str, fields: dict[str, Any], when: When) -> Event | None:
    return on_subject(actor, SUBJECT, customers.base_profile(now()), kind, fields, when)

"""Sheets of a training for the printer: who signs in, who passed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.plan.course import certificate_number
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle
from jiannuo.people.permits import require
from jiannuo.training import queries as training
from jiannuo.training.queries import SessionLine
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class SigninPage:
    title: str
    code: str
    kind: str
    day: str
    place: str
    trainer: str
    names: tuple[str, ...]
    blanks: tuple[int, ...]
    back: str


@dataclass(frozen=True, slots=True)
class Certificate:
    name: str
    number: str
    score: int


@dataclass(frozen=True, slots=True)
class CertificatePage:
    title: str
    kind: str
    day: str
    hours: str
    found: tuple[Certificate, ...]
    back: str


def signin_page(actor: Actor, reader: Reader, customer: UUID, code: str) -> SigninPage:
    title, one, back = _session(actor, customer, code)
    names = [a.name for a in one.attendees] or [c.name for c in customers.contacts(customer)]
    return SigninPage(
        title,
        code,
        reader.word("session", one.kind) if one.kind else "",
        one.planned_on.isoformat() if one.planned_on else "",
        one.place,
        one.trainer,
        tuple(names),
        tuple(range(max(4, 16 - len(names)))),
        back,
    )


def certificate_page(
    actor: Actor, reader: Reader, customer: UUID, code: str, who: str = ""
) -> CertificatePage:
    """A certificate for everybody who passed; `who`: for one of them."""
    title, one, back = _session(actor, customer, code)
    contract = customers.contract_of(customer)
    profile = customers.project_profile(contract.id if contract else None)
    mark = profile.value("house.training_pass_mark")
    number = contract.number if contract else title
    found = [
        Certificate(a.name, certificate_number(number, code, a.n), a.score)
        for a in one.attendees
        if a.score is not None and a.score >= mark and who in ("", a.name)
    ]
    log: Chronicle = training.logs(customer)[code]
    tested = log.last("training_assessed")
    day = reader.local(tested.t).date().isoformat() if tested else ""
    kind = reader.word("session", one.kind) if one.kind else ""
    return CertificatePage(title, kind, day, one.hours, tuple(found), back)


def _session(actor: Actor, customer: UUID, code: str) -> tuple[str, SessionLine, str]:
    require(actor, "read_cases")
    names = customers.names([customer])
    one = training.session(customer, code) if names else None
    if one is None:
        raise Http404
    return names[customer], one, reverse("desk:course_show", args=[customer, code])

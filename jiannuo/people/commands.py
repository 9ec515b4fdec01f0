"""Writes about our own people: offices, staff, rosters, absences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.models import Absence, Office, Roster, Shift, Staff
from jiannuo.people.permits import require
from jiannuo.people.rules import Duty

LOGIN = re.compile(r"[\w.@+-]{1,150}")


def open_office(actor: Actor, code: str, name: str, lat: float, lon: float) -> None:
    require(actor, "set_up")
    Office.objects.update_or_create(code=code, defaults={"name": name, "lat": lat, "lon": lon})


@dataclass(frozen=True, slots=True)
class Person:
    """One of ours, as a set-up list names him. `deputy_of` is a name given before."""

    name: str
    roles: tuple[str, ...]
    level: str = ""
    skills: tuple[str, ...] = ()
    phone: str = ""
    deputy_of: str = ""
    office: str = ""


def hire(actor: Actor, person: Person) -> UUID:
    """Add a member of staff. Raises `Refusal` where the one he stands in for is unknown."""
    require(actor, "set_up")
    chief = None
    if person.deputy_of:
        chief = Staff.objects.filter(name=person.deputy_of).first()
        if chief is None:
            raise Refusal(
                "no_such_person",
                f"没有名为 {person.deputy_of} 的员工，请先录入他",
                f"there is no {person.deputy_of} on the staff; add him first",
            )
    return Staff.objects.create(
        name=person.name,
        roles=list(person.roles),
        level=person.level,
        skills=list(person.skills),
        phone=person.phone,
        deputy_of=chief,
        office_id=person.office or None,
    ).id


def open_logins(actor: Actor, logins: Mapping[str, UUID], password: str) -> None:
    """Logins for members of staff, all with one password to begin with (hashed once: the hash
    is slow on purpose). A login that is there already is left as it is."""
    require(actor, "set_up")
    users = get_user_model().objects
    hashed = make_password(password)
    for login, staff in logins.items():
        user, _ = users.get_or_create(username=login, defaults={"password": hashed})
        Staff.objects.filter(pk=staff).update(user=user)


def open_login(actor: Actor, login: str, staff: UUID, password: str) -> None:
    """A login for one member of staff. Raises `Refusal` where the name is taken or no name."""
    require(actor, "set_up")
    users = get_user_model().objects
    if not LOGIN.fullmatch(login):
        raise Refusal(
            "bad_login",
            "登录名只用字母、数字和 . _ - @ +，不含空格",
            "a login is letters, digits and . _ - @ +, without spaces",
        )
    if users.filter(username=login).exists():
        raise Refusal(
            "login_taken",
            f"登录名 {login} 已被使用，请换一个",
            f"the login {login} is taken; choose another",
        )
    user = users.create(username=login, password=make_password(password))
    Staff.objects.filter(pk=staff).update(user=user)


def draw_roster(
    actor: Actor,
    code: str,
    span: tuple[datetime, datetime],
    desks: Sequence[str],
    duties: Sequence[Duty],
) -> UUID:
    """Write a roster down; it counts from the moment it is published. Raises `Refusal` for a name
    that nobody has: taken for nobody, it would be a gap."""
    require(actor, "roster_published")
    names = {s.name: s for s in Staff.objects.all()}
    for name in (name for d in duties for name in (d.person, d.deputy) if name):
        if name not in names:
            raise Refusal("no_such_person", f"没有名为 {name} 的员工", f"there is no {name}")
    with transaction.atomic():
        roster = Roster.objects.create(
            code=code, starts_at=span[0], ends_at=span[1], desks=list(desks)
        )
        Shift.objects.bulk_create(
            Shift(
                roster=roster,
                desk=d.desk,
                starts_at=d.start,
                ends_at=d.end,
                person=names.get(d.person or ""),
                deputy=names.get(d.deputy or ""),
            )
            for d in duties
        )
    return roster.id


def publish_roster(code: str) -> UUID:
    roster = Roster.objects.filter(code=code).first()
    if roster is None:
        raise Refusal("no_roster", f"没有编号为 {code} 的值班表", f"there is no roster {code}")
    roster.published_at = now()
    roster.save(update_fields=["published_at"])
    return roster.id


def note_absence(person: str, start: datetime, end: datetime) -> None:
    found = Staff.objects.filter(name=person).first()
    if found is None:
        raise Refusal("no_such_person", f"没有名为 {person} 的员工", f"there is no {person}")
    Absence.objects.create(person=found, starts_at=start, ends_at=end, recorded_at=now())

"""Writes about our own people: offices, staff, rosters, absences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from jiannuo.kernel.moment import now
from jiannuo.kernel.pinyin import findable
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import ADMINISTRATORS
from jiannuo.manual.words import LANGUAGES, word
from jiannuo.people.models import Absence, Office, Roster, Shift, Staff, Token
from jiannuo.people.permits import require
from jiannuo.people.rules import Duty, Turn, Weeks, laid_out
from jiannuo.people.scopes import chosen
from jiannuo.people.tokens import digest, new_token

LOGIN = re.compile(r"[\w.@+-]{1,150}")
ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+")


def open_office(actor: Actor, code: str, name: str, lat: float, lon: float) -> None:
    require(actor, "set_up")
    Office.objects.update_or_create(code=code, defaults={"name": name, "lat": lat, "lon": lon})


@dataclass(frozen=True, slots=True)
class Person:
    """One of ours, as a set-up list names him. `deputy_of` is a name given before; `language`
    ("zh" or "en") is the one in which he is told things."""

    name: str
    roles: tuple[str, ...]
    level: str = ""
    skills: tuple[str, ...] = ()
    phone: str = ""
    deputy_of: str = ""
    office: str = ""
    email: str = ""
    language: str = "zh"


def hire(actor: Actor, person: Person) -> UUID:
    """Add a member of staff. Raises `Refusal` where the one he stands in for is unknown, his
    address or language is none, or he would be two administrators."""
    require(actor, "manage_accounts")
    can_be_told(person.email, person.language)
    one_administrator(person.roles)
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
        email=person.email,
        language=person.language,
        deputy_of=chief,
        office_id=person.office or None,
        found_by=findable([person.name], [person.phone], [person.email]),
    ).id


def one_administrator(roles: Sequence[str]) -> None:
    """Of the three administrators nobody is two."""
    held = [role for role in ADMINISTRATORS if role in roles]
    if len(held) > 1:
        names = [word("role", role) for role in held]
        raise Refusal(
            "two_administrators",
            f"{'和'.join(name.zh for name in names)}不能是同一个人",
            f"{' and '.join(name.en for name in names)} cannot be one person",
        )


def can_be_told(email: str, language: str) -> None:
    if email and not ADDRESS.fullmatch(email):
        raise Refusal(
            "bad_email",
            f"{email} 不是邮箱地址，应如 zhoumin@example.com",
            f"{email} is no e-mail address such as zhoumin@example.com",
        )
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise Refusal(
            "bad_language",
            f"语言不能是 {language}，可以是：{known}",
            f"the language cannot be {language}; allowed: {known}",
        )


def open_logins(actor: Actor, logins: Mapping[str, UUID], password: str) -> None:
    """Logins for members of staff, all with one password to begin with (hashed once: the hash
    is slow on purpose). A login that is there already is left as it is."""
    require(actor, "manage_accounts")
    users = get_user_model().objects
    hashed = make_password(password)
    for login, staff in logins.items():
        user, _ = users.get_or_create(username=login, defaults={"password": hashed})
        Staff.objects.filter(pk=staff).update(user=user)


def open_login(actor: Actor, login: str, staff: UUID, password: str, *, lent: bool = False) -> None:
    """A login for one member of staff; `lent`: he changes the password before anything else.
    Raises `Refusal` where the name is taken or no name."""
    require(actor, "manage_accounts")
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
    Staff.objects.filter(pk=staff).update(user=user, password_lent=lent)


def draw_roster(
    actor: Actor,
    code: str,
    span: tuple[datetime, datetime],
    desks: Sequence[str],
    duties: Sequence[Duty],
    office: str | None = None,
) -> UUID:
    """Write a roster down, of one office or of all; it counts from the moment it is published.
    Raises `Refusal` for a name that nobody has: taken for nobody, it would be a gap."""
    require(actor, "roster_published")
    _can_be_drawn(code, span, office)
    names = {s.name: s for s in Staff.objects.all()}
    for name in (name for d in duties for name in (d.person, d.deputy) if name):
        if name not in names:
            raise Refusal("no_such_person", f"没有名为 {name} 的员工", f"there is no {name}")
    with transaction.atomic():
        roster = Roster.objects.create(
            code=code, starts_at=span[0], ends_at=span[1], desks=list(desks), office_id=office
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


def _can_be_drawn(code: str, span: tuple[datetime, datetime], office: str | None) -> None:
    must_end_after_its_start(*span)
    if Roster.objects.filter(code=code).exists():
        raise Refusal(
            "roster_there",
            f"已有编号为 {code} 的值班表，请换一个编号",
            f"there is a roster {code} already; choose another code",
        )
    if office is not None and not Office.objects.filter(code=office).exists():
        raise Refusal("no_office", f"没有编号为 {office} 的办事处", f"there is no office {office}")


def must_end_after_its_start(start: datetime, end: datetime) -> None:
    if end <= start:
        raise Refusal(
            "ends_before_it_starts",
            "结束时间必须晚于开始时间",
            "the stretch must end after it starts",
        )


def draw_pattern(
    actor: Actor,
    code: str,
    weeks: Weeks,
    turns: Sequence[Turn],
    zone: ZoneInfo,
    office: str | None = None,
) -> UUID:
    """Write down a roster in which the same week comes again and again, by the clock on the wall
    of a zone. Raises `Refusal` for a week without turns, a turn without a crew or of no day."""
    require(actor, "roster_published")
    if weeks.count < 1 or not turns or not all(turn.crew and 1 <= turn.day <= 7 for turn in turns):
        raise Refusal(
            "no_pattern",
            "请至少排一周、一个班次；每个班次要写明星期（1 至 7）和人员",
            "it takes a week and a turn at least; each turn needs its day (1 to 7) and its crew",
        )
    desks = list(dict.fromkeys(turn.desk for turn in turns))
    duties = laid_out(turns, weeks, zone)
    return draw_roster(actor, code, weeks.span(zone), desks, duties, office)


def publish_roster(code: str) -> UUID:
    roster = Roster.objects.filter(code=code).first()
    if roster is None:
        raise Refusal("no_roster", f"没有编号为 {code} 的值班表", f"there is no roster {code}")
    roster.published_at = now()
    roster.save(update_fields=["published_at"])
    return roster.id


def note_absence(person: str, start: datetime, end: datetime) -> None:
    must_end_after_its_start(start, end)
    found = Staff.objects.filter(name=person).first()
    if found is None:
        raise Refusal("no_such_person", f"没有名为 {person} 的员工", f"there is no {person}")
    Absence.objects.create(person=found, starts_at=start, ends_at=end, recorded_at=now())


def end_absence(person: str, start: datetime, back: datetime) -> tuple[datetime, datetime]:
    """Somebody is back before he was to be; from when to when he is there after all. Raises
    `Refusal` where he was not to be away then."""
    began = Absence.objects.filter(starts_at__gte=start, starts_at__lt=start + timedelta(minutes=1))
    row = began.filter(person__name=person, ends_at__gt=back).first()
    if row is None:
        raise Refusal(
            "not_away",
            f"没有登记{person}从那时起请假，或早已到期；请核对请假记录",
            f"no absence of {person} is noted that begins then and is not over; check the list",
        )
    left = max(back, row.starts_at), row.ends_at
    if back <= row.starts_at:
        row.delete()
    else:
        row.ends_at = back
        row.save(update_fields=["ends_at"])
    return left


@dataclass(frozen=True, slots=True)
class Reach:
    """What a new key is held to, and the moment before which it opens; without either it may all
    that its person may, until it is ended."""

    scopes: tuple[str, ...] = ()
    expires_at: datetime | None = None


def open_token(actor: Actor, login: str, name: str, reach: Reach | None = None) -> str:
    """A key for a program that acts as the owner of a login; given back once and kept nowhere.
    Raises `Refusal` where he has a key of this name that still opens, and for a scope that is
    none or an end that is past."""
    require(actor, "manage_accounts")
    at, held, key = now(), reach or Reach(), new_token()
    row = Token(staff=_behind(login), name=_token_name(name), made_at=at, digest=digest(key))
    row.scopes, row.expires_at = chosen(held.scopes), held.expires_at
    if row.expires_at is not None and row.expires_at <= at:
        raise Refusal("bad_until", "有效期须在今天或以后", "it has to open until today or later")
    try:
        with transaction.atomic():
            gone = Token.objects.filter(staff=row.staff, name=row.name, expires_at__lte=at)
            gone.filter(ended_at__isnull=True).update(ended_at=F("expires_at"))
            row.save(force_insert=True)
    except IntegrityError:
        raise Refusal(
            "token_there",
            f"{login} 已有名为 {name} 的令牌；请先停用，或换一个名字",
            f"{login} has a token {name} already; end that one or choose another name",
        ) from None
    return key


def end_token(actor: Actor, login: str, name: str) -> None:
    """From now on the key opens nothing. Raises `Refusal` where there is none of this name."""
    require(actor, "manage_accounts")
    rows = Token.objects.filter(staff=_behind(login), name=name, ended_at__isnull=True)
    if not rows.update(ended_at=now()):
        raise Refusal("no_token", f"{login} 没有名为 {name} 的令牌", f"{login} has no token {name}")


def note_token_used(key: str, before: datetime | None) -> None:
    """When a key was last used, to the minute. Where nothing can be written, as on a full disk,
    who only reads is not locked out."""
    at = now()
    if before is not None and at - before < timedelta(minutes=1):
        return
    with suppress(DatabaseError), transaction.atomic():
        Token.objects.filter(digest=digest(key)).update(last_used_at=at)


def _behind(login: str) -> Staff:
    found = Staff.objects.filter(user__username=login, active=True).first()
    if found is None:
        raise Refusal(
            "no_such_login",
            f"没有登录名为 {login} 的在职人员",
            f"nobody who works here signs in as {login}",
        )
    return found


def _token_name(name: str) -> str:
    if not 0 < len(name.strip()) <= 100:
        raise Refusal(
            "bad_name",
            "请给令牌起个名字，不超过 100 字，如用它的系统名",
            "give the token a name of at most 100 characters, such as the system that uses it",
        )
    return name.strip()

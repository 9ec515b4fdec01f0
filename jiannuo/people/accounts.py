"""Accounts: who signs in, what he may, and what somebody else may do about it.

Every change is a step of `jiannuo.journey.accounts`, which writes it into the audit.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import password_validation
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.people import factors, sessions
from jiannuo.people.models import Office, Staff, Token


@dataclass(frozen=True, slots=True)
class Account:
    """One of our people with his login; `login` is "" where he has none, `open` whether it opens.
    `lent`: somebody else knows his password."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    office: str
    office_name: str
    level: str
    skills: tuple[str, ...]
    phone: str
    email: str
    language: str
    deputy_of: str
    active: bool
    user: int | None
    login: str
    open: bool
    lent: bool
    factor: bool
    last_at: datetime | None


def everybody() -> list[Account]:
    """Who works here first, then who has left. Two questions."""
    have = factors.who_have()
    return [_account(row, have) for row in _rows().order_by("-active", "name", "id")]


def account(staff: UUID) -> Account:
    """Raises `Refusal` where there is nobody of this id."""
    return _account(_row(staff), factors.who_have())


def account_of(login: str) -> Account:
    """Raises `Refusal` where nobody signs in so."""
    row = _rows().filter(user__username=login).first()
    if row is None:
        raise Refusal("no_such_login", f"没有登录名 {login}", f"nobody signs in as {login}")
    return _account(row, factors.who_have())


def _rows() -> QuerySet[Staff]:
    return Staff.objects.select_related("user", "office", "deputy_of")


def _row(staff: UUID) -> Staff:
    row = _rows().filter(pk=staff).first()
    if row is None:
        raise Refusal("no_such_page", "没有这个人", "there is no such person")
    return row


def _account(row: Staff, have: frozenset[int]) -> Account:
    user, office = row.user, row.office
    return Account(
        row.id,
        row.name,
        tuple(row.roles),
        row.office_id or "",
        office.name if office else "",
        row.level,
        tuple(row.skills),
        row.phone,
        row.email,
        row.language,
        row.deputy_of.name if row.deputy_of else "",
        row.active,
        user.pk if user else None,
        user.username if user else "",
        user is not None and user.is_active and row.active,
        row.password_lent,
        user is not None and user.pk in have,
        user.last_login if user else None,
    )


def offices() -> list[tuple[str, str]]:
    return list(Office.objects.order_by("code").values_list("code", "name"))


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A program's key, without the key."""

    id: UUID
    name: str
    made_at: datetime
    used_at: datetime | None


def tokens(staff: UUID) -> list[TokenLine]:
    """What still opens."""
    rows = Token.objects.filter(staff=staff, ended_at__isnull=True).order_by("made_at")
    return [TokenLine(row.id, row.name, row.made_at, row.last_used_at) for row in rows]


# -- writes -----------------------------------------------------------------------------------


def end_token(staff: UUID, token: UUID) -> str:
    """Its name; "" where he has none such."""
    row = Token.objects.filter(pk=token, staff=staff, ended_at__isnull=True).first()
    if row is None:
        return ""
    Token.objects.filter(pk=row.pk).update(ended_at=now())
    return row.name


def change(staff: UUID, **fields: Any) -> list[str]:
    """Set fields of a person; the names of those that were something else before."""
    row = _row(staff)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if changed:
        Staff.objects.filter(pk=staff).update(**{name: fields[name] for name in changed})
    return changed


def chief(name: str) -> UUID | None:
    """Who of us is meant. Raises `Refusal` for a name that nobody has."""
    if not name:
        return None
    row = Staff.objects.filter(name=name, active=True).order_by("id").first()
    if row is None:
        raise Refusal("no_such_person", f"没有名为 {name} 的员工", f"there is no {name}")
    return row.id


def must_have_office(code: str) -> None:
    if code and not Office.objects.filter(pk=code).exists():
        raise Refusal("no_office", f"没有编号为 {code} 的办事处", f"there is no office {code}")


def lend_password(staff: UUID) -> str:
    """A new password that is told once and changed at the first sign-in; whoever was signed in
    with the old one is not any more."""
    row = _row(staff)
    if row.user is None:
        raise no_login()
    password = one_time()
    row.user.set_password(password)
    row.user.save(update_fields=["password"])
    Staff.objects.filter(pk=staff).update(password_lent=True)
    sessions.end(row.user.pk)
    return password


def no_login() -> Refusal:
    return Refusal("no_login", "这个人还没有登录账号", "this person has no login yet")


#: Letters and digits that nobody takes for one another when they are read aloud.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def one_time() -> str:
    """Sixty bits, in groups that can be read over the telephone."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))


def set_open(staff: UUID, *, open_: bool) -> bool:
    """Whether his login opens; whether that is new. A closed one is signed out everywhere."""
    row = _row(staff)
    if row.user is None:
        raise no_login()
    if not open_:
        sessions.end(row.user.pk)
    return bool(User.objects.filter(pk=row.user.pk, is_active=not open_).update(is_active=open_))


def choose_password(user: User, new: str) -> None:
    """His own from now on. Raises `Refusal` for one that is too easy."""
    try:
        password_validation.validate_password(new, user)
    except ValidationError as wrong:
        raise Refusal(
            "easy_password",
            "".join(_easy(one.code or "")[0] for one in wrong.error_list),
            " ".join(_easy(one.code or "")[1] for one in wrong.error_list),
        ) from None
    if user.check_password(new):
        raise Refusal(
            "same_password", "新密码要和现在的不同", "choose another than the present one"
        )
    user.set_password(new)
    user.save(update_fields=["password"])
    Staff.objects.filter(user=user).update(password_lent=False)


EASY = {
    "password_too_short": ("至少 10 个字符。", "At least 10 characters."),
    "password_too_common": ("这个密码太常见。", "This password is too common."),
    "password_entirely_numeric": ("不能全是数字。", "It must not be digits alone."),
    "password_too_similar": ("和登录名太像。", "It is too much like the login."),
}


def _easy(code: str) -> tuple[str, str]:
    return EASY.get(code, ("换一个密码。", "Choose another password."))

"""Accounts: who signs in and what he may. Each act is written into the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, When, given, on_subject
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.people import accounts, commands, factors, lockout, queries, sessions, withdrawing
from jiannuo.people.accounts import Account
from jiannuo.people.commands import Person
from jiannuo.people.company import HOUSE
from jiannuo.people.permits import require

AUDIT = Subject("audit", uuid5(HOUSE, "audit"))


@dataclass(frozen=True, slots=True)
class Lent:
    """A password to be told once: whose, how he signs in."""

    staff: UUID
    name: str
    login: str
    password: str


def _told(actor: Actor, staff: UUID, kind: str, when: When = NOW, **fields: Any) -> None:
    profile = customers.base_profile(now())
    on_subject(actor, Subject("person", staff), profile, kind, given(**fields), when)


# -- by the security administrator -----------------------------------------------------------


@transaction.atomic
def add(actor: Actor, person: Person, login: str = "", when: When = NOW) -> Lent:
    """Somebody new; with a login where one is named. Raises `Refusal`."""
    require(actor, "person_added")
    _named_with_roles(person)
    _name_free(person.name)
    accounts.must_have_office(person.office)
    staff = commands.hire(actor, person)
    _told(actor, staff, "person_added", when, name=person.name, roles=list(person.roles))
    return open_login(actor, staff, login) if login else Lent(staff, person.name, "", "")


def _name_free(name: str, of: UUID | None = None) -> None:
    other = queries.staff(name)
    if other is not None and other.id != of:
        raise Refusal(
            "already_there",
            f"已有名为 {name} 的人员，重名请加区分，如「{name}2」",
            f"there is a {name} already; give a namesake a name of his own, such as {name} 2",
        )


@transaction.atomic
def change(actor: Actor, staff: UUID, person: Person, when: When = NOW) -> None:
    """What is known of somebody, and what he may. Other roles, and another to deputise for, end
    his sessions. Raises `Refusal`."""
    require(actor, "person_changed")
    before = accounts.account(staff)
    roles = sorted(person.roles) != sorted(before.roles)
    rights = roles or person.deputy_of != before.deputy_of  # a deputy may what his chief may
    if rights and actor.id == staff:
        raise Refusal(
            "own_roles",
            "自己的岗位和代理由另一位安全管理员来改",
            "another security administrator changes your own roles, and for whom you deputise",
        )
    _can_stand(staff, person)
    if "security_admin" not in person.roles:
        _not_the_last(before)
    changed = accounts.change(
        staff,
        name=person.name,
        roles=list(person.roles) if roles else list(before.roles),
        level=person.level,
        skills=list(person.skills),
        phone=person.phone,
        email=person.email,
        language=person.language,
        office_id=person.office or None,
        deputy_of_id=accounts.chief(person.deputy_of),
    )
    if rights and before.user:
        sessions.end(before.user)
    if changed:
        now_held = list(person.roles) if roles else None
        _told(actor, staff, "person_changed", when, changed=changed, roles=now_held)


@transaction.atomic
def take_back(actor: Actor, staff: UUID, when: When, *, reason: str) -> None:
    """He was entered by mistake. Raises `Refusal` where he has a login or something rests on him."""
    require(actor, "person_taken_back")
    name = withdrawing.withdraw(staff)
    _told(actor, staff, "person_taken_back", when, name=name, reason=reason)


def _named_with_roles(person: Person) -> None:
    if not person.name.strip():
        raise Refusal("no_name", "请填姓名", "fill in the name")
    if not person.roles:
        raise Refusal("no_roles", "请至少选一个岗位", "choose a role at least")


def _can_stand(staff: UUID, person: Person) -> None:
    _named_with_roles(person)
    _name_free(person.name, staff)
    commands.one_administrator(person.roles)
    commands.can_be_told(person.email, person.language)
    accounts.must_have_office(person.office)
    if accounts.chief(person.deputy_of) == staff:
        raise Refusal("own_deputy", "不能代理自己", "nobody deputises for himself")


def _not_the_last(account: Account) -> None:
    """A house without somebody who guards its accounts could not help itself."""
    guards = [a for a in accounts.everybody() if a.open and "security_admin" in a.roles]
    if [guard.id for guard in guards] == [account.id]:
        raise Refusal(
            "last_security_admin",
            "这是最后一位能登录的安全管理员；先开通另一位",
            "this is the last security administrator who can sign in; open another one first",
        )


@transaction.atomic
def open_login(actor: Actor, staff: UUID, login: str) -> Lent:
    """Raises `Refusal` where the login is taken, or he has one."""
    require(actor, "login_opened")
    account = accounts.account(staff)
    if account.login:
        raise Refusal(
            "login_there",
            f"{account.name} 已有登录名 {account.login}",
            f"{account.name} has the login {account.login} already",
        )
    password = accounts.one_time()
    commands.open_login(actor, login, staff, password, lent=True)
    _told(actor, staff, "login_opened", login=login)
    return Lent(staff, account.name, login, password)


@transaction.atomic
def close_login(actor: Actor, staff: UUID) -> None:
    require(actor, "login_closed")
    _not_the_last(accounts.account(staff))
    if accounts.set_open(staff, open_=False):
        _told(actor, staff, "login_closed")


@transaction.atomic
def reopen_login(actor: Actor, staff: UUID) -> None:
    require(actor, "login_reopened")
    if accounts.set_open(staff, open_=True):
        _told(actor, staff, "login_reopened")


@transaction.atomic
def lend_password(actor: Actor, staff: UUID) -> Lent:
    """A one-time password, told once. Not to oneself: whoever sits before an open screen would
    have the account."""
    require(actor, "password_lent")
    _of_another(actor, staff)
    account = accounts.account(staff)
    password = accounts.lend_password(staff)
    lockout.clear(account.login)
    _told(actor, staff, "password_lent")
    return Lent(staff, account.name, account.login, password)


def _of_another(actor: Actor, staff: UUID) -> None:
    if actor.id == staff:
        raise Refusal(
            "own_login",
            "自己的密码和两步验证在「我的账号」里改",
            "change your own password and second factor under 'My account'",
        )


@transaction.atomic
def unlock(actor: Actor, staff: UUID) -> None:
    require(actor, "login_unlocked")
    account = accounts.account(staff)
    if account.login and lockout.clear(account.login):
        _told(actor, staff, "login_unlocked")


@transaction.atomic
def reset_factor(actor: Actor, staff: UUID) -> None:
    """He lost his phone: at his next sign-in he sets a new one up, if his role needs one. Nobody
    does it for himself."""
    require(actor, "second_factor_reset")
    _of_another(actor, staff)
    account = accounts.account(staff)
    if account.user and factors.reset(account.user):
        sessions.end(account.user)
        _told(actor, staff, "second_factor_reset")


@transaction.atomic
def end_sessions(actor: Actor, staff: UUID, one: str = "") -> int:
    require(actor, "sessions_ended")
    account = accounts.account(staff)
    count = sessions.end(account.user, one=one) if account.user else 0
    if count:
        _told(actor, staff, "sessions_ended", count=count)
    return count


@transaction.atomic
def end_token(actor: Actor, staff: UUID, token: UUID) -> None:
    require(actor, "token_ended")
    name = accounts.end_token(staff, token)
    if name:
        _told(actor, staff, "token_ended", name=name)


# -- by each for himself ---------------------------------------------------------------------


def _own(actor: Actor) -> UUID:
    if actor.id is None:
        raise Refusal("nobodys_login", "这个账号没有对应的员工", "nobody stands behind this login")
    return actor.id


def note_sign_in(actor: Actor, address: str) -> None:
    _told(actor, _own(actor), "signed_in", address=address)


def note_second_factor(actor: Actor, how: str) -> None:
    _told(actor, _own(actor), "second_factor_passed", how=how)


def note_locked(login: str, address: str) -> None:
    """Somebody erred too often at the login of one of ours; whether it was he, nobody knows."""
    try:
        account = accounts.account_of(login)
    except Refusal:
        return
    _told(SYSTEM, account.id, "login_locked", address=address)


@transaction.atomic
def choose_password(actor: Actor, user: User, new: str, *, keep: str | None) -> None:
    """`keep`: the session in which he does it; all others end."""
    accounts.choose_password(user, new)
    sessions.end(user.pk, but=keep)
    _told(actor, _own(actor), "password_chosen")


@transaction.atomic
def add_app(actor: Actor, user: User, secret: str, code: str) -> None:
    factors.add_app(user, secret, code)
    _told(actor, _own(actor), "second_factor_added", how=factors.APP.value)


@transaction.atomic
def add_key(actor: Actor, user: User, name: str, credential: object) -> None:
    factors.add_key(user, name.strip()[:40] or "密钥", credential)
    _told(actor, _own(actor), "second_factor_added", how=factors.KEY.value)


@transaction.atomic
def remove_factor(actor: Actor, user: User, factor: int, *, keep_one: bool) -> None:
    how = factors.remove(user, factor, keep_one=keep_one)
    if how:
        _told(actor, _own(actor), "second_factor_removed", how=how)


@transaction.atomic
def renew_codes(actor: Actor, user: User) -> None:
    factors.new_codes(user)
    _told(actor, _own(actor), "codes_renewed")


@transaction.atomic
def end_own(actor: Actor, user: User, *, one: str = "", but: str | None = None) -> None:
    count = sessions.end(user.pk, one=one, but=but)
    if count:
        _told(actor, _own(actor), "own_session_ended", count=count)


@transaction.atomic
def end_own_token(actor: Actor, token: UUID) -> None:
    name = accounts.end_token(_own(actor), token)
    if name:
        _told(actor, _own(actor), "own_token_ended", name=name)


# -- the audit -------------------------------------------------------------------------------


def note_verified(actor: Actor, *, whole: bool, links: int) -> None:
    profile = customers.base_profile(now())
    on_subject(actor, AUDIT, profile, "audit_verified", {"whole": whole, "links": links}, NOW)


def note_handed_out(actor: Actor, rows: int, asked: str) -> None:
    profile = customers.base_profile(now())
    said = given(rows=rows, asked=asked)
    on_subject(actor, AUDIT, profile, "audit_handed_out", said, NOW)

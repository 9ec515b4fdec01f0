"""What the security administrator sees of people and their logins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.accounts.naming import SessionLine, TokenRow, session_lines, token_rows
from jiannuo.journey.accounts import Lent
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import ADMINISTRATORS, VENDOR_ROLES
from jiannuo.manual.words import Text, tables
from jiannuo.people import accounts, lockout, sessions
from jiannuo.people.accounts import Account
from jiannuo.people.commands import Person
from jiannuo.people.lockout import Locked
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader
from jiannuo.web.sessions import limits

LEVELS = {
    "": Text("—", "—"),
    "junior": Text("初级", "junior"),
    "senior": Text("高级", "senior"),
}
LANGUAGES = (("zh", "中文"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with a login."""

    word: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    name: str
    office: str
    roles: str
    skills: str
    login: str
    state: State
    factor: str
    tone: str
    last: str
    gone: bool


@dataclass(frozen=True, slots=True)
class List:
    """`asked`: what was looked for; `locked`: how many cannot sign in just now."""

    rows: tuple[Row, ...]
    asked: str
    all: int
    locked: int


def everybody(actor: Actor, reader: Reader, asked: str = "") -> List:
    require(actor, "manage_accounts")
    known = accounts.everybody()
    locks = lockout.locks(limits(customers.base_profile(reader.at)))
    rows = [_row(reader, one, locks.get(one.login)) for one in known if _meant(one, asked)]
    shut = sum(1 for one in known if one.login in locks)
    return List(tuple(rows), asked, len(known), shut)


def _meant(one: Account, asked: str) -> bool:
    said = asked.strip().casefold()
    told = (one.name, one.login, one.phone, one.email, one.office_name)
    return not said or any(said in text.casefold() for text in told)


def _row(reader: Reader, one: Account, lock: Locked | None) -> Row:
    guarded = any(role in ADMINISTRATORS for role in one.roles)
    factor = Text("已登记", "set up") if one.factor else Text("未登记", "not yet")
    return Row(
        one.id,
        one.name,
        one.office_name,
        reader.listed(reader.word("role", role) for role in one.roles),
        reader.listed(reader.word("skill", skill) for skill in one.skills),
        one.login,
        _state(reader, one, lock),
        reader.say(factor) if one.login and (one.factor or guarded) else "",
        "ok" if one.factor else "warn",
        reader.ago(one.last_at) if one.last_at else "",
        not one.active,
    )


def _state(reader: Reader, one: Account, lock: Locked | None) -> State:
    if not one.active:
        return State(reader.say(Text("已离职", "has left")))
    if not one.login:
        return State(reader.say(Text("没有账号", "no login")))
    if not one.open:
        return State(reader.say(Text("已停用", "closed")))
    if lock is not None:
        until = reader.clock(lock.until)
        return State(reader.say(Text(f"锁到 {until}", f"locked until {until}")), "bad")
    if one.lent:
        return State(reader.say(Text("待改密码", "one-time password")), "warn")
    return State(reader.say(Text("可登录", "open")), "ok")


# -- one of them ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form said of somebody."""

    person: Person
    login: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form: what is known of him, or was typed and refused."""

    name: str
    phone: str
    email: str
    login: str
    roles: tuple[Choice, ...]
    skills: tuple[Choice, ...]
    offices: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    chiefs: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One person; `row` is None for somebody new. `lent`: a password, shown this once; `own`:
    it is who looks."""

    sheet: Sheet
    row: Row | None
    locked: bool
    open: bool
    has_login: bool
    factor: bool
    sessions: tuple[SessionLine, ...]
    tokens: tuple[TokenRow, ...]
    error: str
    lent: Lent | None
    own: bool = False


def person(
    actor: Actor,
    reader: Reader,
    staff: UUID,
    *,
    typed: Typed | None = None,
    refused: Refusal | None = None,
    lent: Lent | None = None,
) -> Page:
    require(actor, "manage_accounts")
    one = accounts.account(staff)
    lock = lockout.locks(limits(customers.base_profile(reader.at))).get(one.login)
    open_ = sessions.of_user(one.user) if one.user else []
    return Page(
        sheet=_sheet(reader, typed or _known(one)),
        row=_row(reader, one, lock),
        locked=lock is not None,
        open=one.open,
        has_login=bool(one.login),
        factor=one.factor,
        sessions=session_lines(reader, open_),
        tokens=token_rows(reader, accounts.tokens(staff)),
        error=_said(reader, refused),
        lent=lent,
        own=actor.id == staff,
    )


def new_person(
    actor: Actor, reader: Reader, typed: Typed | None = None, refused: Refusal | None = None
) -> Page:
    require(actor, "manage_accounts")
    sheet = _sheet(reader, typed or Typed(Person("", ()), ""))
    return Page(sheet, None, False, False, False, False, (), (), _said(reader, refused), None)


def _said(reader: Reader, refused: Refusal | None) -> str:
    return reader.say(Text(refused.zh, refused.en)) if refused else ""


def typed(post: Mapping[str, str], roles: Iterable[str], skills: Iterable[str]) -> Typed:
    """What was typed, as far as it is one of the words there are."""

    def said(name: str, most: int) -> str:
        return post.get(name, "").strip()[:most]

    known = tables()
    return Typed(
        Person(
            name=said("name", 100),
            roles=tuple(role for role in VENDOR_ROLES if role in set(roles)),
            level=said("level", 20) if said("level", 20) in LEVELS else "",
            skills=tuple(s for s in dict.fromkeys(skills) if s in known["skill"]),
            phone=said("phone", 40),
            deputy_of=said("deputy_of", 100),
            office=said("office", 20),
            email=said("email", 254),
            language=said("language", 2) or "zh",
        ),
        said("login", 151),
    )


def _known(one: Account) -> Typed:
    return Typed(
        Person(
            one.name,
            one.roles,
            one.level,
            one.skills,
            one.phone,
            one.deputy_of,
            one.office,
            one.email,
            one.language,
        ),
        one.login,
    )


def _sheet(reader: Reader, said: Typed) -> Sheet:
    one = said.person
    none = (("", "—"),)
    names = [(a.name, a.name) for a in accounts.everybody() if a.active and a.name != one.name]
    return Sheet(
        one.name,
        one.phone,
        one.email,
        said.login,
        _choices(((r, reader.word("role", r)) for r in VENDOR_ROLES), one.roles),
        _choices(((s, reader.word("skill", s)) for s in tables()["skill"]), one.skills),
        _choices((*none, *accounts.offices()), (one.office,)),
        _choices(((code, reader.say(name)) for code, name in LEVELS.items()), (one.level,)),
        _choices(LANGUAGES, (one.language,)),
        _choices((*none, *names), (one.deputy_of,)),
    )


def _choices(known: Iterable[tuple[str, str]], chosen: Iterable[str]) -> tuple[Choice, ...]:
    held = set(chosen)
    return tuple(Choice(value, label, value in held) for value, label in known)

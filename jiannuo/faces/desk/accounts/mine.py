"""One's own account."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from jiannuo.faces.desk.accounts.naming import SessionLine, TokenRow, session_lines, token_rows
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import accounts, factors, sessions
from jiannuo.web.reader import Reader

KINDS = {
    "totp": Text("验证码应用", "Authenticator app"),
    "webauthn": Text("安全密钥", "Security key"),
}


@dataclass(frozen=True, slots=True)
class FactorRow:
    id: int
    name: str
    made: str
    used: str


@dataclass(frozen=True, slots=True)
class Mine:
    """`codes`: how many on paper are still good."""

    login: str
    factors: tuple[FactorRow, ...]
    app: bool
    codes: int
    sessions: tuple[SessionLine, ...]
    others: bool
    tokens: tuple[TokenRow, ...]
    error: str


def mine(actor: Actor, reader: Reader, user: User, key: str | None, error: str = "") -> Mine:
    """`key`: the session in which he asks."""
    found = factors.enrolled(user.pk)
    open_ = session_lines(reader, sessions.of_user(user.pk, key))
    return Mine(
        user.username,
        tuple(
            FactorRow(
                one.id,
                _called(reader, one.kind, one.name),
                reader.day(one.made_at),
                reader.ago(one.used_at) if one.used_at else "—",
            )
            for one in found
        ),
        any(one.kind == "totp" for one in found),
        factors.codes_left(user.pk) if found else 0,
        open_,
        any(not one.mine for one in open_),
        token_rows(reader, accounts.tokens(actor.id)) if actor.id else (),
        error,
    )


def _called(reader: Reader, kind: str, name: str) -> str:
    said = reader.say(KINDS[kind])
    return f"{said} · {name}" if name else said

"""The keys that programs call with, as they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from jiannuo.people.models import Token
from jiannuo.people.queries import StaffCard
from jiannuo.people.tokens import digest


@dataclass(frozen=True, slots=True)
class KeyCard:
    """A key that opens: whose it is, what it is held to (None: nothing beside his own permits),
    until when it opens, when it was last used."""

    name: str
    staff: StaffCard
    scopes: frozenset[str] | None
    expires_at: datetime | None
    used_at: datetime | None


# Asked with every request of a program.
_TOKEN = """
select t.name, t.scopes, t.expires_at, t.last_used_at, s.id, s.name, s.roles, d.roles, s.level,
  s.skills
from people_token t join people_staff s on s.id = t.staff_id and s.active
join auth_user u on u.id = s.user_id and u.is_active
left join people_staff d on d.id = s.deputy_of_id
where t.digest = %(digest)s and t.ended_at is null
  and (t.expires_at is null or t.expires_at > %(at)s)
"""


def key_of(key: str, at: datetime) -> KeyCard | None:
    """What a key is at a moment; nothing once it was ended or has run out, its owner has left or
    his login is closed."""
    with connection.cursor() as cursor:
        cursor.execute(_TOKEN, {"digest": digest(key), "at": at})
        row = cursor.fetchone()
    if row is None:
        return None
    name, scopes, expires, used, who, called, roles, deputised, level, skills = row
    card = StaffCard(
        who, called, frozenset(roles), frozenset(deputised or ()), level, frozenset(skills)
    )
    return KeyCard(name, card, None if scopes is None else frozenset(scopes), expires, used)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as the house keeps it: never the key itself. `opens`: at the moment asked for."""

    login: str
    person: str
    name: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    ended_at: datetime | None
    opens: bool


def keys(at: datetime) -> list[KeyLine]:
    """Every key that was made: those that open first, then by login and name."""
    rows = Token.objects.select_related("staff__user").order_by("staff__name", "name", "made_at")
    return sorted((_token(row, at) for row in rows), key=lambda line: not line.opens)


def _token(row: Token, at: datetime) -> KeyLine:
    user = row.staff.user
    here = row.staff.active and user is not None and user.is_active
    left = row.ended_at is None and (row.expires_at is None or row.expires_at > at)
    return KeyLine(
        user.get_username() if user else "",
        row.staff.name,
        row.name,
        tuple(row.scopes or ()),
        row.made_at,
        row.expires_at,
        row.last_used_at,
        row.ended_at,
        here and left,
    )

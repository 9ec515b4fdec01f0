"""Where Django keeps what it knows of a browser: our own table, so that it can be asked whose
browsers there are, and one of them be ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from jiannuo.kernel.moment import now
from jiannuo.people.models import Session

BEGAN, SEEN, ADDRESS, AGENT = "began", "seen", "address", "agent"


class SessionStore(db.SessionStore):
    """Django's, with columns for whose it is, since when, and when he last did something."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """A session in which somebody has signed in knows since when, whoever let him in: `data`
        is what it knows, and is written as it stands after this."""
        if SESSION_KEY in data and BEGAN not in data:
            data[BEGAN] = data[SEEN] = now().isoformat()
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.began_at, row.seen_at = moment(data.get(BEGAN)), moment(data.get(SEEN))
        row.address, row.agent = data.get(ADDRESS, "")[:45], data.get(AGENT, "")[:200]
        return row


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class SessionCard:
    """Somebody's browser. `id` names it without opening it: the key itself is shown to nobody."""

    id: str
    began_at: datetime | None
    seen_at: datetime | None
    address: str
    agent: str
    mine: bool


def of_user(user: int, own: str | None = None) -> list[SessionCard]:
    """Where somebody is signed in, the one last used first; `own`: the key of who asks."""
    rows = Session.objects.filter(user_id=user, expire_date__gt=now()).order_by("-seen_at")
    return [
        SessionCard(
            _name(row), row.began_at, row.seen_at, row.address, row.agent, row.session_key == own
        )
        for row in rows
    ]


def _name(row: Session) -> str:
    return row.session_key[:8]


def moments(keys: Iterable[str]) -> dict[str, tuple[datetime, datetime]]:
    """Since when each of these browsers is signed in, and when somebody last did something there;
    one whose session has ended is left out."""
    rows = Session.objects.filter(session_key__in=list(keys), user_id__isnull=False)
    found = rows.filter(expire_date__gt=now(), began_at__isnull=False, seen_at__isnull=False)
    return {key: (began, seen) for key, began, seen in found.values_list(*_MOMENTS)}


_MOMENTS = ("session_key", "began_at", "seen_at")


def end(user: int, *, one: str = "", but: str | None = None) -> int:
    """From now on somebody is signed out: everywhere, in `one`, or everywhere `but` in one whose
    key that is. How many there were."""
    rows = Session.objects.filter(user_id=user)
    if one:
        rows = rows.filter(session_key__startswith=one)
    if but is not None:
        rows = rows.exclude(session_key=but)
    return rows.delete()[0]


def end_all(users: Iterable[int]) -> int:
    return Session.objects.filter(user_id__in=list(users)).delete()[0]


def forget_over() -> None:
    """What nobody can use any more goes."""
    Session.objects.filter(expire_date__lt=now()).delete()

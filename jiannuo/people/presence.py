"""Who has a page open just now, in whichever web process. By the database's clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

RENEW = timedelta(seconds=5)  # how often a page that is open says so again
LASTS = timedelta(seconds=15)  # so long after the last time: its process has died
#: So long after a page was closed: who goes from one page of a case to the next was never away.
LINGERS = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Look:
    """An open page. `id` is its own; `person` one of our staff."""

    id: UUID
    person: UUID
    about: str
    writing: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who looks at the same, in however many windows."""

    person: UUID
    name: str
    writing: bool


_KEEP = """
insert into people_presence (id, person_id, about, writing, seen_at)
select l.id, l.person, l.about, l.writing, statement_timestamp()
from unnest(%(id)s::uuid[], %(person)s::uuid[], %(about)s::text[], %(writing)s::boolean[])
  l (id, person, about, writing)
join people_staff s on s.id = l.person
on conflict (id) do update set seen_at = excluded.seen_at
"""
_FORGET = "delete from people_presence where seen_at < statement_timestamp() - %(long)s"
_LEFT = """
update people_presence set seen_at = least(seen_at, statement_timestamp() - %(nearly)s)
where id = any(%(ids)s)
"""
_WHO = """
select p.about, p.person_id, s.name, bool_or(p.writing)
from people_presence p join people_staff s on s.id = p.person_id
where p.about = any(%(abouts)s) and p.seen_at > statement_timestamp() - %(lasts)s
group by p.about, p.person_id, s.name order by s.name, p.person_id
"""


def keep(looks: Sequence[Look]) -> None:
    """These pages are open. What nobody renewed for long goes."""
    values: dict[str, Any] = {
        "id": [one.id for one in looks],
        "person": [one.person for one in looks],
        "about": [one.about for one in looks],
        "writing": [one.writing for one in looks],
        "long": 4 * LASTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        cursor.execute(_FORGET, values)


def leave(ids: Iterable[UUID]) -> None:
    """These pages were closed."""
    values: dict[str, Any] = {"nearly": LASTS - LINGERS, "ids": list(ids)}
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, values)


def who(abouts: Iterable[str]) -> dict[str, tuple[Here, ...]]:
    """Who looks at each of these now, by name; what nobody looks at is left out."""
    found: dict[str, list[Here]] = {}
    values: dict[str, Any] = {"abouts": list(abouts), "lasts": LASTS}
    with connection.cursor() as cursor:
        cursor.execute(_WHO, values)
        for about, *one in cursor.fetchall():
            found.setdefault(about, []).append(Here(*one))
    return {about: tuple(here) for about, here in found.items()}

"""Our own people by name, as written or as spoken, by number or address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from jiannuo.kernel.grams import Asked
from jiannuo.kernel.pinyin import asked_of_persons
from jiannuo.manual.actor import Actor


@dataclass(frozen=True, slots=True)
class StaffHit:
    id: UUID
    name: str
    roles: tuple[str, ...]
    phone: str
    email: str


def staff_found(
    actor: Actor, asked: Asked, limit: int, after: UUID | None = None
) -> list[StaffHit]:
    """Best first; a customer's person finds none of us here, he is told who comes."""
    wanted = asked_of_persons(asked.typed)
    if not wanted or actor.customer is not None:
        return []
    rank, ranked = wanted.rank("found_by")
    where, said = wanted.recheck("found_by")
    query = f"""
    with found as (select id, name, roles, phone, email, {rank} as rank
      from people_staff where active and {where})
    select id, name, roles, phone, email from found
    where %(after)s::uuid is null or (rank, name, id) >
      (select rank, name, id from found where id = %(after)s)
    order by rank, name, id limit %(limit)s"""
    with connection.cursor() as cursor:
        cursor.execute(query, {**ranked, **said, "after": after, "limit": limit})
        rows = cursor.fetchall()
    return [StaffHit(id_, name, tuple(roles), *rest) for id_, name, roles, *rest in rows]

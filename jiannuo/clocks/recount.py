"""The nightly recount: one a day, by whichever worker is first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from jiannuo.clocks.models import Recount

GIVEN_UP = timedelta(hours=2)  # a recount that did not end by then died


def begin(day: date) -> bool:
    """Is today's recount ours to make? One that died is taken up again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into clocks_recount (day, began_at, cases, differing)
            values (%s, clock_timestamp(), 0, '[]')
            on conflict (day) do update set began_at = clock_timestamp()
            where clocks_recount.ended_at is null
              and clocks_recount.began_at < clock_timestamp() - make_interval(secs => %s)""",
            [day, GIVEN_UP.total_seconds()],
        )
        return bool(cursor.rowcount == 1)


def end(day: date, cases: int, differing: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update clocks_recount set ended_at = clock_timestamp(), cases = %s,"
            " differing = to_jsonb(%s::text[]) where day = %s",
            [cases, list(differing), day],
        )


def give_up(day: date) -> None:
    """Stopped half-way: the next worker begins anew."""
    Recount.objects.filter(day=day, ended_at__isnull=True).delete()


@dataclass(frozen=True, slots=True)
class Counted:
    """The last recount: how many cases, which of them differed."""

    day: date
    began_at: datetime
    ended_at: datetime | None
    cases: int
    differing: tuple[str, ...]


def last() -> Counted | None:
    row = Recount.objects.order_by("-day").first()
    if row is None:
        return None
    return Counted(row.day, row.began_at, row.ended_at, row.cases, tuple(row.differing))

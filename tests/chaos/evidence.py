"""What is judged when all is still: the database, the gateway's log, the clients' log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg import Connection

from tests.chaos.clients import Asked

#: So many offenders are named; the rest is counted.
NAMED = 5


@dataclass
class Evidence:
    """`at`: everything due by then was waited for. `moments`: the true moments at which the
    server's clock may have shown one. `links`: acknowledged by link, delivery key to address.
    `audit`: checks the audit chain from outside; "" where it is whole."""

    connection: Connection
    at: datetime
    asked: list[Asked] = field(default_factory=list)
    gateway: list[dict[str, Any]] = field(default_factory=list)
    links: Mapping[str, str] = field(default_factory=dict)
    unclean: list[str] = field(default_factory=list)
    moments: Callable[[datetime], list[datetime]] = lambda told: [told]
    audit: Callable[[], str] = lambda: ""

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(query.encode(), values or None).fetchall()

    def column(self, query: str, *values: object) -> list[Any]:
        return [row[0] for row in self.rows(query, *values)]


Check = Callable[[Evidence], Iterable[str]]
CHECKS: dict[str, Check] = {}


def invariant(check: Check) -> Check:
    CHECKS[check.__name__] = check
    return check


def judge(evidence: Evidence, names: Iterable[str] = ()) -> dict[str, list[str]]:
    """Whatever does not hold: by invariant, the offenders in words."""
    found = {name: list(CHECKS[name](evidence)) for name in tuple(names) or tuple(CHECKS)}
    return {name: problems for name, problems in found.items() if problems}


def shortened(problems: list[str]) -> list[str]:
    more = len(problems) - NAMED
    return problems[:NAMED] + ([f"... and {more} more"] if more > 0 else [])

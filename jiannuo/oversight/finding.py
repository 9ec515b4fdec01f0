"""One box for everything: customers, their people, sites, devices, contracts, cases, our own
people, and whatever anybody wrote. Reads only; each room answers for its own rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.archive import passages
from jiannuo.archive.passages import TextHit
from jiannuo.cases.finding import CaseHit, cards_by_id, cases_found, open_on, others_by_id
from jiannuo.customers.finding import (
    ContactHit,
    ContractHit,
    CustomerHit,
    SiteHit,
    contacts_found,
    contracts_found,
    customers_found,
    sites_found,
)
from jiannuo.equipment.finding import DeviceHit, devices_found
from jiannuo.kernel.grams import Asked, Snippet, asked, snippet
from jiannuo.kernel.moment import now
from jiannuo.knowledge.queries import ArticleCard, articles_found
from jiannuo.manual.actor import Actor
from jiannuo.people.finding import StaffHit, staff_found
from jiannuo.people.permits import require

__all__ = [
    "CaseHit",
    "ContactHit",
    "ContractHit",
    "CustomerHit",
    "Device",
    "Found",
    "Said",
    "SiteHit",
    "StaffHit",
    "find",
]

#: The groups, in the order in which they are shown.
GROUPS = (
    *("cases", "contacts", "customers", "sites", "devices", "contracts"),
    *("articles", "staff", "texts"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """A device that was found, with the numbers of its open cases, newest first."""

    hit: DeviceHit
    open_cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A text that was found: in which event of what, and the stretch around the hit. `case`: the
    case it belongs to; `ref`: the number of what is no case, where that has one."""

    event: int
    uid: UUID
    subject_kind: str
    kind: str
    at: datetime
    by: str
    snippet: Snippet
    case: CaseHit | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, best first, cases and texts newest first. `more`: the groups that hold
    more than the limit, each with the key after which it goes on; `unread`: how many older
    events have not been read for the search yet, of how many."""

    query: str
    customers: tuple[CustomerHit, ...] = ()
    contacts: tuple[ContactHit, ...] = ()
    sites: tuple[SiteHit, ...] = ()
    devices: tuple[Device, ...] = ()
    contracts: tuple[ContractHit, ...] = ()
    cases: tuple[CaseHit, ...] = ()
    articles: tuple[ArticleCard, ...] = ()
    staff: tuple[StaffHit, ...] = ()
    texts: tuple[Said, ...] = ()
    more: tuple[tuple[str, str], ...] = ()
    unread: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        return any(getattr(self, group) for group in GROUPS)


def find(
    actor: Actor,
    text: str,
    limit: int = 20,
    *,
    groups: Collection[str] = GROUPS,
    after: str = "",
) -> Found:
    """What an actor may see that holds what was typed, whatever that is; each group up to the
    limit. With one group, `after` is the key that `more` gave for it: what follows. Raises
    `Refusal` where he may not read cases at all."""
    if actor.customer is None:
        require(actor, "read_cases")
    wanted = asked(text)
    if not wanted:
        return Found(wanted.typed)
    desk = _Desk(actor, wanted, limit + 1)
    keys = {group: _key(group, after) for group in GROUPS}
    found = {group: desk.ask(group, keys[group]) for group in GROUPS if group in groups}
    more = tuple((g, _last(rows[limit - 1])) for g, rows in found.items() if len(rows) > limit)
    shown: dict[str, Any] = desk.dressed({g: rows[:limit] for g, rows in found.items()})
    unread = passages.unread() if actor.customer is None else (0, 0)
    return Found(wanted.typed, more=more, unread=unread, **shown)


def _key(group: str, after: str) -> Any:
    """The key behind what a page was told, None for what is none."""
    try:
        return (int(after) if group == "texts" else UUID(after)) if after else None
    except ValueError:
        return None


def _last(row: Any) -> str:
    return str(row.id)


@dataclass(frozen=True)
class _Desk:
    actor: Actor
    asked: Asked
    limit: int

    def ask(self, group: str, after: Any) -> Sequence[Any]:
        if group == "texts":
            mine = self.actor.customer
            return passages.texts(self.asked, self.limit, customer=mine, after=after)
        if group == "devices":
            return devices_found(self.actor, self.asked, self.limit, now(), after)
        return _ROOMS[group](self.actor, self.asked, self.limit, after)

    def dressed(self, found: dict[str, Sequence[Any]]) -> dict[str, tuple[Any, ...]]:
        shown = {group: tuple(rows) for group, rows in found.items()}
        if "devices" in shown:
            shown["devices"] = self._devices(shown["devices"])
        if "texts" in shown:
            shown["texts"] = self._texts(shown["texts"])
        return shown

    def _devices(self, hits: Sequence[DeviceHit]) -> tuple[Device, ...]:
        cases = open_on([hit.id for hit in hits])
        return tuple(Device(hit, tuple(case.number for case in cases[hit.id])) for hit in hits)

    def _texts(self, hits: Sequence[TextHit]) -> tuple[Said, ...]:
        cards = cards_by_id({hit.subject for hit in hits if hit.subject_kind == "case"})
        others = others_by_id({h.subject for h in hits if h.subject_kind in NUMBERED})
        return tuple(
            Said(
                hit.id,
                hit.uid,
                hit.subject_kind,
                hit.kind,
                hit.at,
                hit.by,
                _around(self.asked, " · ".join(hit.parts)),
                cards.get(hit.subject),
                others.get(hit.subject, ""),
            )
            for hit in hits
        )


def _around(asked: Asked, said: str) -> Snippet:
    """Its beginning, where the hit only shows when folded otherwise."""
    return snippet(asked, [said]) or Snippet("", "", said[:90])


def _articles(actor: Actor, wanted: Asked, limit: int, after: UUID | None) -> list[ArticleCard]:
    """Ours alone; there are never so many that they would be paged."""
    return [] if actor.customer is not None or after else articles_found(wanted, limit)


NUMBERED = ("claim", "complaint")
_ROOMS: dict[str, Callable[[Actor, Asked, int, UUID | None], Sequence[Any]]] = {
    "cases": cases_found,
    "contacts": contacts_found,
    "customers": customers_found,
    "sites": sites_found,
    "contracts": contracts_found,
    "articles": _articles,
    "staff": staff_found,
}

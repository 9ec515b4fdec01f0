"""Whatever a story names must be there: persons with their roles, cases, sites, events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiannuo.faces.rehearsal.telling import Story, Told
from jiannuo.manual.catalogue import kinds

At = tuple[Any, ...]
Fail = Callable[[At, str], Exception]


#: Events that open something, and what; other events name it afterwards.
OPENERS = {"reported": "case", "claim_received": "claim", "complaint_received": "complaint"}


@dataclass
class _Seen:
    """What the timeline has named so far."""

    opened: dict[str, set[str]] = field(
        default_factory=lambda: {kind: set() for kind in OPENERS.values()}
    )
    ids: set[str] = field(default_factory=set)
    last: datetime | None = None


def check_references(fail: Fail, story: Story) -> None:
    """Raises what `fail` makes at the first thing that is not there."""
    roles = _roles(story)
    sites = [site["code"] for site in story.facts["sites"]]
    for place, device in enumerate(story.facts["devices"]):
        if device["site"] not in sites:
            raise fail(("devices", place, "site"), _none("site", device["site"], sites))
    seen = _Seen()
    for place, told in enumerate(story.told):
        at = ("timeline", place)
        _check_order(fail, at, told, seen)
        _check_person(fail, at, told, roles)
        _check_named(fail, at, told, seen, sites)


def _none(what: str, name: object, allowed: Any) -> str:
    return f"no {what} {name!r}; allowed: {', '.join(allowed) or 'none yet'}"


def _roles(story: Story) -> dict[str, set[str]]:
    staff = [*story.master.get("people", ()), *story.facts.get("people", ())]
    roles: dict[str, set[str]] = {}
    for person in staff:
        roles.setdefault(person["name"], set()).add(person["role"])
    for person in staff:
        roles[person["name"]] |= roles.get(person.get("deputy_of", ""), set())
    for person in story.facts["customer"]["people"]:
        roles.setdefault(person["name"], set()).update(person["roles"])
    return roles


def _check_order(fail: Fail, at: At, told: Told, seen: _Seen) -> None:
    if seen.last is not None and told.rec < seen.last:
        raise fail(at, "the timeline must stand in order of recording (rec, else t)")
    seen.last = told.rec


def _check_person(fail: Fail, at: At, told: Told, roles: Mapping[str, set[str]]) -> None:
    if told.by not in roles:
        raise fail((*at, "by"), _none("person", told.by, roles))
    if told.attempt or kinds()[told.kind].by & roles[told.by]:
        return
    raise fail(
        (*at, "by"),
        f"{told.by} ({', '.join(sorted(roles[told.by]))}) may not record {told.kind}; "
        f"allowed: {', '.join(sorted(kinds()[told.kind].by))}",
    )


def _check_named(fail: Fail, at: At, told: Told, seen: _Seen, sites: list[str]) -> None:
    d = told.d
    _check_opened(fail, at, told, seen)
    if told.kind == "correction" and d["of"] not in seen.ids:
        raise fail((*at, "d", "of"), _none("event with id", d["of"], seen.ids))
    for key in ("into", "case"):
        if key in d and d[key] not in seen.opened["case"]:
            raise fail((*at, "d", key), _none("case opened before", d[key], seen.opened["case"]))
    if d.get("site") and d["site"] not in sites:
        raise fail((*at, "d", "site"), _none("site", d["site"], sites))
    if told.id:
        if told.id in seen.ids:
            raise fail((*at, "id"), f"the id {told.id!r} is given twice")
        seen.ids.add(told.id)


def _check_opened(fail: Fail, at: At, told: Told, seen: _Seen) -> None:
    opened = seen.opened.get(told.ref_kind)
    if opened is None:
        return
    if told.kind not in OPENERS:
        if told.ref not in opened:
            raise fail(
                (*at, told.ref_kind), _none(f"{told.ref_kind} opened before", told.ref, opened)
            )
    elif told.ref in opened:
        raise fail((*at, told.ref_kind), f"{told.ref_kind} {told.ref!r} was opened before")
    else:
        opened.add(told.ref)

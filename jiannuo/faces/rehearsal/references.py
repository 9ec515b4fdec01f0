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


@dataclass
class _Seen:
    """What the timeline has named so far."""

    opened: set[str] = field(default_factory=set)
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
    if told.kind == "reported":
        seen.opened.add(told.ref)
    elif told.ref_kind == "case" and told.ref not in seen.opened:
        raise fail((*at, "case"), _none("case reported before", told.ref, seen.opened))
    if told.kind == "correction" and d["of"] not in seen.ids:
        raise fail((*at, "d", "of"), _none("event with id", d["of"], seen.ids))
    for key in ("into", "case"):
        if key in d and d[key] not in seen.opened:
            raise fail((*at, "d", key), _none("case reported before", d[key], seen.opened))
    if d.get("site") and d["site"] not in sites:
        raise fail((*at, "d", "site"), _none("site", d["site"], sites))
    if told.id:
        seen.ids.add(told.id)

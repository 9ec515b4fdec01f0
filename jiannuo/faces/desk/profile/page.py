"""The pages of the profile: its versions, and one of them with what it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse

from jiannuo.customers import versions
from jiannuo.customers.versions import DraftCard, Founded, Version
from jiannuo.faces.desk.profile import keys
from jiannuo.kernel.ids import new_id
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed, require
from jiannuo.web.reader import Reader

STATES = {
    "open": Text("起草中", "being written"),
    "offered": Text("等批准", "waits for approval"),
    "published": Text("已生效", "in force"),
    "dropped": Text("已作废", "dropped"),
}


class VersionRow(NamedTuple):
    href: str
    number: int
    since: str
    reason: str
    by: str
    changes: int
    now: bool


class DraftRow(NamedTuple):
    href: str
    words: str
    state: str
    note: str
    waits: bool


class ProjectRow(NamedTuple):
    href: str
    number: str
    customer: str
    own: int


class Keeping(NamedTuple):
    """The projects that keep the rules of one version."""

    number: int
    projects: tuple[ProjectRow, ...]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    versions: tuple[VersionRow, ...]
    drafts: tuple[DraftRow, ...]
    keeping: tuple[Keeping, ...]
    may: bool
    op: str


def versions_page(actor: Actor, reader: Reader) -> VersionsPage:
    require(actor, "read_profile")
    found = versions.versions()
    return VersionsPage(
        tuple(_version(reader, one, now=n == 0) for n, one in enumerate(found)),
        tuple(_draft_row(reader, one) for one in versions.drafts()),
        tuple(_keeping(versions.founded())),
        allowed(actor, "profile_drafted"),
        str(new_id()),
    )


def _version(reader: Reader, one: Version, *, now: bool) -> VersionRow:
    shipped_one = reader.say(Text("随产品出厂", "as shipped"))
    return VersionRow(
        reverse("desk:profile_show", args=[one.number]),
        one.number,
        reader.clock(one.since) if one.since else "",
        one.reason or shipped_one,
        reader.who(one.by),
        len(one.changes),
        now,
    )


def _draft_row(reader: Reader, one: DraftCard) -> DraftRow:
    count = len(one.changes)
    words = one.reason or reader.say(Text("还没写为什么", "no reason yet"))
    note = Text(
        f"{one.by} · 改第 {one.base} 版的 {count} 处",
        f"{one.by} · {count} changes of version {one.base}",
    )
    href = reverse("desk:draft_show", args=[one.id])
    return DraftRow(
        href, words, reader.say(STATES[one.state]), reader.say(note), one.state == "offered"
    )


def _keeping(found: Iterable[Founded]) -> Iterator[Keeping]:
    for number, rows in groupby(found, key=lambda one: one.version):
        projects = (
            ProjectRow(
                reverse("desk:contract_show", args=[one.contract]),
                one.number,
                one.customer,
                one.own,
            )
            for one in rows
        )
        yield Keeping(number, tuple(projects))


# -- values ---------------------------------------------------------------------------------------


class Value(NamedTuple):
    """A key as it stands. `manual`: what ships, "" where it is the same."""

    name: str
    here: str
    manual: str
    reading: str
    reads: str
    ours: bool


class Values(NamedTuple):
    name: str
    clause: str
    rows: tuple[Value, ...]


class Difference(NamedTuple):
    """`tone`: "tighter", "looser" or ""; `reading`: the ambiguity it decides."""

    name: str
    clause: str
    old: str
    new: str
    tone: str
    reading: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    row: VersionRow
    values: tuple[Values, ...]
    changed: tuple[Difference, ...]
    file: str
    may: bool
    op: str


def version_page(actor: Actor, reader: Reader, number: int) -> VersionPage:
    """Raises `Refusal` ("no_such_page")."""
    require(actor, "read_profile")
    profile = versions.profile_of(number)
    found = versions.versions()
    at = next(n for n, one in enumerate(found) if one.number == number)
    before = versions.profile_of(found[at + 1].number) if at + 1 < len(found) else shipped()
    return VersionPage(
        _version(reader, found[at], now=at == 0),
        tuple(_values(reader, profile)),
        tuple(differences_of(reader, before, profile)),
        reverse("desk:profile_file_show", args=[number]),
        allowed(actor, "profile_drafted"),
        str(new_id()),
    )


def _values(reader: Reader, profile: Profile) -> Iterator[Values]:
    manual = shipped()
    for group in keys.groups():
        rows = []
        for key, name in group.keys.items():
            here, usual = profile.value(key), manual.value(key)
            reading = keys.reading_of(key)
            rows.append(
                Value(
                    reader.say(name),
                    keys.written(reader, key, here),
                    "" if here == usual else keys.written(reader, key, usual),
                    reading[0] if reading else "",
                    reader.say(reading[1]) if reading else "",
                    keys.ours(key),
                )
            )
        yield Values(reader.say(group.name), _clause(reader, group.clause), tuple(rows))


def _clause(reader: Reader, clause: str) -> str:
    return reader.clause(clause) if clause else ""


def differences_of(reader: Reader, old: Profile, new: Profile) -> Iterator[Difference]:
    for key, (was, will) in keys.differences(old, new).items():
        reading = keys.reading_of(key)
        yield Difference(
            reader.say(keys.name_of(key)),
            _clause(reader, keys.clause_of(key)),
            keys.written(reader, key, was),
            keys.written(reader, key, will),
            keys.tighter(new, key, was, will),
            reading[0] if reading else "",
        )

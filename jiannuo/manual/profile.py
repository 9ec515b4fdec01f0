"""The service profile: one edition of the manual as frozen values.

A profile is loaded from TOML, checked once, and immutable. `with_changes` gives the next
version or a contract's own terms; a case freezes the profile it began with (R-0-1).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jiannuo.manual import policy as policies
from jiannuo.manual import rows
from jiannuo.manual.ladders import Rung, rungs
from jiannuo.manual.policy import BEYOND, ProfileError, duration, number
from jiannuo.manual.vocabulary import EXCUSES, MILESTONES, SEVERITY, VENDOR_ROLES, Kind

EDITIONS = Path(__file__).parent / "editions"
LIMITS = ("level", "fixed", "band", "order_level", "days")
RATES = "rate_card."
LADDERS = "ladders."
RATE_KEYS = ("technical_service_fee_per_hour_max",)
TABLES = (
    "edition",
    "version",
    "timezone",
    "rate_card",
    "policy",
    "promise",
    "service",
    "exclusion",
    "paper",
    "gate",
    "alert",
)
GATE_CLASSES = ("hard", "soft", "log")


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise of the manual: from which milestone to which, within what.

    `limit` is "kind:policy path"; `op` is the policy path of the operator or the operator;
    `house` numbers are ours and never printed as the manual's.
    """

    code: str
    subject: str
    clause: str
    requirement: str
    zh: str
    en: str
    starts: str
    stops: str
    limit: str
    op: str
    kinds: tuple[str, ...] = ()
    emergency: bool = False
    house: bool = False
    early_stop: bool = False
    enabled: str = ""
    gross_starts: str = ""
    agreed: str = ""
    not_applicable: tuple[str, ...] = ()
    ladder: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate before an action: hard refuses, soft asks for a reason, log only lists."""

    action: str
    cls: str
    requirement: str
    zh: str
    en: str
    told: tuple[str, ...] = ()
    override_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A named row of the manual: a service of table 1-1, an exclusion, a paper, an alert."""

    code: str
    zh: str
    en: str
    requirement: str = ""
    lists: tuple[str, ...] = ()
    sub: tuple[str, ...] = ()
    tier: str = ""
    tell: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    ack: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One ambiguity of the text (A1-A35): its keys of the policy and what we read."""

    id: str
    keys: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True)
class Profile:
    """An edition with its version. Compare and hash by identity: profiles are cached."""

    edition: str
    version: int
    timezone: str
    policy: Mapping[str, Any]
    rate_card: Mapping[str, Decimal]
    promises: tuple[Promise, ...]
    gates: Mapping[str, Gate]
    services: tuple[Entry, ...]
    exclusions: Mapping[str, Entry]
    papers: Mapping[str, Entry]
    alerts: Mapping[str, Entry]
    changes: Mapping[str, Any] = field(default_factory=dict)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def _flat(self) -> dict[str, Any]:
        return dict(policies.leaves(self.policy))

    @cached_property
    def _durations(self) -> dict[str, timedelta]:
        return {}

    @cached_property
    def _rungs(self) -> dict[str, tuple[Rung, ...]]:
        return {}

    @cached_property
    def bands(self) -> tuple[tuple[Decimal | None, timedelta], ...]:
        """Distance bands: (upper bound in km, inclusive; None: beyond), limit. Table 2-4."""
        rows = self.value("onsite_arrival.bands_km")
        return tuple((None if km in BEYOND else number(km), duration(lim)) for km, lim in rows)

    @cached_property
    def by_code(self) -> dict[str, Promise]:
        return {promise.code: promise for promise in self.promises}

    def exclusions_for(self, *, emergency: bool) -> tuple[Entry, ...]:
        """The exclusions of the service: the list of 7.4, in an emergency that of A33."""
        wanted = self.value("exclusion.emergency_list") if emergency else "7.4"
        return tuple(entry for entry in self.exclusions.values() if wanted in entry.lists)

    def promises_of(self, subject: str) -> tuple[Promise, ...]:
        return tuple(p for p in self.promises if p.subject == subject)

    def value(self, path: str) -> Any:
        """The value of a policy key. Raises `ProfileError` naming what exists."""
        try:
            return self._flat[path]
        except KeyError:
            allowed = policies.near(path, self._flat)
            raise ProfileError(path, None, f"a key of the policy: {allowed}") from None

    def span(self, path: str) -> timedelta:
        """A duration of the policy."""
        found = self._durations.get(path)
        if found is None:
            found = self._durations[path] = duration(self.value(path))
        return found

    def ladder(self, name: str) -> tuple[Rung, ...]:
        """The rungs of a ladder by its name; none for "": its promise tells at the due moment."""
        if name and name not in self._rungs:
            path = LADDERS + name
            try:
                self._rungs[name] = rungs(self.value(path))
            except ProfileError as error:
                raise ProfileError(path, error.value, error.allowed) from None
        return self._rungs.get(name, ())

    def level_limit(self, table: str, level: str) -> timedelta | None:
        """The limit of a level in table 2-2 or 2-3; None where the table has no such row."""
        path = f"{table}.{level}"
        return self.span(path) if path in self._flat else None

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def begun_with(self, values: Mapping[str, Any]) -> Profile:
        """This edition with the numbers and readings that a house began with, by path: a later
        release changes nothing that was promised. What this release no longer has is left out.
        """
        return self.with_changes({p: v for p, v in values.items() if self._flat.get(p, v) != v})

    def with_changes(self, changes: Mapping[str, Any], version: int | None = None) -> Profile:
        """The same edition with single keys of the policy changed; cached.

        Raises `ProfileError` naming key, value and what is allowed.
        """
        if not changes and version is None:
            return self
        # By its text: true and 1 are equal as keys, and only one of them is allowed.
        text = json.dumps(changes, sort_keys=True, default=str)
        return _altered(self, text, version or self.version)


@cache
def _altered(base: Profile, text: str, version: int) -> Profile:
    changes = json.loads(text)
    rates = {k.removeprefix(RATES): v for k, v in changes.items() if k.startswith(RATES)}
    rest = {k: v for k, v in changes.items() if not k.startswith(RATES)}
    tree = policies.changed(base.policy, rest)
    policies.check_tree(tree, shipped().policy)
    profile = Profile(
        edition=base.edition,
        version=version,
        timezone=base.timezone,
        policy=tree,
        rate_card={**base.rate_card, **_rates(rates)},
        promises=base.promises,
        gates=base.gates,
        services=base.services,
        exclusions=base.exclusions,
        papers=base.papers,
        alerts=base.alerts,
        changes={**base.changes, **changes},
    )
    _check_codes(profile)
    return profile


@cache
def shipped() -> Profile:
    """The default edition that comes with the product."""
    return load((EDITIONS / "default.toml").read_text(encoding="utf-8"))


def load(text: str) -> Profile:
    """A profile from TOML. Raises `ProfileError` naming key, value and what is allowed."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError("profile", str(error), "valid TOML") from None
    for table in raw:
        rows.one_of(table, table, TABLES)
    tree = _table(raw, "policy")
    policies.check_tree(tree, _shipped_policy())
    profile = Profile(
        edition=_text(raw, "edition"),
        version=_version(raw),
        timezone=_zone(raw),
        policy=tree,
        rate_card=_rates(_table(raw, "rate_card", RATE_KEYS)),
        promises=tuple(rows.named(Promise, raw.get("promise", []), "promise").values()),
        gates=_gates(raw.get("gate", [])),
        services=tuple(rows.named(Entry, raw.get("service", []), "service").values()),
        exclusions=rows.named(Entry, raw.get("exclusion", []), "exclusion"),
        papers=rows.named(Entry, raw.get("paper", []), "paper"),
        alerts=rows.named(Entry, raw.get("alert", []), "alert"),
    )
    for promise in profile.promises:
        _check_promise(profile, promise)
    _check_codes(profile)
    return profile


@cache
def _shipped_policy() -> Mapping[str, Any]:
    raw = tomllib.loads((EDITIONS / "default.toml").read_text(encoding="utf-8"))
    tree: Mapping[str, Any] = raw["policy"]
    return tree


def _table(raw: Mapping[str, Any], name: str, keys: tuple[str, ...] = ()) -> Mapping[str, Any]:
    table = raw.get(name)
    if not isinstance(table, Mapping):
        raise ProfileError(name, table, f"a table [{name}]")
    for key in keys:
        if key not in table:
            raise ProfileError(f"{name}.{key}", None, "it is missing")
    return table


def _version(raw: Mapping[str, Any]) -> int:
    value = raw.get("version")
    if type(value) is not int or value < 1:
        raise ProfileError("version", value, "a whole number from 1")
    return value


def _rates(raw: Mapping[str, Any]) -> dict[str, Decimal]:
    found = {}
    for key, value in raw.items():
        rows.one_of(RATES + key, key, RATE_KEYS)
        try:
            found[key] = number(value)
        except ProfileError as error:
            raise ProfileError(RATES + key, value, error.allowed) from None
    return found


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise ProfileError(key, value, "text")
    return value


def _zone(raw: Mapping[str, Any]) -> str:
    name = _text(raw, "timezone")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ProfileError("timezone", name, "a zone such as Asia/Shanghai") from None
    return name


def _gates(given: list[Mapping[str, Any]]) -> dict[str, Gate]:
    renamed = [{("cls" if key == "class" else key): v for key, v in row.items()} for row in given]
    found = rows.named(Gate, renamed, "gate", "action")
    for gate in found.values():
        rows.one_of(f"gate.{gate.action}.class", gate.cls, GATE_CLASSES)
        for role in (*gate.told, *gate.override_by):
            rows.one_of(f"gate.{gate.action}", role, VENDOR_ROLES)
    return found


def _check_promise(profile: Profile, promise: Promise) -> None:
    key = f"promise.{promise.code}"
    rows.one_of(f"{key}.subject", promise.subject, MILESTONES)
    for end in ("starts", "stops", "gross_starts"):
        name = getattr(promise, end)
        if name or end != "gross_starts":
            rows.one_of(f"{key}.{end}", name, MILESTONES[promise.subject])
    for excuse in promise.not_applicable:
        rows.one_of(f"{key}.not_applicable", excuse, EXCUSES)
    for kind in promise.kinds:
        rows.one_of(f"{key}.kinds", kind, Kind)
    if promise.op not in ("lt", "le"):
        rows.one_of(f"{key}.op", profile.value(promise.op), ("lt", "le"))
    for path in (promise.enabled, promise.ladder and LADDERS + promise.ladder):
        if path:
            profile.value(path)
    _check_limit(profile, f"{key}.limit", promise.limit)


def _check_limit(profile: Profile, key: str, limit: str) -> None:
    kind, _, path = limit.partition(":")
    if kind not in LIMITS:
        raise ProfileError(key, limit, ": or ".join(LIMITS))
    if kind == "level" and not any(f"{path}.{level}" in profile._flat for level in SEVERITY):
        raise ProfileError(key, limit, "a table of levels in the policy")
    if kind == "order_level" and not any(p.startswith(f"{path}.") for p in profile._flat):
        raise ProfileError(key, limit, "a table of delivery levels in the policy")
    if kind == "fixed":
        profile.span(path)
    elif kind in ("band", "days"):
        profile.value(path)


def _check_codes(profile: Profile) -> None:
    """Promises named elsewhere in an edition are promises of it."""
    for code in profile.value("exclusion_not_applicable"):
        rows.one_of("exclusion_not_applicable", code, profile.by_code)
    for path in profile._flat:
        if path.startswith(LADDERS):
            profile.ladder(path.removeprefix(LADDERS))


@cache
def readings() -> tuple[Reading, ...]:
    """A1-A35 with their keys; every key exists in the shipped policy."""
    raw = tomllib.loads((EDITIONS / "readings.toml").read_text(encoding="utf-8"))
    found = tuple(rows.named(Reading, raw["reading"], "reading", "id").values())
    for reading in found:
        for key in reading.keys:
            shipped().value(key)
    return found

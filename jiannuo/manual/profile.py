"""The service profile: one edition of the manual as frozen values.

A profile is loaded from TOML, checked once, and immutable. `with_changes` gives the next
version or a contract's own terms; a case freezes the profile it began with (R-0-1).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jiannuo.manual import policy as policies
from jiannuo.manual.policy import BEYOND, ProfileError, duration, number
from jiannuo.manual.vocabulary import SEVERITY

EDITIONS = Path(__file__).parent / "editions"
LIMITS = ("level", "fixed", "band", "order_level", "days")
RATES = "rate_card."
SUBJECTS = ("case", "claim", "advance")
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
    warn: tuple[int, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: at `at` per cent of the limit, tell these roles."""

    at: int
    tell: tuple[str, ...]
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
    ladders: Mapping[str, tuple[Rung, ...]]
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
    def bands(self) -> tuple[tuple[Decimal | None, timedelta], ...]:
        """Distance bands: (upper bound in km, inclusive; None: beyond), limit. Table 2-4."""
        rows = self.value("onsite_arrival.bands_km")
        return tuple((None if km in BEYOND else number(km), duration(lim)) for km, lim in rows)

    @cached_property
    def by_code(self) -> dict[str, Promise]:
        return {promise.code: promise for promise in self.promises}

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

    def level_limit(self, table: str, level: str) -> timedelta | None:
        """The limit of a level in table 2-2 or 2-3; None where the table has no such row."""
        path = f"{table}.{level}"
        return self.span(path) if path in self._flat else None

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def with_changes(self, changes: Mapping[str, Any], version: int | None = None) -> Profile:
        """The same edition with single keys of the policy changed; cached.

        Raises `ProfileError` naming key, value and what is allowed.
        """
        if not changes and version is None:
            return self
        return _altered(self, _frozen(changes), version or self.version)


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple(sorted((k, _frozen(v)) for k, v in value.items()))
    return ("list", *map(_frozen, value)) if isinstance(value, list | tuple) else value


def _thawed(value: Any) -> Any:
    return [_thawed(v) for v in value[1:]] if isinstance(value, tuple) else value


@cache
def _altered(base: Profile, frozen: tuple[tuple[str, Any], ...], version: int) -> Profile:
    changes = {key: _thawed(value) for key, value in frozen}
    rates = {k.removeprefix(RATES): v for k, v in changes.items() if k.startswith(RATES)}
    for key in rates:
        if key not in base.rate_card:
            raise ProfileError(RATES + key, rates[key], ", ".join(base.rate_card))
    tree = policies.changed(
        base.policy, {k: v for k, v in changes.items() if not k.startswith(RATES)}
    )
    policies.check_tree(tree, shipped().policy)
    return Profile(
        edition=base.edition,
        version=version,
        timezone=base.timezone,
        policy=tree,
        rate_card={**base.rate_card, **{key: number(value) for key, value in rates.items()}},
        promises=base.promises,
        gates=base.gates,
        services=base.services,
        exclusions=base.exclusions,
        papers=base.papers,
        ladders=base.ladders,
        alerts=base.alerts,
        changes={**base.changes, **changes},
    )


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
    tree = raw.get("policy", {})
    policies.check_tree(tree, _shipped_policy())
    profile = Profile(
        edition=str(raw.get("edition", "")),
        version=_whole(raw, "version"),
        timezone=str(raw.get("timezone", "")),
        policy=tree,
        rate_card={key: number(value) for key, value in raw.get("rate_card", {}).items()},
        promises=tuple(_row(Promise, row, "promise") for row in raw.get("promise", [])),
        gates={row["action"]: _gate(row) for row in raw.get("gate", [])},
        services=tuple(_row(Entry, row, "service") for row in raw.get("service", [])),
        exclusions={r["code"]: _row(Entry, r, "exclusion") for r in raw.get("exclusion", [])},
        papers={r["code"]: _row(Entry, r, "paper") for r in raw.get("paper", [])},
        ladders=_ladders(raw.get("ladder", [])),
        alerts={r["code"]: _row(Entry, r, "alert") for r in raw.get("alert", [])},
    )
    for promise in profile.promises:
        _check_promise(profile, promise)
    return profile


@cache
def _shipped_policy() -> Mapping[str, Any]:
    raw = tomllib.loads((EDITIONS / "default.toml").read_text(encoding="utf-8"))
    tree: Mapping[str, Any] = raw["policy"]
    return tree


def _whole(raw: Mapping[str, Any], key: str) -> int:
    value = raw.get(key)
    if type(value) is not int or value < 1:
        raise ProfileError(key, value, "a whole number from 1")
    return value


def _row(kind: Any, row: Mapping[str, Any], table: str) -> Any:
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    allowed = kind.__dataclass_fields__
    for key, value in given.items():
        if key not in allowed:
            raise ProfileError(f"{table}.{row.get('code')}.{key}", value, ", ".join(allowed))
    try:
        return kind(**given)
    except TypeError as error:
        raise ProfileError(f"{table}.{row.get('code')}", dict(row), str(error)) from None


def _gate(row: Mapping[str, Any]) -> Gate:
    given = {("cls" if key == "class" else key): value for key, value in row.items()}
    gate: Gate = _row(Gate, given, "gate")
    if gate.cls not in GATE_CLASSES:
        raise ProfileError(f"gate.{gate.action}.class", gate.cls, " | ".join(GATE_CLASSES))
    return gate


def _ladders(rows: list[Mapping[str, Any]]) -> dict[str, tuple[Rung, ...]]:
    found: dict[str, tuple[Rung, ...]] = {}
    for row in rows:
        rungs = tuple(_row(Rung, step, "ladder") for step in row["steps"])
        found.update(dict.fromkeys(row["promises"], rungs))
    return found


def _check_promise(profile: Profile, promise: Promise) -> None:
    key = f"promise.{promise.code}"
    kind, _, path = promise.limit.partition(":")
    if kind not in LIMITS:
        raise ProfileError(f"{key}.limit", promise.limit, ": or ".join(LIMITS))
    if promise.subject not in SUBJECTS:
        raise ProfileError(f"{key}.subject", promise.subject, " | ".join(SUBJECTS))
    if kind == "level":
        if not any(f"{path}.{level}" in profile._flat for level in SEVERITY):
            raise ProfileError(f"{key}.limit", promise.limit, "a table of levels in the policy")
    elif kind != "order_level":
        profile.value(path)
    if promise.op not in ("lt", "le"):
        profile.value(promise.op)


@cache
def readings() -> tuple[Reading, ...]:
    """A1-A35 with their keys; every key exists in the shipped policy."""
    raw = tomllib.loads((EDITIONS / "readings.toml").read_text(encoding="utf-8"))
    found = tuple(_row(Reading, row, "reading") for row in raw["reading"])
    for reading in found:
        for key in reading.keys:
            shipped().value(key)
    return found

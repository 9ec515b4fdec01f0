"""The numbers and readings of a profile, checked key by key.

A policy is a tree of plain values. Every leaf has a checker; an unknown key, a wrong type or
a value outside what is allowed is a `ProfileError` that names key, value and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

_DURATION = re.compile(r"(\d{2,4}):([0-5]\d)")
BEYOND = (None, "beyond")


class ProfileError(ValueError):
    """A key of a profile holds what it may not hold."""

    def __init__(self, key: str, value: object, allowed: str) -> None:
        super().__init__(f"{key} = {value!r}: allowed is {allowed}")
        self.key, self.value, self.allowed = key, value, allowed


def duration(value: str) -> timedelta:
    """ "02:30" → two and a half hours. Hours may exceed 24."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ProfileError("duration", value, 'hours and minutes as "HH:MM"')
    return timedelta(hours=int(found[1]), minutes=int(found[2]))


def number(value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ProfileError("number", value, "a decimal number")
    return found


Checker = Callable[[Any], object]


def _choice(*words: str) -> Checker:
    def check(value: Any) -> object:
        if value not in words:
            raise ProfileError("", value, " | ".join(words))
        return value

    return check


def _typed(kind: type, what: str) -> Checker:
    def check(value: Any) -> object:
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            raise ProfileError("", value, what)
        return value

    return check


def _list_of(check_item: Checker, length: int | None = None) -> Checker:
    def check(value: Any) -> object:
        if not isinstance(value, list) or (length is not None and len(value) != length):
            size = f" of {length}" if length is not None else ""
            raise ProfileError("", value, f"a list{size}")
        for item in value:
            check_item(item)
        return value

    return check


def _bands(value: Any) -> object:
    allowed = 'rising bounds [[km, "HH:MM"], ..., ["beyond", "HH:MM"]], the last one open'
    if not isinstance(value, list) or not value:
        raise ProfileError("", value, allowed)
    last: Decimal | None = None
    for place, row in enumerate(value):
        if not isinstance(row, list) or len(row) != 2:
            raise ProfileError("", value, allowed)
        duration(row[1])
        open_end = row[0] in BEYOND
        if open_end != (place == len(value) - 1):
            raise ProfileError("", value, allowed)
        if not open_end:
            bound = number(row[0])
            if last is not None and bound <= last:
                raise ProfileError("", value, allowed)
            last = bound
    return value


def _range(value: Any) -> object:
    _list_of(number, 2)(value)
    if number(value[0]) > number(value[1]):
        raise ProfileError("", value, "the lower and the upper limit")
    return value


def _positive(value: Any) -> object:
    if number(value) <= 0:
        raise ProfileError("", value, "a decimal number above zero")
    return value


def _always(value: Any) -> object:
    """A reading without an alternative that is a switch: only true is allowed."""
    if value is not True:
        raise ProfileError("", value, "true")
    return value


def _tables(value: Any) -> object:
    """A ladder: its rungs are read, and checked one by one, by `ladders.rungs`."""
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise ProfileError("", value, "rungs [{at, tell, by, ack}, ...]")
    return value


_BOOL = _typed(bool, "true | false")
_INT = _typed(int, "a whole number, not negative")
_WAITS = ("customer", "parts", "vendor", "approval", "force_majeure")

#: Leaves that are neither a duration, a whole number, true/false nor an operator.
CHECKS: dict[str, Checker] = {
    "onsite_arrival.bands_km": _bands,
    "onsite_arrival.proof": _choice("check_in", "application_signed"),
    "remote_response.start": _choice("later_of", "phone_failed"),
    "emergency.trigger": _choice("on_l1", "outage_or_danger"),
    "emergency.t0": _choice("declaration", "confirmation"),
    "emergency.arrival_start": _choice("declaration", "onsite_confirmed"),
    "emergency.notify_accept": _choice("answered_call", "any_message"),
    "reclass.upgrade": _choice("tighten", "from_change"),
    "reclass.downgrade": _choice("agreed_in_writing", "agreed", "never"),
    "pause.reasons": _list_of(_choice(*_WAITS)),
    "entitlement.at": _choice("report"),
    "entitlement.after_warranty_clocks": _choice("same", "none"),
    "warranty.end_rule": _choice("corresponding_day", "day_before"),
    "warranty.months_required": _always,
    "warranty.combine": _choice("later", "project", "line"),
    "replacement.term": _choice("full", "remaining"),
    "prices.spare": _choice("lot_cost", "average_cost"),
    "prices.whole_unit": _choice("contract_price"),
    "prices.substitute": _choice("replaced_line", "own_line"),
    "parts.in_warranty": _choice("vendor", "customer"),
    "parts.under_maintenance": _choice("contract", "vendor", "customer"),
    "inspection.quarter": _choice("calendar", "contract"),
    "exclusion.EX6_needs": _choice("subcentre_head", "duty_manager"),
    "exclusion.emergency_list": _choice("7.5", "7.4"),
    "brief.video": _choice("written_consent", "never", "allowed"),
    "signature.evidence": _choice("glass_or_paper"),
    "customer_roles.check": _choice("flags"),
    "wording.slips": _choice("normalised"),
    "remote.skip": _choice("with_reason"),
    "repair.entitlement": _choice("of_the_case"),
    "house.room.temperature_c": _range,
    "house.diagnosis_fee": number,
    "house.room.humidity_pct": _range,
    "house.travel.kmh": _positive,
    "house.travel.detour": _positive,
    "alerts.fix_24h": _list_of(duration, 3),
    "alerts.inspection_days": _list_of(_INT, 3),
    "alerts.renewal_days": _list_of(_INT, 3),
    "distance.earth_radius_km": _positive,
    "distance.method": _choice("contract_first", "great_circle"),
    "distance.road_factor": _positive,
    "distance.office": _choice("named_or_nearest", "nearest"),
    "sign_in.hotline": _typed(str, "a telephone number, or nothing"),
    "consult.gate": _choice("agents", "everybody", "nobody"),
    "notices.default_for_level_1": _choice("declare", "page"),
}


def checker(path: str, sample: Any) -> Checker:
    """The checker of one leaf: by name where listed, else by the kind of its shipped value."""
    if path in CHECKS:
        return CHECKS[path]
    if path.startswith("ladders."):
        return _tables
    if path.endswith("op"):
        return _choice("lt", "le")
    if isinstance(sample, bool):
        return _BOOL
    if isinstance(sample, int):
        return _INT
    if isinstance(sample, list):
        return _list_of(_typed(str, "words"))
    return duration


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a policy tree with its path: ("phone_response.L3", "02:00")."""
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}.")
        else:
            yield path, value


def check_tree(tree: Mapping[str, Any], shipped: Mapping[str, Any]) -> None:
    """Raise `ProfileError` at the first leaf of `tree` that `shipped` would not allow."""
    samples = dict(leaves(shipped))
    given = dict(leaves(tree))
    for path, value in given.items():
        if path not in samples:
            raise ProfileError(path, value, "a key of the shipped policy: " + near(path, samples))
        _checked(path, value, samples[path])
    for path, sample in samples.items():
        if path not in given:
            raise ProfileError(path, None, f"a value like {sample!r}; it is missing")


def _checked(path: str, value: Any, sample: Any) -> None:
    try:
        checker(path, sample)(value)
    except ProfileError as error:
        raise ProfileError(path, value, error.allowed) from None


def near(path: str, known: Mapping[str, Any]) -> str:
    """The known keys that share the first word of `path`, or all first words."""
    head = path.split(".")[0]
    same = [key for key in known if key.split(".")[0] == head]
    return ", ".join(same or sorted({key.split(".")[0] for key in known}))


def changed(tree: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `tree` with single leaves replaced by path; list items by number."""
    copy: dict[str, Any] = _copied(tree)
    for path, value in changes.items():
        _set(copy, path, value)
    return copy


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _set(tree: dict[str, Any], path: str, value: Any) -> None:
    at: Any = tree
    *heads, last = path.split(".")
    try:
        for word in heads:
            at = at[int(word)] if isinstance(at, list) else at[word]
        if isinstance(at, list):
            at[int(last)] = _copied(value)
        elif last in at:
            at[last] = _copied(value)
        else:
            raise KeyError(last)
    except (KeyError, IndexError, ValueError, TypeError):
        keys = near(path, dict(leaves(tree)))
        raise ProfileError(path, value, f"a key of the policy: {keys}") from None

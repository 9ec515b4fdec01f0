"""Warranty: when it ends, what renews it, and what a report is entitled to (2, A10, A16, A17)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from jiannuo.manual.profile import Profile
from jiannuo.manual.workdays import Workdays


@dataclass(frozen=True, slots=True)
class Term:
    """A warranty: from `start`, `months` long, `end` being the last day covered."""

    start: date
    months: int
    end: date


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A maintenance contract after warranty (R-2-15). Both days included.

    `parts` is "cost" or "included"; `before`: visits held before the product knew of it.
    """

    number: str
    site: str
    start: date
    end: date
    visits_included: int
    visits_before: int
    per_visit: str
    parts: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Everything that decides coverage under one contract.

    `lines`: own terms by serial; `renewed`: units that replaced another in a covered case;
    `origin`: serial -> the serial it replaced.
    """

    project: Term
    lines: Mapping[str, Term] = field(default_factory=dict)
    renewed: Mapping[str, Term] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)
    maintenance: tuple[Maintenance, ...] = ()

    def original(self, serial: str) -> str:
        """The unit of the contract that this one stands for, through all replacements."""
        seen = {serial}
        while serial in self.origin and self.origin[serial] not in seen:
            serial = self.origin[serial]
            seen.add(serial)
        return serial

    def months_of(self, serial: str) -> int:
        """The term of a unit: its own line's, else the project's."""
        line = self.lines.get(self.original(serial))
        return line.months if line else self.project.months

    def end_of(self, profile: Profile, serial: str) -> date:
        """Last day covered: the later of project, line and renewal, or as A17 is set."""
        line = self.lines.get(serial)
        combine = profile.value("warranty.combine")
        ends = [self.project.end]
        if line is not None:
            ends = [line.end] if combine == "line" else [*ends, line.end]
        if combine == "project":
            ends = [self.project.end]
        if serial in self.renewed:
            ends.append(self.renewed[serial].end)
        return max(ends)


def add_months(day: date, months: int) -> date:
    """The corresponding day `months` later, or that month's last day (Civil Code 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term(profile: Profile, start: date, months: int, calendar: Workdays | None = None) -> Term:
    """A term whose start day is not counted (Civil Code 201); `end` is covered to 24:00."""
    if months < 1:
        raise ValueError("a warranty has at least one month")
    end = add_months(start, months)
    if profile.value("warranty.end_rule") == "day_before":
        end -= timedelta(days=1)
    if profile.value("warranty.holiday_shift") and calendar is not None:
        end = end if calendar.is_workday(end) else calendar.after(end, 1)
    return Term(start, months, end)


def renewal(profile: Profile, cover: Cover, old: str, day: date) -> Term:
    """The warranty of what replaces `old` on `day` (A10): the full original term again."""
    if profile.value("replacement.term") == "remaining":
        end = cover.end_of(profile, old)
        return Term(day, cover.months_of(old), max(end, day))
    return term(profile, day, cover.months_of(old))


def maintenance_at(cover: Cover, site: str, day: date) -> Maintenance | None:
    fits = [m for m in cover.maintenance if m.site == site and m.start <= day <= m.end]
    return fits[0] if fits else None


def entitlement(profile: Profile, cover: Cover, serial: str | None, site: str, day: date) -> str:
    """What a report of `day` (local) is entitled to; it holds for the whole case (A24).

    After warranty a report is taken like any other, only charged (R-2-2).
    """
    if day < cover.project.start:
        return "before_acceptance"
    end = cover.project.end if serial is None else cover.end_of(profile, serial)
    if day <= end:
        return "in_warranty"
    return "maintenance_contract" if maintenance_at(cover, site, day) else "post_warranty"


def repaired_until(profile: Profile, remaining: date | None, returned_on: date) -> date:
    """Last day a repaired part is covered: the rest of its warranty, and never less than the
    house's days from its return (R-7.7-I4)."""
    least = returned_on + timedelta(days=profile.value("house.repaired_days"))
    return least if remaining is None else max(remaining, least)


def dead_on_arrival(profile: Profile, powered_on: datetime, failed_at: datetime) -> bool:
    """Did new equipment fail so soon after its first power-up that it is replaced and not
    repaired (R-7.8-I4)?"""
    return timedelta() <= failed_at - powered_on <= profile.span("house.doa")

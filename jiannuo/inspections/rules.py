"""What an inspection found (1): the four topics, measured against the room limits. Pure.

What the customer says counts even when it is "none" (R-1-4); temperature and humidity are
read against the limits of the profile (R-1-5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jiannuo.manual.events import Chronicle
from jiannuo.manual.profile import Profile

NONE = "无"


def findings(profile: Profile, d: Mapping[str, Any]) -> list[str]:
    """Topics with something to act on, in the manual's order; limits count as good."""
    found = []
    if "abnormal" in d["devices"].values():
        found.append("devices")
    if d["software"] == "abnormal":
        found.append("software")
    if d["problems_asked"] != NONE:
        found.append("problems_asked")
    if _outside(profile, d, "temperature_c") or _outside(profile, d, "humidity_pct"):
        found.append("environment")
    return found


@dataclass(frozen=True, slots=True)
class Version:
    """The software of a device as found, and what the register said before ("" for nothing)."""

    device: str
    before: str
    version: str

    @property
    def changed(self) -> bool:
        return self.before != self.version


def versions(log: Chronicle) -> list[Version]:
    """What was found of each device's software, the last word of each (R-1-3)."""
    found = {
        e.d["device"]: Version(e.d["device"], e.d.get("before", ""), e.d["version"])
        for e in log.all("software_noted")
    }
    return list(found.values())


def without_advice(profile: Profile, log: Chronicle) -> list[str]:
    """Findings of a signed inspection on which the customer still awaits advice (R-1-5)."""
    signed = log.first("inspection_signed")
    given = {e.d["topic"] for e in log.all("advice_given")}
    found = findings(profile, signed.d) if signed else []
    return [topic for topic in found if topic not in given]


def _outside(profile: Profile, d: Mapping[str, Any], reading: str) -> bool:
    if d.get(reading) is None:
        return False
    low, high = (Decimal(str(x)) for x in profile.value(f"house.room.{reading}"))
    return not low <= Decimal(d[reading]) <= high

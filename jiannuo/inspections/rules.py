"""What an inspection found (1): the four topics, measured against the room limits. Pure.

What the customer says counts even when it is "none" (R-1-4); temperature and humidity are
read against the limits of the profile (R-1-5).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

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


def _outside(profile: Profile, d: Mapping[str, Any], reading: str) -> bool:
    if d.get(reading) is None:
        return False
    low, high = (Decimal(str(x)) for x in profile.value(f"house.room.{reading}"))
    return not low <= Decimal(d[reading]) <= high

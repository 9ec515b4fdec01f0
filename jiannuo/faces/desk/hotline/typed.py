"""What an agent has typed so far, as values: nothing here refuses anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from jiannuo.faces.desk.acting.reading import local
from jiannuo.journey.intake import proposed_level
from jiannuo.kernel.ids import id_in
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import Level

CHANNELS = tuple(kinds()["reported"].fields["channel"].type.split("|"))
NAMES = (
    "channel",
    "kind",
    "customer",
    "contact",
    "caller",
    "phone",
    "device",
    "site",
    "text",
    "outage_started",
    "arrived",
    "down",
    "degraded",
    "safety",
    "level",
    "engineer",
    "article",
)


@dataclass(frozen=True, slots=True)
class Typed:
    """`level` is what the three questions say, or what the agent set instead."""

    raw: Mapping[str, str]
    channel: str
    kind: str
    customer: UUID | None
    outage_started: datetime | None
    arrived: datetime | None
    level: str

    def said(self, name: str) -> str:
        return self.raw.get(name, "").strip()

    @property
    def report(self) -> dict[str, object]:
        """As the journey takes it."""
        plain = {
            name: self.said(name) or None for name in ("caller", "phone", "device", "site", "text")
        }
        return {
            "channel": self.channel,
            "kind": self.kind,
            "customer": self.customer,
            "outage_started": self.outage_started,
            "safety": {"yes": True, "no": False}.get(self.said("safety")),
            **plain,
        }


def typed(raw: Mapping[str, str], zone: ZoneInfo, now: datetime) -> Typed:
    """`raw`: the fields as text. A moment ahead of now is none."""
    channel = raw.get("channel", "")
    kind = raw.get("kind", "")
    return Typed(
        {name: raw.get(name, "") for name in NAMES},
        channel if channel in CHANNELS else "phone",
        kind if kind in ("fault", "consult", "other") else "fault",
        id_in(raw.get("customer", "")),
        _past(raw.get("outage_started", ""), zone, now),
        _past(raw.get("arrived", ""), zone, now),
        _level(raw, kind),
    )


def _past(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    found = local(text.strip(), zone)
    try:
        return found if found is not None and found <= now else None
    except OverflowError:
        return None


def _level(raw: Mapping[str, str], kind: str) -> str:
    """The agent's own word, else what the questions propose; "" where they are not answered."""
    if kind in ("consult", "other"):
        return kind
    own = raw.get("level", "")
    if own in (Level.L1, Level.L2, Level.L3, Level.L4):
        return own
    down, degraded = raw.get("down", ""), raw.get("degraded", "")
    if down in ("yes", "maybe"):
        return proposed_level(down == "yes", down == "maybe", False)
    if down == "no" and degraded in ("yes", "no"):
        return proposed_level(False, False, degraded == "yes")
    return ""

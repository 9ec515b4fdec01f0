"""One case read from its events: what every rule of the manual asks about it.

A `CaseStory` is pure and answers from the events it was given; to know what was known at a
moment, give it only what was recorded by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.manual.levels import Change, Levels
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import Kind
from jiannuo.manual.waits import Interval, waits

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Absorbed:
    """What a survivor takes over from a merged loser, and nothing else of it.

    `place` is the merge's own place; `level` the loser's shown level at the merge.
    """

    place: Place
    reported: datetime
    confirmation: tuple[datetime, int, str] | None
    contact: datetime | None
    level: str | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case's clocks need beyond its events.

    `km`: distance site - office; `covered_clocks`: False only where the profile ends the
    clocks after warranty (A31); `replacement`: the device owed anew and since when (A9).
    """

    ref: str = ""
    km: Decimal | None = None
    absorbed: tuple[Absorbed, ...] = ()
    replacement: tuple[str, datetime] | None = None
    post_warranty: bool = False


class CaseStory:
    """A case's standing events under a profile."""

    def __init__(
        self,
        profile: Profile,
        facts: CaseFacts,
        events: Iterable[Event],
        known_at: datetime | None = None,
    ) -> None:
        self.profile = profile
        self.facts = facts
        self.log = Chronicle(standing(events, known_at))

    # -- what it is -------------------------------------------------------------------

    @cached_property
    def report(self) -> Event | None:
        return self.log.first("reported")

    @cached_property
    def kind(self) -> str:
        if self.log.has("converted"):
            return Kind.FAULT
        return str(self.report.d["kind"]) if self.report else Kind.FAULT

    @property
    def drill(self) -> bool:
        return bool(self.report and self.report.d.get("drill"))

    @cached_property
    def reported_at(self) -> datetime | None:
        """The earliest report, of the case itself or of one merged into it."""
        own = [self.report.t] if self.report else []
        return min((*own, *(a.reported for a in self.facts.absorbed)), default=None)

    @property
    def merged(self) -> Event | None:
        return self.log.first("merged")

    @property
    def cancelled(self) -> Event | None:
        return self.log.first("case_cancelled")

    @property
    def closed(self) -> Event | None:
        return self.log.first("case_closed")

    @property
    def excluded(self) -> Event | None:
        return self.log.first("exclusion_accepted")

    # -- confirmation and levels ------------------------------------------------------

    @cached_property
    def own_confirmation(self) -> tuple[datetime, int, str] | None:
        """Moment, place in the order, level. Auto-confirm (A3) for every channel but phone."""
        confirmed = self.log.first("converted") or self.log.first("confirmed")
        if confirmed is None or self.report is None:
            return None
        at = confirmed.t
        if confirmed.kind == "confirmed" and self.report.d.get("channel") != "phone":
            at = min(at, self.report.t + self.profile.span("house.auto_confirm"))
        return at, confirmed.seq, str(confirmed.d["level"])

    @cached_property
    def confirmations(self) -> list[tuple[datetime, int, str]]:
        found = [a.confirmation for a in self.facts.absorbed if a.confirmation]
        if self.own_confirmation:
            found.append(self.own_confirmation)
        return sorted(found)

    @cached_property
    def contact_moments(self) -> list[datetime]:
        kinds = ["engineer_contact"]
        if self.profile.value("phone_response.count_attempts"):
            kinds.append("contact_attempt")
        own = [e.t for e in self.log.merged(*kinds)]
        return sorted([*own, *(a.contact for a in self.facts.absorbed if a.contact)])

    @cached_property
    def levels(self) -> Levels:
        changes = [Change(at, seq, level) for at, seq, level in self.confirmations]
        shown: list[tuple[Place, str]] = []
        for event in self.log.events:
            change = self._change(event)
            if change is not None:
                shown.append((event.place, change.level))
                if event.kind not in ("confirmed", "converted"):
                    changes.append(change)
        for absorbed in self.facts.absorbed:
            if absorbed.level:
                changes.append(Change(*absorbed.place, absorbed.level, merge=True))
        return Levels(self.profile, sorted(changes, key=lambda c: (c.t, c.seq)), shown)

    def _change(self, event: Event) -> Change | None:
        t, seq, d = event.t, event.seq, event.d
        if event.kind in ("confirmed", "converted"):
            return Change(t, seq, str(d["level"]))
        if event.kind == "reclassified":
            consent = d.get("consent") or {}
            return Change(t, seq, str(d["level"]), consent=str(consent.get("how", "")))
        if event.kind == "l1_declared":
            return Change(t, seq, "L1")
        if event.kind == "l1_withdrawn":
            return Change(t, seq, str(d["level"]), withdrawal=True)
        return None

    # -- waiting ----------------------------------------------------------------------

    @cached_property
    def waits(self) -> list[Interval]:
        """When somebody else's move was awaited, for whatever reason."""
        return waits(self.log)

    @cached_property
    def pauses(self) -> list[Interval]:
        """Those waits that the contract lets stop its clocks: by default none (A20)."""
        reasons = self.profile.value("pause.reasons")
        return waits(self.log, reasons) if reasons else []

    # -- the emergency ----------------------------------------------------------------

    @cached_property
    def declaration(self) -> Event | None:
        """The first judgement "level one" by an engineer; at most one a case (7.5 B)."""
        for event in self.log.events:
            if event.kind == "l1_declared":
                return event
            if event.kind == "reclassified" and event.d.get("level") == "L1":
                return event
        return None

    @property
    def judged_otherwise(self) -> Event | None:
        """Somebody who may judge said that it is no level one."""
        return self.log.first("l1_ruled_out") or self.log.first("l1_withdrawn")

    @cached_property
    def declared_at(self) -> datetime | None:
        """The zero point of the five duties: the declaration, or by A8's other reading the
        moment from which the outage lasted too long."""
        if self.declaration is None:
            return None
        at = self.declaration.t
        if self.profile.value("emergency.trigger") == "outage_or_danger":
            danger = any(e.d.get("safety") for e in (self.report, self.declaration) if e)
            began: datetime | None = self.report.d.get("outage_started") if self.report else None
            if not danger and began is not None:
                return max(at, began + self.profile.span("emergency.propose_after"))
        return at

    @cached_property
    def withdrawal(self) -> Event | None:
        if self.declaration is None:
            return None
        after = self.declaration.place
        return next((e for e in self.log.all("l1_withdrawn") if e.place > after), None)

    @property
    def emergency_stands(self) -> bool:
        return self.declaration is not None and self.withdrawal is None

    def in_emergency(self, place: Place) -> bool:
        """From the declaration until it is withdrawn, for good if it stands."""
        if self.declaration is None or place <= self.declaration.place:
            return False
        return self.withdrawal is None or place <= self.withdrawal.place

    @property
    def remote_untried(self) -> bool:
        """Neither tried, refused nor skipped, and no emergency: whoever sends somebody on site
        is asked why, never stopped (R-7.4-A-1)."""
        refused = self.log.where("remote_consent", lambda e: not e.d["given"])
        tried = self.log.has("remote_login") or self.log.has("remote_skipped")
        return not (tried or refused or self.emergency_stands)

    # -- resolution and observation -----------------------------------------------------

    @cached_property
    def _undone(self) -> list[Event]:
        """Resolutions that a recurrence inside the observation cancelled (A19)."""
        if not self.emergency_stands:
            return []
        undone: list[Event] = []
        for again in self.log.all("recurred"):
            earlier = [e for e in self.log.all("resolved") if e.place < again.place]
            if earlier and again.t <= earlier[-1].t + self.watch and earlier[-1] not in undone:
                undone.append(earlier[-1])
        return undone

    @property
    def watch(self) -> timedelta:
        return self.profile.span("observation")

    @cached_property
    def resolution(self) -> Event | None:
        """The standing resolution: the last one that no recurrence cancelled."""
        alive = [e for e in self.log.all("resolved") if e not in self._undone]
        return alive[-1] if alive else None

    @cached_property
    def observation_until(self) -> datetime | None:
        if not self.emergency_stands or self.resolution is None:
            return None
        return self.resolution.t + self.watch

    @property
    def cancelled_observations(self) -> list[datetime]:
        return [e.t + self.watch for e in self._undone]

    def unsecured(self, version: int) -> bool:
        """May this version of the plan cost data while nothing is backed up (R-7.4-B-4c)?"""
        said = self.log.where("risk_stated", lambda e: e.d["version"] == version)
        return bool(said) and said[-1].d["data_loss"] and not said[-1].d.get("backup_at")

    @property
    def uninformed_since(self) -> datetime | None:
        """When somebody was sent and the customer not told who comes (R-7.4-B-1)."""
        sent = self.log.first("dispatched")
        if sent is None or any(e.place > sent.place for e in self.log.all("customer_informed")):
            return None
        return sent.t

    @property
    def session_until(self) -> datetime | None:
        """When the consent behind a remote session that is still open ends, or was taken back
        (R-7.3-B-2b)."""
        opened = [*self.log.all("remote_login")]
        opened += self.log.where("expert_started", lambda e: e.d["how"] == "remote")
        ended = self.log.merged("remote_logout", "remote_failed")
        last = max((e.place for e in opened), default=None)
        if last is None or any(e.place > last for e in ended):
            return None
        said = self.log.last("remote_consent")
        if said is None:
            return None
        return said.d.get("until") if said.d["given"] else said.t

    # -- on site ------------------------------------------------------------------------

    @cached_property
    def arrivals(self) -> list[Event]:
        """Arrivals that began a visit; a colleague joining one on site began none."""
        present: set[str] = set()
        began: list[Event] = []
        for event in self.log.merged("arrived", "handover", "departed"):
            if event.kind == "arrived":
                if not present - {event.by.name}:
                    began.append(event)
                present.add(event.by.name)
            elif event.kind == "handover":
                present.add(str(event.d["to"]))
            else:
                present.discard(event.by.name)
        return began

    # -- loaners --------------------------------------------------------------------------

    @property
    def loaners_out(self) -> list[str]:
        back = [e.d["sn"] for e in self.log.all("loaner_returned")]
        out = [e.d["sn"] for e in self.log.all("loaner_issued")]
        for serial in back:
            if serial in out:
                out.remove(serial)
        return out

    @property
    def on_loaner(self) -> bool:
        back = {e.d["sn"] for e in self.log.all("loaner_returned")}
        return any(e.d["sn"] not in back for e in self.log.all("loaner_in_service"))

    # -- status -----------------------------------------------------------------------------

    def status(self, as_of: datetime) -> str:
        """The one word shown for the case, first that fits (scenario README section 11)."""
        for word, holds in (
            ("merged", self.merged),
            ("cancelled", self.cancelled),
            ("closed", self.closed),
        ):
            if holds:
                return word
        confirmed = "confirmed" if self.confirmed else "received"
        if self.kind != Kind.FAULT:
            return "answered" if self.contact_moments else confirmed
        return self._fault_status(as_of) or confirmed

    @property
    def confirmed(self) -> bool:
        """Has somebody confirmed it, or a case merged into it (A3: until then no clock runs)?"""
        return bool(self.confirmations)

    def _fault_status(self, as_of: datetime) -> str | None:
        if self.observation_until is not None and as_of < self.observation_until:
            return "observing"
        return next(
            (
                word
                for word, holds in (
                    ("resolved", self.resolution),
                    ("on_loaner", self.on_loaner),
                    ("onsite", self.log.has("arrived")),
                    ("remote", self.log.has("remote_login")),
                    ("phone", bool(self.contact_moments)),
                )
                if holds
            ),
            None,
        )

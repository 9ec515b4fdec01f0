"""A case with everything its rules need, read once: row, events, profile, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.customers.queries import Project
from jiannuo.equipment import queries as equipment
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.repairs import Tally
from jiannuo.manual.story import Absorbed, CaseFacts, CaseStory, Place
from jiannuo.manual.warranty import Cover, Maintenance, entitlement, maintenance_at


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case as lists and headers show it. `devices`: serials, the leading one first;
    `imported`: it came in from another system."""

    id: UUID
    number: str
    customer: UUID | None
    customer_name: str
    site: UUID | None
    site_code: str
    site_name: str
    km: Decimal | None
    contract: UUID | None
    kind: str
    channel: str
    text: str
    caller: str
    drill: bool
    status: str
    level: str | None
    profile_version: int
    reported_at: datetime
    next_due_at: datetime | None
    next_promise: str
    into: UUID | None
    devices: tuple[str, ...] = ()
    losers: tuple[UUID, ...] = ()
    imported: bool = False

    @property
    def device(self) -> str | None:
        return self.devices[0] if self.devices else None


@dataclass
class CaseView:
    """A case, its events in order of recording, and what follows from them.

    `absorbed_events`: the events of cases merged into it, by case. `covers`: what covers a
    contract under a version of its profile, read at most once by all views read together.
    """

    card: CaseCard
    profile: Profile
    events: list[Event]
    project: Project | None = None
    absorbed_events: dict[UUID, list[Event]] = field(default_factory=dict)
    tallies: Sequence[Tally] = ()
    covers: dict[tuple[UUID, int], Cover] = field(default_factory=dict)

    @property
    def cover(self) -> Cover | None:
        """What covers the contract; None for a customer we have no contract with."""
        if self.project is None:
            return None
        key = (self.project.card.id, self.profile.version)
        if key not in self.covers:
            self.covers[key] = equipment.cover_of(self.project.card, self.profile)
        return self.covers[key]

    @cached_property
    def foreign(self) -> frozenset[str]:
        """The events, by id, that were lived in another system and imported."""
        return archive.imported(self.card.id) if self.card.imported else frozenset()

    @property
    def founding(self) -> Profile:
        """The profile of rules that belong to no single case."""
        return self.project.founding if self.project else self.profile

    @cached_property
    def absorbed(self) -> tuple[Absorbed, ...]:
        found = []
        for events in self.absorbed_events.values():
            loser = CaseStory(self.profile, CaseFacts(), events)
            if loser.merged is None or loser.report is None:
                continue
            place = loser.merged.place
            contacts = loser.log.all("engineer_contact")
            found.append(
                Absorbed(
                    place,
                    loser.report.t,
                    loser.own_confirmation,
                    contacts[0].t if contacts else None,
                    loser.levels.shown_before(place),
                )
            )
        return tuple(found)

    @cached_property
    def facts(self) -> CaseFacts:
        card = self.card
        facts = CaseFacts(card.number, card.km, self.absorbed, self._owed)
        if self.profile.value("entitlement.after_warranty_clocks") == "none":
            facts = replace(facts, post_warranty=self.entitled() == "post_warranty")
        return facts

    @property
    def _owed(self) -> tuple[str, datetime] | None:
        """The replacement that this case owes, if two repairs failed (A9)."""
        for tally in self.tallies:
            for trigger in tally.triggers:
                if trigger.case == self.card.number:
                    return trigger.device, trigger.place[0]
        return None

    @cached_property
    def story(self) -> CaseStory:
        return CaseStory(self.profile, self.facts, self.events)

    def story_before(self, place: Place) -> CaseStory:
        """What a gate is judged on: what lies before a place and is recorded by now."""
        facts = replace(self.facts, absorbed=tuple(a for a in self.absorbed if a.place < place))
        known = CaseStory(self.profile, facts, self.events)
        known.log = known.log.before(place)
        return known

    @cached_property
    def reported_at(self) -> datetime:
        """The (earliest) report; the row's own for a case without events."""
        plain = CaseStory(self.profile, CaseFacts(absorbed=self.absorbed), self.events)
        return plain.reported_at or self.card.reported_at

    def entitled(self, serial: str | None = None) -> str:
        """What this case's report was entitled to, for one device or its leading one (A24)."""
        if self.cover is None:
            return "post_warranty"
        day = self.profile.local(self.reported_at).date()
        device = serial or self.card.device
        return entitlement(self.profile, self.cover, device, str(self.card.site), day)

    @property
    def maintenance(self) -> Maintenance | None:
        """The maintenance contract this case is charged under, if any."""
        if self.cover is None or self.entitled() != "maintenance_contract":
            return None
        day = self.profile.local(self.reported_at).date()
        return maintenance_at(self.cover, str(self.card.site), day)

    def with_event(self, event: Event | None = None, card: CaseCard | None = None) -> CaseView:
        """The same case one event later; nothing worked out carries over but the coverage."""
        events = self.events if event is None else [*self.events, event]
        return replace(self, card=card or self.card, events=events)

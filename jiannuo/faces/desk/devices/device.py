"""A device: covered or not, what sits in it, where it stood, what was repaired, how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from jiannuo.archive import browsing
from jiannuo.archive import queries as archive
from jiannuo.cases import directory as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.view import CaseCard
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContractCard
from jiannuo.equipment import listing as equipment
from jiannuo.equipment.listing import Kin, Seated, Stood
from jiannuo.equipment.queries import UnitCard, key_of
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.customers.rows import CaseRow, case_row, event_rows, hotline
from jiannuo.faces.desk.devices.covered import Covered, covered
from jiannuo.inspections import queries as inspections
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import JUDGED, KEPT
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.components import Press, TimelineRow
from jiannuo.web.reader import Reader

ACTIONS = ("device_moved", "device_child_added", "serial_corrected", "device_retired")
CASES, EVENTS = 30, 10


@dataclass(frozen=True, slots=True)
class Fault:
    """A case of it: what it was, and how many of its promises were kept."""

    row: CaseRow
    cause: str
    kept: str
    all_kept: bool


@dataclass(frozen=True, slots=True)
class Repeat:
    """One problem of it: how often repaired in a row, how many it takes, until when it counts."""

    problem: str
    count: int
    enough: int
    until: str
    boxes: tuple[bool, ...]
    owed: bool


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    serial: str
    what: str
    until: str
    href: str
    inner: bool


@dataclass(frozen=True, slots=True)
class StoodRow:
    span: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Inspected:
    quarter: str
    on: str
    state: str
    ok: bool
    temperature: str


@dataclass(frozen=True)
class DevicePage:
    card: UnitCard
    title: str
    owner: str
    owner_name: str
    where: str
    site: str
    contract: str
    contract_number: str
    kin: Kin
    retired: str
    covered: Covered
    report: str
    open: int
    faults: tuple[Fault, ...]
    repeats: tuple[Repeat, ...]
    slots: tuple[Slot, ...]
    removed: tuple[Slot, ...]
    places: tuple[StoodRow, ...]
    inspected: tuple[Inspected, ...]
    events: tuple[TimelineRow, ...]
    archive: str
    do: tuple[Press, ...]


def device_page(actor: Actor, reader: Reader, unit: UUID) -> DevicePage:
    require(actor, "read_cases")
    return _Maker(actor, reader, equipment.known(actor, unit)).page()


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    card: UnitCard

    def page(self) -> DevicePage:
        card, reader = self.card, self.reader
        contract = self._contract()
        parts, stood = equipment.parts_of(card.id), equipment.places_of(card.id)
        kin = equipment.kin(card.id)
        found = cases.of_unit(card.id, CASES)
        profile = contract[1] if contract else customers.base_profile(reader.at)
        now = [row for row in stood if row.end is None]
        sites = customers.sites_by_id({row.site for row in stood} | {s for s in [card.site] if s})
        lines = browsing.of_subjects([card.id], browsing.Filter(), EVENTS)
        return DevicePage(
            card=card,
            title=" ".join(part for part in (card.brand, card.model) if part) or card.serial,
            owner=reverse("desk:customer_show", args=[card.customer]) if card.customer else "",
            owner_name=customers.customer_name(card.customer) if card.customer else "",
            where=" · ".join(part for part in (now[0].function, now[0].place) if part)
            if now
            else "",
            site=sites[card.site].name if card.site in sites else "",
            contract=reverse("desk:contract_show", args=[card.contract]) if card.contract else "",
            contract_number=contract[0].number if contract else "",
            kin=kin,
            retired=f"{reader.local(kin.retired_at):%Y-%m-%d}" if kin.retired_at else "",
            covered=covered(
                reader,
                card,
                contract,
                equipment.spells_of(card.id),
                parts,
                kin.parent[1] if kin.parent else "",
            ),
            report=hotline(None, card.serial),
            open=cases.count_open_of([card.id]).get(card.id, 0),
            faults=tuple(self._faults(found)),
            repeats=tuple(self._repeats(profile)),
            slots=tuple(self._slot(one) for one in parts if not one.retired),
            removed=tuple(self._slot(one) for one in parts if one.retired),
            places=tuple(self._stood(one, {s: c.name for s, c in sites.items()}) for one in stood),
            inspected=tuple(self._inspected()),
            events=tuple(event_rows(reader, profile, lines)),
            archive=reverse("desk:device_archive_show", args=[card.id]),
            do=() if kin.retired_at else tuple(self._presses()),
        )

    def _contract(self) -> tuple[ContractCard, Profile] | None:
        """Its contract, and what binds a report of now."""
        if self.card.contract is None:
            return None
        project = customers.project(self.card.contract)
        return project.card, project.profile_at(self.reader.at)

    # -- what was repaired ----------------------------------------------------------------------

    def _faults(self, found: Sequence[CaseCard]) -> list[Fault]:
        ids = [one.id for one in found]
        kept = clocks.clocks_of(ids)
        causes = {
            case: self.reader.word("cause", event.d["cause"])
            for case, event in archive.of_kinds("case", ("resolved",), ids)
            if event.d.get("cause")
        }
        return [self._fault(one, kept[one.id], causes) for one in found]

    def _fault(self, one: CaseCard, kept: Sequence[Clock], causes: Mapping[UUID, str]) -> Fault:
        verdicts = [clock.verdict(self.reader.at) for clock in kept]
        judged = [verdict for verdict in verdicts if verdict in JUDGED]
        good = len([verdict for verdict in judged if verdict in KEPT])
        words = Text(f"{good}/{len(judged)} 做到", f"{good} of {len(judged)} kept")
        return Fault(
            case_row(self.reader, one),
            causes.get(one.id, ""),
            self.reader.say(words) if judged else "",
            good == len(judged),
        )

    def _repeats(self, profile: Profile) -> list[Repeat]:
        """How near each problem is to a new device (A9)."""
        window = timedelta(days=profile.value("house.recurrence_window_days"))
        enough = profile.value("replacement.failed_repairs")
        found = []
        for one in case_queries.tallies(profile, [self.card.serial]):
            if not one.counted and not one.triggers:
                continue
            count = len(one.counted)
            until = self.reader.local(one.counted[-1] + window) if one.counted else None
            found.append(
                Repeat(
                    one.problem,
                    count,
                    enough,
                    f"{until:%Y-%m-%d}" if until else "",
                    tuple(n < count for n in range(enough)),
                    bool(one.triggers),
                )
            )
        return found

    # -- what sits in it, where it stood ----------------------------------------------------------

    def _slot(self, one: Seated) -> Slot:
        until = f"{one.ends_on}" if one.ends_on else ""
        return Slot(
            one.slot,
            one.serial,
            one.category or one.model,
            self.reader.say(Text(f"质保到 {until}", f"covered to {until}")) if until else "",
            reverse("desk:device_show", args=[one.id]),
            one.parent != self.card.id,
        )

    def _stood(self, one: Stood, names: Mapping[UUID, str]) -> StoodRow:
        local = self.reader.local
        start = f"{local(one.start):%Y-%m-%d}"
        end = f"{local(one.end):%Y-%m-%d}" if one.end else self.reader.say(Text("今", "now"))
        where = " · ".join(
            part for part in (names.get(one.site, ""), one.function, one.place) if part
        )
        return StoodRow(f"{start} – {end}", where, self.reader.word("placed", one.reason))

    def _inspected(self) -> list[Inspected]:
        """What each inspection found of it, the newest first."""
        if self.card.contract is None:
            return []
        owed = {o.subject: o for o in inspections.owed(self.card.contract) if o.signed}
        signed = archive.of_kinds("inspection", ("inspection_signed",), list(owed))
        found = []
        for subject, event in reversed(signed):
            states = {key_of(serial): state for serial, state in event.d["devices"].items()}
            state = states.get(key_of(self.card.serial))
            if state is None:
                continue
            found.append(
                Inspected(
                    owed[subject].quarter.name,
                    f"{owed[subject].signed}",
                    self.reader.word("word", state),
                    state == "ok",
                    str(event.d.get("temperature_c", "")),
                )
            )
        return found[:8]

    def _presses(self) -> list[Press]:
        return [
            Press(
                self.reader.word("action", kind),
                reverse("desk:device_open", args=[self.card.id, kind]),
                within=True,
            )
            for kind in ACTIONS
            if voice(self.actor, kind) != NOBODY
        ]

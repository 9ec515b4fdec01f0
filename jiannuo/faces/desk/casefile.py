"""One case as the desk shows it: what to do next, promises, what happened, papers, money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from jiannuo.archive import files
from jiannuo.archive import queries as archive
from jiannuo.archive.queries import CallLine
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseCard, CaseView
from jiannuo.charges.queries import Desk, Sheet
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContactCard
from jiannuo.faces.desk import promises
from jiannuo.faces.desk.acting.way import WayView, way
from jiannuo.faces.desk.emergency import EmergencyRoom, Unsaid, emergency_room
from jiannuo.faces.desk.files import FileRow, file_rows
from jiannuo.faces.desk.files import places as file_places
from jiannuo.faces.desk.history import history, made, places
from jiannuo.faces.desk.next_step import next_step
from jiannuo.faces.desk.queue import OVER
from jiannuo.faces.desk.telling import told as tell
from jiannuo.faces.desk.telling.told import ToldList
from jiannuo.kernel.money import plain
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.papers import queries as paper_queries
from jiannuo.papers.queries import PaperLine
from jiannuo.people.permits import require
from jiannuo.visits import queries as visits
from jiannuo.visits.queries import VisitLine
from jiannuo.web.beat import Beat, beat
from jiannuo.web.components import (
    ChargeRow,
    LevelBadge,
    NextStep,
    Person,
    TimelineRow,
    level_badge,
)
from jiannuo.web.reader import Reader
from jiannuo.web.strip import Strip

YUAN = Text("元", "yuan")


@dataclass(frozen=True, slots=True)
class PaperRow:
    anchor: str
    name: str
    at: str
    signed: bool
    href: str = ""


@dataclass(frozen=True, slots=True)
class DeviationRow:
    at: str
    action: str
    reason: str
    note: str
    rule: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    engineer: Person
    state: str
    times: str


@dataclass(frozen=True, slots=True)
class CallRow:
    at: str
    text: str
    answered: bool
    href: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything on the page, in the reader's language."""

    card: CaseCard
    title: str
    level: LevelBadge
    status: str
    where: str
    entitled: str
    unknown: str
    covered: bool
    into: str
    step: NextStep
    way: WayView
    big: dict[str, Any] | None
    strip: Strip | None
    ledger: tuple[Any, ...]
    rows: tuple[TimelineRow, ...]
    papers: tuple[PaperRow, ...]
    files: tuple[FileRow, ...]
    charges: tuple[ChargeRow, ...]
    total: str
    unpriced: str
    deviations: tuple[DeviationRow, ...]
    visits: tuple[VisitRow, ...]
    calls: tuple[CallRow, ...]
    people: tuple[Person, ...]
    room: EmergencyRoom | None
    told: ToldList
    beat: Beat
    again: str  # the address that shows the same anew


def casefile(
    actor: Actor, reader: Reader, number: str, axis: str = "", unsaid: Unsaid | None = None
) -> CaseFile:
    """`unsaid`: what he wanted to put into the log. Raises `Refusal` ("no_case") for a number that
    is not there, and for another customer's: both look the same from outside."""
    require(actor, "read_cases")
    view = cases.view_for(actor, number)
    return _Maker(actor, reader, view).made(axis, unsaid)


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    view: CaseView

    def made(self, axis: str, unsaid: Unsaid | None) -> CaseFile:
        reader, view, card = self.reader, self.view, self.view.card
        heart = beat(reader.at)
        stored = clocks.clocks_of([card.id], drill=card.drill)[card.id]
        found = promises.kept(reader, view, stored, heart.doubt(reader))
        coming = promises.next_of(found)
        papers = paper_queries.papers(card.id)
        calls = archive.calls(card.id)
        kept = files.files_of(card.id)
        saved_from = file_places(card.number, kept)
        contacts = customers.contacts(card.customer) if card.customer else []
        sheet = Desk().sheet(view)
        entitled = view.entitled()
        names = {p.kind: self._paper_name(p.kind) for p in papers}
        lines = archive.timeline([card.id])
        told_at = places(view.story.log.events)
        into = cases.card_of(card.into).number if card.into else ""
        return CaseFile(
            card=card,
            title=card.text or reader.say(Text("没有写明故障", "Nothing was said about the fault")),
            level=level_badge(reader, card.level, long=True),
            status=reader.word("status", card.status),
            where=self._where(),
            entitled=self._entitled(entitled),
            unknown=self._unknown_serial(),
            covered=entitled in ("in_warranty", "before_acceptance"),
            into=into,
            step=next_step(self.actor, reader, view, coming, contacts, into),
            way=way(self.actor, reader, view),
            big=promises.big(coming, reader) if coming else None,
            strip=promises.strip(reader, found, axis),
            ledger=promises.ledger(reader, view, found, told_at),
            rows=tuple(
                history(self.actor, reader, view, lines, made(papers, names), calls, saved_from)
            ),
            papers=tuple(self._paper(p, names[p.kind], told_at) for p in papers),
            files=file_rows(reader, card.number, kept),
            charges=tuple(self._charges(sheet)),
            total=f"{sheet.total} {reader.say(YUAN)}",
            unpriced=reader.listed(sheet.unpriced),
            deviations=self._deviations(),
            visits=tuple(self._visit(v) for v in visits.of_case(card.id)),
            calls=tuple(self._call(c, told_at) for c in reversed(calls)),
            people=tuple(self._people(contacts)),
            room=emergency_room(self.actor, reader, view, saved_from, unsaid),
            told=tell.told(reader, view.profile, card.id),
            beat=heart,
            again=reverse("desk:case_show", args=[card.number]) + (f"?axis={axis}" if axis else ""),
        )

    def _where(self) -> str:
        card = self.view.card
        unknown = self.reader.say(Text("客户未知", "customer unknown"))
        return " · ".join(part for part in (card.customer_name or unknown, card.site_name) if part)

    def _entitled(self, entitled: str) -> str:
        """What it is entitled to; of a device that nobody has named yet nothing is said."""
        if self.view.card.kind != "fault":
            return ""
        if entitled == "post_warranty" and not self.view.card.devices:
            return self.reader.say(Text("保修待核实", "warranty to be checked"))
        return self.reader.word("entitlement", entitled)

    def _unknown_serial(self) -> str:
        """The serial as it was reported, where no device of ours has it."""
        report = self.view.story.report
        said = str(report.d.get("device", "")) if report else ""
        return said if not self.view.card.devices else ""

    # -- what is beside ---------------------------------------------------------------------

    def _paper_name(self, kind: str) -> str:
        entry = self.view.profile.papers.get(kind)
        return self.reader.say(Text(entry.zh, entry.en)) if entry else kind

    def _paper(self, paper: PaperLine, name: str, told_at: Mapping[datetime, str]) -> PaperRow:
        numbered = f"{name} {paper.n}" if paper.n is not None else name
        at = self.reader.clock(paper.happened_at)
        href = told_at.get(paper.happened_at, "")
        return PaperRow(f"paper-{paper.id}", numbered, at, paper.signed, href)

    def _charges(self, sheet: Sheet) -> list[ChargeRow]:
        return [
            ChargeRow(
                self.reader.word("word", line.kind),
                "" if line.kind == "fee" else line.item,
                plain(line.qty),
                _money(line.unit),
                _money(line.amount),
                line.rule,
                line.lot,
            )
            for line in sheet.lines
        ]

    def _deviations(self) -> tuple[DeviationRow, ...]:
        reader, card = self.reader, self.view.card
        found = []
        for line in cases.deviations(card.id, drill=card.drill):
            gate = self.view.profile.gates.get(line.action)
            action = reader.say(Text(gate.zh, gate.en)) if gate else line.action
            reason = reader.word("reason", line.reason)
            note = "" if line.note in ("logged", "emergency") else reader.word("excuse", line.note)
            at = reader.clock(line.happened_at)
            found.append(DeviationRow(at, action, reason, note, line.rule))
        return tuple(found)

    def _visit(self, visit: VisitLine) -> VisitRow:
        reader = self.reader
        steps = (
            (visit.sent_at, Text("派出", "sent")),
            (visit.arrived_at, Text("到达", "arrived")),
            (visit.left_at, Text("离场", "left")),
        )
        times = " · ".join(f"{reader.say(what)} {reader.clock(at)}" for at, what in steps if at)
        return VisitRow(Person(visit.engineer), reader.word("word", visit.state), times)

    def _call(self, call: CallLine, told_at: Mapping[datetime, str]) -> CallRow:
        reader = self.reader
        way = reader.word("how", call.direction)
        parts = [reader.who(call.agent), way, call.person]
        # A call of the emergency says which role it told.
        said = call.summary if call.answered else "call_unanswered"
        summary = reader.word("role" if call.answered else "how", said)
        text = " · ".join(part for part in (*parts, summary) if part)
        href = told_at.get(call.started_at, "")
        return CallRow(reader.clock(call.started_at), text, call.answered, href)

    def _people(self, contacts: list[ContactCard]) -> list[Person]:
        reader = self.reader
        name = holding.holder(self.view.story.log.events)
        over = self.view.card.status in OVER
        held = reader.say(Text("经办", "handled it") if over else Text("在办", "holds it"))
        found = [Person(name, held)] if name else []
        for c in contacts:
            roles = reader.listed([reader.word("role", role) for role in sorted(c.roles)])
            found.append(Person(c.name, c.title or roles, c.phone, ours=False))
        return found


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"

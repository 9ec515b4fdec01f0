"""The timeline of a case: newest first, both times, what proves each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.urls import reverse

from jiannuo.archive.queries import CallLine, Line
from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.files import Places, named
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import By, Event
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.papers.queries import PaperLine
from jiannuo.people.permits import allowed
from jiannuo.web.components import Evidence, TimelineRow
from jiannuo.web.reader import Reader

SECOND = timedelta(seconds=1)
ONCE = "once"


def history(
    actor: Actor,
    reader: Reader,
    view: CaseView,
    lines: Sequence[Line],
    papers: Made,
    calls: Sequence[CallLine],
    files: Places,
) -> list[TimelineRow]:
    """Every standing event, newest first; `papers`: what was made of each, `files`: where those
    that it names are."""
    written = {line.happening.id: line for line in lines}
    rung = {call.started_at for call in calls}
    rows, shown = [], None
    for event in reversed(view.story.log.events):
        day = reader.local(event.t).date()
        line = written.get(event.id)
        rows.append(
            _row(
                actor,
                reader,
                view,
                event,
                line,
                (*_evidence(reader, event, papers, rung), *named(files, event)),
                day=reader.day(event.t) if day != shown else "",
            )
        )
        shown = day
    return rows


def _row(
    actor: Actor,
    reader: Reader,
    view: CaseView,
    event: Event,
    line: Line | None,
    evidence: tuple[Evidence, ...],
    *,
    day: str,
) -> TimelineRow:
    said = told(view.profile, event)
    inside = said.seen is False
    late = line.late if line else False
    by_itself = "system" in event.by.roles  # it gives its reason each time, needed or not
    return TimelineRow(
        id=anchor(event),
        happened=f"{reader.local(event.t):%H:%M:%S}",
        recorded=_recorded(reader, event),
        text=reader.say(said.text),
        dot="note" if inside else "st" if said.proof else "",
        late=late,
        why=line.why if line and (late or not by_itself) else "",
        seen=said.seen is True,
        inside=inside,
        was=f"{reader.local(line.happening.t):%H:%M:%S}"
        if line is not None and line.happening.t != event.t
        else "",
        evidence=evidence,
        day=day,
        machine=event.t.isoformat(),
        hand=_hand(reader, event.by),
        correct=_correct(actor, view, event),
    )


def _correct(actor: Actor, view: CaseView, event: Event) -> str:
    """Where it is corrected; an arrival is for the duty manager to correct (14.6)."""
    theirs = {"arrived": "case_cancelled"}.get(event.kind, "correction")
    if event.kind == "correction" or not (allowed(actor, "correction") and allowed(actor, theirs)):
        return ""
    return reverse("desk:correction_open", args=[view.card.number, event.id])


def _hand(reader: Reader, by: By) -> str:
    """Who entered it for him; "" where he did that himself."""
    if not by.hand:
        return ""
    heard = reader.word("how", by.heard)
    return reader.say(Text(f"由{by.hand}代录（{heard}）", f"entered by {by.hand} ({heard})"))


def _recorded(reader: Reader, event: Event) -> str:
    """When it was written down; nothing where that was the same second."""
    if abs(event.recorded - event.t) < SECOND:
        return ""
    same = reader.local(event.recorded).date() == reader.local(event.t).date()
    form = "%H:%M:%S" if same else "%m-%d %H:%M"
    return f"{reader.local(event.recorded):{form}}"


def _evidence(
    reader: Reader,
    event: Event,
    papers: Made,
    rung: set[datetime],
) -> tuple[Evidence, ...]:
    found = [Evidence(name, href) for name, href in made_of(papers, event)]
    if event.t in rung and event.kind in CALLS:
        found.append(Evidence(reader.say(Text("通话记录", "call record")), "#calls"))
    if event.d.get("geo"):
        lat, lon = event.d["geo"]
        found.append(
            Evidence(reader.say(Text(f"定位 {lat:.4f}, {lon:.4f}", f"at {lat:.4f}, {lon:.4f}")))
        )
    return tuple(found)


CALLS = frozenset({"reported", "engineer_contact", "contact_attempt", "notified", "notify_attempt"})


#: Papers that sum up a case: made with some event, they prove none.
SUMMARIES = frozenset({"deviation_note", "correction_note", "settlement", "archive_index"})


#: Name and place of the papers made of an event, by its id; for those of which a case has only
#: one, by the moment of the fact.
Made = Mapping[str | datetime, Sequence[tuple[str, str]]]


def made(papers: Sequence[PaperLine], names: Mapping[str, str]) -> Made:
    found: dict[str | datetime, list[tuple[str, str]]] = {}
    for paper in papers:
        if paper.kind not in SUMMARIES:
            key = paper.happened_at if paper.source == ONCE else paper.source
            found.setdefault(key, []).append((names[paper.kind], f"#paper-{paper.id}"))
    return found


def made_of(papers: Made, event: Event) -> list[tuple[str, str]]:
    return [*papers.get(event.t, ()), *papers.get(event.id, ())]


def anchor(event: Event) -> str:
    return f"e-{event.id}"


def places(events: Sequence[Event]) -> dict[datetime, str]:
    """Where in the timeline a moment is told: the first event of it."""
    return {event.t: f"#{anchor(event)}" for event in reversed(events)}

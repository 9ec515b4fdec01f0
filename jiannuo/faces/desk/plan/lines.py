"""What happened to an inspection or a training, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.web.components import TimelineRow
from jiannuo.web.reader import Reader

SECOND = timedelta(seconds=1)


def lines(reader: Reader, profile: Profile, events: Sequence[Event]) -> list[TimelineRow]:
    rows, shown = [], None
    for event in reversed(events):
        day = reader.local(event.t).date()
        rows.append(_row(reader, profile, event, reader.day(event.t) if day != shown else ""))
        shown = day
    return rows


def _row(reader: Reader, profile: Profile, event: Event, day: str) -> TimelineRow:
    said = told(profile, event)
    late = event.recorded - event.t > profile.span("house.late_entry")
    hand = ""
    if event.by.hand:
        heard = reader.word("how", event.by.heard)
        name = event.by.hand
        hand = reader.say(Text(f"由{name}代录（{heard}）", f"entered by {name} ({heard})"))
    recorded = ""
    if event.recorded - event.t >= SECOND:
        recorded = f"{reader.local(event.recorded):%m-%d %H:%M}"
    return TimelineRow(
        id=f"e-{event.id}",
        happened=f"{reader.local(event.t):%H:%M:%S}",
        recorded=recorded,
        text=reader.say(said.text),
        dot="st" if said.proof else "",
        late=late,
        day=day,
        machine=event.t.isoformat(),
        hand=hand,
    )

"""The day of each engineer as a lane: duty, absences, ways and visits, drawn on one axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse

from jiannuo.journey.days import Outing
from jiannuo.manual.words import Text, length
from jiannuo.people.days import Day
from jiannuo.people.rules import role_of
from jiannuo.visits.rules import Pace, course
from jiannuo.visits.suggesting import Suggestion
from jiannuo.web.reader import Reader

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPANS = (12, 24)
BEFORE = timedelta(hours=2)  # of what is past that a short axis of today shows
MORNING = time(7)
#: Narrower than this, in percent of the axis, no words fit into a block.
TOO_NARROW = 6.5


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True)
class Axis:
    """A stretch of time laid out from 0 to 100."""

    start: datetime
    end: datetime
    ticks: tuple[Tick, ...]
    now: float | None
    now_label: str

    def at(self, moment: datetime) -> float:
        """Where a moment lies, not cut."""
        return round((moment - self.start) / (self.end - self.start) * 100, 2)

    def cut(self, start: datetime, end: datetime) -> tuple[float, float] | None:
        """From where, how wide; None for what lies outside."""
        left, right = max(0.0, self.at(start)), min(100.0, self.at(end))
        return (left, round(right - left, 2)) if right > left else None

    def mark(self, moment: datetime) -> float | None:
        found = self.at(moment)
        return found if 0 <= found <= 100 else None


def axis(reader: Reader, day: date, hours: int) -> Axis:
    """Today from two hours ago, where half a day is shown; else the day, or its working half."""
    today = reader.local(reader.at).date()
    if hours == SPANS[0] and day == today:
        start = reader.local(reader.at).replace(minute=0, second=0, microsecond=0) - BEFORE
    else:
        first = MORNING if hours == SPANS[0] else time()
        start = datetime.combine(day, first, reader.zone)
    end = start + hours * HOUR
    found = Axis(start, end, (), None, "")
    step = 1 if hours == SPANS[0] else 2
    ticks = tuple(
        Tick(found.at(at), f"{reader.local(at):%H:%M}")
        for n in range(0, hours, step)
        for at in [start + n * HOUR]
    )
    now = found.mark(reader.at)
    label = reader.say(Text("现在 ", "now ")) + f"{reader.local(reader.at):%H:%M}"
    return Axis(start, end, ticks, now, label)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch in a lane. `kind`: "way", "site", "late" (should be there), "past", "off", or
    the "plan-way" and "plan-site" of a suggestion; `soft`: nobody said so, it is estimated."""

    kind: str
    x: float
    width: float
    first: str
    second: str
    href: str
    title: str
    soft: bool = False

    @property
    def worded(self) -> bool:
        return self.width >= TOO_NARROW


@dataclass(frozen=True, slots=True)
class DutyBar:
    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """An engineer with his day. `state`: what he does now; `stands`: since when or until when."""

    name: str
    small: str
    state: str
    phone: str
    on_duty: bool
    blocks: tuple[Block, ...]
    duties: tuple[DutyBar, ...]


@dataclass(frozen=True)
class Drawing:
    """Draws lanes for a reader on an axis."""

    reader: Reader
    axis: Axis
    pace: Pace

    def lane(self, day: Day, outings: Sequence[Outing], planned: Suggestion | None = None) -> Lane:
        reader = self.reader
        blocks = [b for out in outings for b in self._outing(out)]
        blocks += [b for away in day.away for b in self._away(away.start, away.end)]
        if planned is not None:
            blocks += self._plan(planned)
        skills = reader.listed(reader.word("skill", s) for s in sorted(day.skills))
        rank = reader.say(Text("高级", "senior") if day.senior else Text("初级", "junior"))
        return Lane(
            day.name,
            " · ".join(part for part in (skills, rank) if part),
            self._state(day, outings),
            day.phone,
            day.on_duty(reader.at),
            tuple(blocks),
            tuple(self._duties(day)),
        )

    def _span(self, start: datetime, end: datetime) -> str:
        return f"{self.reader.clock(start)}–{self.reader.local(end):%H:%M}"

    def _outing(self, out: Outing) -> Iterator[Block]:
        """The way, the time for which he should be there and is not, the work."""
        found = course(out.stay, self.reader.at, self.pace)
        say, place = self.reader.say, self._place(out)
        told = out.visit.expected_at is not None or found.arrived
        going = "past" if found.arrived else "way"
        until = found.there if found.arrived else min(found.meant, found.there)
        words = say(Text("去 ", "to ")) + place
        yield from self._block(going, (found.start, until), (words, self._km(out)), out, not told)
        if not found.arrived and found.meant < self.reader.at:
            due = (say(Text("该到了", "due")), "")
            yield from self._block("late", (found.meant, found.there), due, out, False)
        soft = out.visit.expected_until is None and not found.left
        kind = "past" if found.left else "site"
        spans = (found.there, found.end)
        yield from self._block(kind, spans, (place, out.case.number), out, soft)

    def _place(self, out: Outing) -> str:
        return out.case.site_name or out.case.customer_name

    def _km(self, out: Outing) -> str:
        return f"{out.site.km} km" if out.site is not None else ""

    def _block(
        self,
        kind: str,
        span: tuple[datetime, datetime],
        words: tuple[str, str],
        out: Outing,
        soft: bool,
    ) -> Iterator[Block]:
        where = self.axis.cut(*span)
        if where is None:
            return
        href = reverse("desk:case_show", args=[out.case.number])
        said = [*words, self._span(*span), out.case.text]
        title = " · ".join(part for part in said if part)
        yield Block(kind, *where, *words, href, title, soft)

    def _away(self, start: datetime, end: datetime) -> Iterator[Block]:
        where = self.axis.cut(start, end)
        if where is not None:
            words = self.reader.say(Text("请假", "away"))
            until = self.reader.clock(end)
            second = self.reader.say(Text(f"到 {until}", f"until {until}"))
            yield Block("off", *where, words, second, "", f"{words} · {second}")

    def _plan(self, planned: Suggestion) -> Iterator[Block]:
        p, say = planned.prediction, self.reader.say
        way = self.axis.cut(p.start, p.eta)
        if way is not None and p.eta > p.start:
            km = f"{p.km:.0f} km" if p.km is not None else ""
            words = say(Text("准备、去现场", "get ready, go"))
            yield Block("plan-way", *way, words, km, "", words)
        there = self.axis.cut(p.eta, p.until)
        if there is not None:
            words, at = say(Text("到现场", "on site")), self.reader.clock(p.eta)
            yield Block("plan-site", *there, at, words, "", self._span(p.eta, p.until))

    def _duties(self, day: Day) -> Iterator[DutyBar]:
        for shift in day.shifts:
            where = self.axis.cut(shift.start, shift.end)
            if where is not None:
                desk = self.reader.word("role", role_of(shift.desk))
                said = self.reader.say(Text("值班", "on duty"))
                yield DutyBar(*where, f"{said} · {desk} {self._span(shift.start, shift.end)}")

    def _state(self, day: Day, outings: Sequence[Outing]) -> str:
        """What he does now, with its age beside what was expected."""
        reader, say = self.reader, self.reader.say
        here = [o for o in outings if o.visit.state == "on_site" and o.visit.arrived_at]
        if here:
            since = here[-1].visit.arrived_at or reader.at
            spent = length(reader.at - since, seconds=False)
            return say(Text("在现场 ", "on site ") + spent)
        sent = [o for o in outings if o.visit.state == "sent" and o.visit.sent_at]
        if sent:
            return self._going(sent[0])
        if any(a.start <= reader.at < a.end for a in day.away):
            return say(Text("请假", "away"))
        return say(
            Text("值班", "on duty") if day.on_duty(reader.at) else Text("不值班", "off duty")
        )

    def _going(self, out: Outing) -> str:
        found = course(out.stay, self.reader.at, self.pace)
        spent = length(max(self.reader.at - found.start, timedelta()), seconds=False)
        meant = length(found.meant - found.start, seconds=False)
        told = Text("派出 ", "sent ") + spent + Text("，预计 ", " ago, expected ") + meant
        return self.reader.say(told)

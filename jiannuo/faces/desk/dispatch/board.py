"""The board: the queue, the lanes, the map, what fills the gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.dispatch.atlas import Atlas
from jiannuo.faces.desk.dispatch.beside import Fill, Handing, fill, handing
from jiannuo.faces.desk.dispatch.chart import Chart
from jiannuo.faces.desk.dispatch.chosen import Chooser, Chosen, Offer, Sent
from jiannuo.faces.desk.dispatch.lanes import SPANS, Axis, Drawing, Lane, axis
from jiannuo.journey import dispatching
from jiannuo.journey.dispatching import AHEAD, Choice, Field, Need
from jiannuo.journey.filling import fillings
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.people.days import Day
from jiannuo.people.permits import require
from jiannuo.visits.rules import pace
from jiannuo.web.beat import Beat, beat
from jiannuo.web.clockview import ClockView, view
from jiannuo.web.components import LevelBadge, PageState, level_badge
from jiannuo.web.reader import Reader

DAY = timedelta(days=1)
FURTHEST = 30  # days to either side
LANES, EVERYBODY = 12, 400
OPENS, EVENING = time(8, 30), time(18)
CROWDED = 26.0  # percent of the axis that two words take
LATEST = 5  # inspections that are listed


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. `case`: the chosen one, or ""."""

    case: str = ""
    day: date | None = None
    hours: int = SPANS[0]
    everybody: bool = False

    def href(self, **other: object) -> str:
        said: dict[str, object] = {
            "case": self.case,
            "day": self.day.isoformat() if self.day else "",
            "hours": self.hours if self.hours != SPANS[0] else "",
            "lanes": "all" if self.everybody else "",
        } | other
        query = urlencode({name: value for name, value in said.items() if value})
        return reverse("desk:dispatch_list") + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the queue."""

    number: str
    href: str
    here: bool
    text: str
    place: str
    level: LevelBadge
    chip: ClockView | None
    promise: str
    by: str
    need: str
    kind: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaneRow:
    lane: Lane
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Switch:
    words: str
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Board:
    day: str
    days: tuple[Switch, ...]
    spans: tuple[Switch, ...]
    rows: tuple[Row, ...]
    state: PageState | None
    chosen: Chosen | None
    owed: str
    axis: Axis
    due: float | None
    due_label: str
    due_side: str
    lanes: tuple[LaneRow, ...]
    more: int
    more_href: str
    chart: Chart | None
    fills: tuple[Fill, ...]
    handing: Handing | None
    asked_day: str
    asked_hours: int
    close: str
    back: str
    beat: Beat


def board(actor: Actor, reader: Reader, asked: Asked, sent: Sent | None = None) -> Board:
    """Raises `Refusal` ("no_case") for a chosen case that is not there."""
    require(actor, "read_cases")
    return _Maker(actor, reader, asked, sent).board()


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    asked: Asked
    sent: Sent | None

    @cached_property
    def profile(self) -> Profile:
        return customers.base_profile(self.reader.at)

    @cached_property
    def day(self) -> date:
        today = self.reader.local(self.reader.at).date()
        wanted = self.asked.day or today
        return max(today - FURTHEST * DAY, min(wanted, today + FURTHEST * DAY))

    @cached_property
    def axis(self) -> Axis:
        return axis(self.reader, self.day, self.asked.hours)

    @cached_property
    def field(self) -> Field:
        """From what is drawn, or runs now, to as far as anybody is predicted."""
        at = self.reader.at
        start = min(self.axis.start, at - dispatching.STILL_THERE)
        return dispatching.field(start, max(self.axis.end, at + AHEAD))

    def board(self) -> Board:
        reader, asked = self.reader, self.asked
        heart = beat(reader.at)
        doubt = heart.doubt(reader)
        needs = dispatching.needs(self.actor)
        profile = self.profile
        speed = pace(profile)
        choice = (
            dispatching.choice(self.actor, asked.case, self.field, reader.at)
            if asked.case
            else None
        )
        chooser = (
            Chooser(self.actor, reader, profile, speed, choice, self.sent, doubt)
            if choice
            else None
        )
        chosen = chooser.chosen() if chooser else None
        lanes = list(self._lanes(choice, chosen, Drawing(reader, self.axis, speed)))
        most = EVERYBODY if asked.everybody else LANES
        due = choice.job.due if choice else None
        rest = self._rest_of_day()
        crew = dispatching.crew(self.field, profile, reader.at, on=rest[0])
        found = fillings(profile, crew, rest)
        return Board(
            day=reader.day(self.axis.start),
            days=tuple(self._days()),
            spans=tuple(self._spans()),
            rows=tuple(self._row(need, doubt) for need in needs),
            state=None if needs else self._empty(),
            chosen=chosen,
            owed=chooser.owed() if chooser else "",
            axis=self.axis,
            due=self.axis.mark(due) if due else None,
            due_label=reader.by(due) if due else "",
            due_side=self._side(due) if due else "",
            lanes=tuple(lanes[:most]),
            more=max(0, len(lanes) - most),
            more_href=asked.href(lanes="all"),
            chart=self._atlas().chart(needs, choice, found[:LATEST]),
            fills=tuple(fill(reader, one) for one in found[:LATEST]),
            handing=handing(self.actor, reader),
            asked_day=asked.day.isoformat() if asked.day else "",
            asked_hours=asked.hours,
            close=asked.href(case=""),
            back=asked.href(),
            beat=heart,
        )

    def _side(self, due: datetime) -> str:
        """On which side of its mark the due moment is written: away from what is now."""
        where, now = self.axis.at(due), self.axis.now
        return "start" if now is not None and 0 <= where - now < CROWDED else "end"

    def _atlas(self) -> Atlas:
        asked = self.asked
        return Atlas(
            self.reader, self.profile, self.field, asked.case, lambda one: asked.href(case=one)
        )

    def _empty(self) -> PageState:
        say = self.reader.say
        return PageState(
            "empty",
            say(Text("没有等人的工单", "No case waits for anybody")),
            say(
                Text(
                    "客户确认上门、一级故障判定或没人接的工单排在这里。",
                    "Cases that ask for a visit, emergencies and cases nobody holds appear here.",
                )
            ),
        )

    # -- which day ------------------------------------------------------------------------------

    def _days(self) -> Iterator[Switch]:
        say, day = self.reader.say, self.day
        today = self.reader.local(self.reader.at).date()
        before, after = day - DAY, day + DAY
        yield Switch(say(Text("前一天", "Day before")), self._to(before, today), False)
        yield Switch(say(Text("今天", "Today")), self._to(today, today), day == today)
        yield Switch(say(Text("后一天", "Day after")), self._to(after, today), False)

    def _to(self, day: date, today: date) -> str:
        return self.asked.href(day="" if day == today else day.isoformat())

    def _spans(self) -> Iterator[Switch]:
        for hours in SPANS:
            words = self.reader.say(Text(f"{hours} 小时", f"{hours} h"))
            href = self.asked.href(hours="" if hours == SPANS[0] else hours)
            yield Switch(words, href, hours == self.asked.hours)

    def _rest_of_day(self) -> tuple[datetime, datetime]:
        """The working hours that are left of the day shown, or those of the next morning on."""
        at = self.reader.at
        evening = datetime.combine(self.day, EVENING, self.reader.zone)
        day = self.day if at < evening else self.day + DAY
        opens, evening = (datetime.combine(day, t, self.reader.zone) for t in (OPENS, EVENING))
        return max(at, opens), max(evening, at)

    # -- the queue ------------------------------------------------------------------------------

    def _row(self, need: Need, doubt: str) -> Row:
        reader, card = self.reader, need.card
        clock = need.clock
        promise = self.profile.by_code.get(clock.promise) if clock else None
        shown = clock is not None and promise is not None
        place = " · ".join(part for part in (card.customer_name, card.site_name) if part)
        return Row(
            card.number,
            self.asked.href(case=card.number),
            card.number == self.asked.case,
            card.text or reader.say(Text("没有写明故障", "Nothing was said about the fault")),
            place or reader.say(Text("客户未知", "customer unknown")),
            level_badge(reader, card.level),
            view(reader, clock, promise, doubt=doubt, named=False)
            if clock is not None and promise is not None
            else None,
            reader.say(Text(promise.zh, promise.en)) if promise else "",
            reader.by(clock.due) if shown and clock is not None and clock.due else "",
            reader.say(NEEDED[need.kind]),
            need.kind,
            tuple(self._tags(need)),
        )

    def _tags(self, need: Need) -> Iterator[str]:
        say = self.reader.say
        if need.site is not None and need.kind == "go":
            yield f"{need.site.km} km"
        if need.category:
            yield say(Text(f"需会{need.category}", f"takes {need.category}"))
        missing = sum(spare.missing for spare in need.spares)
        if missing:
            yield say(Text(f"缺备件 {missing}", f"{missing} parts missing"))
        if need.waits:
            what = self.reader.word("word", need.waits)
            yield say(Text(f"等{what}", f"waiting for {what}"))

    # -- the lanes ------------------------------------------------------------------------------

    def _lanes(
        self, choice: Choice | None, chosen: Chosen | None, drawing: Drawing
    ) -> Iterator[LaneRow]:
        """Those who are suggested in their order; else who is out, on duty, then the others."""
        plans = {s.name: s for s in choice.suggestions} if choice else {}
        offers = {o.name: o for o in chosen.offers} if chosen else {}
        order = {name: n for n, name in enumerate(plans)}
        for day in sorted(self.field.days, key=lambda d: (order.get(d.name, 0), self._out(d))):
            outings = self.field.outings.get(day.id, ())
            offer = offers.get(day.name)
            goes = choice is not None and choice.need.kind == "go" and offer and not offer.sent
            plan = plans.get(day.name) if goes else None
            yield LaneRow(drawing.lane(day, outings, plan), offer)

    def _out(self, day: Day) -> tuple[bool, bool, str]:
        at = self.reader.at
        under_way = any(o.stay.open for o in self.field.outings.get(day.id, ()))
        return not under_way, not day.on_duty(at), day.name


NEEDED: Mapping[str, Text] = {
    "go": Text("要去现场", "somebody has to go"),
    "take": Text("没有人接", "nobody has it"),
}

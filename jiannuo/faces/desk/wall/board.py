"""The wall: the emergencies that stand, the next five promises, who is on shift, today's counts.

One thing is in solid red: what runs out first or ran out longest ago, with the name of who is
called for it. Everything else is quiet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import OpenCase
from jiannuo.clocks import queries as clocks
from jiannuo.faces.desk.queue import owner, todo
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event, standing
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.oversight import today as counts
from jiannuo.oversight.register import house_profile
from jiannuo.oversight.today import Standing, Today
from jiannuo.people import queries as people
from jiannuo.people.company import company
from jiannuo.people.permits import require
from jiannuo.web.beat import Beat, beat
from jiannuo.web.clockview import state_of
from jiannuo.web.components import LevelBadge, level_badge
from jiannuo.web.reader import Reader, amount, millis

ROWS = 5
SHOWN = 4  # emergencies side by side or in a list
SPLIT = 2
#: The five steps of an emergency and the desk that is called for each.
STEPS = (
    (
        Text("通知三人", "Three told"),
        ("emg_notify_subcentre_head", "emg_notify_product_manager", "emg_notify_duty_manager"),
        "hotline",
    ),
    (Text("派工程师", "Engineer sent"), ("emg_dispatch",), "duty_manager"),
    (Text("应急小组", "Team"), ("emg_team",), "duty_manager"),
    (Text("专家介入", "Expert"), ("emg_expert",), "expert"),
    (Text("专家小组", "Expert group"), ("emg_expert_group",), "subcentre_head"),
)
#: Whom a notice of the first step is for.
WHOM = {
    "emg_notify_subcentre_head": ("subcentre_head", Text("子中心", "Sub-centre")),
    "emg_notify_product_manager": ("product_manager", Text("产品经理", "Product manager")),
    "emg_notify_duty_manager": ("duty_manager", Text("值班经理", "Duty manager")),
}
SHIFT = (
    ("hotline", Text("热线", "Hotline")),
    ("duty_manager", Text("值班经理", "Duty manager")),
    ("engineer", Text("值班工程师", "Engineer")),
    ("subcentre_head", Text("子中心", "Sub-centre")),
    ("expert", Text("专家", "Expert")),
)
WORDS = {
    "late": Text("已超时", "Late"),
    "crit": Text("快到期", "Due very soon"),
    "unk": Text("待核", "Unverified"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A time as the wall writes it: `due` (milliseconds) where it ticks. `red`: the one tile."""

    name: str
    state: str
    time: str
    who: str
    due: int | None = None
    word: str = ""
    red: bool = False
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Crisis:
    number: str
    customer: str
    text: str
    badge: LevelBadge
    since: str
    lead: Tile
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Row:
    tile: Tile
    customer: str
    text: str
    level: LevelBadge


@dataclass(frozen=True, slots=True)
class Board:
    """`worst`: what ran out longest ago, where no emergency takes the red tile."""

    crises: tuple[Crisis, ...]
    shape: str  # "none" | "one" | "two" | "many"
    more: int
    worst: Row | None
    late: int
    rows: tuple[Row, ...]
    today: Today
    shift: tuple[tuple[str, str], ...]
    hotline: tuple[str, ...]
    beat: Beat
    beat_words: str
    clock: str
    seconds: str
    at: int
    quiet: str


def board(actor: Actor, reader: Reader, *, codes: bool = False) -> Board:
    """Raises `Refusal` where he may not read cases. `codes`: numbers in place of customers."""
    require(actor, "read_cases")
    profile, heart = house_profile(reader.at), beat(reader.at)
    found = counts.standing()
    late = cases.open_cases(actor, ROWS, late=True, at=reader.at)
    coming = cases.open_cases(actor, ROWS + len(found), late=False, at=reader.at)
    ids = [one.case for one in found]
    listed = [*late, *coming]
    wall = _Wall(
        reader,
        profile,
        heart.bad,
        people.answering(reader.at),
        clocks.clocks_of([*ids, *(case.id for case in listed)]),
        _events([*ids, *(case.id for case in listed)]),
        codes,
    )
    crises = wall.crises(found)
    rows = [wall.row(case) for case in coming if case.id not in ids and case.next_due_at]
    worst = [wall.row(case) for case in late if case.id not in ids and not case.drill]
    first = None if crises or not worst else worst[0]
    local, tally = reader.local(reader.at), counts.today(profile, reader.at)
    return Board(
        crises=crises[:SHOWN],
        shape=_shape(len(crises)),
        more=max(0, len(crises) - SHOWN),
        worst=replace(first, tile=replace(first.tile, red=not heart.bad)) if first else None,
        late=max(0, tally.late - (1 if first else 0)),
        rows=tuple(rows[: ROWS - (1 if first else 0)]),
        today=tally,
        shift=wall.shift(),
        hotline=company().hotlines or tuple(settings.HOTLINE),
        beat=heart,
        beat_words=heart.words(reader),
        clock=f"{local:%H:%M}",
        seconds=f"{local:%S}",
        at=millis(reader.at),
        quiet=_quiet(reader, heart, tally),
    )


def _shape(count: int) -> str:
    if count > SPLIT:
        return "many"
    return ("none", "one", "two")[count]


def _quiet(reader: Reader, heart: Beat, tally: Today) -> str:
    """Nothing is running; unknown is not green."""
    if heart.bad:
        return reader.say(Text("计时待核", "The clocks are unverified"))
    if tally.open:
        return reader.say(Text("没有快到期的承诺", "No promise falls due soon"))
    return reader.say(Text("没有未结的工单", "No case is open"))


def _events(ids: Sequence[UUID]) -> dict[UUID, list[Event]]:
    found: dict[UUID, list[Event]] = {}
    for subject, event in archive.of_kinds("case", [*holding.KINDS, "correction"], ids):
        found.setdefault(subject, []).append(event)
    return {subject: standing(events) for subject, events in found.items()}


@dataclass(frozen=True)
class _Wall:
    reader: Reader
    profile: Profile
    doubt: bool
    on_duty: Mapping[str, str]
    kept: Mapping[UUID, Sequence[Clock]]
    told: Mapping[UUID, Sequence[Event]]
    codes: bool

    # -- emergencies ----------------------------------------------------------------------------

    def crises(self, found: Sequence[Standing]) -> tuple[Crisis, ...]:
        """The one whose next step ends first on top; of all tiles one is red."""
        crises = [self.crisis(one) for one in found]
        far = self.reader.at.replace(year=9000)
        crises.sort(key=lambda one: one.lead.ends or far)
        if crises and crises[0].lead.state in ("crit", "late"):
            red = replace(crises[0].lead, red=True)
            crises[0] = replace(crises[0], lead=red)
        return tuple(crises)

    def crisis(self, one: Standing) -> Crisis:
        running = {clock.promise: clock for clock in self.kept.get(one.case, ())}
        tiles = [tile for step in STEPS if (tile := self.step(one, running, *step))]
        open_ = [tile for tile in tiles if tile.ends is not None]
        nothing = Tile(self.reader.say(Text("各步已到位", "Every step is taken")), "met", "✓", "")
        lead = min(open_, key=lambda tile: tile.ends or self.reader.at, default=nothing)
        since = self.reader.at - (one.out_since or one.declared_at)
        spent = amount(max(0, int(since.total_seconds())))
        what = (
            Text(f"业务中断 {spent.zh}", f"Down for {spent.en}")
            if one.out_since
            else Text(f"应急 {spent.zh}", f"Emergency for {spent.en}")
        )
        return Crisis(
            one.number,
            one.number if self.codes else one.customer or one.number,
            one.text,
            level_badge(self.reader, "L1"),
            self.reader.say(what),
            lead,
            tuple(tile for tile in tiles if tile is not lead),
        )

    def step(
        self,
        one: Standing,
        running: Mapping[str, Clock],
        name: Text,
        promises: Sequence[str],
        desk: str,
    ) -> Tile | None:
        """One of the five steps. Of the three notices the one that ends first, and who misses."""
        found = [running[promise] for promise in promises if promise in running]
        if not found:
            return None
        waiting = [clock for clock in found if clock.stop is None and not clock.excused]
        if waiting:
            clock = min(waiting, key=lambda c: c.due or self.reader.at)
            return self.tile(name, clock, self._missing(waiting) or self._for(one, desk))
        return self.tile(name, max(found, key=lambda c: c.stop or self.reader.at), "")

    def _missing(self, waiting: Sequence[Clock]) -> str:
        names = [
            self.reader.say(Text("差 ", "missing: ") + role) + f" {self.on_duty.get(desk, '')}"
            for clock in waiting
            if clock.promise in WHOM
            for desk, role in [WHOM[clock.promise]]
        ]
        rest = len(names) - 1
        more = self.reader.say(Text(f" 等 {rest + 1} 人", f" and {rest} more")) if rest > 0 else ""
        return names[0].strip() + more if names else ""

    def _for(self, one: Standing, desk: str) -> str:
        return self.on_duty.get(desk, "") or holding.holder(self.told.get(one.case, ()))

    def tile(self, name: Text, clock: Clock, who: str) -> Tile:
        state = state_of(clock, self.reader.at)
        if self.doubt and state in ("run", "warn", "crit", "late"):
            state = "unk"
        ticks = state in ("run", "warn", "crit", "late") and clock.still_since is None
        return Tile(
            name=self.reader.say(name),
            state=state,
            time=self._time(clock, state),
            who=who,
            due=millis(clock.due) if ticks and clock.due else None,
            word=self.reader.say(WORDS[state]) if state in WORDS else "",
            ends=clock.due if clock.stop is None and not clock.excused else None,
        )

    def _time(self, clock: Clock, state: str) -> str:
        """Without words, for the place of the number says which it is: what is left, or how late
        behind a plus."""
        if state == "unk":
            return self.reader.say(WORDS["unk"])
        if clock.due is None or state == "na":
            return "—"
        if clock.stop is not None:
            took = clock.elapsed
            mark = "✓" if state == "met" else "✓ +"
            span = took if state == "met" and took is not None else clock.stop - clock.due
            return f"{mark} {self._amount(span.total_seconds())}"
        if clock.still_since is not None:
            return self.reader.say(Text("暂停", "paused"))
        left = (clock.due - self.reader.at).total_seconds()
        return self._amount(left) if left >= 0 else f"+{self._amount(-left)}"

    def _amount(self, seconds: float) -> str:
        return self.reader.say(amount(int(seconds)))

    # -- rows -----------------------------------------------------------------------------------

    def row(self, case: OpenCase) -> Row:
        found = next(
            (c for c in self.kept.get(case.id, ()) if c.promise == case.next_promise), None
        )
        promise = self.profile.by_code.get(case.next_promise)
        name = Text(promise.zh, promise.en) if promise else Text("—", "—")
        who = self._holder(case)
        tile = self.tile(name, found, who) if found else Tile(self.reader.say(name), "na", "—", who)
        place = case.number if self.codes else case.customer or case.number
        return Row(tile, place, case.text, level_badge(self.reader, case.level))

    def _holder(self, case: OpenCase) -> str:
        events = self.told.get(case.id, ())
        name = holding.holder(events)
        return name or owner(
            self.reader, todo(case.status, case.next_promise, events), self.on_duty
        )

    def shift(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self.reader.say(name), self.on_duty[desk])
            for desk, name in SHIFT
            if self.on_duty.get(desk)
        )

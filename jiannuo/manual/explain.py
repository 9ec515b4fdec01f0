"""Why a promise falls due when it does, said in whole sentences in Chinese and English.

Pure. Nothing is worked out anew here: the clock says when, the profile says by which number,
the story says by which event; this file only puts them into words, and names the reading of
the manual (A1-A35) wherever another reading would have given another moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.manual.clocks import Clock
from jiannuo.manual.distance import band_limit
from jiannuo.manual.profile import Profile, Promise, shipped
from jiannuo.manual.story import CaseStory
from jiannuo.manual.vocabulary import IN_WRITING, SEVERITY, Verdict
from jiannuo.manual.words import Text, filled, length, limit, moment, word

#: What a special start tells: the case of its wording, its fields, the readings behind it.
Special = tuple[str, dict[str, Text], tuple[str, ...]]

#: Readings behind an ordinary start, a stop, an excuse.
STARTS: dict[str, tuple[str, ...]] = {
    "declaration": ("A7", "A8"),
    "team_called": ("A7",),
    "remote_ready": ("A4",),
    "replacement_owed": ("A9",),
}
STOPS: dict[str, tuple[str, ...]] = {
    "contact": ("A6",),
    "arrival": ("A25",),
    "told_subcentre_head": ("A22",),
    "told_product_manager": ("A22",),
    "told_duty_manager": ("A22",),
}
EXCUSES: dict[str, tuple[str, ...]] = {
    "exclusion": ("A21",),
    "post_warranty": ("A31",),
    "no_link": ("A29",),
    "hardware_evident": ("A29",),
    "emergency": ("A29",),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: `what` it is about (start, limit, step, due, stop, verdict, note), and the
    readings that it rests on."""

    what: str
    text: Text
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that can be said about one promise of one subject."""

    promise: str
    name: Text
    clause: str
    requirement: str
    house: bool
    lines: tuple[Line, ...]


def explain(
    profile: Profile, clock: Clock, as_of: datetime, story: CaseStory | None = None
) -> Explanation:
    """The sentences for one clock as it stands at `as_of`.

    Without a story (a claim, an advance replacement) the start is told in general words.
    """
    promise = profile.by_code[clock.promise]
    told = _Told(profile, promise, clock, as_of, story)
    return Explanation(
        promise.code,
        Text(promise.zh, promise.en),
        promise.clause,
        promise.requirement,
        promise.house,
        tuple(told.lines()),
    )


@dataclass(frozen=True)
class _Told:
    """One clock while it is being told."""

    profile: Profile
    promise: Promise
    clock: Clock
    as_of: datetime
    story: CaseStory | None

    def lines(self) -> Iterator[Line]:
        if self.clock.start is not None and self.clock.due is not None:
            yield self._start(self.clock.start)
            yield self._limit()
            yield from self._steps(self.clock.start)
            yield from self._agreement(self.clock.due)
            yield self._line("due", f"due.{self.clock.op}", "A2", due=self._at(self.clock.due))
            yield self._stop()
            yield from self._beside()
        yield self._verdict()
        if self.promise.house:
            yield self._line("note", "house", "A23")

    def _line(self, about: str, key: str, *readings: str, **fields: Text | str) -> Line:
        return Line(about, filled(word("explain", key), fields), readings)

    def _at(self, when: datetime) -> Text:
        start = self.clock.start
        return moment(self.profile.local(when), self.profile.local(start) if start else None)

    # -- from when ------------------------------------------------------------------------

    def _start(self, start: datetime) -> Line:
        """The milestone in words, with its special case where the story shows one."""
        found: Special = ("", {}, STARTS.get(self.promise.starts, ()))
        special = SPECIAL.get(self.promise.starts)
        if special is not None and self.story is not None:
            found = special(self, self.story)
        case, fields, readings = found
        saying = word("start", f"{self.promise.starts}.{case}" if case else self.promise.starts)
        whole = moment(self.profile.local(start))
        return Line("start", filled(saying, {**fields, "t": whole}), readings)

    def reported(self, story: CaseStory) -> Special:
        own = story.report is not None and self.clock.start == story.report.t
        return ("" if own else "merged", {}, ())

    def confirmed(self, story: CaseStory) -> Special:
        own, report = story.own_confirmation, story.report
        said = story.log.first("converted") or story.log.first("confirmed")
        if own is None or report is None or said is None or own[0] != self.clock.start:
            return "merged", {}, ()
        if said.kind == "converted":
            return "converted", {}, ()
        if own[0] >= said.t:
            return "", {}, ()
        fields = {
            "channel": word("channel", report.d.get("channel")),
            "wait": limit(self.profile.span("house.auto_confirm")),
            "by": self._at(said.t),
        }
        return "auto", fields, ("A3",)

    def remote_ready(self, story: CaseStory) -> Special:
        failed = story.log.first("phone_failed")
        agreed = story.log.where("remote_consent", lambda e: bool(e.d["given"]))
        if failed is None or not agreed:
            return "", {}, ("A4",)
        return "both", {"failed": self._at(failed.t), "agreed": self._at(agreed[0].t)}, ("A4",)

    def called(self, story: CaseStory) -> Special:
        asked = story.log.first("onsite_confirmed")
        if asked is not None and asked.t == self.clock.start:
            return "", {}, ()
        return "declared", {}, ("A7b",)

    def declared(self, story: CaseStory) -> Special:
        plain = story.declaration is None or story.declaration.t == self.clock.start
        return ("" if plain else "outage", {}, ("A7", "A8"))

    def team_called(self, story: CaseStory) -> Special:
        by_confirmation = self.profile.value("emergency.t0") == "confirmation"
        return ("confirmed" if by_confirmation else "", {}, ("A7",))

    # -- within what ----------------------------------------------------------------------

    def _limit(self) -> Line:
        kind, _, path = self.promise.limit.partition(":")
        found = LIMITS[kind](self, path)
        if self.promise.code != "umbrella_response":
            return found
        beside = word("explain", "limit.beside")
        return Line("limit", found.text + beside, (*found.readings, "A1"))

    def by_level(self, path: str) -> Line:
        level = self.clock.basis
        line = self._line(
            "limit", "limit.level", level=word("level", level), span=self._span(self.clock.limit)
        )
        return self._with_change(line, f"{path}.{level}")

    def by_band(self, path: str) -> Line:
        km = self.story.facts.km if self.story else None
        if km is None:
            return self.fixed(path)
        span, band = band_limit(self.profile, km)
        band = band.removesuffix(" km").replace("<=", "≤ ").replace(">", "> ") + " km"
        line = self._line("limit", "limit.band", "A5", km=str(km), band=band, span=self._span(span))
        return self._with_change(line, path)

    def fixed(self, path: str) -> Line:
        line = self._line("limit", "limit.fixed", span=self._span(self.clock.limit))
        return self._with_change(line, path)

    def by_order(self, path: str) -> Line:
        level = self.clock.basis
        if not level.endswith("NBD"):
            return self.fixed(f"{path}.{level}")
        return self._line("limit", "limit.nbd", hour=str(self.profile.value(f"{path}.{level}")))

    def by_days(self, path: str) -> Line:
        line = self._line("limit", "limit.days", days=self.clock.basis.split()[0])
        return self._with_change(line, path)

    def _span(self, span: timedelta | None) -> Text:
        return limit(span or timedelta())

    def _with_change(self, line: Line, key: str) -> Line:
        """Said where the number is not the shipped manual's."""
        old = shipped().value(key)
        if self.profile.value(key) == old:
            return line
        version = str(self.profile.version)
        fields = {"version": version, "old": old if isinstance(old, str) else "…"}
        more = filled(word("explain", "limit.changed"), fields)
        return Line(line.what, line.text + more, line.readings)

    # -- what moved it --------------------------------------------------------------------

    def _steps(self, start: datetime) -> Iterator[Line]:
        table, level = self.promise.limit.partition(":")[2], self.clock.basis
        tightens = self.profile.value("reclass.upgrade") == "tighten"
        for step in self.clock.steps:
            up = SEVERITY[step.level] < SEVERITY.get(level, 0)
            key = ("step.up" if tightens else "step.up.anew") if up else "step.down"
            level = step.level
            yield self._line(
                "step",
                key,
                "A18",
                t=self._at(step.t),
                level=word("level", level),
                span=self._span(self.profile.level_limit(table, level)),
                due=self._at(step.due),
            )
        if self.story is not None and self.promise.limit.startswith("level:"):
            yield from self._unbinding(self.story, start)

    def _unbinding(self, story: CaseStory, start: datetime) -> Iterator[Line]:
        """Downgrades that nobody agreed to in writing move nothing: asked about most often."""
        for event in story.log.all("reclassified"):
            before = story.levels.shown_before(event.place)
            milder = before is not None and SEVERITY[event.d["level"]] > SEVERITY[before]
            consent = (event.d.get("consent") or {}).get("how")
            if milder and event.t > start and consent not in IN_WRITING:
                level = word("level", event.d["level"])
                yield self._line("step", "step.down.not", "A18", t=self._at(event.t), level=level)

    def _agreement(self, due: datetime) -> Iterator[Line]:
        old = self.clock.original_due
        if old is not None:
            verdict = word("verdict", self.clock.original_verdict(self.as_of))
            fields = {"due": self._at(due), "old": self._at(old), "verdict": verdict}
            yield self._line("step", "step.agreed", "A26", **fields)

    # -- how it went ----------------------------------------------------------------------

    def _stop(self) -> Line:
        clock, stops = self.clock, self.promise.stops
        what, readings = word("stop", stops), STOPS.get(stops, ())
        if clock.by_loaner:
            what, readings = word("stop", f"{stops}.loaner"), ("A19",)
        if clock.stop is None or clock.elapsed is None:
            return self._line("stop", "stop.open", *readings, t=self._at(self.as_of), what=what)
        if self.promise.early_stop and not clock.elapsed:
            return self._line("stop", "stop.early", *readings, what=what)
        took = length(clock.elapsed)
        return self._line(
            "stop", "stop.done", *readings, t=self._at(clock.stop), what=what, took=took
        )

    def _beside(self) -> Iterator[Line]:
        """Figures shown beside the verdict that do not change it."""
        clock = self.clock
        if clock.gross_due is not None and clock.gross_due != clock.due:
            verdict = word("verdict", clock.gross_verdict(self.as_of))
            due = self._at(clock.gross_due)
            yield self._line("note", "note.gross", "A4", due=due, verdict=verdict)
        if clock.waited and clock.net is not None:
            waited, net = length(clock.waited), length(clock.net)
            yield self._line("note", "note.waited", "A20", waited=waited, net=net)
        if clock.still_since is not None:
            yield self._line("note", "note.still", "A20", t=self._at(clock.still_since))
        tried = len(self.story.log.all("contact_attempt")) if self.story else 0
        if tried and self.promise.stops == "contact":
            yield self._line("note", "note.tried", "A6", n=str(tried))

    def _verdict(self) -> Line:
        clock = self.clock
        if not clock.excused:
            return Line("verdict", self._judged(clock.verdict(self.as_of)))
        line = self._line(
            "verdict",
            "verdict.excused",
            *EXCUSES.get(clock.excused, ()),
            why=word("excuse", clock.excused),
        )
        raw = clock.raw(self.as_of)
        if raw is None:
            return line
        more = filled(word("explain", "verdict.raw"), {"verdict": word("verdict", raw)})
        return Line("verdict", line.text + more, line.readings)

    def _judged(self, verdict: Verdict) -> Text:
        clock = self.clock
        if clock.due is None or clock.still_since is not None:
            return word("verdict", verdict)
        gap = abs((clock.stop or self.as_of) - clock.due)
        if verdict == Verdict.BREACHED and clock.stop == clock.due:
            return word("explain", "verdict.dot")
        key = f"verdict.{verdict}" if clock.stop else f"verdict.{verdict}.open"
        return filled(word("explain", key), {"gap": length(gap)})


SPECIAL: dict[str, Callable[[_Told, CaseStory], Special]] = {
    "report": _Told.reported,
    "confirmation": _Told.confirmed,
    "remote_ready": _Told.remote_ready,
    "onsite_called": _Told.called,
    "declaration": _Told.declared,
    "team_called": _Told.team_called,
}

LIMITS: dict[str, Callable[[_Told, str], Line]] = {
    "level": _Told.by_level,
    "band": _Told.by_band,
    "fixed": _Told.fixed,
    "order_level": _Told.by_order,
    "days": _Told.by_days,
}

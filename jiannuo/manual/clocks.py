"""Every clock of a subject, derived from its events: `fold` is pure, total, deterministic.

The same function serves running timers, late entries, corrections, reclassification, replay,
what-if and audit. Order of recording never matters, only when things happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiannuo.manual import milestones
from jiannuo.manual.distance import band_limit
from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.manual.levels import Step
from jiannuo.manual.profile import Profile, Promise
from jiannuo.manual.story import CaseFacts, CaseStory
from jiannuo.manual.vocabulary import Verdict
from jiannuo.manual.waits import Interval, pushed, still_since, waited
from jiannuo.manual.workdays import Workdays


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise of one subject, as it stands.

    `start`, `due`, `stop` are aware moments (`start` None: not applicable before it began);
    `op` "lt": stop must lie before due, "le": not after it. `excused` says why the promise
    does not count; `raw` then tells how it went, judged at `judged_at` where that is set.
    `basis` is what the limit rests on: a level, a band ("<=50 km"), "fixed", "agreed" ...
    """

    promise: str
    start: datetime | None = None
    due: datetime | None = None
    op: str = "le"
    stop: datetime | None = None
    by_loaner: bool = False
    excused: str = ""
    judged_at: datetime | None = None
    gross_start: datetime | None = None
    gross_due: datetime | None = None
    original_due: datetime | None = None
    original_op: str = ""
    still_since: datetime | None = None
    waited: timedelta = timedelta()
    limit: timedelta | None = None
    basis: str = ""
    steps: tuple[Step, ...] = ()

    def verdict(self, as_of: datetime) -> Verdict:
        """How the promise stands at `as_of`."""
        return Verdict.NOT_APPLICABLE if self.excused else self._judged(as_of)

    def raw(self, as_of: datetime) -> Verdict | None:
        """How an excused promise went all the same; None where it never began."""
        if not self.excused or self.due is None:
            return None
        return self._judged(self.judged_at or as_of)

    def _judged(self, as_of: datetime) -> Verdict:
        if self.still_since is not None and self.stop is None:
            return Verdict.RUNNING
        found = judge(self.due, self.op, self.stop, as_of)
        return Verdict.MET_BY_LOANER if found == Verdict.MET and self.by_loaner else found

    def gross_verdict(self, as_of: datetime) -> Verdict | None:
        return None if self.gross_due is None else judge(self.gross_due, self.op, self.stop, as_of)

    def original_verdict(self, as_of: datetime) -> Verdict | None:
        if self.original_due is None:
            return None
        return judge(self.original_due, self.original_op, self.stop, as_of)

    @property
    def elapsed(self) -> timedelta | None:
        if self.start is None or self.stop is None:
            return None
        return max(self.stop - self.start, timedelta())

    @property
    def gross_elapsed(self) -> timedelta | None:
        if self.gross_start is None or self.stop is None:
            return None
        return max(self.stop - self.gross_start, timedelta())

    @property
    def net(self) -> timedelta | None:
        """Elapsed less the time in which somebody else's move was awaited."""
        return None if self.elapsed is None else self.elapsed - self.waited


def judge(due: datetime | None, op: str, stop: datetime | None, as_of: datetime) -> Verdict:
    """ "lt": equal is late (小于); "le": equal is in time (内, 以内)."""
    if due is None:
        return Verdict.RUNNING
    at, open_ = (as_of, True) if stop is None else (stop, False)
    in_time = at < due if op == "lt" else at <= due
    if not in_time:
        return Verdict.BREACHED
    return Verdict.RUNNING if open_ else Verdict.MET


def fold(profile: Profile, facts: CaseFacts, events: Iterable[Event]) -> tuple[Clock, ...]:
    """All clocks of a case, in the order of the profile's promises.

    A clock that has not started is absent, unless a rule says that it does not apply.
    """
    return fold_story(CaseStory(profile, facts, events))


def fold_story(story: CaseStory) -> tuple[Clock, ...]:
    if story.merged:
        return tuple(_of_merged(story))
    found: list[Clock] = []
    for promise in story.profile.promises_of("case"):
        if promise.emergency and story.declaration is None:
            continue
        clock = _clock(story, promise)
        if clock is not None:
            found.append(clock)
    return tuple(_excused(story, found))


def _of_merged(story: CaseStory) -> Iterator[Clock]:
    for promise in story.profile.promises_of("case"):
        if promise.code in ("phone_response", "umbrella_response", "fix_24h") and (
            not promise.kinds or story.kind in promise.kinds
        ):
            yield Clock(promise.code, excused="merged")


def _clock(story: CaseStory, promise: Promise) -> Clock | None:
    profile = story.profile
    if promise.kinds and story.kind not in promise.kinds:
        return None
    if promise.enabled and not profile.value(promise.enabled):
        return None
    for reason in promise.not_applicable:
        excuse = EXCUSES[reason](story)
        if excuse:
            return Clock(promise.code, excused=excuse)
    starts = milestones.of_case(story, promise.starts)
    if not starts:
        return _never_began(story, promise)
    return _begun(story, promise, starts[0])


def _remote_skipped(story: CaseStory) -> str:
    skipped = story.log.first("remote_skipped")
    return str(skipped.d["reason"]) if skipped else ""


def _consent_refused(story: CaseStory) -> str:
    failed = story.log.has("phone_failed")
    refused = milestones.consents(story, given=False)
    given = milestones.consents(story, given=True)
    return "consent_refused" if failed and refused and not given else ""


def _arrival_withdrawn(story: CaseStory) -> str:
    return "withdrawn" if milestones.arrival_withdrawn(story) else ""


#: Rules that take a promise out before it began; named by `not_applicable` of a promise.
EXCUSES = {
    "remote_skipped": _remote_skipped,
    "consent_refused": _consent_refused,
    "arrival_withdrawn": _arrival_withdrawn,
}


def _never_began(story: CaseStory, promise: Promise) -> Clock | None:
    if promise.emergency and story.withdrawal is not None:
        return Clock(promise.code, excused="withdrawn")
    return None


def _begun(story: CaseStory, promise: Promise, start: datetime) -> Clock | None:
    if promise.emergency and story.withdrawal and start > story.withdrawal.t:
        return Clock(promise.code, excused="withdrawn")
    stop = _stop(story, promise, start)
    counted = max(stop, start) if stop is not None else None
    paused = () if promise.emergency else story.pauses
    due = _due(story, promise, start, counted, paused)
    if due is None:
        return None
    moment, limit, basis, steps = due
    clock = Clock(
        promise.code,
        start,
        moment,
        operator(story.profile, promise),
        counted,
        limit=limit,
        basis=basis,
        steps=tuple(steps),
        by_loaner=promise.stops == "working_again" and _by_loaner(story, counted),
        still_since=still_since(moment, paused, start) if counted is None else None,
        waited=timedelta() if counted is None else waited(story.waits, start, counted),
    )
    if promise.gross_starts:
        clock = _with_gross(story, promise, clock, stop)
    return _with_agreement(story, clock) if promise.agreed else clock


def operator(profile: Profile, promise: Promise) -> str:
    return promise.op if promise.op in ("lt", "le") else str(profile.value(promise.op))


def _stop(story: CaseStory, promise: Promise, start: datetime) -> datetime | None:
    """The first stopping moment; one before the start counts only where what was owed is
    there already (`early_stop`). What happens after a withdrawal stops no emergency clock."""
    stops = milestones.of_case(story, promise.stops)
    if promise.emergency and story.withdrawal is not None:
        stops = [t for t in stops if t <= story.withdrawal.t]
    if promise.early_stop:
        return stops[0] if stops else None
    return next((t for t in stops if t >= start), None)


def _by_loaner(story: CaseStory, stop: datetime | None) -> bool:
    fixed = story.resolution is not None and story.resolution.t == stop
    return stop is not None and not fixed


def _due(
    story: CaseStory,
    promise: Promise,
    start: datetime,
    stop: datetime | None,
    paused: Sequence[Interval] = (),
) -> tuple[datetime, timedelta, str, Sequence[Step]] | None:
    kind, _, path = promise.limit.partition(":")
    profile = story.profile

    def after(moment: datetime, span: timedelta) -> datetime:
        return pushed(moment + span, paused, moment, stop)

    if kind == "level":
        found = story.levels.due(start, stop, lambda level: profile.level_limit(path, level), after)
        if found is None:
            return None
        due, level, steps = found
        limit = profile.level_limit(path, level) or timedelta()
        return due, limit, level, steps
    if kind == "band":
        if story.facts.km is None:
            return None
        limit, basis = band_limit(profile, story.facts.km)
        return after(start, limit), limit, basis, ()
    limit = profile.span(path)
    return after(start, limit), limit, "fixed", ()


def _with_gross(story: CaseStory, promise: Promise, clock: Clock, stop: datetime | None) -> Clock:
    """The literal figure beside the counted one: from "phone failed", same level rule, and
    nothing taken off for waiting."""
    start = milestones.of_case(story, promise.gross_starts)[0]
    due = _due(story, promise, start, stop if stop is None else max(stop, start))
    if due is None:
        return clock
    return replace(clock, gross_start=start, gross_due=due[0])


def _with_agreement(story: CaseStory, clock: Clock) -> Clock:
    """A26: a special time agreed before the old due moment replaces it; the last one wins."""
    agreed = valid_agreements(story, clock.due)
    if not agreed or clock.due is None:
        return clock
    return replace(
        clock,
        due=agreed[-1].d["due"],
        op=story.profile.value("onsite_arrival.agreed_op"),
        original_due=clock.due,
        original_op=clock.op,
        basis="agreed",
        still_since=None,  # an appointment is a moment, not a span: it waits for nobody
    )


def valid_agreements(story: CaseStory, original_due: datetime | None) -> list[Event]:
    return [
        e for e in story.log.all("arrival_agreement") if original_due is None or e.t < original_due
    ]


def _excused(story: CaseStory, clocks: Sequence[Clock]) -> Iterator[Clock]:
    """Reasons that take begun clocks out of the count, each keeping the raw verdict."""
    profile = story.profile
    listed = set(profile.value("exclusion_not_applicable")) if story.excluded else set()
    no_clocks = profile.value("entitlement.after_warranty_clocks") == "none"
    waived = {e.d["promise"]: e.t for e in reversed(story.log.all("promise_waived"))}
    for clock in clocks:
        reason, at = "", None
        if clock.excused:
            pass
        elif story.withdrawal and profile.by_code[clock.promise].emergency:
            reason, at = "withdrawn", story.withdrawal.t
        elif clock.stop is None and _waived(clock, waived):
            reason, at = "waived", waived[clock.promise]
        elif clock.promise in listed:
            reason = "exclusion"
        elif story.cancelled and not story.drill:
            reason = "cancelled"
        elif no_clocks and story.facts.post_warranty:
            reason = "post_warranty"
        yield replace(clock, excused=reason, judged_at=at) if reason else clock


def _waived(clock: Clock, waived: Mapping[str, datetime]) -> bool:
    """Given up by the head before it was due; what was missed by then stays missed."""
    at = waived.get(clock.promise)
    return at is not None and clock.due is not None and at <= clock.due


# -- subjects that are no case: claims, advance replacements --------------------------------


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What an advance replacement's clocks need: its level, return days, working days."""

    level: str = ""
    return_days: int | None = None
    workdays: Workdays = Workdays()


def fold_other(
    profile: Profile, subject: str, facts: OrderFacts, events: Iterable[Event]
) -> tuple[Clock, ...]:
    """The clocks of a claim ("claim") or of one faulty serial ("advance"). An order of which
    nobody said how fast promises no delivery."""
    log = Chronicle(standing(events))
    found = []
    for promise in profile.promises_of(subject):
        starts = milestones.of_log(log, promise.starts)
        unsaid = promise.limit.startswith("order_level") and not facts.level
        if not starts or unsaid:
            continue
        start = starts[0]
        stop = next((t for t in milestones.of_log(log, promise.stops) if t >= start), None)
        due, basis = _order_due(profile, promise, facts, start)
        op = operator(profile, promise)
        found.append(Clock(promise.code, start, due, op, stop, limit=due - start, basis=basis))
    return tuple(found)


def _order_due(
    profile: Profile, promise: Promise, facts: OrderFacts, start: datetime
) -> tuple[datetime, str]:
    kind, _, path = promise.limit.partition(":")
    if kind == "days":
        days = profile.value(path) if facts.return_days is None else facts.return_days
        return start + timedelta(days=days), f"{days} d"
    if kind == "order_level":
        span = profile.span(f"{path}.{facts.level}")
        if facts.level.endswith("NBD"):
            return facts.workdays.next_day_at(profile.local(start), span), facts.level
        return start + span, facts.level
    return start + profile.span(path), "fixed"

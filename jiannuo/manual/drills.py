"""How a drill went: each duty of the emergency plan, kept or late, and one figure. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Scored:
    """One duty: how long it took of what was allowed; `took` None: not done yet."""

    promise: str
    clause: str
    zh: str
    en: str
    verdict: Verdict
    took: timedelta | None
    limit: timedelta | None


@dataclass(frozen=True, slots=True)
class Score:
    """`kept` of `counted` duties; those that still run or do not apply are not counted."""

    duties: tuple[Scored, ...]
    kept: int
    counted: int

    @property
    def percent(self) -> int | None:
        """Of a hundred; None while nothing is decided."""
        return 100 * self.kept // self.counted if self.counted else None


def score(profile: Profile, clocks: Iterable[Clock], as_of: datetime) -> Score:
    """The five duties of 7.5 (and the arrival) as they went in a drill."""
    duties = []
    for clock in clocks:
        promise = profile.by_code.get(clock.promise)
        if promise is None or not promise.emergency:
            continue
        took = clock.stop - clock.start if clock.stop and clock.start else None
        duties.append(
            Scored(
                clock.promise,
                promise.clause,
                promise.zh,
                promise.en,
                clock.verdict(as_of),
                took,
                clock.limit,
            )
        )
    kept = sum(duty.verdict in (Verdict.MET, Verdict.MET_BY_LOANER) for duty in duties)
    late = sum(duty.verdict == Verdict.BREACHED for duty in duties)
    return Score(tuple(duties), kept, kept + late)

"""Little stories for the tests of the manual: moments of one day, events, clocks of a case.

The day is Monday, 2 March 2026, in Chengdu.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import wraps
from inspect import signature
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jiannuo.manual.catalogue import kinds
from jiannuo.manual.clocks import Clock, OrderFacts, fold, fold_other
from jiannuo.manual.events import By, Event
from jiannuo.manual.gates import Answer, Ground, judge
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.story import CaseFacts, CaseStory
from jiannuo.manual.vocabulary import Verdict

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)
LONG_AFTER = datetime(2026, 12, 31, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NEAR = CaseFacts(km=Decimal("12.0"))

#: The duties a test keeps, for the page of clauses.
keeps: Callable[..., pytest.MarkDecorator] = pytest.mark.keeps


def edges(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test of a limit for a second before it, at it, and a second after it."""

    @wraps(test)
    def at_all_three(*args: Any, **known: Any) -> None:
        for seconds in (-1, 0, 1):
            test(*args, seconds=seconds, **known)

    asked_for = signature(test)
    others = [p for name, p in asked_for.parameters.items() if name != "seconds"]
    vars(at_all_three)["__signature__"] = asked_for.replace(parameters=others)
    return at_all_three


def at(text: str) -> datetime:
    """ "09:00" or "09:00:01" of the Monday, "+1 09:00" of the next day, or "2026-04-03 09:00"."""
    day, _, clock = text.rpartition(" ")
    later = day.startswith("+") or not day
    local = MONDAY + timedelta(days=int(day or 0)) if later else date.fromisoformat(day)
    return datetime.combine(local, time.fromisoformat(clock), ZONE).astimezone(UTC)


def moment(when: str | datetime) -> datetime:
    return at(when) if isinstance(when, str) else when


def ev(
    kind: str,
    when: str | datetime,
    /,
    by: By | str = "李伟",
    rec: str | datetime | None = None,
    id: str = "",
    **d: Any,
) -> Event:
    """Something that happened, by somebody with all the roles it takes, known at once."""
    t = moment(when)
    who = by if isinstance(by, By) else By(by, kinds()[kind].by)
    return Event(kind, t, 0, who, d, t if rec is None else moment(rec), id)


def log(*events: Event) -> list[Event]:
    """Events in order of recording."""
    return [replace(e, seq=n, id=e.id or f"{e.kind}-{n}") for n, e in enumerate(events, 1)]


def fault(level: str = "L3", when: str = "09:00", channel: str = "phone") -> list[Event]:
    """Reported and confirmed in one breath."""
    return [
        ev("reported", when, channel=channel, kind="fault"),
        ev("confirmed", when, level=level),
    ]


def contact(when: str | datetime) -> Event:
    return ev("engineer_contact", when)


def resolved(when: str | datetime, cause: str = "quality", **d: Any) -> Event:
    return ev("resolved", when, cause=cause, customer_confirmed_by="王芳", **d)


def emergency(*more: Event, when: str = "10:00") -> list[Event]:
    """A fault that an engineer judges to be of level one."""
    return [*fault(), ev("l1_declared", when), *more]


def with_keys(**keys: Any) -> Profile:
    """The shipped profile with keys changed; two underscores stand for the dot."""
    return shipped().with_changes({k.replace("__", "."): v for k, v in keys.items()})


def clocks(
    events: Iterable[Event], profile: Profile | None = None, facts: CaseFacts = NEAR
) -> dict[str, Clock]:
    found = fold(profile or shipped(), facts, log(*events))
    return {clock.promise: clock for clock in found}


def clock(
    promise: str,
    *events: Event,
    profile: Profile | None = None,
    facts: CaseFacts = NEAR,
) -> Clock:
    return clocks(events, profile, facts)[promise]


def story(*events: Event, profile: Profile | None = None, facts: CaseFacts = NEAR) -> CaseStory:
    return CaseStory(profile or shipped(), facts, log(*events))


def other(
    subject: str, *events: Event, profile: Profile | None = None, facts: OrderFacts | None = None
) -> Mapping[str, Clock]:
    found = fold_other(profile or shipped(), subject, facts or OrderFacts(), log(*events))
    return {clock.promise: clock for clock in found}


def asked(
    action: str,
    *events: Event,
    by: By | str = "engineer",
    when: str = "18:00",
    profile: Profile | None = None,
    d: Mapping[str, Any] | None = None,
    **known: Any,
) -> Answer:
    """The answer of a gate after these events. `by`: a role, or a person."""
    who = by if isinstance(by, By) else By("李伟", frozenset({by}))
    place = (at(when), 10**6)
    before = story(*(e for e in events if e.t <= place[0]), profile=profile)
    return judge(profile or shipped(), action, Ground(who, place, d or {}, before, **known))


def strict(seconds: int) -> str:
    """小于: the verdict so many seconds beside the limit."""
    return Verdict.MET if seconds < 0 else Verdict.BREACHED


def inclusive(seconds: int) -> str:
    """内, 以内: the verdict so many seconds beside the limit."""
    return Verdict.MET if seconds <= 0 else Verdict.BREACHED


def span(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))

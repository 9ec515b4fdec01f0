"""How somebody is reached: by what, at once or in the morning, how often again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from jiannuo.manual.policy import duration
from jiannuo.manual.profile import Profile

INBOX = "inbox"

#: The roster had him on duty: he is awake, and a reminder is what he is there for.
ON_DUTY = frozenset({"shift", "override", "deputy"})

#: Kinds, by how they begin, that are no reminders: somebody waits for the answer now, or has to
#: act at once (R-X-5, 7.5 B 1).
AT_ONCE = (
    "assigned",
    "deviation",
    "due:",
    "emergency_proposed",
    "level_one_by_default",
    "nobody_answers",
    "nobody_on_duty",
    "not_delivered",
    "shift_",
    "swap_",
    "task:asked_level_one",
    "task:default_level_one",
    "task:judge_level_one",
)

#: So many titles of a list are read out; the rest is in the inbox. A list of what is urgent is
#: about so many things and no more, since one press acknowledges it.
LISTED = 12

#: Nobody: the end of the self-test, to which no way of the house leads.
CANARY = "canary"

LEASE = timedelta(seconds=30)
FIRST_AGAIN = timedelta(seconds=5)
LONGEST_AGAIN = timedelta(minutes=5)
TRIES = 3  # failures before the next channel is taken
MANY_TRIES = 180  # of level one or two, about three hours
LAST_TRIES = 18  # of the last channel of all: about an hour, with the pauses between


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be told: one of ours, or (`customer`) a customer's person."""

    id: UUID
    name: str
    via: str = "role"
    phone: str = ""
    email: str = ""
    language: str = "zh"
    customer: bool = False

    def address(self, needs: str) -> str | None:
        """Where a channel that needs this of a person reaches him; None: it does not."""
        if needs == "group":
            return None if self.customer else ""
        if needs == "login":
            return None if self.customer else str(self.id)
        return {"phone": self.phone, "email": self.email}.get(needs) or None


@dataclass(frozen=True, slots=True)
class Liking:
    """How a person likes to be told: channels in his order (none: the house's), his own quiet
    hours."""

    channels: tuple[str, ...] = ()
    quiet_from: time | None = None
    quiet_to: time | None = None


NO_LIKING = Liking()


@dataclass(frozen=True, slots=True)
class Manners:
    """How the house tells people, from its profile."""

    usual: tuple[str, ...]
    level_1: tuple[str, ...]
    level_2: tuple[str, ...]
    again_after: timedelta
    quiet_from: timedelta
    quiet_to: timedelta
    most_an_hour: int
    digest_over: int
    zone: ZoneInfo

    @classmethod
    def of(cls, profile: Profile) -> Manners:
        value = profile.value
        return cls(
            usual=tuple(value("notices.usual")),
            level_1=tuple(value("notices.level_1")),
            level_2=tuple(value("notices.level_2")),
            again_after=duration(value("notices.again_after")),
            quiet_from=duration(value("notices.quiet_from")),
            quiet_to=duration(value("notices.quiet_to")),
            most_an_hour=value("notices.most_an_hour"),
            digest_over=value("notices.digest_over"),
            zone=profile.zone,
        )


@dataclass(frozen=True, slots=True)
class Ways:
    """By which channels a notice goes out now, and which stand behind them: (channel, address)."""

    now: tuple[tuple[str, str], ...]
    reserve: tuple[tuple[str, str], ...] = ()


def ways(
    person: Person,
    urgency: int,
    by: Sequence[str],
    ready: Mapping[str, str],
    manners: Manners,
    liking: Liking = NO_LIKING,
) -> Ways:
    """The inbox always; for level one all that `by` or the house names, at once, whatever he
    likes; else the first that reaches him, the others behind it. What else is set up stands behind
    those for levels one and two, and takes their place where none of them reaches him. `ready`:
    the channels that are set up, and what of a person each needs. Where nothing that `by` names
    is set up or reaches him, it is as if it named none."""
    own = person.via == CANARY or INBOX in by or bool(_reaching(person, by, ready))
    named = tuple(by) if own else wanted(urgency, manners)
    if urgency > 1 and liking.channels:
        named = liking.channels if urgency > 2 else (*liking.channels, *named)
    first = _reaching(person, named, ready)
    others = _reaching(person, [c for c in ready if c not in named], ready) if urgency <= 2 else ()
    inbox = person.address("login")
    desk = ((INBOX, inbox),) if inbox is not None else ()
    if urgency == 1:
        return Ways((*desk, *(first or others)), others if first else ())
    reached = (*first, *others)
    return Ways((*desk, *reached[:1]), reached[1:])


def _reaching(
    person: Person, channels: Sequence[str], ready: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Those that are set up and reach him, with his address, in their order."""
    found = []
    for channel in dict.fromkeys(channels):
        address = person.address(ready[channel]) if channel in ready else None
        if address is not None and channel != INBOX:
            found.append((channel, address))
    return tuple(found)


def wanted(urgency: int, manners: Manners) -> tuple[str, ...]:
    """The house's ways for what is so urgent."""
    return {1: manners.level_1, 2: manners.level_2}.get(urgency, manners.usual)


def reminds(kind: str, urgency: int) -> bool:
    """Is it a reminder, that may wait for the morning and be one of many?"""
    return urgency > 2 and not kind.startswith(AT_ONCE)


def wakes_at(at: datetime, manners: Manners, liking: Liking = NO_LIKING) -> datetime:
    """When a reminder may go out: now, or at the end of the quiet hours."""
    local = at.astimezone(manners.zone)
    begins = liking.quiet_from or _clock(manners.quiet_from)
    ends = liking.quiet_to or _clock(manners.quiet_to)
    if begins == ends or not _within(local.time(), begins, ends):
        return at
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, manners.zone).astimezone(at.tzinfo)


def _clock(span: timedelta) -> time:
    minutes = int(span.total_seconds() // 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def _within(now: time, begins: time, ends: time) -> bool:
    return begins <= now < ends if begins < ends else now >= begins or now < ends


def again_in(tries: int, urgency: int, asked: float | None = None) -> timedelta:
    """How long until the next try: doubling from five seconds, at most five minutes, never sooner
    than the other side asked. Levels one and two wait a minute at most, whatever is asked; what
    did not go through for hours is tried each hour."""
    doublings: int = 2 ** min(max(tries - 1, 0), 10)
    wanted = FIRST_AGAIN * doublings
    if urgency <= 2:
        if tries > MANY_TRIES:
            return timedelta(hours=1)
        return min(max(wanted, timedelta(seconds=asked or 0.0)), timedelta(minutes=1))
    return max(min(wanted, LONGEST_AGAIN), timedelta(seconds=min(asked or 0.0, 3600.0)))


def gives_up(tries: int, urgency: int, *, followed: bool) -> bool:
    """Is this channel no longer tried? Never for levels one and two; else when the next channel
    has taken over (`followed`), or after about an hour."""
    return urgency > 2 and tries >= (TRIES if followed else LAST_TRIES)

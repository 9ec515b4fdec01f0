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

#: Kinds that are no reminders: somebody waits for the answer now.
AT_ONCE = ("assigned", "nobody_answers", "due:", "swap_", "shift_")

LEASE = timedelta(seconds=30)
FIRST_AGAIN = timedelta(seconds=5)
LONGEST_AGAIN = timedelta(minutes=5)
TRIES = 3  # failures before the next channel is taken
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
    """The inbox always; for level one every channel at once, whatever he likes; else the first
    that reaches him, the others behind it. `ready`: the channels that are set up, and what of a
    person each needs."""
    wanted = tuple(by) or _wanted(urgency, manners)
    if urgency > 1 and liking.channels:
        wanted = liking.channels
    reached = []
    for channel in wanted:
        address = person.address(ready[channel]) if channel in ready else None
        if address is not None and channel != INBOX:
            reached.append((channel, address))
    inbox = person.address("login")
    own = ((INBOX, inbox),) if inbox is not None else ()
    if urgency == 1:
        return Ways((*own, *reached))
    return Ways((*own, *reached[:1]), tuple(reached[1:]))


def _wanted(urgency: int, manners: Manners) -> tuple[str, ...]:
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
    """How long until the next try: doubling from five seconds, at most five minutes (one for
    levels one and two), never sooner than the other side asked."""
    longest = LONGEST_AGAIN if urgency > 2 else timedelta(minutes=1)
    doublings: int = 2 ** min(max(tries - 1, 0), 10)
    return max(min(FIRST_AGAIN * doublings, longest), timedelta(seconds=min(asked or 0.0, 3600.0)))


def gives_up(tries: int, urgency: int, *, followed: bool) -> bool:
    """Is this channel no longer tried? Never for levels one and two; else when the next channel
    has taken over (`followed`), or after about an hour."""
    return urgency > 2 and tries >= (TRIES if followed else LAST_TRIES)

"""How long somebody stays signed in: until nobody did anything for a while, or a day's work is
over. The times are the house's, by role; they are fixed for a session when it begins.

What counts as doing something: opening a page, sending a form, and what the beat of an open page
reports of hands on mouse or keys. The beat itself and the live parts that renew themselves do
not: a screen that somebody walked away from ends like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest

from jiannuo.kernel.moment import now
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.vocabulary import ADMINISTRATORS
from jiannuo.people.lockout import Limits
from jiannuo.people.sessions import ADDRESS, AGENT, BEGAN, SEEN, moment

STAY = "stay"
#: What an open page asks by itself, whether anybody sits before it or not.
BY_THEMSELVES = ("web:beat_show", "web:live_show")
MINUTE = timedelta(minutes=1)
FRESH = timedelta(minutes=10)


class Ended(HttpRequest):
    """A request that found its session over: `ended_of` is the login that it had been."""

    ended_of: int


@dataclass(frozen=True, slots=True)
class Stay:
    """`idle`: so long without doing anything; `whole`: so long altogether; a page in use may
    outlast that by `beyond`, until there is a `pause`."""

    idle: timedelta
    whole: timedelta
    beyond: timedelta
    pause: timedelta

    def over(self, began: datetime, seen: datetime, at: datetime) -> bool:
        quiet, age = at - seen, at - began
        if quiet >= self.idle or age >= self.whole + self.beyond:
            return True
        return age >= self.whole and quiet >= min(self.pause, self.beyond)

    def ends_in(self, seen: datetime, at: datetime) -> timedelta:
        """How long until it ends for want of use."""
        return self.idle - (at - seen)


def stay_of(profile: Profile, roles: Iterable[str]) -> Stay:
    """An administrator's is the shortest of his roles and ends on time; others have the longest
    of theirs, and are never cut off in the middle of a call."""
    held = set(roles)
    guarded = held & set(ADMINISTRATORS)

    def of(table: str) -> timedelta:
        usual = profile.span(f"sign_in.{table}.usual")
        named = (profile.level_limit(f"sign_in.{table}", role) for role in guarded or held)
        spans = [span or usual for span in named] or [usual]
        return min(spans) if guarded else max(spans)

    beyond = timedelta() if guarded else profile.span("sign_in.beyond")
    return Stay(of("idle"), of("whole"), beyond, profile.span("sign_in.pause"))


def limits(profile: Profile) -> Limits:
    """How often somebody may err, and how long he waits then."""
    return Limits(profile.value("sign_in.attempts"), profile.span("sign_in.locked_for"))


def begin(request: HttpRequest, stay: Stay) -> None:
    """From now on, whatever was known of this browser before."""
    at = now().isoformat()
    request.session[BEGAN] = request.session[SEEN] = at
    request.session[STAY] = [
        span.total_seconds() for span in (stay.idle, stay.whole, stay.beyond, stay.pause)
    ]
    request.session[ADDRESS] = str(request.META.get("REMOTE_ADDR") or "")
    request.session[AGENT] = request.headers.get("User-Agent", "")[:200]


def stay(request: HttpRequest) -> Stay:
    """How long this session lasts."""
    kept = request.session.get(STAY)
    if kept is None:
        return stay_of(shipped(), ())
    return Stay(*(timedelta(seconds=span) for span in kept))


def alive(request: HttpRequest) -> bool:
    """Whether somebody is signed in here, and his session is not over; one that is ends now."""
    if not request.user.is_authenticated:
        return False
    at = now()
    began, seen = moment(request.session.get(BEGAN)), moment(request.session.get(SEEN))
    if began is None or seen is None:  # never: the store writes them with the sign-in
        began = seen = at
    if stay(request).over(began, seen, at):
        whose: Any = request.session.get(SESSION_KEY)
        logout(request)
        cast(Ended, request).ended_of = int(whose)
        return False
    if _used(request) and at - seen >= MINUTE:
        request.session[SEEN] = at.isoformat()
    return True


def _used(request: HttpRequest) -> bool:
    """Whether a person did this, and not a page left open."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    if view in BY_THEMSELVES:
        return "used" in request.GET
    return request.method == "POST" or "HX-Request" not in request.headers


def fresh(request: HttpRequest) -> bool:
    """Whether he has just signed in: after that an open screen may be somebody else's."""
    began = moment(request.session.get(BEGAN))
    return began is not None and now() - began < FRESH


def seconds_left(request: HttpRequest) -> int:
    """Until the session ends if nobody does anything."""
    seen = moment(request.session.get(SEEN)) or now()
    return max(0, int(stay(request).ends_in(seen, now()).total_seconds()))

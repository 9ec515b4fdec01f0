"""Who errs too often has to wait: by login and address, counted by django-axes. A browser in which
he has signed in before is an address of its own.

The limits are the house's and come with each question. What was typed besides the login is kept
nowhere: axes is given a request of its own that holds nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest

from jiannuo.kernel.moment import now

#: Where somebody asks from: the address, and what names a browser that knows him ("" for others).
#: axes calls the second one `user_agent`.
ADDRESS, BROWSER = "REMOTE_ADDR", "HTTP_USER_AGENT"


@dataclass(frozen=True, slots=True)
class Limits:
    """So many errors in a row, then so long nothing."""

    attempts: int = 5
    wait: timedelta = timedelta(minutes=15)


class Backend(AxesStandaloneBackend):
    """Refuses who has to wait. Where nobody asks through the door, as on the console, there is no
    address to count by, and nobody waits."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **rest: Any
    ) -> None:
        if request is not None:
            super().authenticate(request, username=username, **rest)


class Handler(AxesDatabaseHandler):
    """Forgets errors by the house's clock and wait, and only where somebody is being asked for a
    password: any other sign-in or sign-out would do it by axes's own."""

    def clean_expired_user_attempts(self, request: Any = None, credentials: Any = None) -> int:
        limits = getattr(request, "limits", None)
        if limits is None:
            return 0
        rows = AccessAttempt.objects.filter(attempt_time__lt=now() - limits.wait)
        return int(rows.delete()[0])


def attempts(request: Any, credentials: Any = None) -> int:
    """For axes, which asks by name."""
    return _limits(request).attempts


def wait(request: Any = None) -> timedelta:
    """For axes, which asks by name."""
    return _limits(request).wait


def _limits(request: Any) -> Limits:
    found: Limits = getattr(request, "limits", Limits())
    return found


@dataclass(frozen=True, slots=True)
class Locked:
    """Until when the door stays shut, after how many errors; `fresh`: since this one."""

    until: datetime
    attempts: int
    fresh: bool = False


def try_password(
    meta: Mapping[str, Any], login: str, password: str, limits: Limits
) -> User | Locked | None:
    """Whose password it is; None where it is nobody's. An error counts."""
    shut = locked(meta, login, limits)
    if shut is not None:
        return shut
    found = authenticate(_asking(meta, limits), username=login, password=password)
    return found if isinstance(found, User) else _since_now(meta, login, limits)


def _since_now(meta: Mapping[str, Any], login: str, limits: Limits) -> Locked | None:
    shut = locked(meta, login, limits)
    return replace(shut, fresh=True) if shut else None


def note_failure(meta: Mapping[str, Any], login: str, limits: Limits) -> Locked | None:
    """A wrong second factor counts as a wrong password does."""
    shut = locked(meta, login, limits)
    if shut is not None:
        return shut
    AxesProxyHandler.user_login_failed(None, {"username": login}, _asking(meta, limits))
    return _since_now(meta, login, limits)


def locked(meta: Mapping[str, Any], login: str, limits: Limits) -> Locked | None:
    """Whether a login has to wait at an address."""
    row = _rows(login, limits).filter(**_here(meta)).first()
    if row is None or row.failures_since_start < limits.attempts:
        return None
    return Locked(row.attempt_time + limits.wait, limits.attempts)


def locks(limits: Limits) -> dict[str, Locked]:
    """The logins that have to wait somewhere, each with its last end."""
    found: dict[str, Locked] = {}
    rows = AccessAttempt.objects.filter(
        failures_since_start__gte=limits.attempts, attempt_time__gt=now() - limits.wait
    )
    for row in rows.order_by("attempt_time"):
        if row.username:
            found[row.username] = Locked(row.attempt_time + limits.wait, limits.attempts)
    return found


def clear(login: str, meta: Mapping[str, Any] | None = None) -> bool:
    """Forget the errors of a login, there or everywhere; whether there were any."""
    rows = AccessAttempt.objects.filter(username=login, **(_here(meta) if meta else {}))
    return bool(rows.delete()[0])


def _here(meta: Mapping[str, Any]) -> dict[str, Any]:
    """As axes keeps it."""
    return {"ip_address": meta.get(ADDRESS) or None, "user_agent": meta.get(BROWSER, "")}


def _rows(login: str, limits: Limits) -> Any:
    return AccessAttempt.objects.filter(
        username=login, attempt_time__gt=now() - limits.wait
    ).order_by("-attempt_time")


def _asking(meta: Mapping[str, Any], limits: Limits) -> HttpRequest:
    """Where somebody asks from, by our clock, and nothing of what he typed."""
    asking: Any = HttpRequest()
    asking.method = "POST"
    asking.META = {ADDRESS: meta.get(ADDRESS) or None, BROWSER: meta.get(BROWSER, "")}
    asking.limits = limits
    AxesProxyHandler.update_request(asking)
    asking.axes_attempt_time = now()
    found: HttpRequest = asking
    return found

"""Browsers in which somebody has signed in before: his errors there are counted for themselves.

A house has one address for all behind it. Counted by that alone, anybody there could keep the
hotline from signing in by typing its names with wrong passwords.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from jiannuo.people.lockout import ADDRESS, BROWSER

COOKIE, SALT = "known", "jiannuo.known"
GOOD_FOR = timedelta(days=90)
MOST = 20  # people at one screen


def asking(request: HttpRequest, login: str) -> Mapping[str, str]:
    """Where somebody asks from who says that he is `login`."""
    name, marks = _read(request)
    address = str(request.META.get("REMOTE_ADDR") or "")
    return {ADDRESS: address, BROWSER: name if _mark(login) in marks else ""}


def remember(request: HttpRequest, answer: HttpResponse, login: str) -> None:
    """He has signed in here, to the end."""
    name, marks = _read(request)
    kept = [_mark(login), *(mark for mark in marks if mark != _mark(login))][:MOST]
    answer.set_cookie(
        COOKIE,
        signing.dumps([name or secrets.token_hex(8), kept], salt=SALT),
        max_age=GOOD_FOR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def _mark(login: str) -> str:
    """A login as the cookie holds it: it names nobody to who reads it."""
    return salted_hmac(SALT, login).hexdigest()[:16]


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """What we wrote; nothing where that is not so, or long ago."""
    try:
        name, marks = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return "", []
    return name, marks

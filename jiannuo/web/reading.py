"""The reader of a request: language from the cookie (Chinese unless chosen otherwise), theme,
the company's zone, the moment."""

from __future__ import annotations

import json
from typing import Any, cast

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import translation

from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import shipped
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.notices import queries as notices
from jiannuo.notices.queries import Badge
from jiannuo.people.permits import allowed
from jiannuo.web.actor import ActorRequest, Answer
from jiannuo.web.clockview import SPOKEN
from jiannuo.web.reader import Reader, millis

LANGUAGE_COOKIE, THEME_COOKIE = "language", "theme"
CODES = {"zh": "zh-hans", "en": "en"}
HTML = {"zh": "zh-CN", "en": "en"}
THEMES = ("light", "dark")
YEAR = 365 * 24 * 3600


class ReaderMiddleware:
    """The browser's own language is not asked: a Chinese desk on an English Windows is the
    rule, not the exception."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        lang = request.COOKIES.get(LANGUAGE_COOKIE, "zh")
        lang = lang if lang in CODES else "zh"
        cast(ActorRequest, request).reader = Reader(lang, shipped().zone, now())
        with translation.override(CODES[lang]):
            answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", HTML[lang])
        return answer


def page(request: HttpRequest) -> dict[str, Any]:
    """What every template may use. The theme is "" where nobody chose one: theme.js asks the
    system then, before the first paint."""
    reader: Reader | None = getattr(request, "reader", None)
    theme = request.COOKIES.get(THEME_COOKIE, "")
    found: dict[str, Any] = {
        "lang": reader.lang if reader else "zh",
        "html_lang": HTML[reader.lang if reader else "zh"],
        "theme": theme if theme in THEMES else "",
    }
    actor: Actor | None = getattr(request, "actor", None)
    if reader is None or actor is None:
        return found

    def badge() -> Badge:
        """Asked of the database only by the pages that show it: a broken one must not."""
        return notices.badge(actor.id) if actor.id else Badge(0, 0)

    return {
        **found,
        "actor": actor,
        "badge": badge,
        "may_read_settings": allowed(actor, "read_settings"),
        "may_read_cases": allowed(actor, "read_cases"),
        "actor_role": _role(reader, actor),
        "now_ms": millis(reader.at),
        # Only our own server goes on speaking when a request is over.
        "live": reverse("web:live_show") if isinstance(request, ASGIRequest) else "",
        "zone": reader.zone.key,
        "today": reader.day(reader.at),
        "clock": reader.clock(reader.at),
        "spoken_states": json.dumps({k: reader.say(v) for k, v in SPOKEN.items()}),
    }


def _role(reader: Reader, actor: Actor) -> str:
    """The role to show: the first of the manual's list that he holds."""
    return next((reader.word("role", r) for r in VENDOR_ROLES if r in actor.roles), "")

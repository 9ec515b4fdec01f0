"""Who calls: one of our people, by a token of his or by his sign-in in the same browser."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people import commands as people_commands
from jiannuo.people import keys
from jiannuo.people import queries as people
from jiannuo.people.keys import KeyCard
from jiannuo.people.scopes import covers, missing
from jiannuo.web import door, sessions
from jiannuo.web.actor import ActorRequest, NobodysLogin


class ProgramRequest(ActorRequest):
    """A request behind a token or a sign-in; `token` is None for the latter."""

    token: KeyCard | None


class Bearer(HttpBearer):
    """`Authorization: Bearer ...` with a token of `jiannuo staff token`. `scope`: what the token
    must be good for; "" for what any of them may ask."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Raises `Refusal` ("scope_missing") for a token that is held to something else."""
        found = keys.key_of(token, now())
        if found is None:
            return None
        people_commands.note_token_used(token, found.used_at)
        if self.scope and not covers(found.scopes, self.scope):
            raise missing(found.name, self.scope)
        asked = cast(ProgramRequest, request)
        asked.actor, asked.token = found.staff.actor, found
        return found.staff.actor


class Cookie(APIKeyCookie):
    """The sign-in of the pages; what writes needs the form's token beside it (X-CSRFToken). Who
    shows a token is asked for that and for nothing else."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Actor | None:
        if "Authorization" in request.headers or self.param_name not in request.COOKIES:
            return None
        return cast("Actor | None", super().__call__(request))

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """Raises `NobodysLogin` for a login behind which no person stands, `Refusal` for who owes
        something at the door yet."""
        if not sessions.alive(request):
            return None
        card = people.staff_of_user(request.user.pk or 0)
        if card is None:
            raise NobodysLogin
        if door.owed(request, card):
            raise Refusal(
                "sign_in_unfinished",
                "登录还没完成，请先在网页上完成",
                "the sign-in is not finished; finish it in the browser",
            )
        asked = cast(ProgramRequest, request)
        asked.actor, asked.token = card.actor, None
        return card.actor


@cache
def callers(scope: str = "") -> list[Any]:
    """Who may call an address: a token with this scope, or a sign-in."""
    return [Bearer(scope), Cookie()]

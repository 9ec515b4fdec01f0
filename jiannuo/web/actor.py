"""The actor on a request: who acts, worked out once from the sign-in, for every face."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from jiannuo.manual.actor import Actor
from jiannuo.people import queries as people
from jiannuo.web import door
from jiannuo.web.reader import Reader

Answer = Callable[[HttpRequest], HttpResponseBase]


class ActorRequest(HttpRequest):
    """A request behind the sign-in. `actor` is there wherever a view runs that asks for one."""

    actor: Actor
    reader: Reader


class NobodysLogin(PermissionDenied):
    """Signed in, but no person of ours stands behind the login."""


class ActorMiddleware:
    """Asks the people room who is behind a login; a view that needs nobody costs nothing."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, *_: object
    ) -> HttpResponseBase | None:
        """Raises `NobodysLogin` for a login without a person: the account is there, the
        permission to see anything is not."""
        if not getattr(view, "login_required", True):
            return None
        user = request.user
        card = people.staff_of_user(user.pk) if user.is_authenticated else None
        if card is None:
            raise NobodysLogin
        cast(ActorRequest, request).actor = card.actor
        return door.led(request, card, view)

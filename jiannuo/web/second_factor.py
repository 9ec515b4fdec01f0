"""Second factors: who has passed one in this session, and what asks for it.

An administrator does nothing without one; whoever has one is asked for it at the sign-in. For
remote work it takes one whoever enters it (manual 7.3): a form of such a step says so where it
`may_ask`, and leads who has not `passed` to `address` and back to what he typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.events import Event
from jiannuo.people.queries import StaffCard

PASSED, OWED = "factor_at", "factor_owed"
NEEDED = "second_factor_needed"


def passed(request: HttpRequest) -> bool:
    """Whether a second factor was shown in this session."""
    return bool(request.session.get(PASSED))


def note_passed(request: HttpRequest) -> None:
    """The session gets a new key, as at a sign-in: what somebody saw of the old one is worth
    nothing any more."""
    request.session.cycle_key()
    request.session[PASSED] = now().isoformat()
    request.session.pop(OWED, None)


def owe(request: HttpRequest) -> None:
    """He has one: nothing goes on before he has shown it."""
    request.session[OWED] = True


def owed(request: HttpRequest, card: StaffCard) -> bool:
    """Whether he has to show one (or set one up) before anything else."""
    return not passed(request) and (card.administrator or bool(request.session.get(OWED)))


def demanded(kind: str, said: Mapping[str, Any] | None = None) -> bool:
    """Whether a step is remote work: a login at the customer's, an expert from afar."""
    return kind == "remote_login" or (
        kind == "expert_started" and (said or {}).get("how") == "remote"
    )


def may_ask(request: HttpRequest, kind: str) -> bool:
    """Whether a form of this step, whatever is filled in there, may come to ask for one."""
    return demanded(kind, {"how": "remote"}) and not passed(request)


def require(request: HttpRequest, kind: str, said: Mapping[str, Any] | None = None) -> None:
    """Raises `Refusal` ("second_factor_needed") for remote work without one."""
    if demanded(kind, said) and not passed(request):
        raise Refusal(
            NEEDED,
            "远程作业要先过两步验证，请验证后再记这一步",
            "remote work takes a second factor; pass it, then record this step",
        )


def require_to_correct(request: HttpRequest, event: Event, said: Mapping[str, Any] | None) -> None:
    """The same for an entry that is corrected: what was remote work, and what becomes it."""
    require(request, event.kind, event.d)
    require(request, event.kind, {**event.d, **(said or {})})


def address(request: HttpRequest, back: str = "") -> str:
    """Where he passes it (or sets one up), and comes back from."""
    query = urlencode({"next": back or request.get_full_path()})
    return f"{reverse('desk:factor_open')}?{query}"

"""A form that met nobody signed in, or whose token was too old: what was typed goes on.

It travels in one signed field of the sign-in page, in the same browser, and is kept with the
session once somebody has signed in; then he sees it and presses once. Nothing is ever sent again
by itself. Not taken along: passwords and the like, files, what came from another place than a
page of ours, and what is too long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, QueryDict

View = TypeVar("View", bound=Callable[..., Any])

FIELD, KEPT, SALT = "draft", "draft", "jiannuo.draft"
LONGEST = 60_000  # characters of all fields
FIELDS = 300
GOOD_FOR = timedelta(hours=24)
SECRET = re.compile(r"password|secret|token|(^|_)(key|pin|otp)(_|$)", re.IGNORECASE)
#: Of a form that is left half-way: the button that leaves it, and the query that comes back to it.
DETOUR, BACK = "detour", "kept"
LEFT_OUT = frozenset({"csrfmiddlewaretoken", FIELD, DETOUR})


@dataclass(frozen=True, slots=True)
class Draft:
    """`path`: where it was sent, one of our own addresses. `whose`: the login that typed it,
    None where nobody knows. `files`, `secrets`: how many of them could not be taken along."""

    path: str
    fields: tuple[tuple[str, str], ...]
    whose: int | None = None
    files: int = 0
    secrets: int = 0

    @property
    def said(self) -> list[str]:
        """What a person typed of it, as far as anybody would know it again."""
        return [value for _, value in self.fields if value.strip() and not OURS.fullmatch(value)]


class Carrying(HttpRequest):
    """A request that is answered by the sign-in page instead, which takes `draft` along."""

    draft: Draft


#: What our own forms put into a field that nobody types: ids and single words.
OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[a-z_0-9]{1,40}")


def never(view: View) -> View:
    """What is sent to this view is not taken along."""
    vars(view)["never_kept"] = True
    return view


def of_somebody(view: View) -> View:
    """What nobody known typed is not taken along to this view: it says what people may, or where
    things go, and who signs in next at a screen must not find it laid out for his press."""
    vars(view)["of_somebody"] = True
    return view


def of(request: HttpRequest) -> Draft | None:
    """What this request would have said; None where it may not be taken along."""
    match = request.resolver_match
    if request.method != "POST" or match is None or not ours(request):
        return None
    if getattr(match.func, "never_kept", False):
        return None
    draft = _read(request)
    nobodys = draft is not None and draft.whose is None
    return None if nobodys and getattr(match.func, "of_somebody", False) else draft


def _read(request: HttpRequest) -> Draft | None:
    fields, secrets = list[tuple[str, str]](), 0
    for name, values in request.POST.lists():
        if name in LEFT_OUT:
            continue
        if SECRET.search(name):
            secrets += sum(bool(value) for value in values)
        else:
            fields += [(name, str(value)) for value in values]
    if len(fields) > FIELDS or sum(len(a) + len(b) for a, b in fields) > LONGEST:
        return None
    whose = getattr(request, "ended_of", None) or (
        request.user.pk if request.user.is_authenticated else None
    )
    files = sum(len(request.FILES.getlist(name)) for name in request.FILES)
    return Draft(request.get_full_path(), tuple(fields), whose, files, secrets)


def ours(request: HttpRequest) -> bool:
    """Whether a page of ours sent it: another's could put words into somebody's mouth."""
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    parts = urlsplit(said)
    origin = f"{parts.scheme}://{parts.netloc}"
    here = f"{request.scheme}://{request.get_host()}"
    return origin == here or origin in settings.CSRF_TRUSTED_ORIGINS


def sealed(draft: Draft) -> str:
    """As a hidden field carries it: nobody else can make one."""
    return signing.dumps(asdict(draft), salt=SALT, compress=True)


def opened(text: str) -> Draft | None:
    """None for what we did not seal, or too long ago."""
    if not text:
        return None
    try:
        return _draft(signing.loads(text, salt=SALT, max_age=GOOD_FOR))
    except (signing.BadSignature, ValueError):
        return None


def keep(request: HttpRequest, draft: Draft) -> None:
    request.session[KEPT] = asdict(draft)


def kept(request: HttpRequest) -> Draft | None:
    found = request.session.get(KEPT)
    return _draft(found) if found else None


def drop(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def lay_aside(request: HttpRequest) -> str | None:
    """What was typed waits in the session while he does something else first; the address at
    which the form shows it again. None where it is too much. For a form whose token was right."""
    draft = _read(request)
    if draft is None:
        return None
    keep(request, replace(draft, path=request.path))
    return f"{request.path}?{BACK}"


def laid_aside(request: HttpRequest) -> QueryDict | None:
    """What was typed into this form before he left it; None for one that is opened anew."""
    draft = kept(request) if BACK in request.GET else None
    if draft is None or draft.path != request.path:
        return None
    found = QueryDict(mutable=True)
    for name, value in draft.fields:
        found.appendlist(name, value)
    return found


def sent(request: HttpRequest) -> None:
    """This form is done with: nothing of it waits any more."""
    draft = kept(request)
    if draft is not None and draft.path == request.path:
        drop(request)


def _draft(found: dict[str, Any]) -> Draft:
    fields = tuple((str(name), str(value)) for name, value in found["fields"])
    return Draft(**{**found, "fields": fields})

"""Where somebody goes on to: only within the house."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from jiannuo.manual.actor import Actor
from jiannuo.people.permits import allowed


def back(request: HttpRequest, otherwise: str = "/") -> str:
    """What `next` says, if that is an address of ours."""
    said = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        said, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return said if ours and "\n" not in said else otherwise


def home(actor: Actor) -> str:
    """Where somebody begins who asked for no page: at what waits for him; the hotline at the
    telephone, who has no business in the cases at his own part."""
    if not allowed(actor, "read_cases"):
        return reverse("desk:audit_list" if allowed(actor, "read_audit") else "desk:person_list")
    return reverse("desk:hotline_show" if "hotline_agent" in actor.roles else "desk:work_show")


def to(name: str, request: HttpRequest) -> str:
    """A page by its name that leads on to where this one would."""
    return f"{reverse(name)}?{urlencode({'next': back(request)})}"

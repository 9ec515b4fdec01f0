"""Where somebody goes on to: only within the house."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest, otherwise: str = "/") -> str:
    """What `next` says, if that is an address of ours."""
    said = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        said, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return said if ours and "\n" not in said else otherwise


def to(name: str, request: HttpRequest) -> str:
    """A page by its name that leads on to where this one would."""
    return f"{reverse(name)}?{urlencode({'next': back(request)})}"

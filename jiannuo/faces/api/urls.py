"""Addresses of the API. The view itself asks for a token or the sign-in, and answers in JSON."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern

from jiannuo.faces.api.views import api

app_name = "api"
urlpatterns: list[URLPattern] = [
    found for found in api.urls[0] if isinstance(found, URLPattern) and found.name != "api-root"
]
for _pattern in urlpatterns:
    login_not_required(_pattern.callback)

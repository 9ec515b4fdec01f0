"""Addresses of the API. Each view asks for a token or the sign-in itself and answers in JSON; the
page that tells of them is behind the sign-in alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from jiannuo.faces.api.views import api, show_guide

app_name = "api"
urlpatterns: list[URLPattern] = [
    found for found in api.urls[0] if isinstance(found, URLPattern) and found.name != "api-root"
]
for _pattern in urlpatterns:
    login_not_required(_pattern.callback)
urlpatterns.append(path("docs", show_guide, name="guide_show"))

"""Every address of the product, by face."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from jiannuo.faces.api import hooks
from jiannuo.site import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", login_not_required(health.answer), name="healthz"),
    path("web/", include("jiannuo.web.urls")),
    path("api/", include("jiannuo.faces.api.urls")),
    path("hooks/<slug:channel>/", hooks.hear, name="hooks"),
    path("", include("jiannuo.faces.desk.urls")),
]

handler400 = "jiannuo.web.refusing.bad_request"
handler403 = "jiannuo.web.refusing.denied"
handler404 = "jiannuo.web.refusing.not_found"
handler500 = "jiannuo.web.refusing.broken"

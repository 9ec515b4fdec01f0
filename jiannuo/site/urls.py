"""Every address of the product, by face."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from jiannuo.faces.api import hooks
from jiannuo.site import health, metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", login_not_required(health.answer), name="healthz"),
    path("readyz", login_not_required(health.ready), name="readyz"),
    path("metrics", login_not_required(metrics.answer), name="metrics"),
    path("web/", include("jiannuo.web.urls")),
    path("api/v1/", include("jiannuo.faces.api.urls")),
    path("hooks/<slug:channel>/", hooks.hear, name="hooks"),
    path("hooks/<slug:channel>/<slug:code>/", hooks.hear, name="hooks_coded"),
    path("", include("jiannuo.faces.desk.urls")),
]

handler400 = "jiannuo.web.refusing.bad_request"
handler403 = "jiannuo.web.refusing.denied"
handler404 = "jiannuo.web.refusing.not_found"
handler500 = "jiannuo.web.refusing.broken"

"""Every address of the product, by face."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from jiannuo.site import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.answer, name="healthz"),
]

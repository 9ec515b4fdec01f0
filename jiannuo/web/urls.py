"""Addresses that all faces share."""

from __future__ import annotations

from django.urls import URLPattern, path

from jiannuo.web import draft_page, views
from jiannuo.web.live import views as live

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("language/", views.set_language, name="language_set"),
    path("theme/", views.set_theme, name="theme_set"),
    path("draft/", draft_page.show_draft, name="draft_show"),
    path("beat/", views.show_beat, name="beat_show"),
    path("live/", live.show_live, name="live_show"),
    path("here/<path:number>/", live.show_here, name="here_show"),
]

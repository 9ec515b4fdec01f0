"""Addresses that all faces share."""

from __future__ import annotations

from django.urls import URLPattern, path

from jiannuo.web import draft_page, views

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("language/", views.set_language, name="language_set"),
    path("theme/", views.set_theme, name="theme_set"),
    path("draft/", draft_page.show_draft, name="draft_show"),
    path("beat/", views.show_beat, name="beat_show"),
]

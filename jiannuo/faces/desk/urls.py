"""Addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from jiannuo.faces.desk import views

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", views.list_cases, name="case_list"),
    path("cases/<path:number>/", views.show_case, name="case_show"),
    path("sign-in/", views.open_session, name="session_open"),
    path("sign-out/", views.close_session, name="session_close"),
]

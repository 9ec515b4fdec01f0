"""At the door: signing in as a person does, with a password and a code."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from jiannuo.archive.models import AuditRow
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.world import code

HERE = {"Origin": "http://testserver"}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEP = timedelta(seconds=30)  # of the codes


def did(kind: str) -> list[str]:
    """Who did it, as the audit has it."""
    return list(
        AuditRow.objects.filter(action=kind).order_by("id").values_list("by_name", flat=True)
    )


def sign_in(client: Client, name: str, at: datetime, password: str = "", **more: Any) -> str:
    """Where he is sent."""
    said = {"username": name, "password": password or name * 2, **more}
    with held_at(at):
        return client.post("/sign-in/", said).headers.get("Location", "")


def show_code(client: Client, at: datetime, given: str = "", back: str = "/") -> str:
    with held_at(at):
        answer = client.post("/sign-in/code/", {"code": given or code(at), "next": back})
    return answer.headers.get("Location", "")


def opened(client: Client, path: str, at: datetime, **headers: str) -> tuple[int, str]:
    """The status of a page, and where it leads or what it says."""
    with held_at(at):
        answer = whole(client.get(path, headers=headers))
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()

"""How the pages of planned work are opened, filled in and sent."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.world import Customer, login


def as_(client: Client, name: str) -> Client:
    client.force_login(login(name))
    return client


def at(own: Customer, quarter: str = "2026Q2", rest: str = "") -> str:
    return f"/plan/{own.contract}/{quarter}/{rest}"


def seen(client: Client, address: str, moment: datetime = NOON, status: int = 200) -> str:
    with held_at(moment):
        answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def hidden(html: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def sent(
    client: Client, address: str, moment: datetime = NOON, /, *, op: str = "", **fields: Any
) -> HttpResponse:
    """A form filled in and sent; what it hides goes with it."""
    html = seen(client, address, moment)
    kept = {"once": op or hidden(html, "once")}
    if 'name="seen"' in html:
        kept["seen"] = hidden(html, "seen")
    named = {name.replace("__", ":"): value for name, value in fields.items()}
    with held_at(moment):
        return whole(client.post(address, {**kept, **named}))

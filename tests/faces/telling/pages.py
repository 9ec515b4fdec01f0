"""Something told to the duty manager, and the pages that show it so many minutes after noon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.cases import queries as cases
from jiannuo.journey import addressing
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import Actor
from jiannuo.notices import set_up
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Recipient
from tests.faces.answers import whole
from tests.faces.conftest import NOON

MINUTE = timedelta(minutes=1)
CALL = "warn:emg_notify_duty_manager"
ADMIN = Actor("罗敏", frozenset({"admin"}))


def tell(number: str, kind: str = CALL, minutes: int = 5, **note: Any) -> UUID:
    """A notice of a case to the duty manager, so many minutes after noon: its bundle."""
    card = cases.card(number)
    key = note.pop("key", str(uuid4()))
    given = {"urgency": 1, "ack": True, **note}
    with held_at(NOON + minutes * MINUTE):
        post([Note(key, kind, "case", card.id, "duty_manager", card.customer, **given)])
        while addressing.address():
            pass
    return Recipient.objects.get(notice__key=key).bundle


def turn_on(*codes: str) -> None:
    values = {
        "sms": {"url": "http://127.0.0.1:9/", "token": "Bearer never-shown", "secret": "k" * 20},
        "voice": {"url": "http://127.0.0.1:9/", "secret": "v" * 20},
    }
    with held_at(NOON):
        for code in codes:
            set_up.configure(ADMIN, code, values[code])


def ask(client: Client, address: str, minutes: int = 9) -> str:
    with held_at(NOON + minutes * MINUTE):
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def press(
    client: Client, address: str, minutes: int = 9, form: Mapping[str, str] | None = None
) -> HttpResponse:
    with held_at(NOON + minutes * MINUTE):
        return whole(client.post(address, dict(form or {})))


def buttons(html: str) -> int:
    return len(re.findall(r"<button[^>]*jn-know", html))


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        ask(client, address, 50)
    return len(found)

"""A case to tell the duty manager of, and a signed-in administrator."""

from __future__ import annotations

import pytest
from django.test import Client

from jiannuo.people.models import Staff
from tests.faces.telling.pages import turn_on
from tests.world import enter, login


@pytest.fixture
def number(number: str) -> str:
    """The case; and its duty manager can be called and written to."""
    Staff.objects.filter(name="刘洋").update(phone="13800000007", email="ly@jiannuo.example")
    turn_on("sms")
    return number


@pytest.fixture
def admin(number: str, client: Client) -> Client:
    Staff.objects.filter(name="罗敏").update(phone="13800000015")
    return enter(client, login("罗敏"))

"""Programs that call the API as one of our people, and what they are answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.world import login

FAULT = {"channel": "monitoring", "kind": "fault", "text": "核心交换机主控板告警"}


@dataclass(frozen=True)
class Program:
    """A program that acts as one of our people. Each call is made by a client of its own."""

    token: str
    at: datetime = NOON

    def later(self, **span: float) -> Program:
        return replace(self, at=self.at + timedelta(**span))

    def get(self, address: str, **headers: str) -> HttpResponse:
        with held_at(self.at):
            return whole(Client().get(f"/api/v1{address}", headers=self._headers(headers)))

    def post(
        self, address: str, said: Any = None, key: object = None, **headers: str
    ) -> HttpResponse:
        told = self._headers(headers) | ({"Idempotency-Key": str(key)} if key else {})
        body = said if isinstance(said, bytes) else json.dumps(said or {})
        with held_at(self.at):
            answer = Client().post(
                f"/api/v1{address}", body, content_type="application/json", headers=told
            )
        return whole(answer)

    def step(self, number: str, kind: str, key: object = None, **said: Any) -> HttpResponse:
        return self.post(f"/cases/{number}/steps/{kind}", said, key)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        known = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}"} | known


Programs = Callable[[str], Program]


def program_of(name: str) -> Program:
    login(name)
    return Program(people.open_token(SYSTEM, name, "对接"))


def told(answer: HttpResponseBase, status: int) -> dict[str, Any]:
    said = whole(answer)
    assert said.status_code == status, said.content.decode()
    assert said.headers["Content-Type"].startswith("application/json")
    found: dict[str, Any] = json.loads(said.content)
    return found


def refused(answer: HttpResponseBase, status: int, code: str) -> dict[str, Any]:
    found = told(answer, status)
    assert found["code"] == code, found
    assert found["zh"]
    assert found["en"]
    assert found["zh"] != found["en"]
    return found

"""Anything at all may be sent: it is taken or refused, and breaks nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiannuo.archive.models import Event
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from jiannuo.people.rules import Duty
from jiannuo.web.shapes import CASE, ROSTER, STOCK, SUBJECTS, shape
from tests.faces.api.programs import Program, program_of
from tests.faces.conftest import NOON
from tests.world import Customer, World, confirmed, reported

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["", " ", "9" * 30, "1e999999", "1.00", "2026-05-20T12:00:00+08:00", "0001-01-01T00:00Z"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def likely(field: Any) -> st.SearchStrategy[Any]:
    """What often may stand in a field."""
    samples: dict[str, list[Any]] = {
        "int": [0, 1, 3, 2**31 - 1],
        "bool": [True, False],
        "money": ["1.00", "999999999999.99"],
        "quantity": ["1", 2.5, "999999999999.999999"],
        "time": [(NOON + timedelta(hours=n)).isoformat() for n in (-30, -1, 0, 3)]
        + ["2000-01-01T00:00:00Z", "2099-12-31T23:59:59+08:00"],
        "names": [[], ["李伟"], ["无名", "李伟"]],
        "cause": ["quality", "EX1"],
        "exclusion": ["EX1", "EX3"],
        "consent": [{"by": "邓丽", "how": "call"}],
        "geo": [[31.4, 104.6]],
        "any": [{}, {"text": "y"}, {"due": "9999-12-31T23:59:59Z"}, {"qty": "1e999999"}],
        "uuid": [str(uuid4())],
    }
    words = ["李伟", "CXN6800-2505-0009", "CXN3800-2411-0118", "风扇", "无", "x" * 3000]
    words += ["duty_manager", "刘洋", "W15"]
    closed = field.type.split("|") if "|" in field.type else words
    return st.sampled_from(samples.get(field.type, closed))


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(("reported", *CASE, *STOCK, *ROSTER)))
    said: dict[str, Any] = {}
    for name, field in shape(kind).fields.items():
        if field.required or draw(st.booleans()):
            said[name] = draw(likely(field) if draw(st.integers(0, 9)) else JSON)
    if draw(st.integers(0, 4)) == 0:
        said["at"] = draw(likely(field_at()) | JSON)
        said["why"] = draw(st.text(max_size=5) | JSON)
    if draw(st.integers(0, 9)) == 0:
        said[draw(st.text(max_size=8))] = draw(JSON)
    return kind, said


def field_at() -> Any:
    return replace(shape("arrival_agreement").fields["due"], name="at")


@pytest.fixture
def anybody(world: World) -> tuple[Program, str, Customer]:
    """A program that may do all that our people may, a case and a roster to do it to."""
    guards = ("security_admin", "audit_admin")  # nobody is two of the administrators
    roles = tuple(role for role in VENDOR_ROLES if role not in guards)
    people.hire(SYSTEM, Person("万能", roles, level="senior"))
    span = (NOON - timedelta(days=2), NOON + timedelta(days=2))
    duties = [
        Duty("duty_manager", span[0], NOON, "刘洋"),
        Duty("duty_manager", NOON, span[1], None),
    ]
    people.draw_roster(SYSTEM, "W15", span, ("duty_manager",), duties)
    people.publish_roster("W15")
    number = confirmed(world, reported(world, NOON), NOON)
    return program_of("万能"), number, world.customer


@pytest.mark.slow
@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(request=requests(), elsewhere=st.booleans())
def test_nothing_that_is_sent_breaks_anything(
    anybody: tuple[Program, str, Customer], request: tuple[str, dict[str, Any]], elsewhere: bool
) -> None:
    program, number, _ = anybody
    kind, said = request
    there = {"part": "stock/风扇", "roster": "rosters/W15", "case": f"cases/{number}"}
    about = next((what for _, what, steps in SUBJECTS if kind in steps), "")
    address = f"/{there[about]}/steps/{kind}" if about else "/cases"
    before = Event.objects.count()
    answer = program.post(address, json.dumps(said).encode())
    assert answer.status_code in (201, 403, 404, 409, 422), (kind, said, answer.content.decode())
    if answer.status_code == 201:
        assert program.get(f"/cases/{number}").status_code == 200
    else:
        assert Event.objects.count() == before


@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_breaks_anything(anybody: tuple[Program, str, Customer], body: bytes) -> None:
    program, number, _ = anybody
    for address in ("/cases", f"/cases/{number}/steps/noted"):
        assert program.post(address, body).status_code in (201, 422)


@given(path=st.text(min_size=1, max_size=20), key=st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_or_key_breaks_anything(
    anybody: tuple[Program, str, Customer], path: str, key: str
) -> None:
    program, _, _ = anybody
    spelled = quote(path.encode("utf-8", "replace"), safe="")
    sent = key.encode("utf-8", "replace").decode("latin-1").replace("\n", "").replace("\r", "")
    assert program.get(f"/cases/{spelled}").status_code in (200, 404)
    assert program.post(f"/cases/{spelled}/steps/archive_read", {}, sent).status_code in (404, 422)
    assert program.post(f"/stock/x/steps/{spelled}", {}, sent).status_code in (404, 422)

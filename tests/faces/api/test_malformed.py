"""What cannot be read is told by its name, field by field, and nothing is kept of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from jiannuo.archive.models import Event
from jiannuo.cases.models import Case
from jiannuo.faces.api.history import Turned
from jiannuo.faces.api.listed import Wanted
from jiannuo.journey.steps import STEPS
from jiannuo.manual.catalogue import kinds
from jiannuo.web.shapes import CASE, ROSTER, STOCK, names, shape
from tests.faces.api.programs import FAULT, Programs, refused


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, {"channel", "kind"}),
        ({**FAULT, "channel": "fax!"}, {"channel"}),
        ({**FAULT, "chanel": "fax", "drill": "yes"}, {"chanel", "drill"}),
        ({**FAULT, "at": "12:00"}, {"at"}),
        ({**FAULT, "at": "9999-12-31T23:59:59Z"}, {"at"}),
        ({**FAULT, "customer": "x"}, {"customer"}),
        ({**FAULT, "customer": str(uuid4())}, {"customer"}),
        ({**FAULT, "text": "x" * 10_001}, {"text"}),
        ({**FAULT, "text": ["x"], "caller": 7}, {"text", "caller"}),
        (b"{", {"body"}),
        (b"[1]", {"body"}),
        (b'"x"', {"body"}),
        (b"\xff\xfe", {"body"}),
        (b'{"channel": NaN}', {"body"}),
        (b"[" * 100_000, {"body"}),
        (b'{"text": "\\u0000"}', {"body"}),
        (b'{"text": "\\ud800"}', {"body"}),
        (b'{"\\ud800": 1}', {"body"}),
    ],
)
def test_what_is_malformed_is_named_field_by_field_in_both_languages(
    acting: Programs, said: Any, wrong: set[str]
) -> None:
    found = refused(acting("周敏").post("/cases", said), 422, "malformed")
    assert {one["field"] for one in found["fields"]} == wrong
    for one in found["fields"]:
        assert one["field"] in one["zh"]
        assert one["field"] in one["en"]
    assert not Case.objects.exists()


def test_a_field_is_told_by_its_name_in_words(acting: Programs, number: str) -> None:
    answer = acting("周敏").step(number, "confirmed", level="L9")
    [one] = refused(answer, 422, "malformed")["fields"]
    assert "等级" in one["zh"]
    assert "L1 | L2" in one["zh"]
    assert "level" in one["en"]


def test_every_field_has_a_name_in_words() -> None:
    fields = {f for kind in (*CASE, *STOCK, *ROSTER, "reported") for f in shape(kind).fields}
    beside = {"at", "why", "said_by", "heard", "body"}
    asked = {*Wanted.model_fields, *Turned.model_fields, "q"}
    known = {f for row in kinds().values() for f in row.fields}
    known |= {f for kind in STEPS for f in shape(kind).fields}
    assert fields | beside | asked <= set(names()) <= known | beside | asked


def test_what_the_database_cannot_hold_is_malformed_too(acting: Programs, number: str) -> None:
    """Found by the database only: still no failure of ours, and nothing kept."""
    before = Event.objects.count()
    answer = acting("周敏").post("/cases", {**FAULT, "caller": "长" * 5000})
    refused(answer, 422, "out_of_range")
    assert Event.objects.count() == before


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_a_request_that_is_too_large_is_not_read(acting: Programs) -> None:
    refused(acting("周敏").post("/cases", {**FAULT, "text": "x" * 200}), 413, "too_big")

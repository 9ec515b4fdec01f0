"""Settling: what is stored is what the fold said last, and nothing is written for nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jiannuo.clocks.arming import Owner
from jiannuo.clocks.commands import raise_alert
from jiannuo.clocks.models import Clock as Row
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import held_at
from jiannuo.manual.clocks import Clock
from jiannuo.manual.levels import Step
from jiannuo.manual.profile import shipped
from tests.clocks.running import DUE, START, Subject, promise
from tests.manual.happenings import at

pytestmark = pytest.mark.django_db

FULL = Clock(
    "remote_response",
    START,
    DUE,
    "lt",
    at("02:00"),
    gross_start=at("00:30"),
    gross_due=at("02:30"),
    original_due=at("04:00"),
    original_op="lt",
    waited=timedelta(minutes=7),
    limit=timedelta(hours=2),
    basis="L3",
    steps=(Step(at("01:10"), "L3", at("03:00")),),
)


def test_a_clock_comes_back_as_it_went_in() -> None:
    case = Subject()
    excused = Clock("fix_24h", excused="merged")
    case.settle("02:00", FULL, excused)
    assert case.stored == [FULL, excused]


@pytest.mark.parametrize(
    "change",
    [
        {"stop": None},
        {"excused": "exclusion", "judged_at": at("02:00")},
        {"still_since": at("02:30"), "stop": None},
        {"by_loaner": True},
        {"steps": ()},
        {"due": at("03:30")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_changed_is_what_is_stored(change: dict[str, Any]) -> None:
    case = Subject()
    case.settle("02:00", FULL)
    changed = replace(FULL, **change)
    case.settle("02:10", changed)
    assert case.stored == [changed]


def test_settling_the_same_again_writes_nothing() -> None:
    case = Subject()
    case.settle("02:00", FULL, promise())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        case.settle("02:10", FULL, promise())
    assert [q["sql"] for q in asked if not q["sql"].startswith(("SELECT", "select"))] == []


def test_an_alert_tied_to_an_event_is_raised_each_time() -> None:
    owner = Owner("stock", Subject().id, "风扇")
    for when in ("02:00", "03:00"):
        with held_at(at(when)):
            raise_alert(owner, shipped(), "stock_below_min")
    rows = Fired.objects.filter(subject=owner.id).order_by("moment")
    assert [(row.generation, row.moment, row.fired_at) for row in rows] == [
        (1, at("02:00"), at("02:00")),
        (2, at("03:00"), at("03:00")),
    ]


def row(**values: object) -> Row:
    known = {
        "subject_kind": "case",
        "subject": Subject().id,
        "promise": "fix_24h",
        "op": "le",
        "started_at": START,
        "due_at": DUE,
        "waited": timedelta(),
        "profile_version": 1,
    }
    return Row(**{**known, **values})


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("clocks_clock_op_is_known", {"op": "eq"}),
        ("clocks_clock_stops_after_its_start", {"stopped_at": START - timedelta(seconds=1)}),
        ("clocks_clock_begun_has_a_due_moment", {"due_at": None}),
        ("clocks_clock_unbegun_is_excused", {"started_at": None}),
    ],
)
def test_a_clock_that_cannot_be_is_not_stored(sentence: str, values: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        row(**values).save()
    row().save()


def test_a_promise_is_made_to_a_subject_once() -> None:
    one = row()
    one.save()
    with pytest.raises(IntegrityError, match="one_a_promise"), transaction.atomic():
        row(subject=one.subject).save()


def test_a_trigger_is_one_a_generation_and_knows_its_states() -> None:
    case = Subject()
    case.settle("01:00", promise())
    kept = Trigger.objects.get(subject=case.id)
    kept.pk = None
    with pytest.raises(IntegrityError, match="one_a_generation"), transaction.atomic():
        kept.save(force_insert=True)
    kept.generation, kept.state = 2, "sleeping"
    with pytest.raises(IntegrityError, match="state_is_known"), transaction.atomic():
        kept.save(force_insert=True)

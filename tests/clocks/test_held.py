"""Settling while somebody sweeps: what fired has fired, and is not seen as it was before."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection, transaction

from jiannuo.clocks.models import Fired, Trigger
from jiannuo.manual.clocks import Clock
from jiannuo.manual.marks import Mark
from jiannuo.notices.models import Notice
from tests.clocks.running import DUE, Subject, promise, sweep_out
from tests.crowd import at_once
from tests.manual.happenings import at

pytestmark = pytest.mark.django_db(transaction=True)


def phone(stop: str | None = None) -> Clock:
    """50 % at 02:00."""
    return promise(due=DUE, code="phone_response", stop=at(stop) if stop else None)


@contextmanager
def settled_by_another(settle: partial[None]) -> Iterator[None]:
    """Another process settles while what stands below is not committed yet."""

    def run() -> None:
        try:
            settle()
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        yield
        other.start()
        other.join(0.4)
        assert other.is_alive(), "it did not wait for the sweep"
    other.join(20)
    assert not other.is_alive()


def test_a_rung_that_fires_while_its_promise_is_kept_is_called_back() -> None:
    case = Subject()
    case.settle("01:00", phone())
    with settled_by_another(partial(case.settle, "02:00", phone(stop="02:00"))):
        assert sweep_out("02:00") == [("due:phone_response", "50%")]
    assert case.states == [("due:phone_response", 1, "dropped")]
    assert set(Notice.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_rung_that_fires_while_its_ladder_is_settled_does_not_come_again() -> None:
    case = Subject()
    case.settle("01:00", phone())
    with settled_by_another(partial(case.settle, "02:00", phone(), urgency=1)):
        assert sweep_out("02:00") == [("due:phone_response", "50%")]
    row = Trigger.objects.get()
    assert (row.stage, row.done, row.urgency) == ("75%", ["50%"], 1)
    assert sweep_out("02:29") == []


def test_an_alert_that_fires_while_it_is_moved_has_fired() -> None:
    """Armed once more in the same generation it would fire a second time, and tell nobody."""
    case = Subject()
    case.settle("01:00", marks=[Mark("fix_24h_12h", at("02:00"), "2603-00001")])
    moved = Mark("fix_24h_12h", at("03:00"), "2603-00001")
    with settled_by_another(partial(case.settle, "02:00", marks=[moved])):
        assert sweep_out("02:00") == [("fix_24h_12h", "")]
    assert case.states == [("fix_24h_12h", 1, "fired")]
    assert Trigger.objects.get().moment == at("02:00")
    assert Fired.objects.count() == Notice.objects.count() == 1


def test_settling_and_sweeping_at_once_stand_in_nobody_s_way() -> None:
    cases = [Subject() for _ in range(6)]
    for case in cases:
        case.settle("01:00", phone(), promise(), urgency=2)

    def work(number: int) -> int:
        if number % 2:
            return len(sweep_out("02:00"))
        for case in cases:
            case.settle("02:01", phone(), promise(), urgency=1)
        return 0

    answers = at_once(8, work)
    assert [one for one in answers if isinstance(one, Exception)] == []
    while sweep_out("02:01"):
        pass
    assert Fired.objects.count() == 6

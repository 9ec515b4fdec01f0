"""The audit that watches the sweep and the senders, the canary, the dead-man's ping."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from jiannuo.clocks import guard
from jiannuo.journey import telling
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices.models import Delivery, Notice
from jiannuo.site import environment, watchdog
from jiannuo.site.loops import SETTLES, Audit
from tests.clocks.running import armed
from tests.site.waiting import delivery

pytestmark = pytest.mark.django_db
ENV = environment.read({})


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """An address outside that hears the ping."""
    heard: list[str] = []

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/alive", heard
        server.shutdown()


def overdue(seconds: float) -> None:
    armed(guard.database_time() - timedelta(seconds=seconds))


def test_a_clean_audit_pings_the_outside(outside: tuple[str, list[str]]) -> None:
    url, heard = outside
    watchdog.audit(replace(ENV, deadman=url))
    assert heard == ["/alive"]
    assert not Notice.objects.exists()


def test_a_clock_overdue_for_a_minute_is_an_alarm_and_the_ping_stays_away(
    outside: tuple[str, list[str]],
) -> None:
    url, heard = outside
    overdue(59)
    watchdog.audit(replace(ENV, deadman=url))
    assert len(heard) == 1
    overdue(61)
    watchdog.audit(replace(ENV, deadman=url))
    watchdog.audit(replace(ENV, deadman=url))
    assert len(heard) == 1
    told = Notice.objects.filter(kind="late_sweep")
    assert sorted(told.values_list("to_role", "urgency")) == [("admin", 2), ("duty_manager", 2)]


def test_what_an_outage_left_is_no_alarm_before_the_sweep_had_its_turn(
    outside: tuple[str, list[str]],
) -> None:
    url, heard = outside
    overdue(3600)
    watchdog.audit(replace(ENV, deadman=url), alarm=False)
    assert heard == []
    assert not Notice.objects.exists()
    begins = Audit(replace(ENV, deadman=url))
    begins(threading.Event())
    assert not Notice.objects.exists()
    begins.began -= SETTLES + 1
    begins(threading.Event())
    assert Notice.objects.filter(kind="late_sweep").exists()


def test_a_notice_unsent_for_two_minutes_is_an_alarm() -> None:
    telling.configure(SYSTEM, "sms", {"url": "http://127.0.0.1:9/", "secret": "s" * 20})
    at = guard.database_time() - timedelta(seconds=121)
    delivery(next_at=at, posted_at=at)
    assert not watchdog.look().clean
    Delivery.objects.update(tries=2)  # tried before, and nobody tries it any more
    assert not watchdog.look().clean
    Delivery.objects.update(held=True, next_at=guard.database_time() + timedelta(hours=5))
    assert watchdog.look().clean  # a reminder that waits for the morning is where it should be


@pytest.mark.parametrize(
    ("given", "waits"),
    [
        ({}, False),
        ({"tries": 3}, True),  # five minutes at most between two tries, or as long as was asked
        ({"tries": 3, "urgency": 1}, False),
        ({"tries": 200, "urgency": 1}, True),
        ({"held": True}, True),  # for the morning
    ],
)
def test_what_a_clock_that_was_wrong_put_off_goes_out(given: dict[str, Any], waits: bool) -> None:
    telling.configure(SYSTEM, "sms", {"url": "http://127.0.0.1:9/", "secret": "s" * 20})
    later = guard.database_time() + timedelta(minutes=59)
    delivery(next_at=later, **given)
    watchdog.audit(ENV)
    assert (Delivery.objects.get().next_at == later) is waits


def test_nothing_waits_for_longer_than_anybody_may_ask() -> None:
    delivery(next_at=guard.database_time() + timedelta(hours=2), tries=3)
    watchdog.audit(ENV)
    assert Delivery.objects.get().next_at <= guard.database_time()


def test_an_address_that_does_not_answer_stops_no_audit(caplog: pytest.LogCaptureFixture) -> None:
    watchdog.audit(replace(ENV, deadman="http://127.0.0.1:9"))
    assert "did not answer" in caplog.text

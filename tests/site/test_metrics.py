"""/healthz, /readyz and /metrics: for machines that ask, without a sign-in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from jiannuo.clocks import canary, guard
from jiannuo.clocks.guard import database_time, note_jump
from jiannuo.clocks.sweeping import sweep
from jiannuo.kernel.moment import held_at
from jiannuo.notices.commands import Note, post
from jiannuo.oversight.doctor.checks import disk
from jiannuo.oversight.doctor.checks.disk import Room
from jiannuo.oversight.doctor.finding import Check
from jiannuo.site import environment, schema
from tests.faces.conftest import NOON
from tests.site.waiting import delivery, overdue
from tests.world import company, confirmed, reported

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def asked(client: Client) -> dict[str, Metric]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    return {one.name: one for one in text_string_to_metric_families(answer.content.decode())}


def value(found: dict[str, Metric], name: str, **labels: str) -> float:
    samples = [one for family in found.values() for one in family.samples]
    [one] = [s for s in samples if s.name == name and s.labels == labels]
    return float(one.value)


def test_a_quiet_house_tells_zeroes(client: Client) -> None:
    found = asked(client)
    for name in (
        "jiannuo_clocks_open",
        "jiannuo_clocks_overdue_unfired",
        "jiannuo_oldest_unsent_notice_seconds",
        "jiannuo_clock_jumps_total",
        "jiannuo_audit_rows_waiting",
        "jiannuo_lateness_seconds_count",
    ):
        assert value(found, name) == 0, name
    assert value(found, "jiannuo_open_cases", level="L1") == 0
    assert "jiannuo_canary_age_seconds" not in found  # unknown is not zero


def test_figures_are_those_of_the_house(client: Client) -> None:
    with held_at(NOON):
        world = company()
    confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    reported(world, NOON)
    with held_at(NOON + 5 * MINUTE):
        found = asked(client)
    assert value(found, "jiannuo_open_cases", level="L2") == 1
    assert value(found, "jiannuo_open_cases", level="unknown") == 1
    assert value(found, "jiannuo_clocks_open") >= 2
    assert value(found, "jiannuo_audit_rows_waiting") > 0


def test_what_waits_is_told_by_its_age(client: Client) -> None:
    overdue(90 * MINUTE)
    assert value(asked(client), "jiannuo_clocks_overdue_unfired") == 1
    at = database_time()
    with held_at(at - 3 * MINUTE):
        post([Note("k", "canary", "house", guard.HOUSE, "admin")])
    found = asked(client)
    assert 179 < value(found, "jiannuo_oldest_unsent_notice_seconds") < 190
    assert value(found, "jiannuo_notices_waiting", channel="unaddressed") == 1


def test_a_channel_that_fails_is_counted(client: Client) -> None:
    delivery()
    delivery(trouble="余额不足", tries=2)
    delivery(state="failed", trouble="号码错误")
    delivery(state="failed", posted_at=database_time() - timedelta(days=1))
    delivery(held=True)
    found = asked(client)
    assert value(found, "jiannuo_notices_waiting", channel="sms") == 2
    assert value(found, "jiannuo_channel_failures", channel="sms") == 2


def test_lateness_is_a_histogram_of_the_last_hour(client: Client) -> None:
    overdue(timedelta(seconds=7))
    overdue(timedelta(minutes=2))
    while sweep():
        pass
    yesterday = database_time() - timedelta(days=1)
    overdue(timedelta(days=1, minutes=1))
    with held_at(yesterday):
        sweep()
    [family] = [f for f in asked(client).values() if f.name == "jiannuo_lateness_seconds"]
    assert family.type == "histogram"
    counts = {s.labels["le"]: s.value for s in family.samples if s.name.endswith("_bucket")}
    assert counts["5.0"] == 0
    assert counts["10.0"] == counts["60.0"] == 1
    assert counts["300.0"] == counts["+Inf"] == 2
    [total] = [s.value for s in family.samples if s.name.endswith("_sum")]
    assert 127 <= total < 140


def test_loops_canary_and_jumps_have_their_ages(client: Client) -> None:
    guard.beat("sweep", database_time())
    note_jump(database_time() - MINUTE, 12.0)
    canary.send(database_time() - timedelta(seconds=5))
    found = asked(client)
    assert value(found, "jiannuo_loop_last_beat_age_seconds", loop="sweep") < 5
    assert value(found, "jiannuo_clock_jumps_total") == 1
    assert found["jiannuo_clock_jumps"].type == "counter"


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.8.8.8", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("10.0.0.9", {}, 404),
        ("::ffff:10.0.0.9", {}, 404),
        ("", {}, 404),
        ("not an address", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Via": "1.1 nginx"}, 404),
    ],
)
def test_only_known_networks_are_told(
    client: Client, address: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/metrics", REMOTE_ADDR=address, headers=headers)
    assert answer.status_code == status


def test_the_networks_are_a_setting(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    env = environment.read({**os.environ, "JIANNUO_METRICS": "10.0.0.0/8, fd00::/8"})
    monkeypatch.setattr(settings, "ENV", env)
    for address, status in (("10.0.0.9", 200), ("fd00::9", 200), ("127.0.0.1", 404)):
        assert client.get("/metrics", REMOTE_ADDR=address).status_code == status
    proxied = {"X-Forwarded-For": "10.0.0.9"}
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9", headers=proxied).status_code == 200


def test_a_network_that_is_none_stops_the_start() -> None:
    with pytest.raises(environment.BadEnvironment, match=r"JIANNUO_METRICS.*10\.0\.0\.0/8"):
        environment.read({"JIANNUO_METRICS": "10.0.0.1/8"})


def test_metrics_ask_a_few_questions_however_much_there_is(client: Client) -> None:
    for _ in range(5):
        overdue(MINUTE)
        delivery()
    with CaptureQueriesContext(connection) as found:
        asked(client)
    assert len(found) <= 15


# -- ready ------------------------------------------------------------------------------------


def codes(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    said = answer.json()
    assert said["ready"] is (answer.status_code == 200)
    assert all(one["zh"] and one["en"] for one in said["wrong"])
    return answer.status_code, [one["code"] for one in said["wrong"]]


def test_a_house_in_order_is_ready(client: Client) -> None:
    assert codes(client) == (200, [])


def test_a_sweep_that_lags_is_not_ready_and_one_a_little_late_is(client: Client) -> None:
    overdue(timedelta(seconds=20))
    assert codes(client) == (200, [])
    overdue(timedelta(seconds=40))
    assert codes(client) == (503, ["sweep"])


def test_tables_of_another_release_are_not_ready(client: Client) -> None:
    assert not schema.missing()
    MigrationRecorder(connection).record_unapplied("clocks", "0005_vitals")
    assert schema.missing() == ["clocks.0005_vitals"]
    assert codes(client) == (503, ["migrations"])


def test_a_full_disk_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Check(
        "disk",
        disk.CHECK.name,
        lambda machine: disk.look(machine, lambda _: Room(10 << 20, 100 << 30)),
        database=False,
    )
    monkeypatch.setattr(disk, "CHECK", full)
    assert codes(client) == (503, ["disk"])


@pytest.fixture
def away(transactional_db: None) -> Iterator[None]:
    """The database refuses connections: Django knows another name."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "jiannuo_test_nowhere"
    yield
    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.mark.django_db(transaction=True)
def test_without_a_database_each_says_so(away: None, client: Client) -> None:
    assert client.get("/healthz").status_code == 503
    assert codes(client) == (503, ["database"])
    answer = client.get("/metrics")
    assert answer.status_code == 503
    assert b"away" in answer.content

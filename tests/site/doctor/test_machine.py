"""`jiannuo doctor` on the machine: its disk, its secret key, its clock and zone data."""

from __future__ import annotations

from datetime import timedelta
from importlib import metadata
from pathlib import Path

import pytest

from jiannuo.clocks.guard import database_time, note_jump
from jiannuo.kernel.moment import held_at, now
from jiannuo.oversight.doctor.checks import clock, disk, secret, timeserver, zones
from jiannuo.oversight.doctor.checks.disk import GB, Room
from jiannuo.oversight.doctor.machine import Machine
from tests.site.doctor.findings import told

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("free", "size", "state"),
    [(60, 100, "ok"), (80, 4000, "ok"), (15, 4000, "warn"), (1.5, 10, "warn"), (0.2, 10, "bad")],
)
def test_a_disk_that_fills(here: Machine, free: float, size: int, state: str) -> None:
    found = disk.look(here, lambda _: Room(int(free * GB), size * GB))
    told(found, state, "GB" if free >= 1 else "MB", "data folder")


def test_a_log_that_something_holds_back(
    here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = tmp_path / "postgres"
    (cluster / "pg_wal").mkdir(parents=True)
    with (cluster / "pg_wal" / "0001").open("wb") as file:
        file.truncate(5 * GB)  # holes cost nothing
    plenty = Room(500 * GB, 1000 * GB)
    told(disk.look(Machine(tmp_path, cluster), lambda _: plenty), "warn", "pg_wal", "5.0 GB")
    (cluster / "pg_wal").rename(tmp_path / "wal")
    (cluster / "pg_wal").symlink_to(tmp_path / "wal")
    measured = {tmp_path: plenty, tmp_path / "wal": Room(GB // 4, 10 * GB)}
    told(disk.look(Machine(tmp_path, cluster), measured.__getitem__), "bad", "数据库日志剩 256 MB")


def test_a_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    assert disk.room(tmp_path / "a" / "b").size == disk.room(tmp_path).size > 0


def test_a_key_that_others_can_read(here: Machine, tmp_path: Path) -> None:
    told(secret.look(here), "ok", "JIANNUO_SECRET_KEY")
    key = tmp_path / "secret_key"
    key.write_text("x")
    key.chmod(0o644)
    told(secret.look(Machine(tmp_path, key=key)), "bad", "644")
    key.chmod(0o600)
    told(secret.look(Machine(tmp_path, key=key)), "ok")


def test_the_clock(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    told(clock.look(here), "ok", "0.0")
    note_jump(database_time() - HOUR, -42.0)
    told(clock.look(here), "warn", "-42 秒", "1 h ago")
    note_jump(database_time() - 2 * DAY, 90.0)
    told(clock.look(here), "warn", "跳了 1 次")
    with held_at(database_time() - 10 * MINUTE):
        told(clock.look(here), "bad", "600")


@pytest.mark.parametrize(("kept", "state"), [(True, "ok"), (False, "warn"), (None, "warn")])
def test_the_time_server(here: Machine, kept: bool | None, state: str) -> None:
    told(timeserver.look(here, lambda: kept), state)


def test_the_kernel_is_asked_and_never_told() -> None:
    before = now()
    assert timeserver.kept() in (True, False, None)
    assert now() - before < MINUTE


def test_zone_data_that_are_old(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    told(zones.look(here), "ok", "Asia/Shanghai")
    monkeypatch.setattr(metadata, "version", lambda _: "2019.3")
    told(zones.look(here), "warn", "2019.3")

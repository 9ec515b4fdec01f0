"""`jiannuo doctor`: each check fails once for real, in words with one thing to do."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from importlib import metadata
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from jiannuo.archive.commands import seal
from jiannuo.clocks import canary, guard, recount
from jiannuo.clocks.guard import database_time, note_jump
from jiannuo.clocks.models import Beat
from jiannuo.clocks.sweeping import sweep
from jiannuo.faces.console import demo_company
from jiannuo.journey import addressing, delivering
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at, now
from jiannuo.manual.words import Text
from jiannuo.notices import set_up
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import ChannelSetUp, Delivery
from jiannuo.oversight.doctor import backups
from jiannuo.oversight.doctor.backups import Backup
from jiannuo.oversight.doctor.checks import (
    address,
    audit,
    backup,
    channels,
    clock,
    connections,
    disk,
    duty,
    notices,
    roster,
    secret,
    timeserver,
    transactions,
    worker,
    zones,
)
from jiannuo.oversight.doctor.checks import canary as canary_check
from jiannuo.oversight.doctor.checks import recount as recount_check
from jiannuo.oversight.doctor.checks import sweep as sweep_check
from jiannuo.oversight.doctor.checks.disk import GB, Room
from jiannuo.oversight.doctor.examining import Examined, examine
from jiannuo.oversight.doctor.finding import Check, Finding, Report, State
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.oversight.doctor.registry import CHECKS
from jiannuo.people import commands as people
from jiannuo.people.models import Roster, Staff
from jiannuo.people.rules import Duty
from jiannuo.site import environment
from jiannuo.site.cli import cli
from jiannuo.site.database import fitness
from jiannuo.site.doctor import certificate, chain, command, database, migrations
from jiannuo.site.doctor.command import ELSEWHERE, OWN, SLOW
from jiannuo.site.loops import loops
from tests.clocks.running import armed
from tests.notices.channels import certificate as certificates
from tests.world import World, company, reported

CLI = [sys.executable, "-m", "jiannuo.site.cli"]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PLACES = (
    Path(__file__).parents[2] / "jiannuo/oversight/doctor/checks",
    Path(__file__).parents[2] / "jiannuo/site/doctor",
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(tmp_path: Path) -> Machine:
    return Machine(data=tmp_path, url="https://service.example.cn", hosts=("service.example.cn",))


def told(found: Finding, state: str, *words: str) -> None:
    """In this state, with these words in either language, and what to do unless all is well."""
    assert found.state == state, found
    for word in words:
        assert word in f"{found.found.zh}\n{found.found.en}"
    assert (found.do is None) == (state == "ok")
    for text in (found.found, *([found.do] if found.do else [])):
        assert text.zh.strip()
        assert text.en.strip()
        assert "\n" not in text.zh + text.en


# -- what is fired and told -------------------------------------------------------------------


def beat(loop: str, ago: timedelta, trouble: str = "") -> None:
    guard.beat(loop, now(), trouble)
    Beat.objects.filter(loop=loop).update(beat_at=database_time() - ago)


def test_no_worker_and_one_that_died(here: Machine) -> None:
    told(worker.look(here), "bad", "没有后台进程运行过", "No worker has run")
    for loop in ("sweep", "address"):
        beat(loop, timedelta(seconds=2))
    told(worker.look(here), "ok", "2 个循环")
    for loop in ("sweep", "address"):
        beat(loop, 3 * HOUR)
    told(worker.look(here), "bad", "3 时前", "3 h ago")


def test_a_loop_that_fails_or_stands_still(here: Machine) -> None:
    for loop in ("sweep", "address", "seal"):
        beat(loop, timedelta(seconds=2))
    beat("seal", timedelta(seconds=2), "ValueError: a poisoned row")
    told(worker.look(here), "warn", "seal", "a poisoned row")
    beat("sweep", timedelta(seconds=40))
    told(worker.look(here), "bad", "sweep", "40")
    Beat.objects.filter(loop="sweep").delete()
    told(worker.look(here), "bad", "sweep 没有运行")


def test_every_loop_is_allowed_twice_its_pace() -> None:
    for loop in loops(environment.read(os.environ)):
        assert worker.allowed(loop.name).total_seconds() >= 2 * loop.pace, loop.name


def overdue(ago: timedelta) -> None:
    armed(database_time() - ago, code="canary", to="admin")


def test_what_is_overdue(here: Machine) -> None:
    told(sweep_check.look(here), "ok")
    overdue(timedelta(seconds=10))
    told(sweep_check.look(here), "warn", "10 秒")
    overdue(2 * MINUTE)
    told(sweep_check.look(here), "bad", "2 个到点", "2 moments")


def test_what_is_not_out(here: Machine) -> None:
    told(notices.look(here), "ok")
    for key, ago in (("a", timedelta(seconds=60)), ("b", 5 * MINUTE)):
        with held_at(database_time() - ago):
            post([Note(key, "canary", "house", guard.HOUSE, "admin")])
        told(notices.look(here), "warn" if key == "a" else "bad")
    told(notices.look(here), "bad", "2 条通知", "5 m")


def test_the_canary(here: Machine) -> None:
    told(canary_check.look(here), "warn", "还没有走通")
    with held_at(database_time() - HOUR):
        company()
        canary.send(now() - timedelta(seconds=10))
        sweep()
        addressing.address()
        delivering.deliver("inbox", "")
    told(canary_check.look(here), "bad", "1 时前", "1 h ago")


# -- ways out ---------------------------------------------------------------------------------


def turned_on(code: str) -> None:
    ChannelSetUp.objects.create(channel=code, enabled=True, values={}, set_at=now(), set_by="罗敏")


def delivery(**more: object) -> None:
    at = now()
    given = {
        "key": str(uuid4()),
        "bundle": uuid4(),
        "person": uuid4(),
        "name": "周敏",
        "channel": "sms",
        "next_at": at,
        "posted_at": at,
    }
    Delivery.objects.create(**{**given, **more})


def test_no_way_out_of_the_house_and_one_that_fails(here: Machine) -> None:
    told(channels.look(here), "warn", "没有任何短信", "No text")
    turned_on("sms")
    assert "sms" in set_up.ready()
    told(channels.look(here), "ok", "一天内没有发过")
    delivery(state="sent", sent_at=now())
    told(channels.look(here), "ok", "sent 0 s ago")
    delivery(state="failed", trouble="号码错误")
    told(channels.look(here), "warn", "1 条没有发成", "号码错误")
    delivery(posted_at=now() - 10 * MINUTE, trouble="余额不足")
    told(channels.look(here), "bad", "积压 1 条", "10 m")


@pytest.mark.parametrize(
    ("url", "hosts", "state"),
    [
        ("http://127.0.0.1:8000", ("127.0.0.1",), "warn"),
        ("http://localhost:8000", ("localhost",), "warn"),
        ("http://[::1]:8000", ("[::1]",), "warn"),
        ("http://10.0.0.5:8000", ("10.0.0.5",), "ok"),
        ("https://service.example.cn", ("service.example.cn",), "ok"),
        ("https://service.example.cn", (".example.cn",), "ok"),
        ("https://service.example.cn", ("*",), "ok"),
        ("https://service.example.cn", ("localhost",), "bad"),
    ],
)
def test_the_address_in_messages(
    tmp_path: Path, url: str, hosts: tuple[str, ...], state: str
) -> None:
    turned_on("sms")
    told(address.look(Machine(tmp_path, url=url, hosts=hosts)), state, url.split("/")[2][:5])


# -- people -----------------------------------------------------------------------------------


@pytest.fixture
def world() -> World:
    return company()


def drawn(world: World, hours: float, *, gap: bool = False) -> None:
    """A roster from now on; `gap`: the hotline is nobody's from the second hour on."""
    at = now()
    span = (at - HOUR, at + hours * HOUR)
    ends = at + 2 * HOUR if gap else span[1]
    duties = [
        Duty("hotline", span[0], ends, "周敏"),
        Duty("duty_manager", *span, "刘洋"),
    ]
    with held_at(at - DAY):
        people.draw_roster(world.actor("刘洋"), "now", span, ("hotline", "duty_manager"), duties)
        take("roster_published", world.actor("刘洋"), "now")


def test_who_is_on_duty_can_be_rung_up(world: World, here: Machine) -> None:
    told(duty.look(here), "warn", "没有值班表")
    Staff.objects.update(phone="")
    drawn(world, 400)
    told(duty.look(here), "bad", "热线坐席 周敏 没有手机号", "刘洋 has no number")
    Staff.objects.update(phone="13800000000")
    told(duty.look(here), "ok", "周敏", "刘洋")
    Staff.objects.filter(name="周敏").update(active=False)
    told(duty.look(here), "warn", "子中心负责人顶着")


def test_hours_of_the_two_weeks_that_are_nobody_s(world: World, here: Machine) -> None:
    told(roster.look(here), "warn", "没有值班表")
    drawn(world, 400)
    told(roster.look(here), "ok")
    Roster.objects.all().delete()
    drawn(world, 72)
    told(roster.look(here), "warn", "只排到", "is drawn until")


def test_a_gap_within_a_day_is_worse(world: World, here: Machine) -> None:
    drawn(world, 400, gap=True)
    told(roster.look(here), "bad", "1 处没人值班：热线坐席", "1 gaps")


# -- the machine ------------------------------------------------------------------------------


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


# -- backups and evidence ---------------------------------------------------------------------


def test_backups(here: Machine, tmp_path: Path) -> None:
    told(backup.look(here), "warn", "没有做过备份")
    company()
    told(backup.look(here), "bad", "No backup")
    assert len(demo_company.names()) > 5
    invented = Machine(tmp_path, invented=lambda: frozenset(_names()))
    told(backup.look(invented), "warn")
    file = tmp_path / "one.backup"
    file.write_bytes(b"x")
    backups.note(tmp_path, Backup(file, now() - 30 * HOUR, 1))
    told(backup.look(here), "warn", "30 时前", "30 h ago")
    backups.note(tmp_path, Backup(file, now() - HOUR, 1))
    told(backup.look(here), "ok", str(file))
    file.unlink()
    told(backup.look(here), "ok", "移走")
    assert (tmp_path / backups.NAME).stat().st_mode & 0o777 == 0o600


def _names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select name from customers_customer")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_noted_when_it_is_made(database_url: str, tmp_path: Path) -> None:
    env = {**os.environ, "DATABASE_URL": database_url, "JIANNUO_DATA": str(tmp_path)}
    file = tmp_path / "house.backup"
    subprocess.run([*CLI, "db", "backup", str(file)], env=env, check=True, capture_output=True)
    noted = backups.newest(tmp_path)
    assert noted is not None
    assert noted.file == file
    assert noted.size == file.stat().st_size
    assert noted.there


def test_rows_that_wait_for_the_chain(here: Machine) -> None:
    told(audit.look(here), "ok", "还没有可入链")
    reported(company(), now() - 5 * MINUTE)
    told(audit.look(here), "warn", "5 分")
    while seal():
        pass
    told(audit.look(here), "ok", "已入链")
    told(chain.look(here), "ok")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("alter table archive_auditrow disable trigger user")
        cursor.execute(
            "update archive_auditrow set by_name = '他人' where id = (select min(id) from archive_auditrow)"
        )
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table archive_auditrow enable trigger user")
    told(chain.look(here), "bad", "was changed")
    told(audit.look(here), "ok")  # the quick look does not see it


def test_the_nightly_recount(here: Machine) -> None:
    told(recount_check.look(here), "warn", "还没有核对过")
    at = now()
    recount.begin((at - DAY).date())
    told(recount_check.look(here), "ok", "正在核对")
    recount.end((at - DAY).date(), 12, [])
    told(recount_check.look(here), "ok", "12 单", "none differs")
    recount.begin(at.date())
    recount.end(at.date(), 12, ["2605-00007"])
    told(recount_check.look(here), "bad", "2605-00007")


# -- the database -----------------------------------------------------------------------------


def test_the_database_and_what_it_must_be(here: Machine) -> None:
    told(database.reach(here), "ok", "PostgreSQL")
    told(database.fit(here), "ok")


def test_a_database_that_is_not_there(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    told(database.reach(here), "bad", "连不上数据库", "cannot be reached")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("JIANNUO_DATA", str(here.data))
    told(database.reach(here), "bad", "没有在运行", "not running")


def test_a_database_that_lacks_an_extension(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "EXTENSIONS", (*fitness.EXTENSIONS, "hstore"))
    told(database.fit(here), "bad", "hstore")


def test_tables_of_another_release(here: Machine) -> None:
    told(migrations.look(here), "ok")
    MigrationRecorder(connection).record_unapplied("clocks", "0005_vitals")
    told(migrations.look(here), "bad", "clocks.0005_vitals")


def test_connections_that_run_out(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    told(connections.look(here), "ok")
    monkeypatch.setattr(connections, "MANY", 0.0)
    told(connections.look(here), "warn")
    monkeypatch.setattr(connections, "NEARLY_ALL", 0.0)
    told(connections.look(here), "bad")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_goes_on_and_on(
    here: Machine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(transactions.look(here), "ok")
    monkeypatch.setattr(transactions, "LONG", timedelta())
    with psycopg.connect(database_url, application_name="forgotten") as other:
        other.execute("select 1")
        told(transactions.look(here), "warn", "forgotten")


# -- the certificate --------------------------------------------------------------------------


@contextmanager
def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Our address, with a certificate that ends in two days."""
    context, _ = certificates.made(folder, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "cert.pem"))
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                    context.wrap_socket(plain, server_side=True).close()
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)


def test_a_certificate_that_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(tmp_path, monkeypatch) as url:
        machine_ = Machine(tmp_path, url=url)
        told(certificate.look(machine_), "bad", "还有 1 天到期")
        with held_at(now() - 20 * DAY):
            told(certificate.look(machine_), "warn", "21")
        with held_at(now() - 60 * DAY):
            told(certificate.look(machine_), "ok", "61")
        monkeypatch.delenv("SSL_CERT_FILE")
        told(certificate.look(machine_), "warn", "不信任", "self-signed")


def test_an_address_that_does_not_answer(tmp_path: Path) -> None:
    told(certificate.look(Machine(tmp_path, url="https://127.0.0.1:1")), "bad", "连不上")
    told(certificate.look(Machine(tmp_path, url="http://127.0.0.1:1")), "ok")


# -- all of it --------------------------------------------------------------------------------


def test_every_file_of_a_check_is_registered() -> None:
    files = {
        path.stem
        for place in PLACES
        for path in place.glob("*.py")
        if path.stem not in ("__init__", "command")
    }
    every = (*OWN, *CHECKS, *ELSEWHERE, *SLOW, database.REACH)
    homes = {sys.modules[check.look.__module__].__name__.rpartition(".")[2] for check in every}
    assert homes == files
    assert len({check.code for check in every}) == len(every)


def test_a_check_that_fails_is_a_finding_and_stops_no_other(here: Machine) -> None:
    def broken(_: Machine) -> Finding:
        raise ZeroDivisionError("half\na finding")

    name = Text("坏的", "Broken")
    found = examine([Check("broken", name, broken), *CHECKS], here)
    assert len(found.reports) == len(CHECKS) + 1
    assert found.worst == "bad"
    told(found.reports[0].finding, "bad", "ZeroDivisionError: half a finding")


def test_without_a_database_the_others_are_named(here: Machine) -> None:
    found = examine(CHECKS, here, database=False)
    assert {one.code for one in found.reports} == {"disk", "timeserver", "secret"}
    assert len(found.unasked) == len(CHECKS) - 3


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_everything_in_both_languages(database_url: str, tmp_path: Path) -> None:
    env = {**os.environ, "DATABASE_URL": database_url, "JIANNUO_DATA": str(tmp_path)}
    done = subprocess.run(
        [*CLI, "doctor", "--full"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2  # no worker
    assert "坏     后台进程       没有后台进程运行过。" in done.stdout
    assert "broken Worker         No worker has run here." in done.stdout
    assert "→ 运行 jiannuo up" in done.stdout
    assert "Whole chain" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("ok.")
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.django_db(transaction=True)
def test_programs_get_json(database_url: str, tmp_path: Path) -> None:
    env = {**os.environ, "DATABASE_URL": database_url, "JIANNUO_DATA": str(tmp_path)}
    done = subprocess.run(
        [*CLI, "doctor", "--json"], env=env, capture_output=True, text=True, check=False
    )
    said = json.loads(done.stdout)
    assert said["state"] == "bad"
    found = {one["code"]: one for one in said["checks"]}
    assert found["database"]["state"] == "ok"
    assert found["database"]["do"] is None
    assert found["worker"]["do"]["en"].startswith("Run jiannuo up")
    assert "chain" not in found
    assert said["not_asked"] == []


def test_the_command_works_while_the_database_is_down(tmp_path: Path) -> None:
    """It is told first, nothing is started, and what needs no database is looked at."""
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    done = subprocess.run(
        [*CLI, "doctor"],
        env={**env, "JIANNUO_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout.startswith("坏     数据库         数据库没有在运行。")
    assert "Not asked while the database is away: Fitness, Migrations, Worker" in done.stdout
    assert "密钥文件" in done.stdout
    assert not (tmp_path / "postgres").exists()
    assert "Traceback" not in done.stdout + done.stderr


def test_exit_codes_are_those_of_the_worst(monkeypatch: pytest.MonkeyPatch) -> None:
    states: tuple[tuple[State, int], ...] = (("ok", 0), ("warn", 1), ("bad", 2))
    for state, code in states:
        report = Report("one", Text("一项", "One"), Finding(state, Text("看了", "looked")))
        found = Examined((report,))
        monkeypatch.setattr(command, "looked", partial(_same, found))
        assert CliRunner().invoke(cli, ["doctor"]).exit_code == code


def _same(found: Examined, _: list[Check]) -> Examined:
    return found

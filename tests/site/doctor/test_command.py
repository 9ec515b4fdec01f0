"""`jiannuo doctor` as a command: for people in both languages, for programs as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.examining import Examined
from jiannuo.oversight.doctor.finding import Check, Finding, Report, State
from jiannuo.site.cli import cli
from jiannuo.site.doctor import command

CLI = [sys.executable, "-m", "jiannuo.site.cli"]

pytestmark = pytest.mark.django_db


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

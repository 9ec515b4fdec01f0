"""`jiannuo doctor` on evidence: backups, the audit chain, the nightly recount."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from jiannuo.archive.commands import seal
from jiannuo.clocks import recount
from jiannuo.faces.console import demo_company
from jiannuo.kernel.moment import now
from jiannuo.oversight.doctor import backups
from jiannuo.oversight.doctor.backups import Backup
from jiannuo.oversight.doctor.checks import audit, backup
from jiannuo.oversight.doctor.checks import recount as recount_check
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.site.doctor import chain
from tests.site.doctor.findings import told
from tests.world import company, reported

CLI = [sys.executable, "-m", "jiannuo.site.cli"]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


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

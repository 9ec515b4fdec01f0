"""Transactions that go on for long: they hold rows, and keep the database from tidying up."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from jiannuo.manual.words import Text, length
from jiannuo.oversight.doctor.finding import Check, Finding, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine

LONG = timedelta(minutes=10)
NAMED = 3

DO = Text(
    "若不是备份或导入，就请数据库管理员结束它：select pg_terminate_backend(进程号)。",
    "Unless a backup or an import is under way, have it ended: select pg_terminate_backend(number).",
)


def look(_: Machine) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            """select pid, usename, coalesce(nullif(application_name, ''), state),
              statement_timestamp() - xact_start from pg_stat_activity
            where backend_type = 'client backend' and datname = current_database()
              and xact_start < statement_timestamp() - make_interval(secs => %s)
            order by xact_start""",
            [LONG.total_seconds()],
        )
        found = cursor.fetchall()
    if not found:
        return fine("没有超过 10 分钟的。", "None has lasted for ten minutes.")
    told = [
        _said(f"{pid} {user} {name}", length(span, seconds=False))
        for pid, user, name, span in found
    ]
    return heed(joined(told[:NAMED]), DO)


def _said(who: str, span: Text) -> Text:
    return Text(f"{who} 已 {span.zh}", f"{who} for {span.en}")


CHECK = Check("transactions", Text("长事务", "Transactions"), look)

"""Connections to the database: how many of those it allows are taken?"""

from __future__ import annotations

from django.db import connection

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

MANY = 0.80
NEARLY_ALL = 0.95

DO = Text(
    "少开几个 jiannuo worker，或请数据库管理员调大 max_connections。",
    "Run fewer workers, or have max_connections raised.",
)


def look(_: Machine) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            """select count(*), current_setting('max_connections')::int
              - current_setting('superuser_reserved_connections')::int
            from pg_stat_activity where backend_type = 'client backend'"""
        )
        used, most = cursor.fetchone()
    said = Text(f"已用 {used} 个，最多 {most} 个。", f"{used} of {most} are taken.")
    if used >= MANY * most:
        return (broken if used >= NEARLY_ALL * most else heed)(said, DO)
    return fine(said.zh, said.en)


CHECK = Check("connections", Text("数据库连接", "Connections"), look)

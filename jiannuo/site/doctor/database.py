"""Does the database answer, which one is it, is it fit?"""

from __future__ import annotations

import os

import psycopg

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.site import environment
from jiannuo.site.database import address, cluster, fitness
from jiannuo.site.database.trouble import DatabaseTrouble

WITHIN = 5  # seconds

OURS = Text("数据库没有在运行。", "The database is not running.")
START = Text(
    "运行 jiannuo up；起不来时看数据目录里 postgres.log 的最后几行。",
    "Run jiannuo up; if it does not start, read the end of postgres.log in the data folder.",
)
THEIRS = Text(
    "检查 DATABASE_URL、网络和那台数据库服务器，然后再运行一次。",
    "Check DATABASE_URL, the network and that server, and run this once more.",
)
MEND = Text("按上面这句话做，再重启 jiannuo。", "Do as it says and restart jiannuo.")


def reach(_: Machine) -> Finding:
    """Nothing is started: what does not run is told."""
    env = environment.read(os.environ)
    place = address.own_place(env)
    if place is not None and not cluster.answers(place, address.NAME):
        return broken(OURS, START)
    try:
        with psycopg.connect(address.conninfo(env), connect_timeout=WITHIN) as connection:
            size = connection.execute("select pg_size_pretty(pg_database_size(current_database()))")
            (said,) = size.fetchone() or ("?",)
            version = connection.info.parameter_status("server_version")
    except psycopg.OperationalError as problem:
        why = " ".join(str(problem).split())[:200]
        return broken(
            Text(f"连不上数据库：{why}", f"The database cannot be reached: {why}"), THEIRS
        )
    return fine(f"PostgreSQL {version}，{said}。", f"PostgreSQL {version}, {said}.")


def fit(_: Machine) -> Finding:
    env = environment.read(os.environ)
    with psycopg.connect(address.conninfo(env), connect_timeout=WITHIN) as connection:
        try:
            fitness.look(connection)
        except DatabaseTrouble as trouble:
            return broken(Text(trouble.zh, trouble.en), MEND)
    return fine(
        "版本、编码、扩展、中文检索都合适。", "Version, encoding, extensions, Chinese search fit."
    )


REACH = Check("database", Text("数据库", "Database"), reach, database=False)
FIT = Check("fitness", Text("数据库条件", "Fitness"), fit)

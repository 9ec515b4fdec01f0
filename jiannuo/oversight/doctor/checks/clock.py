"""The server's clock: do the database, this machine and every worker's agree, did it jump?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.clocks import guard, vitals
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, ago, broken, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine

APART = 2.0  # seconds that nobody minds
FAR = 30.0  # seconds by which a promise may be judged wrongly
DAY = timedelta(days=1)
LIVING = timedelta(minutes=1)  # a worker of which nothing was heard for so long is none
WORKERS = "clock"  # the loop that compares a worker's clock
NAMED = 3

DO = Text(
    "在服务器上打开自动对时（NTP / chrony）；不要用手改时间。",
    "Turn automatic time (NTP, chrony) on at the server; never set its clock by hand.",
)


def look(_: Machine) -> Finding:
    before = now()
    database = guard.database_time()
    at = now()
    off = (database - (before + (at - before) / 2)).total_seconds()
    jumps = vitals.jumps(database - DAY)
    if abs(off) > APART:
        said = Text(
            f"数据库与本机的时间差 {abs(off):.0f} 秒。",
            f"The database's clock and this machine's are {abs(off):.0f} s apart.",
        )
        return (broken if abs(off) > FAR else heed)(said, DO)
    if others := vitals.troubles(WORKERS, database - LIVING):
        told = joined([Text(one, one) for one in others[:NAMED]])
        return heed(told, DO)
    if jumps:
        told = joined([_jump(ago(database - j.at), j.seconds) for j in jumps[:NAMED]])
        return heed(
            Text(
                f"一天内时间跳了 {len(jumps)} 次：{told.zh}",
                f"The clock jumped {len(jumps)} times in a day: {told.en}",
            ),
            DO,
        )
    return fine(
        f"数据库与本机相差 {abs(off):.1f} 秒，一天内没有跳变。",
        f"Database and machine are {abs(off):.1f} s apart; no jump in a day.",
    )


def _jump(since: Text, seconds: float) -> Text:
    return Text(f"{since.zh} {seconds:+.0f} 秒", f"{since.en} by {seconds:+.0f} s")


CHECK = Check("clock", Text("时钟", "Clock"), look)

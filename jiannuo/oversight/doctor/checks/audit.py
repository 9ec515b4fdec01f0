"""The audit chain: is it being sealed? Whether it is whole takes long; the command line asks it."""

from __future__ import annotations

from datetime import timedelta

from jiannuo.archive import queries as archive
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text, length
from jiannuo.oversight.doctor.finding import Check, Finding, ago, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

SOME = timedelta(minutes=1)
MOST = timedelta(minutes=30)

DO = Text(
    "看「后台进程」一行里的 seal；它正常时请运行 jiannuo doctor --full。",
    "See seal in the line of the worker; if that is well, run jiannuo doctor --full.",
)


def look(_: Machine) -> Finding:
    at, found = now(), archive.sealing()
    if found.waiting and found.waiting_since is not None and at - found.waiting_since > SOME:
        waits = length(at - found.waiting_since)
        said = Text(
            f"{found.waiting} 条记录等着入链，最早的已等 {waits.zh}。",
            f"{found.waiting} rows wait for the chain, the oldest for {waits.en}.",
        )
        return (broken if at - found.waiting_since > MOST else heed)(said, DO)
    if found.sealed_at is None:
        return fine("还没有可入链的记录。", "There is nothing to seal yet.")
    since = ago(at - found.sealed_at)
    return fine(
        f"{found.length} 条已入链，最后一条在 {since.zh}。",
        f"{found.length} rows are in the chain, the last since {since.en}.",
    )


CHECK = Check("audit", Text("审计链", "Audit chain"), look)

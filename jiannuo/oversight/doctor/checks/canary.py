"""The canary: does a test alarm still come out of the far end?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.clocks import canary
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, ago, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

LATE = timedelta(minutes=11)  # one each five minutes; twice that, and a little
LOST = timedelta(minutes=30)

DO = Text(
    "看「后台进程」一行；半小时仍无自检，承诺到点可能没有人收到通知。",
    "See the line of the worker; after half an hour without one, nobody may be told in time.",
)


def look(_: Machine) -> Finding:
    at, out = now(), canary.last_out()
    if out is None:
        never = Text("自检通知还没有走通过。", "No test notice has come through yet.")
        return heed(never, DO)
    since = ago(at - out)
    if at - out <= LATE:
        return fine(f"自检通知 {since.zh}走通。", f"A test notice came through {since.en}.")
    found = Text(
        f"自检通知最后走通在 {since.zh}。", f"The last test notice came through {since.en}."
    )
    return (broken if at - out > LOST else heed)(found, DO)


CHECK = Check("canary", Text("全程自检", "Canary"), look)

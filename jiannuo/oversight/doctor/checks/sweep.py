"""What falls due: is it fired in time?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.clocks import queries as clocks
from jiannuo.clocks import vitals
from jiannuo.manual.words import Text, length
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

SOME = timedelta(seconds=5)
MOST = timedelta(seconds=30)

DO = Text(
    "看上面「后台进程」一行；它正常而仍落后，就再开一个 jiannuo worker。",
    "See the line of the worker above; if that is well, start a second jiannuo worker.",
)


def look(_: Machine) -> Finding:
    found = vitals.pulse()
    at, first = found.at, found.first_due
    lag = at - first if first is not None else timedelta()
    if lag <= SOME:
        return fine("到点的都已触发。", "What fell due has fired.")
    count, behind = clocks.overdue_unswept(at), length(lag, seconds=True)
    said = Text(
        f"{count} 个到点的没有触发，最早的已晚 {behind.zh}。",
        f"{count} moments fell due and did not fire, the first {behind.en} ago.",
    )
    return (broken if lag > MOST else heed)(said, DO)


CHECK = Check("sweep", Text("到期触发", "Sweep"), look)

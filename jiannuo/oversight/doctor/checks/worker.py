"""The worker's loops: does each give a sign of life, and what does it complain of?"""

from __future__ import annotations

from datetime import datetime, timedelta

from jiannuo.clocks import vitals
from jiannuo.clocks.vitals import LoopBeat
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, ago, broken, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine

KNOWN = timedelta(days=7)  # beats of older workers are forgotten
QUIET = timedelta(seconds=30)
LIVING = timedelta(minutes=1)  # a process of which nothing was heard for so long is none

#: How long a loop may be silent that does not turn every few seconds: twice its pace, and the
#: time a turn may take (the recount of a night reads every case).
SLOW = {
    "audit": timedelta(minutes=1),
    "canary": timedelta(minutes=11),
    "plan": timedelta(minutes=30),
    "refold": timedelta(hours=2),
    "deliver": timedelta(seconds=90),
}
#: Without these nobody is told anything.
VITAL = frozenset({"sweep", "address"})

START = Text(
    "运行 jiannuo up（或 jiannuo worker）并让它一直开着。",
    "Run jiannuo up (or jiannuo worker) and let it run on.",
)
RESTART = Text(
    "重启 jiannuo up（或 jiannuo worker）；还这样，就把这一行交给技术支持。",
    "Restart jiannuo up (or jiannuo worker); if it stays, hand this line to your support.",
)


def look(_: Machine) -> Finding:
    at = now()
    found = vitals.beats(at - KNOWN)
    if not found:
        return broken(Text("没有后台进程运行过。", "No worker has run here."), START)
    newest = max(one.beat_at for one in found)
    if at - newest > LIVING:
        since = ago(at - newest)
        return broken(
            Text(
                f"没有后台进程在运行，最后的动静在 {since.zh}。",
                f"No worker runs; the last sign of one was {since.en}.",
            ),
            START,
        )
    return _loops(at, found)


def allowed(loop: str) -> timedelta:
    """How long a loop may be silent; those that deliver, one for each channel, wait for others."""
    return SLOW.get(loop.partition(".")[0], QUIET)


def _loops(at: datetime, found: list[LoopBeat]) -> Finding:
    silent = [one for one in found if at - one.beat_at > allowed(one.loop)]
    failing = [one for one in found if one.trouble and one not in silent]
    wrong = [_silence(at, one) for one in silent] + [_trouble(one) for one in failing]
    missing = sorted(VITAL - {one.loop for one in found})
    wrong += [Text(f"{loop} 没有运行", f"{loop} does not run") for loop in missing]
    if not wrong:
        return fine(f"{len(found)} 个循环都在跑。", f"All {len(found)} loops turn.")
    vital = bool(missing) or any(one.loop in VITAL for one in (*silent, *failing))
    return (broken if vital else heed)(joined(wrong), RESTART)


def _silence(at: datetime, one: LoopBeat) -> Text:
    since = ago(at - one.beat_at)
    return Text(f"{one.loop} 最后动静 {since.zh}", f"{one.loop} last seen {since.en}")


def _trouble(one: LoopBeat) -> Text:
    return Text(f"{one.loop} 出错：{one.trouble}", f"{one.loop} fails: {one.trouble}")


CHECK = Check("worker", Text("后台进程", "Worker"), look)

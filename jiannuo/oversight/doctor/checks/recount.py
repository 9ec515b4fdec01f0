"""The nightly recount: do the stored clocks equal what their events say?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.clocks import recount
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, ago, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

OLD = timedelta(days=2)
LONG = timedelta(hours=2)
NAMED = 5

NIGHT = Text(
    "让 jiannuo up 在夜里也开着：核对在凌晨三点后自动做。",
    "Leave jiannuo up running over night: the recount is made after three in the morning.",
)
DIFFER = Text(
    "把这些工单号交给技术支持；在弄清之前，以工单里的经过为准。",
    "Hand these numbers to your support; till then trust what the cases' histories say.",
)


def look(_: Machine) -> Finding:
    at, last = now(), recount.last()
    if last is None:
        return heed(Text("还没有核对过。", "None was made yet."), NIGHT)
    if last.differing:
        names = ", ".join(last.differing[:NAMED])
        count = len(last.differing)
        return broken(
            Text(f"{count} 单的计时与经过不符：{names}", f"{count} cases differ: {names}"), DIFFER
        )
    since = ago(at - (last.ended_at or last.began_at))
    if last.ended_at is None and at - last.began_at > LONG:
        return heed(Text(f"{since.zh}开始，没有做完。", f"Begun {since.en} and not ended."), NIGHT)
    if at - last.began_at > OLD:
        return heed(Text(f"最后一次在 {since.zh}。", f"The last one was {since.en}."), NIGHT)
    if last.ended_at is None:
        return fine("正在核对。", "It is under way.")
    return fine(
        f"{since.zh}核对了 {last.cases} 单，全部相符。",
        f"{last.cases} cases recounted {since.en}; none differs.",
    )


CHECK = Check("recount", Text("夜间核对", "Recount"), look)

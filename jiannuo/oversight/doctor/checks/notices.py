"""What is to be told: does it go out?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text, length
from jiannuo.notices import queries as notices
from jiannuo.notices import sending, set_up
from jiannuo.notices.rules import TRIES
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

SOME = timedelta(seconds=30)
MOST = timedelta(seconds=120)

DO = Text(
    "看「后台进程」和「渠道」两行；在修好之前，请打电话告诉该知道的人。",
    "See the lines of worker and channels; until it is mended, ring up whoever must know.",
)


def look(_: Machine) -> Finding:
    at, oldest = now(), notices.oldest_unsent()
    lag = at - oldest if oldest is not None else timedelta()
    if lag > SOME:
        count, waits = max(sending.unsent_since(at - SOME, set_up.ready()), 1), length(lag)
        found = Text(
            f"{count} 条通知没有发出，最早的已等 {waits.zh}。",
            f"{count} notices are not out; the oldest waits for {waits.en}.",
        )
        return (broken if lag > MOST else heed)(found, DO)
    stuck, since = notices.failing(at, TRIES)
    if stuck and since is not None:
        waits = length(at - since)
        found = Text(
            f"{stuck} 条通知屡试不通，最早的已等 {waits.zh}。",
            f"{stuck} notices do not get through; the oldest waits for {waits.en}.",
        )
        return broken(found, DO)
    return fine("该发的通知都已发出。", "Every notice that should be out is out.")


CHECK = Check("notices", Text("待发通知", "Notices"), look)

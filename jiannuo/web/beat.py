"""The heartbeat of the clocks: whether what falls due is being fired in time.

Unknown is not green: when the sweep lags or gives no sign of life, every running chip is shown as
unverified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.clocks import vitals
from jiannuo.manual.words import Text, length
from jiannuo.web.components import PageState
from jiannuo.web.reader import Reader

TOLERATED = timedelta(seconds=30)

LATE = Text("时间可能不准，先看手表。", "Times may be wrong: look at your watch.")
SILENT = Text(
    "现在到点也不会有人收到通知，请自己看时间，并请管理员运行 jiannuo doctor。",
    "Nobody is told when a promise falls due: watch the time yourself, and have the administrator "
    "run jiannuo doctor.",
)
APART = Text(
    "这里显示和记录的时间不可信，先看手表；请管理员在服务器上打开自动对时。",
    "Times shown and recorded here are wrong: look at your watch, and have the administrator turn "
    "automatic time on at the servers.",
)


@dataclass(frozen=True, slots=True)
class Beat:
    """`lag`: how long the oldest unfired trigger has been overdue; zero when none is. `silent`:
    for how long no sweep went well; None: none ever did. `apart`: by how much this machine's
    clock and the database's differ."""

    lag: timedelta
    silent: timedelta | None = timedelta()
    apart: timedelta = timedelta()

    @property
    def bad(self) -> bool:
        return self.lag > TOLERATED or self.still or self.torn

    @property
    def torn(self) -> bool:
        """Two clocks: what is written here by one is judged there by the other."""
        return self.apart > TOLERATED

    @property
    def still(self) -> bool:
        """Nobody sweeps."""
        return self.silent is None or self.silent > TOLERATED

    def doubt(self, reader: Reader) -> str:
        """Why running clocks cannot be trusted; "" when they can."""
        return self.words(reader) if self.bad else ""

    def state(self, reader: Reader) -> PageState | None:
        """What the page says above everything else while the clocks cannot be trusted."""
        if not self.bad:
            return None
        advice = APART if self.torn else SILENT if self.still else LATE
        return PageState("unk", self.words(reader), reader.say(advice))

    def words(self, reader: Reader) -> str:
        """Two clocks first, for they make the rest untrue; then the overdue moment: it is the one
        that somebody waits for."""
        if self.torn:
            apart = _said(self.apart)
            return reader.say(Text(f"两台时钟相差 {apart.zh}", f"Two clocks {apart.en} apart"))
        if self.lag > TOLERATED:
            behind = _said(self.lag)
            return reader.say(Text(f"计时落后 {behind.zh}", f"Clocks {behind.en} behind"))
        if self.silent is None:
            return reader.say(Text("没有后台进程在计时", "No worker keeps the clocks"))
        if self.still:
            since = _said(self.silent)
            return reader.say(
                Text(f"后台 {since.zh}没有动静", f"No sign of the worker for {since.en}")
            )
        return reader.say(Text("计时正常", "Clocks on time"))


def _said(span: timedelta) -> Text:
    return length(span, seconds=span < timedelta(hours=1))


def beat(at: datetime) -> Beat:
    """One question: the trigger that should have fired first, the last sweep that went well, and
    the clock by which both are judged; `at` is what this machine's own shows."""
    found = vitals.pulse()
    lag = found.at - found.first_due if found.first_due else timedelta()
    silent = found.at - found.swept_at if found.swept_at else None
    return Beat(max(lag, timedelta()), silent, abs(found.at - at))

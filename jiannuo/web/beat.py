"""The heartbeat of the clocks: whether what falls due is being fired in time.

Unknown is not green: when the sweep lags, every running chip is shown as unverified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.clocks import queries as clocks
from jiannuo.manual.words import Text, length
from jiannuo.web.components import PageState
from jiannuo.web.reader import Reader

TOLERATED = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Beat:
    """`lag`: how long the oldest unfired trigger has been overdue; zero when none is."""

    lag: timedelta

    @property
    def bad(self) -> bool:
        return self.lag > TOLERATED

    def doubt(self, reader: Reader) -> str:
        """Why running clocks cannot be trusted; "" when they can."""
        return self.words(reader) if self.bad else ""

    def state(self, reader: Reader) -> PageState | None:
        """What the page says above everything else while the clocks lag."""
        if not self.bad:
            return None
        watch = Text("时间可能不准，先看手表。", "Times may be wrong: look at your watch.")
        return PageState("unk", self.words(reader), reader.say(watch))

    def words(self, reader: Reader) -> str:
        if not self.bad:
            return reader.say(Text("计时正常", "Clocks on time"))
        behind = length(self.lag, seconds=self.lag < timedelta(hours=1))
        return reader.say(Text(f"计时落后 {behind.zh}", f"Clocks {behind.en} behind"))


def beat(at: datetime) -> Beat:
    """One indexed row: the trigger that should have fired first."""
    first = clocks.armed(1)
    lag = at - first[0].fire_at if first else timedelta()
    return Beat(max(lag, timedelta()))

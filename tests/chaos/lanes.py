"""When what goes wrong: lanes side by side, each with its faults in a random order, once all of
them and then by weight until the run is over."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from tests.chaos.faults import FAULTS, Fault, NotProven, Scene


@dataclass
class Tally:
    """How a fault went: how often it was applied, how often that is proven, the last proof, and
    why there was none."""

    applied: int = 0
    proven: int = 0
    proof: str = ""
    why_not: str = ""


@dataclass
class Lanes:
    """`skipped`: faults that this machine does not allow, and why."""

    seed: int
    chosen: list[Fault]
    skipped: dict[str, str] = field(default_factory=dict)
    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    pause: tuple[float, float] = (0.3, 1.5)

    def begin(self, scene: Scene, over: threading.Event) -> list[threading.Thread]:
        names = dict.fromkeys(one.lane for one in self.chosen)
        threads = [
            threading.Thread(target=self._run, args=(name, scene, over), name=name, daemon=True)
            for name in names
        ]
        for thread in threads:
            thread.start()
        return threads

    def _run(self, lane: str, scene: Scene, over: threading.Event) -> None:
        """Each of the lane at least once, whatever the time."""
        rnd = Random(f"{self.seed}:{lane}")
        for place, one in enumerate(self._order(lane, rnd)):
            if over.is_set() and place >= self._count(lane):
                return
            self._apply(one, scene, rnd)
            time.sleep(rnd.uniform(*self.pause))

    def _count(self, lane: str) -> int:
        return sum(one.lane == lane for one in self.chosen)

    def _order(self, lane: str, rnd: Random) -> Iterator[Fault]:
        own = [one for one in self.chosen if one.lane == lane]
        rnd.shuffle(own)
        yield from own
        while True:
            yield rnd.choices(own, [one.weight for one in own])[0]

    def _apply(self, one: Fault, scene: Scene, rnd: Random) -> None:
        tally = self.tallies[one.name]
        for _ in range(3):
            tally.applied += 1
            try:
                tally.proof = one.act(scene, rnd)
            except NotProven as why:
                tally.why_not = str(why)
            except Exception as problem:  # another fault came between: the server was away
                tally.why_not = repr(problem)
            else:
                tally.proven += 1
                return
            if tally.proven:
                return
            time.sleep(1.0)

    def unproven(self) -> list[str]:
        return [
            f"{one.name} never happened: {self.tallies[one.name].why_not}"
            for one in self.chosen
            if not self.tallies[one.name].proven
        ]


def chosen(names: Iterable[str], cannot: dict[str, str]) -> tuple[list[Fault], dict[str, str]]:
    """The faults to try, and those left out with the reason."""
    wanted = [FAULTS[name] for name in names] or list(FAULTS.values())
    skipped = {one.name: cannot[one.needs] for one in wanted if one.needs in cannot}
    return [one for one in wanted if one.name not in skipped], skipped

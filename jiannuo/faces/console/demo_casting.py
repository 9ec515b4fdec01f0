"""Who plays in which story of the demo, with which device, when. The same chance, the same
company: only the day on which it is loaded moves everything."""

from __future__ import annotations

import random
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jiannuo.faces.console.demo_company import FLAGS, Client, Company, Device
from jiannuo.faces.console.demo_stories import Step, Tale
from jiannuo.manual.standards import below

STORIES = Path(__file__).with_name("demo_stories.toml")
Row = Mapping[str, Any]
Scene = tuple[Client, Device, str | None]

#: The past of the demo: so many days, the last ones quiet so that what runs now stands alone.
DAYS, QUIET = 182, 5
HOURS = (8, 9, 9, 10, 10, 11, 14, 14, 15, 16, 17, 20, 23, 3)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SPAN = re.compile(r"(\d+)(?:~(\d+))?([mhd])")
#: How much of its limit an arrival takes from the dispatch on; more than all of it is late.
TRAVEL, TOO_LATE = (0.25, 0.55), 1.15
NEAR = timedelta(hours=2)
#: What else a step may say besides its fields.
ASIDES = ("after", "late")


@dataclass
class Casting:
    """Chooses customer, device, people and moments."""

    company: Company
    now: datetime
    chance: random.Random
    resting: dict[str, datetime] = field(default_factory=dict)
    engaged: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    told: int = 0
    running: Counter[str] = field(default_factory=Counter)

    def tales(self, factor: float = 1.0) -> Iterator[Tale]:
        """All stories, the past ones in order of their days; `factor` makes fewer of them."""
        rows = tomllib.loads(STORIES.read_text(encoding="utf-8"))["story"]
        past = [row for row in rows if "start" not in row for _ in range(_times(row, factor))]
        dated = sorted(((self._begin(row), n, row) for n, row in enumerate(past)), key=_first_two)
        running = [(self._start(row), n, row) for n, row in _running(rows)]
        for at, _, row in [*dated, *running]:
            scene = self._scene(row, at)
            if scene is not None:
                yield self._tale(row, at, scene)

    def _start(self, row: Row) -> datetime:
        """So long ago, give or take: two stories of one length do not tick in step."""
        return self.now - span(row["start"]) - timedelta(seconds=self.chance.randrange(50))

    def _begin(self, row: Row) -> datetime:
        """Some day of the past half year, mostly in working hours."""
        days = self.chance.uniform(row.get("earliest", QUIET), row.get("latest", DAYS))
        hour = self.chance.choice(HOURS)
        day = self.company.today - timedelta(days=int(days))
        return self.company.at(day, hour, self.chance.randrange(60))

    def _tale(self, row: Row, at: datetime, scene: Scene) -> Tale:
        client, device, loaner = scene
        words = self._words(row, client, device, at) | {"loaner": loaner}
        steps = self._steps(row["steps"], at, client, device)
        words["engineer"] = self._engineer(words["level"], steps)
        self.resting[device.serial] = steps[-1].at + timedelta(days=30)
        if loaner is not None and row.get("loaner"):
            self.resting[loaner] = at + timedelta(days=10)
        return Tale(row["name"], client, steps, words, self.company.staff)

    # -- where ----------------------------------------------------------------------------------

    def _scene(self, row: Row, at: datetime) -> Scene | None:
        """A customer, a device of his, a loaner for it; None where the company has none free."""
        clients = [client for client in self.company.clients if client.signed_at < at]
        fits = [
            (client, device, loaner)
            for client in clients
            for device in client.devices
            if self._suits(row, client, device, at)
            for loaner in [self._loaner(device, at)]
            if loaner or not row.get("loaner")
        ]
        if "start" in row:
            fits = self._rare(fits)
        found = self.chance.choice(fits) if fits else None
        if found is not None and "start" in row:
            self.running.update((found[0].number, found[0].number + found[1].site))
        return found

    def _rare(self, fits: list[Scene]) -> list[Scene]:
        """What runs now is spread over customers and their sites."""

        def often(scene: Scene) -> tuple[int, int]:
            client, device, _ = scene
            number = client.number
            return self.running[number], self.running[number + device.site]

        least = min(map(often, fits), default=None)
        return [scene for scene in fits if often(scene) == least]

    def _suits(self, row: Row, client: Client, device: Device, at: datetime) -> bool:
        day = at.astimezone(self.company.zone).date()
        where = client.entitled(day, device.site, self.company.today)
        return (
            row.get("where", where) == where
            and row.get("fault", device.family) == device.family
            and (not row.get("core") or device.category.startswith("核心"))
            and self._faults(row, device.family) != []
            and self.resting.get(device.serial, at) <= at
            and not (row.get("plain") and client.row["contract"].get("overrides"))
            and not (row.get("near") and client.spots[device.site].limit > NEAR)
        )

    def _loaner(self, device: Device, at: datetime) -> str | None:
        """One that is in and of no lower standard."""
        specs = {row["model"]: row["spec"] for row in self.company.data["model"]}
        for row in self.company.data["loaner"]:
            free = self.resting.get(row["serial"], at) <= at
            if free and not below(device.spec, specs[row["model"]]):
                return str(row["serial"])
        return None

    # -- what -----------------------------------------------------------------------------------

    def _words(self, row: Row, client: Client, device: Device, at: datetime) -> dict[str, Any]:
        fault, sayings = self._fault(row, device), self.company.data["sayings"]
        self.told += 1
        spot = client.spots[device.site]
        return {
            **dict(zip(FLAGS, client.row["contacts"], strict=True)),
            **self._cast(at),
            "device": device.serial,
            "brand": device.brand,
            "model": device.model,
            "category": device.category,
            "problem": fault["code"],
            "text": f"{device.category} {device.model}：{fault['text']}",
            "cause": fault["cause"],
            "part": fault.get("part"),
            "remote": fault.get("remote"),
            **{what: self.chance.choice(said) for what, said in sayings.items()},
            "part_serial": f"NEW-{at:%y%m}-{self.told:04}",
            "faulty_serial": f"OLD-{at:%y%m}-{self.told:04}",
            "new_serial": f"{device.model.replace('-', '')}-{at:%y%m}-9{self.told:03}",
            "geo": [spot.lat, spot.lon],
            "level": self.chance.choice(row.get("levels", ["L3"])),
            "channel": self.chance.choice(("phone", "phone", "portal", "email", "im")),
            "score": self.chance.choices((5, 4, 3, 2), (6, 4, 1, 1))[0],
        }

    def _faults(self, row: Row, family: str) -> list[Row]:
        """Those that what is done in the story can mend."""
        told = str(row["steps"])
        needed = {what for what in ("part", "remote") if f"{{{what}}}" in told}
        needed |= {row["mended"]} if "mended" in row else set()
        return [one for one in self.company.data["faults"][family] if needed <= one.keys()]

    def _fault(self, row: Row, device: Device) -> Row:
        """Any; of what runs now none twice, while there is another."""
        found = self._faults(row, device.family)
        if "start" in row:
            least = min(self.running[one["text"]] for one in found)
            found = [one for one in found if self.running[one["text"]] == least]
        fault: Row = self.chance.choice(found)
        if "start" in row:
            self.running[fault["text"]] += 1
        return fault

    def _cast(self, at: datetime) -> dict[str, str]:
        """Our people by their parts; by day the first of a desk, by night the second."""
        day = 8 <= at.astimezone(self.company.zone).hour < 20
        first = {role: self.company.of_role(role)[0] for role in PARTS.values()}
        cast = {part: first[role] for part, role in PARTS.items()}
        for part in ("agent", "duty"):
            cast[part] = self.company.of_role(PARTS[part])[0 if day else 1]
        return cast

    # -- when and by whom -------------------------------------------------------------------------

    def _steps(
        self, rows: Sequence[Any], at: datetime, client: Client, device: Device
    ) -> list[Step]:
        """The steps with their moments, in order; what is told `after` another may overtake."""
        limit = client.spots[device.site].limit
        moments: dict[str, datetime] = {}
        steps = []
        for offset, who, kind, given in rows:
            at = moments.get(given.get("after", ""), at) + self._length(offset, limit)
            moments.setdefault(kind, at)
            recorded = at + span(given.get("late", "0m"))
            d = {name: value for name, value in given.items() if name not in ASIDES}
            steps.append(Step(at, recorded, who, kind, d))
        return sorted(steps, key=lambda step: step.recorded)

    def _length(self, offset: str, limit: timedelta) -> timedelta:
        if offset == "{travel}":
            return _whole(limit * self.chance.uniform(*TRAVEL))
        if offset == "{too_late}":
            return _whole(limit * TOO_LATE)
        return span(offset, self.chance) + self._aside(offset)

    def _aside(self, offset: str) -> timedelta:
        """People do not act on the minute."""
        apart = 25 if offset != "0m" else 0
        return timedelta(seconds=self.chance.randint(-apart, apart))

    def _engineer(self, level: str, steps: Sequence[Step]) -> str:
        """One who is not on site elsewhere then; levels one and two take a senior."""
        people = [row for row in self.company.data["person"] if row["role"] == "engineer"]
        able = [
            row["name"]
            for row in people
            if level not in ("L1", "L2") or row.get("level") == "senior"
        ]
        out = [step.at for step in steps if step.kind in ("dispatched", "arrived", "departed")]
        if not out:
            return str(self.chance.choice(able))
        back = any(step.kind == "departed" for step in steps)
        trip = (min(out), max(out) if back else self.now)
        free = [name for name in able if not self._busy(name, trip)]
        name = self.chance.choice(free or able)
        self.engaged.setdefault(name, []).append(trip)
        return str(name)

    def _busy(self, name: str, trip: tuple[datetime, datetime]) -> bool:
        trips = self.engaged.get(name, ())
        return any(start < trip[1] and trip[0] < end for start, end in trips)


#: The parts of our people in stories.
PARTS = {
    "agent": "hotline_agent",
    "duty": "duty_manager",
    "head": "subcentre_head",
    "product": "product_manager",
    "expert": "expert",
    "store": "warehouse",
    "sales": "sales",
    "admin": "admin",
}


def _times(row: Row, factor: float) -> int:
    """How often a past story is told; of what is there once or twice some always remains."""
    if "count" in row:
        return max(1, round(int(row["count"]) * min(factor, 1)))
    return round(int(row["share"]) * factor)


def _running(rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    return ((n, row) for n, row in enumerate(rows) if "start" in row)


def _first_two(dated: tuple[datetime, int, Row]) -> tuple[datetime, int]:
    return dated[:2]


def span(text: str, chance: random.Random | None = None) -> timedelta:
    """ "25m", "2h40m", "1~3d": a length, or any between two to the minute."""
    total = timedelta()
    for least, most, unit in SPAN.findall(text):
        length = UNITS[unit] * int(least)
        if most and chance is not None:
            length = _whole(UNITS[unit] * chance.uniform(int(least), int(most)))
        total += length
    return total


def _whole(length: timedelta) -> timedelta:
    return timedelta(seconds=round(length.total_seconds()))

"""The stories of the demo, cast and dated: who plays in them, with which device, when."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jiannuo.customers import queries as customers
from jiannuo.faces.console.demo_company import Client, Company, Device
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import shipped
from jiannuo.manual.standards import below
from jiannuo.manual.vocabulary import COVERED

STORIES = Path(__file__).with_suffix(".toml")
#: The past of the demo: so many days, the last ones quiet so that what runs now stands alone.
DAYS, QUIET = 182, 4
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SPAN = re.compile(r"(\d+)(?:~(\d+))?([mhd])")
SLOT = re.compile(r"\{(\w+)\}")
#: How far into its limit an arrival usually lies, once the engineer is on his way.
TRAVEL, TOO_LATE = (0.25, 0.55), 1.15
NEAR = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One step at its moment; `recorded` is later where it is entered late."""

    at: datetime
    recorded: datetime
    who: str
    kind: str
    d: Mapping[str, Any]


@dataclass
class Tale:
    """A story with its cast. `words` fill the slots; numbers of cases join as they are opened."""

    name: str
    client: Client
    steps: list[Step]
    words: dict[str, Any]
    staff: Mapping[str, Actor]
    ended: str = ""

    def play(self, step: Step) -> None:
        d = {name: _filled(value, self.words) for name, value in step.d.items()}
        alias, on = d.pop("as", "case"), d.pop("on", None)
        when = When(step.at, d.pop("why", "")) if step.at != step.recorded else When()
        actor = self._actor(step)
        if step.kind == "reported":
            done = take("reported", actor, when, customer=self.client.id, **d)
            self.words[alias] = done.number
        else:
            take(step.kind, actor, on or self.words["case"], when, **d)

    def _actor(self, step: Step) -> Actor:
        person = self.client.people.get(step.who)
        return person or self.staff[self.words[step.who]]


def _filled(value: Any, words: Mapping[str, Any]) -> Any:
    """A slot that stands alone gives the thing itself, within a text its words."""
    if isinstance(value, list):
        return [_filled(item, words) for item in value]
    if not isinstance(value, str):
        return value
    alone = SLOT.fullmatch(value)
    return words[alone[1]] if alone else SLOT.sub(lambda slot: str(words[slot[1]]), value)


@dataclass
class Casting:
    """Chooses customer, device, people and moments; the same chance, the same company."""

    company: Company
    now: datetime
    chance: random.Random
    resting: dict[str, datetime] = field(default_factory=dict)  # a device is not always the one
    engaged: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    serials: int = 0

    def tales(self, factor: float = 1.0) -> Iterator[Tale]:
        """All stories of the demo, the past ones in order; `factor` makes fewer of them."""
        rows = tomllib.loads(STORIES.read_text(encoding="utf-8"))["story"]
        past = [row for row in rows if "start" not in row for _ in range(_times(row, factor))]
        dated = sorted(((self._begin(row), row) for row in past), key=lambda pair: pair[0])
        running = [(self.now - _exactly(row["start"]), row) for row in rows if "start" in row]
        for at, row in [*dated, *running]:
            tale = self._tale(row, at)
            if tale is not None:
                yield tale

    def _begin(self, row: Mapping[str, Any]) -> datetime:
        """Some day of the past half year, mostly in working hours."""
        days = self.chance.uniform(row.get("earliest", QUIET), DAYS)
        hour = self.chance.choice((8, 9, 9, 10, 10, 11, 14, 14, 15, 16, 17, 20, 23, 3))
        day = self.company.today - timedelta(days=int(days))
        return self.company.at(day, hour, self.chance.randrange(60))

    def _tale(self, row: Mapping[str, Any], at: datetime) -> Tale | None:
        found = self._scene(row, at)
        if found is None:
            return None
        client, device, loaner = found
        words = self._words(row, client, device, loaner, at)
        steps = self._steps(row, at, client, device)
        words["engineer"] = self._engineer(words["level"], steps)
        words["geo"] = [row["lat"] for row in client.row["sites"] if row["code"] == device.site]
        words["geo"] += [row["lon"] for row in client.row["sites"] if row["code"] == device.site]
        self.resting[device.serial] = steps[-1].at + timedelta(days=30)
        return Tale(row["name"], client, steps, words, self.company.staff)

    # -- where ----------------------------------------------------------------------------------

    def _scene(
        self, row: Mapping[str, Any], at: datetime
    ) -> tuple[Client, Device, str | None] | None:
        fits = [
            (client, device, loaner)
            for client in self.company.clients
            if client.signed_at < at
            for device in client.devices
            if self._suits(row, client, device, at)
            for loaner in [self._loaner(device, at)]
            if loaner or not row.get("loaner")
        ]
        if not fits:
            return None
        client, device, loaner = self.chance.choice(fits)
        if row.get("loaner") and loaner:
            self.resting[loaner] = at + timedelta(days=10)
        return client, device, loaner

    def _suits(
        self, row: Mapping[str, Any], client: Client, device: Device, at: datetime
    ) -> bool:
        where = client.entitled(at.date(), device.site, self.company.today)
        wanted = row.get("where", where)
        return (
            (where == wanted or (wanted == "in_warranty" and where in COVERED))
            and row.get("fault", device.family) == device.family
            and self.resting.get(device.serial, at) <= at
            and not (row.get("plain") and client.row["contract"].get("overrides"))
            and not (row.get("near") and self._limit(client, device) > timedelta(hours=2))
        )

    def _loaner(self, device: Device, at: datetime) -> str | None:
        """One that is in and of no lower standard."""
        specs = {row["model"]: row["spec"] for row in self.company.data["model"]}
        for row in self.company.data["loaner"]:
            free = self.resting.get(row["serial"], at) <= at
            if free and not below(device.spec, specs[row["model"]]):
                return str(row["serial"])
        return None

    def _limit(self, client: Client, device: Device) -> timedelta:
        site = next(row for row in client.row["sites"] if row["code"] == device.site)
        spot = customers.air_km(site, self.company.data["office"][0])
        return spot

    # -- who and what -----------------------------------------------------------------------------

    def _words(
        self,
        row: Mapping[str, Any],
        client: Client,
        device: Device,
        loaner: str | None,
        at: datetime,
    ) -> dict[str, Any]:
        code, text, cause, part = self.chance.choice(self.company.data["faults"][device.family])
        day = 8 <= at.astimezone(self.company.zone).hour < 20
        self.serials += 1
        names = dict(zip(CUSTOMERS, client.row["contacts"], strict=True))
        return {
            **names,
            "agent": "周敏" if day else "何静",
            "duty": "刘洋" if day else "赵刚",
            "head": "孙立新",
            "product": "吴敏芝",
            "expert": "郑海涛",
            "store": "蒋丽",
            "sales": "沈浩",
            "admin": "罗敏",
            "device": device.serial,
            "brand": device.brand,
            "model": device.model,
            "problem": code,
            "text": f"{device.category} {device.model}：{text}",
            "cause": cause,
            "part": part,
            "part_serial": f"NEW-{at:%y%m}-{self.serials:04}",
            "faulty_serial": f"OLD-{at:%y%m}-{self.serials:04}",
            "new_serial": f"{device.model.replace('-', '')}-{at:%y%m}-9{self.serials:03}",
            "loaner": loaner,
            "level": self.chance.choice(row.get("levels", ["L3"])),
            "channel": self.chance.choice(("phone", "phone", "portal", "email", "im")),
            "score": self.chance.choices((5, 4, 3, 2), (6, 4, 1, 1))[0],
        }

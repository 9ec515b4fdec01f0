"""What is looked at, by the kind of device: lists of a house, as shipped until it has its own. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text

#: The two lists that are about no device, and the one for devices that no other list names.
ROOM, CUSTOMER, OTHERS = "room", "customer", "general"
TOPICS = ("devices", "software", "problems_asked", "environment")
MOST = 40  # items of one list


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at. With a `unit` it is read as a number, good from `low` to `high`
    (both included; "" for no bound)."""

    code: str
    topic: str
    zh: str
    en: str
    unit: str = ""
    low: str = ""
    high: str = ""

    @property
    def name(self) -> Text:
        return Text(self.zh, self.en)

    def outside(self, reading: str) -> bool:
        value = number(reading)
        if value is None:
            return False
        low, high = number(self.low), number(self.high)
        return (low is not None and value < low) or (high is not None and value > high)


@dataclass(frozen=True, slots=True)
class List:
    """The items for one kind of device; `words`: what its category may contain."""

    code: str
    zh: str
    en: str
    words: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def name(self) -> Text:
        return Text(self.zh, self.en)

    def fits(self, category: str) -> bool:
        return any(word.lower() in category.lower() for word in self.words)


@dataclass(frozen=True, slots=True)
class Checklists:
    version: int
    lists: tuple[List, ...]

    def of(self, code: str) -> List:
        """Raises KeyError for a list that is not there."""
        return {one.code: one for one in self.lists}[code]

    def for_device(self, category: str) -> List:
        """The first list one of whose words stands in the category; else the general one."""
        return next((one for one in self.lists if one.fits(category)), self.of(OTHERS))

    def room(self, profile: Profile) -> List:
        """The room's list; its limits of temperature and humidity are the profile's."""
        found = self.of(ROOM)
        items = tuple(_limited(profile, item) for item in found.items)
        return List(found.code, found.zh, found.en, found.words, items)

    def plain(self) -> list[dict[str, Any]]:
        """As it is kept."""
        return [asdict(one) for one in self.lists]


def number(text: str) -> Decimal | None:
    """A plain number; None for anything else."""
    try:
        value = Decimal(text) if len(text) < 20 else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


MEASURED = ("temperature_c", "humidity_pct")


def _limited(profile: Profile, item: Item) -> Item:
    if item.code not in MEASURED:
        return item
    low, high = profile.value(f"house.room.{item.code}")
    return Item(item.code, item.topic, item.zh, item.en, item.unit, str(low), str(high))


@cache
def shipped() -> Checklists:
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return lists_of(0, raw["list"])


def lists_of(version: int, rows: Sequence[Mapping[str, Any]]) -> Checklists:
    return Checklists(version, tuple(_list(row) for row in rows))


def _list(row: Mapping[str, Any]) -> List:
    items = tuple(Item(**item) for item in row["items"])
    return List(row["code"], row["zh"], row["en"], tuple(row.get("words", ())), items)


def trouble(lists: Checklists) -> Text | None:
    """Why these lists cannot be published; None where they can."""
    for one in lists.lists:
        if not one.items or len(one.items) > MOST:
            return one.name + Text(f"：要有 1 到 {MOST} 项", f": a list has from 1 to {MOST} items")
        if len({item.code for item in one.items}) != len(one.items):
            return one.name + Text("：有两项相同", ": two items are the same")
        for item in one.items:
            if (problem := _wrong(item)) is not None:
                return one.name + " " + item.name + problem
    codes = {one.code for one in lists.lists}
    if not {ROOM, CUSTOMER, OTHERS} <= codes or not set(MEASURED) <= {
        item.code for item in lists.of(ROOM).items
    }:
        return Text("温度和湿度不能删", "temperature and humidity have to stay")
    return None


def _wrong(item: Item) -> Text | None:
    if not item.zh.strip() or not item.en.strip() or item.topic not in TOPICS:
        return Text("：中英文名称都要填", ": both names are needed")
    for bound in (item.low, item.high):
        if bound and number(bound) is None:
            return Text(f"：限值「{bound}」不是数字", f": the limit '{bound}' is no number")
    low, high = number(item.low), number(item.high)
    if low is not None and high is not None and low > high:
        return Text("：下限高于上限", ": the lower limit is above the upper one")
    if (item.low or item.high) and not item.unit.strip():
        return Text("：有限值就要写单位", ": a limit needs a unit")
    return None

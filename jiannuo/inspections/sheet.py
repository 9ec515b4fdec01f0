"""The checklist of one inspection as it stands: parts, items, answers, what is missing, what was
found (1). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiannuo.inspections.checklists import CUSTOMER, ROOM, TOPICS, Checklists, Item, number
from jiannuo.inspections.rules import NONE
from jiannuo.manual.events import Chronicle
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text

OK, ABNORMAL, NOT_CHECKED = "ok", "abnormal", "not_checked"
STATES = (OK, ABNORMAL, NOT_CHECKED)
LONGEST = 2000  # characters of a note


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found of an item. `reading`: its number; `photo`: the mark of a kept file; `of`:
    who was asked."""

    state: str
    note: str = ""
    reading: str = ""
    photo: str = ""
    of: str = ""

    def plain(self) -> dict[str, str]:
        found = {
            "state": self.state,
            "note": self.note,
            "reading": self.reading,
            "photo": self.photo,
            "of": self.of,
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Device:
    """A device that has to be looked at."""

    serial: str
    category: str
    model: str = ""
    software: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A device, the customer who is asked, or the room: `ref` is the serial, or the list's code."""

    ref: str
    name: Text
    items: tuple[Item, ...]
    answers: Mapping[str, Answer]
    device: Device | None = None

    @property
    def done(self) -> int:
        return sum(item.code in self.answers for item in self.items)

    @property
    def finished(self) -> bool:
        return self.done == len(self.items)

    @property
    def bad(self) -> int:
        return sum(one.state == ABNORMAL for one in self.answers.values())

    def state(self, topic: str) -> str:
        """All of a topic in one word: abnormal before fine, not looked at only where all is so."""
        found = {
            self.answers[item.code].state
            for item in self.items
            if item.topic == topic and item.code in self.answers
        }
        return ABNORMAL if ABNORMAL in found else (OK if OK in found or not found else NOT_CHECKED)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something abnormal: `key` names it within its inspection."""

    part: Part
    item: Item
    answer: Answer

    @property
    def key(self) -> str:
        return f"{self.part.ref}/{self.item.code}"

    @property
    def text(self) -> Text:
        """What it is, for a report or a case."""
        where = self.part.name + " " if self.part.device is None else Text("", "")
        said = Text("", "")
        if self.answer.reading:
            said += f" {self.answer.reading} {self.item.unit}"
            said += limits(self.item)
        if self.answer.note:
            said += Text(f"：{self.answer.note}", f": {self.answer.note}")
        return where + self.item.name + said


def limits(item: Item) -> Text:
    """（限 18–27 ℃）"""
    if item.low and item.high:
        span = f"{item.low}–{item.high} {item.unit}"
        return Text(f"（限 {span}）", f" (limit {span})")
    if item.high:
        return Text(f"（限 ≤ {item.high} {item.unit}）", f" (limit ≤ {item.high} {item.unit})")
    if item.low:
        return Text(f"（限 ≥ {item.low} {item.unit}）", f" (limit ≥ {item.low} {item.unit})")
    return Text("", "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`version`: the lists that it began with."""

    version: int
    parts: tuple[Part, ...]
    begun: bool

    def part(self, ref: str) -> Part | None:
        return next((part for part in self.parts if part.ref == ref), None)

    @property
    def unfinished(self) -> list[Part]:
        return [part for part in self.parts if not part.finished]

    @property
    def findings(self) -> list[Finding]:
        return list(self._findings())

    def _findings(self) -> Iterator[Finding]:
        for part in self.parts:
            for item in part.items:
                answer = part.answers.get(item.code)
                if answer is not None and answer.state == ABNORMAL:
                    yield Finding(part, item, answer)

    @property
    def topics(self) -> list[str]:
        """Those of the four that are answered to the last item."""
        open_ = {i.topic for part in self.parts for i in part.items if i.code not in part.answers}
        return [topic for topic in TOPICS if topic not in open_]

    @property
    def devices(self) -> dict[str, str]:
        """Each device that was looked at with its result."""
        return {
            part.ref: part.state("devices")
            for part in self.parts
            if part.device is not None and part.done
        }

    def fields(self) -> dict[str, Any]:
        """What the customer signs, in the manual's four topics."""
        software = any(part.state("software") == ABNORMAL for part in self.parts)
        room, asked = self.part(ROOM), self.part(CUSTOMER)
        said = asked.answers.get("problems") if asked else None
        measured = {
            code: room.answers[code].reading or None
            for code in ("temperature_c", "humidity_pct")
            if room is not None and code in room.answers
        }
        return {
            "devices": self.devices,
            "software": ABNORMAL if software else OK,
            "problems_asked": said.note if said and said.state == ABNORMAL else NONE,
            "asked_of": said.of if said else "",
            "not_checked": "；".join(self._unchecked()) or None,
            **measured,
        }

    def _unchecked(self) -> Iterator[str]:
        for part in self.parts:
            for item in part.items:
                answer = part.answers.get(item.code)
                if answer is not None and answer.state == NOT_CHECKED:
                    yield f"{part.ref if part.device else part.name.zh} {item.zh}：{answer.note}"

    def rows(self) -> list[dict[str, Any]]:
        """All of it as the report keeps it."""
        return [
            {
                "part": part.ref,
                "name": [part.name.zh, part.name.en],
                "item": [item.zh, item.en],
                "topic": item.topic,
                "unit": item.unit,
                "limits": [limits(item).zh, limits(item).en],
                **part.answers[item.code].plain(),
            }
            for part in self.parts
            for item in part.items
            if item.code in part.answers
        ]


def sheet(profile: Profile, lists: Checklists, devices: Iterable[Device], log: Chronicle) -> Sheet:
    """As the entries of an inspection have it; the last word on an item counts."""
    told: dict[str, dict[str, Answer]] = {}
    for event in log.all("inspection_checked"):
        found = told.setdefault(event.d["part"], {})
        found.update({code: Answer(**said) for code, said in event.d["items"].items()})
    parts = [_device_part(lists, device, told) for device in devices]
    asked = lists.of(CUSTOMER)
    parts.append(Part(CUSTOMER, asked.name, asked.items, told.get(CUSTOMER, {})))
    room = lists.room(profile)
    parts.append(Part(ROOM, room.name, room.items, told.get(ROOM, {})))
    return Sheet(lists.version, tuple(parts), bool(told))


def _device_part(
    lists: Checklists, device: Device, told: Mapping[str, Mapping[str, Answer]]
) -> Part:
    found = lists.for_device(device.category)
    name = Text(device.serial, device.serial)
    return Part(device.serial, name, found.items, told.get(device.serial, {}), device)


def version_of(log: Chronicle) -> int | None:
    """The lists that an inspection began with; None before its first entry."""
    first = log.first("inspection_checked")
    return int(first.d["list"]) if first else None


def judged(item: Item, answer: Answer) -> Answer:
    """A number outside its limits is abnormal, one inside is fine, whatever was ticked."""
    if not item.unit or answer.state == NOT_CHECKED:
        return answer
    state = ABNORMAL if item.outside(answer.reading) else OK
    return Answer(state, answer.note, answer.reading, answer.photo, answer.of)


def wrong(item: Item, answer: Answer) -> Text | None:
    """What an answer still lacks; None where it can be kept."""
    if answer.state not in STATES or len(answer.note) > LONGEST:
        return Text("请选正常、异常或未查", "Choose fine, abnormal or not checked")
    if item.topic == "problems_asked" and answer.state == NOT_CHECKED:
        return Text("这一项要问过客户", "The customer has to be asked")
    if answer.state == NOT_CHECKED:
        return None if answer.note else Text("没查的要写原因", "Say why it was not checked")
    if item.unit:
        if number(answer.reading) is None:
            return Text("请填数字", "Fill in a number")
        return None
    if item.topic == "problems_asked" and not answer.of:
        return Text("请写问的是谁", "Say whom you asked")
    if answer.state == ABNORMAL and not answer.note:
        return Text("请写是什么情况", "Say what is the matter")
    return None


def troubles(items: Sequence[Item], given: Mapping[str, Answer]) -> dict[str, Text]:
    """What is to be mended, by item."""
    found = {item.code: wrong(item, given[item.code]) for item in items if item.code in given}
    return {code: text for code, text in found.items() if text is not None}

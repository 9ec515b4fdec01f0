"""The checklist: one device, or the room, or the customer's word at a time, with what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from jiannuo.archive.files import FileCard
from jiannuo.faces.desk.plan.matter import InspectionMatter
from jiannuo.inspections.checklists import Item
from jiannuo.inspections.sheet import ABNORMAL, OK, STATES, Answer, Part, limits, troubles
from jiannuo.journey import checklist
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

LONGEST = 2000
REST = "rest"  # the button that says that all the others are fine


@dataclass(frozen=True, slots=True)
class ItemField:
    """`outside`: its number is beyond the limits. `photo`: name and address of the kept one."""

    code: str
    name: str
    topic: str
    unit: str
    limits: str
    state: str
    note: str
    reading: str
    states: tuple[Choice, ...]
    outside: bool
    error: str
    photo: tuple[str, str] | None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class PartTab:
    ref: str
    name: str
    small: str
    href: str
    done: int
    of: int
    bad: int
    here: bool


@dataclass(frozen=True, slots=True)
class CheckPage:
    title: str
    ref: str
    back: str
    href: str
    op: str
    part: str
    name: str
    small: str
    groups: tuple[tuple[str, tuple[ItemField, ...]], ...]
    tabs: tuple[PartTab, ...]
    done: int
    of: int
    last: bool
    version: str
    has_version: bool
    of_whom: str
    people: tuple[Choice, ...]
    error: str
    rest: bool
    late: bool
    at: str
    why: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent: answers by item; `wrong` by item."""

    answers: Mapping[str, Answer]
    wrong: Mapping[str, Text]


def typed(part: Part, post: QueryDict) -> Typed:
    """The answers of one page; an item of which nothing was said stays open."""
    found = {}
    for item in part.items:
        answer = _answer(item, post)
        if answer is not None:
            found[item.code] = answer
    return Typed(found, troubles(part.items, found))


def _answer(item: Item, post: QueryDict) -> Answer | None:
    def said(mark: str) -> str:
        return post.get(f"{mark}:{item.code}", "").replace("\0", "").strip()

    state, reading = said("s"), said("r")
    if item.unit and state not in ("not_checked",):
        reading = reading.replace("，", ".").replace("。", ".")
        return Answer(OK, said("n"), reading) if reading else None
    if not state and not item.unit and REST in post:
        state = OK
    if not state:
        return None
    of = post.get("of", "").strip()[:100] if item.topic == "problems_asked" else ""
    return Answer(state, said("n"), "", "", of)


def check_page(
    actor: Actor,
    reader: Reader,
    matter: InspectionMatter,
    part: Part,
    post: QueryDict | None = None,
    wrong: Mapping[str, Text] | None = None,
    refusal: Refusal | None = None,
) -> CheckPage:
    """`post`: what was typed, None for a form that is opened."""
    return _Maker(actor, reader, matter, part, post, wrong or {}, refusal).page()


@dataclass
class _Maker:
    actor: Actor
    reader: Reader
    matter: InspectionMatter
    part: Part
    post: QueryDict | None
    wrong: Mapping[str, Text]
    refusal: Refusal | None

    def page(self) -> CheckPage:
        say, part, sheet = self.reader.say, self.part, self.matter.sheet
        device, post = part.device, self.post
        photos = checklist.photos_of(self.actor, self.matter.contract.id, self.matter.quarter)
        asked = part.answers.get("problems")
        of_whom = post.get("of", "") if post is not None else (asked.of if asked else "")
        version = device.software if device else ""
        return CheckPage(
            title=self.matter.title,
            ref=self.matter.ref,
            back=self.matter.back,
            href=self.matter.check_href(part.ref),
            op=post.get("op", "") if post is not None else str(new_id()),
            part=part.ref,
            name=say(part.name),
            small=" · ".join(x for x in (device.model, device.category) if x) if device else "",
            groups=tuple(self._groups(photos)),
            tabs=tuple(self._tab(one) for one in sheet.parts),
            done=sum(one.done for one in sheet.parts),
            of=sum(len(one.items) for one in sheet.parts),
            last=not [one for one in sheet.unfinished if one.ref != part.ref],
            version=post.get("version", "") if post is not None else version,
            has_version=device is not None,
            of_whom=of_whom,
            people=tuple(self.matter.options.of("", "asked_of")),
            error=self._error(),
            rest=any(not item.unit and item.code not in part.answers for item in part.items),
            late=self._late(),
            at=post.get("at", "") if post is not None else "",
            why=post.get("why", "") if post is not None else "",
        )

    def _late(self) -> bool:
        """Was the part open that says when it really happened?"""
        asked = self.refusal is not None and self.refusal.code.startswith(("late", "from_the"))
        return asked or bool(self.post and self.post.get("at"))

    def _error(self) -> str:
        if self.refusal is not None:
            return self.reader.say(Text(self.refusal.zh, self.refusal.en))
        if self.wrong:
            n = len(self.wrong)
            return self.reader.say(Text(f"还有 {n} 项要补", f"{n} items still lack something"))
        return ""

    def _groups(self, photos: Mapping[str, FileCard]) -> list[tuple[str, tuple[ItemField, ...]]]:
        topics = dict.fromkeys(item.topic for item in self.part.items)
        return [
            (
                self.reader.word("topic", topic),
                tuple(self._item(i, photos) for i in self.part.items if i.topic == topic),
            )
            for topic in topics
        ]

    def _item(self, item: Item, photos: Mapping[str, FileCard]) -> ItemField:
        say, kept = self.reader.say, self.part.answers.get(item.code)
        error = self.wrong.get(item.code)
        states: Sequence[str] = STATES if item.topic != "problems_asked" else STATES[:2]
        if item.unit:
            states = STATES[2:]
        shown = self._typed(item, kept)
        return ItemField(
            code=item.code,
            name=say(item.name),
            topic=item.topic,
            unit=item.unit,
            limits=say(limits(item)),
            state=shown.state,
            note=shown.note,
            reading=shown.reading,
            states=tuple(Choice(s, self._word(item, s)) for s in states),
            outside=bool(shown.reading) and item.outside(shown.reading),
            error=say(error) if error else "",
            photo=self._photo(kept, photos),
            asks=item.topic == "problems_asked",
        )

    def _word(self, item: Item, state: str) -> str:
        if item.topic == "problems_asked":
            words = {OK: Text("没有", "None"), ABNORMAL: Text("有问题", "There are")}
            return self.reader.say(words[state])
        return self.reader.word("word", state)

    def _typed(self, item: Item, kept: Answer | None) -> Answer:
        post = self.post
        if post is None:
            return kept or Answer("")
        marks = (post.get(f"{mark}:{item.code}", "") for mark in ("s", "n", "r"))
        state, note, reading = marks
        return Answer(state, note[:LONGEST], reading[:20])

    def _photo(self, kept: Answer | None, photos: Mapping[str, FileCard]) -> tuple[str, str] | None:
        card = photos.get(kept.photo) if kept else None
        if card is None:
            return None
        return card.name, reverse("desk:photo_show", args=[*self.matter.args, card.id])

    def _tab(self, one: Part) -> PartTab:
        device = one.device
        return PartTab(
            one.ref,
            self.reader.say(one.name),
            device.category if device else "",
            self.matter.check_href(one.ref),
            one.done,
            len(one.items),
            one.bad,
            one.ref == self.part.ref,
        )


def following(matter: InspectionMatter, part: str) -> str:
    """Where to go after a part: the next unfinished one behind it, the first one, or back."""
    refs = [one.ref for one in matter.sheet.parts]
    left = [one.ref for one in matter.sheet.unfinished]
    if not left:
        return matter.back
    behind = [ref for ref in left if refs.index(ref) > refs.index(part)]
    return matter.check_href((behind or left)[0])

"""The lists of the house: what is looked at, edited row by row; a change is a new version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from jiannuo.inspections import queries as inspections
from jiannuo.inspections.checklists import CUSTOMER, MEASURED, ROOM, TOPICS, Checklists, List
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed, require
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

SPARE = 3  # empty rows at the end of a list
NAMES = ("code", "zh", "en", "topic", "unit", "low", "high")


@dataclass(frozen=True, slots=True)
class ListRow:
    """One item as it is edited; a `fixed` one cannot go, its limits are the profile's."""

    code: str
    zh: str
    en: str
    topic: str
    unit: str
    low: str
    high: str
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class ListTab:
    code: str
    name: str
    count: int
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    tabs: tuple[ListTab, ...]
    code: str
    name: str
    words: str
    for_devices: bool
    rows: tuple[ListRow, ...]
    topics: tuple[Choice, ...]
    version: int
    versions: tuple[tuple[str, str, str], ...]
    may: bool
    error: str
    reason: str
    op: str


def list_page(
    actor: Actor, reader: Reader, code: str, post: QueryDict | None = None, error: str = ""
) -> ListPage:
    """Raises KeyError for a list that is not there."""
    require(actor, "read_cases")
    lists = inspections.checklist()
    here = lists.of(code or lists.lists[0].code)
    rows = [*_typed(post)] if post is not None else [*_rows(here)]
    spare = [ListRow("", "", "", _topics(here)[0], "", "", "")] * SPARE
    return ListPage(
        tabs=tuple(_tab(reader, one, here.code) for one in lists.lists),
        code=here.code,
        name=reader.say(here.name),
        words=post.get("words", "") if post is not None else "、".join(here.words),
        for_devices=here.code not in (ROOM, CUSTOMER),
        rows=tuple(rows + (spare if post is None and here.code != CUSTOMER else [])),
        topics=tuple(Choice(t, reader.word("topic", t)) for t in _topics(here)),
        version=lists.version,
        versions=tuple(
            (f"v{p.version} {reader.clock(p.at)}", p.by, p.reason)
            for p in inspections.publications()[:10]
        ),
        may=allowed(actor, "checklists_published"),
        error=error,
        reason=post.get("reason", "") if post is not None else "",
        op=post.get("op", "") if post is not None else str(new_id()),
    )


def _topics(here: List) -> tuple[str, ...]:
    return {ROOM: TOPICS[3:], CUSTOMER: TOPICS[2:3]}.get(here.code, TOPICS[:2])


def _tab(reader: Reader, one: List, here: str) -> ListTab:
    href = f"{reverse('desk:checklists_open')}?list={one.code}"
    return ListTab(one.code, reader.say(one.name), len(one.items), href, one.code == here)


def _rows(here: List) -> Iterator[ListRow]:
    for i in here.items:
        yield ListRow(i.code, i.zh, i.en, i.topic, i.unit, i.low, i.high, i.code in MEASURED)


def _typed(post: QueryDict) -> Iterator[ListRow]:
    columns = [post.getlist(name)[:60] for name in NAMES]
    for values in zip(*columns, strict=False):
        said = dict(
            zip(NAMES, (value.replace("\0", "").strip()[:200] for value in values), strict=True)
        )
        yield ListRow(**said, fixed=said["code"] in MEASURED)


def publish(actor: Actor, code: str, post: QueryDict, op: UUID | None) -> None:
    """The changed list with all the others as a new version. Raises `Refusal`."""
    version = post.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 6:
        raise Refusal("bad_input", "请重新打开再改", "open it anew and change it again")
    now: Checklists = inspections.checklist()
    reason = post.get("reason", "").strip()
    if not reason:
        raise Refusal("bad_input", "请写明为什么改", "say why it is changed")
    rows = [row for row in _typed(post) if row.zh or row.en]
    words = [word.strip() for word in post.get("words", "").replace("，", "、").split("、")]
    changed: list[dict[str, Any]] = []
    for one in now.plain():
        if one["code"] == code:
            one["words"] = [word for word in words if word][:20]
            one["items"] = [_item(row, n) for n, row in enumerate(rows)]
        changed.append(one)
    take(
        "checklists_published",
        actor,
        "house",
        When(op=op),
        version=int(version),
        reason=reason,
        lists={"lists": changed},
    )


def _item(row: ListRow, n: int) -> dict[str, str]:
    """A new row gets a code of its own; that of an old one never changes."""
    return {
        "code": row.code or f"i{new_id().hex[-10:]}{n}",
        "topic": row.topic,
        "zh": row.zh,
        "en": row.en or row.zh,
        "unit": row.unit,
        "low": "" if row.fixed else row.low,
        "high": "" if row.fixed else row.high,
    }


SAVED = Text("检查表已发布，进行中的巡检照旧", "Published; inspections under way keep theirs")

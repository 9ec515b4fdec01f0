"""The audit as a page: what was looked for, the rows, how far the chain was checked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from jiannuo.archive import queries, searching
from jiannuo.archive.searching import Asked, Checked, Found
from jiannuo.cases import queries as cases
from jiannuo.faces.desk.accounts.people import Choice
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.words import Text, word
from jiannuo.people import accounts
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader

PAGE = 50
MOST = 20_000  # rows of one export
NOBODY = UUID(int=0)  # a subject that is not there
FIELDS = ("person", "action", "subject", "since", "until")


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    at: str
    by: str
    roles: str
    action: str
    about: str
    detail: str
    n: int | None
    hash: str


@dataclass(frozen=True, slots=True)
class Page:
    """`older`: the query of the next page, "" on the last; `checked`: what a check said."""

    rows: tuple[Row, ...]
    typed: Mapping[str, str]
    actions: tuple[Choice, ...]
    people: tuple[str, ...]
    older: str
    first: bool
    length: int
    waiting: int
    sealed: str
    wrong: str
    checked: Checked | None
    checked_words: str
    per_cent: int


class WrongDay(ValueError):
    """A day that cannot be read."""


def page(
    actor: Actor, reader: Reader, said: Mapping[str, str], checked: Checked | None = None
) -> Page:
    require(actor, "read_audit")
    typed = {name: said.get(name, "").strip()[:120] for name in FIELDS}
    wrong = ""
    try:
        asked = asked_of(reader, typed)
    except WrongDay:
        asked, wrong = Asked(subject=NOBODY), reader.say(DAY)
    found = searching.search(asked, before=_number(said.get("before", "")), limit=PAGE + 1)
    shown = found[:PAGE]
    more = {**typed, "before": str(shown[-1].id)} if len(found) > PAGE else {}
    end = queries.sealing()
    return Page(
        rows=tuple(_rows(reader, shown)),
        typed=typed,
        actions=tuple(_actions(reader, typed["action"])),
        people=tuple(sorted({one.name for one in accounts.everybody()})),
        older=urlencode({name: value for name, value in more.items() if value}),
        first="before" not in said,
        length=end.length,
        waiting=end.waiting,
        sealed=reader.ago(end.sealed_at) if end.sealed_at else "—",
        wrong=wrong,
        checked=checked,
        checked_words=_said(reader, checked) if checked else "",
        per_cent=100 * checked.upto // max(1, checked.length) if checked else 0,
    )


DAY = Text("日期要写成 2026-05-20 这样", "Write a day like 2026-05-20")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def asked_of(reader: Reader, typed: Mapping[str, str]) -> Asked:
    """Raises `WrongDay`. The day of `until` is in."""
    until = _midnight(reader, typed["until"])
    return Asked(
        typed["person"],
        typed["action"] if typed["action"] in kinds() else "",
        _subject(typed["subject"]),
        _midnight(reader, typed["since"]),
        until + timedelta(days=1) if until else None,
    )


def _subject(text: str) -> UUID | None:
    """A case by its number, a person by his name, anything by its id."""
    if not text:
        return None
    named = next(iter(cases.ids_of([text])), None)
    person = next((one.id for one in accounts.everybody() if one.name == text), None)
    try:
        return named or person or UUID(text)
    except ValueError:
        return NOBODY


def _midnight(reader: Reader, text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=reader.zone)
    except (ValueError, OverflowError):
        raise WrongDay from None


def _actions(reader: Reader, chosen: str) -> Iterable[Choice]:
    names = sorted((reader.word("action", kind), kind) for kind in kinds())
    return (Choice(kind, name, kind == chosen) for name, kind in names)


def _rows(reader: Reader, found: Iterable[Found]) -> Iterator[Row]:
    listed = list(found)
    names = _names(listed)
    for one in listed:
        about = names.get(one.subject, "")
        yield Row(
            one.id,
            f"{reader.local(one.at):%Y-%m-%d %H:%M:%S}",
            reader.who(one.by),
            reader.listed(reader.word("role", role) for role in one.roles),
            reader.word("action", one.action),
            about or _nameless(reader, one),
            _detail(one),
            one.n,
            one.hash[:12],
        )


def _nameless(reader: Reader, one: Found) -> str:
    if one.subject_kind == "audit":
        return reader.say(Text("审计", "the audit"))
    return f"{one.subject_kind} {str(one.subject)[:8]}"


def _names(found: Iterable[Found]) -> dict[UUID, str]:
    """What subjects are called that anybody knows by a name."""
    of_cases = [one.subject for one in found if one.subject_kind == "case"]
    people = {one.id: one.name for one in accounts.everybody()}
    return {**people, **cases.numbers_of(of_cases)}


def _detail(one: Found) -> str:
    return "; ".join(f"{name}: {_flat(value)}" for name, value in one.detail.items())


def _flat(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _said(reader: Reader, checked: Checked) -> str:
    if checked.problem:
        return reader.say(Text("审计链不完整：", "The audit is not whole: ")) + checked.problem
    if not checked.done:
        done = f"{checked.upto} / {checked.length}"
        return reader.say(Text(f"已核 {done}，还没完", f"{done} checked, not finished"))
    n = checked.length
    return reader.say(
        Text(f"审计链完整，{n} 条都对得上", f"The audit is whole: all {n} links hold")
    )


# -- handed out -------------------------------------------------------------------------------

HEAD = ("id", "at", "by", "roles", "action", "名称", "subject_kind", "subject", "about", "detail")
SEAL = ("n", "hash")
#: What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def exported(actor: Actor, reader: Reader, said: Mapping[str, str]) -> tuple[str, int, str]:
    """The rows as CSV, the newest first, how many, and what was asked. Raises `WrongDay`."""
    require(actor, "audit_handed_out")
    typed = {name: said.get(name, "").strip()[:120] for name in FIELDS}
    found = searching.search(asked_of(reader, typed), limit=MOST)
    names = _names(found)
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow((*HEAD, *SEAL))
    for one in found:
        detail = json.dumps(one.detail, ensure_ascii=False)
        said_ = (one.id, one.at.isoformat(), one.by, ",".join(one.roles), one.action)
        about = (word("action", one.action).zh, one.subject_kind, one.subject)
        row = (*said_, *about, names.get(one.subject, ""), detail, one.n or "", one.hash)
        write.writerow([_plain(cell) for cell in row])
    asked = ", ".join(f"{name}={value}" for name, value in typed.items() if value)
    return out.getvalue(), len(found), asked


def _plain(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text

"""The report of an inspection on paper: as signed, or as it stands for the customer to sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jiannuo.faces.desk.plan.matter import InspectionMatter
from jiannuo.inspections.rules import Version, versions
from jiannuo.inspections.sheet import ABNORMAL
from jiannuo.journey.contracts import subject_of_quarter
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle, Event
from jiannuo.manual.words import Text
from jiannuo.papers import queries as papers
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Row:
    item: str
    result: str
    limits: str
    note: str
    bad: bool


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """`signed`: who signed and when; "" for a draft."""

    title: str
    number: str
    quarter: str
    back: str
    engineer: str
    day: str
    groups: tuple[Group, ...]
    plain: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    advice: tuple[tuple[str, str], ...]
    verdict: str
    signed: str
    unfinished: int


def report_page(actor: Actor, reader: Reader, matter: InspectionMatter) -> ReportPage:
    require(actor, "read_cases")
    facts = paper_of(matter) or {}
    log = Chronicle(matter.events)
    sheet = matter.sheet
    rows: list[Mapping[str, Any]] = list(_kept(facts) or sheet.rows())
    signed, checked = log.first("inspection_signed"), log.last("inspection_checked")
    day = signed or checked
    return ReportPage(
        title=matter.title,
        number=matter.contract.number,
        quarter=matter.quarter,
        back=matter.back,
        engineer=_hands(log) or matter.owed.engineer,
        day=reader.local(day.t).date().isoformat() if day else "",
        groups=tuple(_groups(reader, rows)),
        plain=tuple(_plain(reader, signed)) if signed and not rows else (),
        versions=tuple(versions(log)),
        advice=tuple(
            (reader.word("topic", e.d["topic"]), e.d["text"]) for e in log.all("advice_given")
        ),
        verdict=_verdict(reader, rows, signed),
        signed=_signed(reader, signed),
        unfinished=0 if signed else len(sheet.unfinished),
    )


def _kept(facts: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = facts.get("checklist") or ()
    return found


def _hands(log: Chronicle) -> str:
    """Who looked."""
    return "、".join(dict.fromkeys(e.by.name for e in log.all("inspection_checked")))


def _groups(reader: Reader, rows: Iterable[Mapping[str, Any]]) -> list[Group]:
    found = []
    for name, group in groupby(rows, key=lambda row: reader.say(Text(*row["name"]))):
        found.append(Group(name, tuple(_row(reader, row) for row in group)))
    return found


def _row(reader: Reader, row: Mapping[str, Any]) -> Row:
    result = reader.word("word", row["state"])
    if row.get("reading"):
        result = f"{row['reading']} {row['unit']} {result}"
    note = row.get("note", "")
    if row.get("of"):
        whom = reader.say(Text(f"问{row['of']}", f"asked {row['of']}"))
        note = f"{whom}：{note}" if note else whom
    limits = reader.say(Text(*row["limits"])).strip(" （）()")
    return Row(reader.say(Text(*row["item"])), result, limits, note, row["state"] == ABNORMAL)


def _plain(reader: Reader, signed: Event) -> Iterable[tuple[str, str]]:
    """The four topics of a report without a checklist: an old one, or one from elsewhere."""
    d = signed.d
    for serial, state in d["devices"].items():
        yield serial, reader.word("word", state)
    yield reader.word("topic", "software"), reader.word("word", d["software"])
    yield reader.word("topic", "problems_asked"), f"{d['problems_asked']}（{d['asked_of']}）"
    room = [
        f"{d[k]} {unit}" for k, unit in (("temperature_c", "℃"), ("humidity_pct", "%")) if d.get(k)
    ]
    if room:
        yield reader.word("topic", "environment"), "，".join(room)


def _verdict(reader: Reader, rows: Iterable[Mapping[str, Any]], signed: Event | None) -> str:
    bad = sum(row["state"] == ABNORMAL for row in rows)
    total = sum(1 for _ in rows)
    if not total:
        return ""
    if not bad:
        return reader.say(
            Text(f"检查 {total} 项，未发现异常。", f"{total} items, nothing abnormal.")
        )
    return reader.say(
        Text(f"检查 {total} 项，异常 {bad} 项。", f"{total} items, {bad} of them abnormal.")
    )


def _signed(reader: Reader, signed: Event | None) -> str:
    if signed is None:
        return ""
    day = reader.local(signed.t)
    return reader.say(
        Text(
            f"{signed.by.name} 签于 {day:%Y-%m-%d %H:%M}", f"{signed.by.name}, {day:%Y-%m-%d %H:%M}"
        )
    )


def paper_of(matter: InspectionMatter) -> dict[str, Any] | None:
    """What the signed report was made of; None before the signature."""
    subject = subject_of_quarter(matter.contract.id, matter.quarter, matter.contract.customer).id
    found = [p for p in papers.papers(subject) if p.kind == "inspection_report"]
    return dict(papers.gathered(found[-1].id)) if found else None

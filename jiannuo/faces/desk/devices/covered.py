"""Covered or not, until when, and by which clause: the first thing the page of a device says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse

from jiannuo.customers.queries import ContractCard
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.listing import Seated, SpellLine
from jiannuo.equipment.queries import UnitCard
from jiannuo.manual.profile import Profile
from jiannuo.manual.warranty import Cover, entitlement, maintenance_at
from jiannuo.manual.words import Text
from jiannuo.web.covers import Covers, Spell, covers
from jiannuo.web.reader import Reader

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line for who has the caller on the line; `tone` of its edge: ok, warn or na."""

    words: str
    left: str
    clause: str
    tone: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    verdict: Verdict
    picture: Covers | None


def covered(
    reader: Reader,
    card: UnitCard,
    contract: tuple[ContractCard, Profile] | None,
    spells: Sequence[SpellLine],
    parts: Sequence[Seated],
    host: str = "",
) -> Covered:
    """`host`: the serial of the device in which a part sits: what covers that covers it too."""
    today = reader.local(reader.at).date()
    if card.role == "loaner":
        return Covered(_ours(reader), None)
    if contract is None:
        return Covered(_none(reader), None)
    project, profile = contract
    cover = equipment.cover_of(project, profile)
    rows = list(_spells(reader, card, (project, cover), spells, parts, today))
    words = reader.say(Text("今天 ", "today ")) + f"{today:%m-%d}"
    own = [one.ends_on for one in spells if one.void_at is None]
    stands = _Stands(host or card.serial, str(card.site), own if card.role == "part" else [])
    return Covered(_verdict(reader, stands, profile, cover, today), covers(rows, today, words))


@dataclass(frozen=True, slots=True)
class _Stands:
    """For what it counts: the serial that the contract knows, the site, spells of its own."""

    serial: str
    site: str
    own: Sequence[date]


def _ours(reader: Reader) -> Verdict:
    say = reader.say
    lent = Text("借用期间由我方维护", "while it is lent we look after it")
    return Verdict(say(Text("我方备用机", "A loaner of ours")), say(lent), "", "na")


def _none(reader: Reader) -> Verdict:
    say = reader.say
    return Verdict(
        say(Text("没有合同，按保外处理", "No contract: as after warranty")),
        say(Text("照常受理，备件按成本价", "taken all the same, spares at cost")),
        reader.clause("2"),
        "na",
    )


def _verdict(reader: Reader, unit: _Stands, profile: Profile, cover: Cover, today: date) -> Verdict:
    site, say = unit.site, reader.say
    found = entitlement(profile, cover, unit.serial, site, today)
    end = max([cover.end_of(profile, unit.serial), *unit.own])
    if found != "before_acceptance" and today <= end:
        found = "in_warranty"
    clause, why = reader.clause("2"), tuple(_why(reader, unit.serial, profile, cover))
    if found == "before_acceptance":
        words = Text("还没验收，维修免费", "Not accepted yet, repair is free")
        return Verdict(say(words), "", clause, "ok", why)
    if found == "in_warranty":
        words = Text(f"在保，维修免费，到 {end}", f"Covered, repair is free, to {end}")
        days = (end - today).days
        left = Text(f"还有 {days} 天", f"{days} days left")
        return Verdict(say(words), say(left), clause, "ok" if days > RENEW else "warn", why)
    kept = maintenance_at(cover, site, today)
    if kept is not None:
        words = Text(
            f"保外，有维护合同，到 {kept.end}",
            f"After warranty, under a maintenance contract to {kept.end}",
        )
        visits = Text(
            f"含 {kept.visits_included} 次上门", f"{kept.visits_included} visits included"
        )
        return Verdict(say(words), say(visits), clause, "ok", why)
    words = Text(f"保外，{end} 质保到期", f"After warranty, it ended on {end}")
    paid = Text("照常受理，备件按成本价", "taken all the same, spares at cost")
    return Verdict(say(words), say(paid), clause, "warn", why)


RENEW = 90


def _why(reader: Reader, serial: str, profile: Profile, cover: Cover) -> Iterator[str]:
    """Which warranty decides (A17)."""
    line, renewed = cover.lines.get(serial), cover.renewed.get(serial)
    project = cover.project
    yield reader.say(
        Text(
            f"项目质保：{project.start} 验收起 {project.months} 个月，到 {project.end}",
            f"Project: {project.months} months from {project.start}, to {project.end}",
        )
    )
    if line is not None:
        yield reader.say(
            Text(
                f"设备行：{line.start} 起 {line.months} 个月，到 {line.end}",
                f"Its line: {line.months} months from {line.start}, to {line.end}",
            )
        )
    if renewed is not None:
        yield reader.say(
            Text(
                f"换新：{renewed.start} 重新起算 {renewed.months} 个月，到 {renewed.end}",
                f"Replaced: {renewed.months} months anew from {renewed.start}, to {renewed.end}",
            )
        )
    if line is not None or renewed is not None:
        rule = profile.value("warranty.combine")
        later = Text("取最晚的一个（A17）", "the latest of them holds (A17)")
        other = Text(f"按「{rule}」取（A17）", f"by '{rule}' (A17)")
        yield reader.say(later if rule == "later" else other)


def _spells(
    reader: Reader,
    card: UnitCard,
    under: tuple[ContractCard, Cover],
    spells: Sequence[SpellLine],
    parts: Sequence[Seated],
    today: date,
) -> Iterator[Spell]:
    project, cover = under
    href = reverse("desk:contract_show", args=[project.id])
    yield _bar(
        reader,
        Text(f"{project.number} 项目质保", f"{project.number}, project"),
        Text(f"验收起 {project.months} 个月", f"{project.months} months from acceptance"),
        (cover.project.start, cover.project.end),
        href=href,
    )
    for one in spells:
        whole = one.basis == "acceptance" and not one.void
        if not whole:
            yield _of(reader, one)
    for part in parts:
        if part.ends_on is not None and part.since is not None and not part.retired:
            start = reader.local(part.since).date()
            what = part.slot or part.category or part.model
            label = Text(f"{what} {part.serial}".strip(), f"{what} {part.serial}".strip())
            yield _bar(
                reader,
                label,
                Text("换上的新件，重新起算", "fitted new, begun anew"),
                (min(start, part.ends_on), part.ends_on),
            )
    yield from _upkeep(reader, card.site, under, today, href)


def _of(reader: Reader, one: SpellLine) -> Spell:
    name = reader.word("basis", one.basis)
    label = Text(name, name)
    if one.void_at is not None:
        why = Text(f"已作废：{one.void}", f"void: {one.void}")
        return _bar(reader, label, why, (one.starts_on, one.ends_on), tone="void")
    why = Text(f"{one.starts_on} 起 {one.months} 个月", f"{one.months} months from {one.starts_on}")
    return _bar(reader, label, why, (one.starts_on, one.ends_on))


def _upkeep(
    reader: Reader, site: UUID | None, under: tuple[ContractCard, Cover], today: date, href: str
) -> Iterator[Spell]:
    """Maintenance contracts of its site; where none follows the warranty, that it is missing."""
    project, cover = under
    own = [one for one in project.maintenance if one.site == str(site)]
    for one in own:
        label = Text(f"维护合同 {one.number}", f"Maintenance {one.number}")
        why = Text(f"含 {one.visits_included} 次上门", f"{one.visits_included} visits included")
        yield _bar(reader, label, why, (one.start, one.end), href=href)
    after = cover.project.end + DAY
    if not any(one.end > max(today, cover.project.end) for one in own):
        start = max([after, *(one.end + DAY for one in own)])
        yield Spell(
            reader.say(Text("维护合同", "Maintenance")),
            reader.say(Text("尚未签订", "not signed yet")),
            reader.say(Text(f"{start} 起没有", f"none from {start}")),
            start,
            max(start, today) + timedelta(days=270),
            "warn",
            href,
        )


def _bar(
    reader: Reader,
    label: Text,
    why: Text,
    span: tuple[date, date],
    tone: str = "ok",
    href: str = "",
) -> Spell:
    until = reader.say(Text(f"到 {span[1]}", f"to {span[1]}"))
    return Spell(reader.say(label), reader.say(why), until, *span, tone, href)

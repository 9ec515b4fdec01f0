"""What stands beside the queue: inspections that fit into somebody's day, a hand-over that waits."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from jiannuo.journey import shift_change
from jiannuo.journey.filling import Filling
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.visits.suggesting import FillIn
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Fill:
    """An inspection that is due, and where it fits."""

    title: str
    where: str
    due: str
    fits: str
    beside: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Handing:
    """A hand-over that waits for somebody to read it; `mine`: for this reader."""

    words: str
    href: str
    mine: bool


def fill(reader: Reader, one: Filling) -> Fill:
    year, _, quarter = one.due.quarter.partition("Q")
    title = reader.say(Text(f"{year} 年 {quarter} 季度巡检", f"Inspection {one.due.quarter}"))
    due = reader.say(Text(f"{one.due.due_on:%m-%d} 前", f"by {one.due.due_on:%m-%d}"))
    where = f"{one.site.customer_name} {one.site.name}"
    late = one.due.due_on < reader.local(reader.at).date()
    beside = bool(one.fits and one.fits.ref)
    return Fill(title, where, due, _fits(reader, one.fits), beside, late)


def _fits(reader: Reader, fit: FillIn | None) -> str:
    if fit is None:
        return reader.say(Text("今天没有合适的空档", "no gap fits today"))
    at = reader.clock(fit.start)
    if not fit.ref:
        words = Text(
            f"{fit.name} {at} 起有空，{fit.km:.0f} km", f"{fit.name} is free {at}, {fit.km:.0f} km"
        )
    elif fit.km < 1:
        words = Text(
            f"{fit.name} {at} 做完 {fit.ref}，同一地点",
            f"same place as {fit.ref}: {fit.name}, {at}",
        )
    else:
        words = Text(
            f"{fit.name} {at} 做完 {fit.ref}，离 {fit.km:.0f} km",
            f"{fit.name} after {fit.ref}, {at}, {fit.km:.0f} km away",
        )
    return reader.say(words)


def handing(actor: Actor, reader: Reader) -> Handing | None:
    found = shift_change.waiting(actor, reader.at)
    if found is None:
        return None
    at = reader.clock(found.written_at)
    words = Text(
        f"{found.by} {at} 交班给 {found.to}，等他确认",
        f"{found.by} handed over to {found.to} at {at}; not confirmed yet",
    )
    href = reverse("desk:handover_show", args=[found.id])
    return Handing(reader.say(words), href, found.to == actor.name)

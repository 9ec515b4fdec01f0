"""The rosters of the two weeks to come: is any hour nobody's?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.customers import queries as customers
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.checks.duty import DRAW, named
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.people import queries as people
from jiannuo.people.queries import DeskDuty, Gap

AHEAD = timedelta(days=14)
SOON = timedelta(days=1)
NAMED = 3

NONE = Text("接下来两周没有值班表。", "There is no roster for the two weeks to come.")
FILL = Text(
    "请值班经理到「值班表」补上；jiannuo roster show 列出全部缺口。",
    "Have the duty manager fill them on the roster; jiannuo roster show lists them all.",
)


def look(_: Machine) -> Finding:
    at = now()
    desks = people.duty_at(at, ahead=AHEAD)
    if not desks:
        return heed(NONE, DRAW)
    gaps = sorted(((gap, desk) for desk in desks for gap in desk.gaps), key=lambda p: p[0].start)
    ending = [desk for desk in desks if desk.drawn_until is not None]
    if gaps:
        said = joined([_gap(gap, desk) for gap, desk in gaps[:NAMED]])
        found = Text(f"{len(gaps)} 处没人值班：{said.zh}", f"{len(gaps)} gaps: {said.en}")
        return (broken if gaps[0][0].start < at + SOON else heed)(found, FILL)
    if ending:
        return heed(joined([_end(desk) for desk in ending]), DRAW)
    return fine("接下来两周没有缺口。", "No gap in the two weeks to come.")


def _gap(gap: Gap, desk: DeskDuty) -> Text:
    local = customers.base_profile(now()).local
    span = f" {local(gap.start):%m-%d %H:%M}–{local(gap.end):%m-%d %H:%M}"
    return named(desk) + span


def _end(desk: DeskDuty) -> Text:
    end = customers.base_profile(now()).local(desk.drawn_until or now())
    until = f"{end:%m-%d %H:%M}"
    return named(desk) + Text(f"只排到 {until}", f" is drawn until {until} only")


CHECK = Check("roster", Text("两周值班", "Roster"), look)

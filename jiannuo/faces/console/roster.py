"""`jiannuo roster`: who answers for each desk, who comes next, and where nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from jiannuo.customers import queries as customers
from jiannuo.faces.console.tables import table
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, word
from jiannuo.people import queries as people
from jiannuo.people.queries import DeskDuty, Standby
from jiannuo.people.rules import role_of

MINUTE = "%Y-%m-%d %H:%M"
HEADS = ("岗位", "现在 now", "电话 phone", "缘由 why", "到 until", "之后 next", "desk")
NO_ROSTER = Text(
    "现在和接下来两周都没有值班表，请先排班并发布。",
    "No roster is in force now or in the two weeks to come; draw one and publish it.",
)
NO_GAP = Text("接下来两周没有值班缺口。", "There is no gap in the two weeks to come.")


@click.group()
def roster() -> None:
    """Who is on duty.

    值班表：谁在值班。
    """


@roster.command()
@click.option(
    "--at",
    "local",
    type=click.DateTime(formats=[MINUTE]),
    help="YYYY-MM-DD HH:MM. 当地时间，默认现在",
)
@click.option("--office", help="Only what counts for this office, by its code. 办事处编号")
def show(local: datetime | None, office: str | None) -> None:
    """Who answers for each desk now, until when, who comes next, and the gaps ahead.

    每个岗位现在由谁接听、到何时、之后是谁，以及接下来两周的值班缺口。
    """
    profile = customers.base_profile(now())
    at = local.replace(tzinfo=profile.zone) if local else now()
    known = [spot.code for spot in people.offices()]
    if office is not None and office not in known:
        raise Refusal(
            "no_office",
            f"没有编号为 {office} 的办事处；有：{', '.join(known)}",
            f"there is no office {office}; there are {', '.join(known)}",
        )
    for line in told(profile, at, people.duty_at(at, office)):
        click.echo(line)


def told(profile: Profile, at: datetime, desks: list[DeskDuty]) -> Iterator[str]:
    yield f"值班 on duty · {_moment(profile, at)} {profile.timezone}\n"
    if not desks:
        yield from (NO_ROSTER.zh, NO_ROSTER.en)
        return
    yield from table(HEADS, [_row(profile, desk) for desk in desks])
    yield ""
    gaps = [(gap, desk) for desk in desks for gap in desk.gaps]
    if gaps:
        yield "值班缺口 gaps in the two weeks to come:"
    for gap, desk in sorted(gaps, key=lambda pair: pair[0].start):
        name = _desk(desk)
        span = f"{_moment(profile, gap.start)} – {_moment(profile, gap.end)}"
        yield f"  {span}  {name.zh} {name.en}"
    if not gaps:
        yield from (NO_GAP.zh, NO_GAP.en)
    for desk in desks:
        if desk.drawn_until is not None:
            name, end = _desk(desk), _moment(profile, desk.drawn_until)
            yield f"  {name.zh}只排到 {end}，请续排。 {name.en} is drawn until {end} only."


def _row(profile: Profile, desk: DeskDuty) -> tuple[str, ...]:
    why = word("via", desk.now.via) if desk.now else Text("没有人", "nobody")
    name = _desk(desk)
    return (
        name.zh,
        _name(desk.now),
        (desk.now.phone or "无 none") if desk.now else "-",
        f"{why.zh} {why.en}",
        _moment(profile, desk.until) if desk.until else "-",
        _name(desk.next) if desk.until else "-",
        name.en,
    )


def _name(one: Standby | None) -> str:
    if one is None:
        return "没有人 nobody"
    return one.name if one.via != "escalation" else f"({one.name})"


def _desk(desk: DeskDuty) -> Text:
    name = word("role", role_of(desk.desk))
    return name + f" {desk.office}" if desk.office else name


def _moment(profile: Profile, moment: datetime) -> str:
    return f"{profile.local(moment):{MINUTE}}"

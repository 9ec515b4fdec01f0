"""Who is on duty now: is there somebody, and can he be rung up?"""

from __future__ import annotations

from datetime import timedelta

from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text, word
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.people import queries as people
from jiannuo.people.queries import DeskDuty
from jiannuo.people.rules import role_of

MOMENT = timedelta(seconds=1)

NOBODY = Text("现在没有值班表。", "No roster is in force now.")
DRAW = Text("请值班经理排班并发布。", "Have the duty manager draw a roster and publish it.")
FILL = Text(
    "给值班的人填上手机号，空缺的岗位请值班经理补人。",
    "Enter the numbers of those on duty; have the duty manager fill what is empty.",
)


def look(_: Machine) -> Finding:
    desks = people.duty_at(now(), ahead=MOMENT)
    if not desks:
        return heed(NOBODY, DRAW)
    wrong = [said for desk in desks if (said := _wrong(desk)) is not None]
    escalated = [desk for desk in desks if desk.now is not None and desk.now.via == "escalation"]
    if wrong:
        return broken(joined(wrong), FILL)
    if escalated:
        said = joined([named(desk) for desk in escalated], "、", ", ")
        return heed(
            Text(
                f"{said.zh}没有人，由子中心负责人顶着。", f"{said.en}: the sub-centre head answers."
            ),
            FILL,
        )
    said = joined([_who(desk) for desk in desks])
    return fine(said.zh + "。", said.en + ".")


def named(desk: DeskDuty) -> Text:
    name = word("role", role_of(desk.desk))
    return name + f" {desk.office}" if desk.office else name


def _wrong(desk: DeskDuty) -> Text | None:
    if desk.now is None:
        return named(desk) + Text("没有人", ": nobody")
    if not desk.now.phone:
        return named(desk) + Text(
            f" {desk.now.name} 没有手机号", f": {desk.now.name} has no number"
        )
    return None


def _who(desk: DeskDuty) -> Text:
    name = desk.now.name if desk.now else ""
    return named(desk) + Text(f" {name}", f": {name}")


CHECK = Check("duty", Text("当前值班", "On duty"), look)

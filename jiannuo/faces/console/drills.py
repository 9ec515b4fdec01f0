"""`jiannuo report telling CASE`: an emergency or a drill on paper: its duties scored, and who was
told when by what, whether he answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.faces.console.tables import table
from jiannuo.kernel.moment import now
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.drills import Score, score
from jiannuo.manual.words import length, limit, word
from jiannuo.notices import queries as notices
from jiannuo.notices.queries import TellingLine

SENT = {
    "waiting": "待发 waiting",
    "sent": "已发 sent",
    "failed": "未送达 failed",
    "cancelled": "已撤回 called back",
    "merged": "并入他条 in another",
}


@click.command("telling")
@click.argument("case")
def command(case: str) -> None:
    """Who was told of CASE when, by what, and whether he answered; in an emergency or a drill its
    duties with what each took, and the score.

    工单 CASE 通知了谁、何时、用什么方式、是否应答；应急和演练另列五项职责与得分。
    """
    view, at = cases.view_of(case), now()
    for line in sheet(view, at):
        click.echo(line)


def sheet(view: CaseView, at: datetime) -> Iterator[str]:
    """The sheet, line by line."""
    card = view.card
    mark = "【演练 DRILL】" if card.drill else ""
    yield f"{mark}{card.number} · {card.customer_name} · {view.profile.local(at):%Y-%m-%d %H:%M}"
    found = score(view.profile, fold_story(view.story), at)
    if found.duties:
        yield ""
        yield from _duties(found)
    yield ""
    told = notices.tellings(card.id)
    if not told:
        yield "没有通知过任何人。 Nobody was told of anything."
        return
    yield from table(
        ("时间 time", "事项 what", "对象 whom", "方式 by", "发出 sent", "应答 answer"),
        [_told(view, line) for line in told],
    )


def _duties(found: Score) -> Iterator[str]:
    rows = [
        (
            f"{duty.clause}",
            word("verdict", duty.verdict).zh + " " + word("verdict", duty.verdict).en,
            length(duty.took).zh if duty.took is not None else "—",
            limit(duty.limit).zh if duty.limit else "—",
            f"{duty.zh} {duty.en}",
        )
        for duty in found.duties
    ]
    yield from table(("条款 clause", "结果 verdict", "用时 took", "限时 limit", "职责 duty"), rows)
    percent = "—" if found.percent is None else str(found.percent)
    yield f"得分 score: {percent} ({found.kept}/{found.counted})"


def _told(view: CaseView, line: TellingLine) -> tuple[str, ...]:
    profile = view.profile
    name, _, promise = line.kind.partition(":")
    found = profile.by_code.get(promise)
    alert = profile.alerts.get(line.kind)
    what = found.zh if found else alert.zh if alert else word("notice", line.kind).zh
    late = "（已超时）" if name == "due" else ""
    answer = f"{profile.local(line.told_at):%H:%M:%S}" if line.told_at else "—"
    if not line.told_at and line.trouble == "unanswered":
        answer = "无人接听 no answer"
    return (
        f"{profile.local(line.at):%m-%d %H:%M:%S}",
        what + late,
        f"{line.name}（{word('role', line.role.partition('.')[0]).zh}）",
        line.channel,
        f"{SENT[line.state]} {_clock(view, line.sent_at)}".rstrip(),
        answer,
    )


def _clock(view: CaseView, at: datetime | None) -> str:
    return f"{view.profile.local(at):%H:%M:%S}" if at else ""

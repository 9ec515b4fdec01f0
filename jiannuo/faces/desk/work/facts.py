"""What a step decides, told in full beside its button: plan and risk, offer, review, replacement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from jiannuo.manual.events import Event
from jiannuo.manual.story import CaseStory
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader

Fact = tuple[Text, str]


def facts(reader: Reader, kind: str, story: CaseStory) -> tuple[tuple[str, str], ...]:
    """Of a step that is no decision: none."""
    tell = TOLD.get(kind)
    found = tell(reader, story) if tell else ()
    return tuple((reader.say(name), value) for name, value in found if value)


def _plan(reader: Reader, story: CaseStory) -> Iterator[Fact]:
    """The newest version, what it interrupts and what is risked by it (7.3 B 2)."""
    plan = story.log.last("plan_submitted")
    if plan is None:
        return
    version = plan.d["version"]
    yield Text("方案", "Plan"), _who(reader, plan, f"v{version}")
    impact = plan.d.get("impact")
    yield Text("对业务", "Impact"), reader.word("word", impact) if impact else ""
    for risk in story.log.where("risk_stated", lambda e: e.d["version"] == version)[-1:]:
        lost = Text("可能丢数据", "data may be lost")
        kept = Text("不会丢数据", "no data is lost")
        yield Text("风险", "Risk"), reader.say(lost if risk.d["data_loss"] else kept)
        yield Text("备份", "Backup"), str(risk.d.get("backup_at") or "")
        yield Text("回退办法", "Way back"), str(risk.d.get("back_out") or "")


def _offer(reader: Reader, story: CaseStory) -> Iterator[Fact]:
    quote = story.log.last("quote_made")
    if quote is not None:
        total = quote.d["total"]
        yield Text("报价", "Quote"), reader.say(Text(f"{total} 元", f"{total} yuan"))
        yield Text("报价人", "By"), _who(reader, quote)


def _review(reader: Reader, story: CaseStory) -> Iterator[Fact]:
    """What the report says of the cause (7.5 B 5)."""
    report = story.log.last("report_written")
    if report is None:
        yield (
            Text("报告", "Report"),
            reader.say(Text("还没有写服务报告", "no report is written yet")),
        )
        return
    yield Text("原因", "Cause"), report.d["cause"]
    yield Text("解决办法", "Solution"), report.d["solution"]
    yield Text("预防", "Prevention"), report.d["prevention"]
    yield Text("报告人", "By"), _who(reader, report)


def _replacement(reader: Reader, story: CaseStory) -> Iterator[Fact]:
    """Why a new device is owed (2)."""
    again = story.log.last("same_problem_confirmed")
    if again is not None:
        yield Text("设备", "Device"), again.d["device"]
        yield Text("同一问题", "Same problem"), again.d["problem"]
        yield Text("确认人", "Confirmed by"), _who(reader, again)


def _who(reader: Reader, event: Event, what: str = "") -> str:
    parts = (what, event.by.name, reader.clock(event.t))
    return " · ".join(part for part in parts if part)


TOLD: Mapping[str, Callable[[Reader, CaseStory], Iterator[Fact]]] = {
    "plan_approved": _plan,
    "risk_accepted": _plan,
    "execution_permitted": _plan,
    "quote_approved": _offer,
    "rca_approved": _review,
    "replacement_ordered": _replacement,
}

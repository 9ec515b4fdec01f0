"""Incidents lived in another system: one row a change or one row an incident. They become cases
with the moments of the log; nobody is told anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.customers import matching
from jiannuo.customers.matching import key
from jiannuo.imports.commands import Found
from jiannuo.imports.table import Table, found_in
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp
from jiannuo.journey.bringing.kinds.whose import CUSTOMER
from jiannuo.journey.histories import mapping as maps
from jiannuo.journey.histories.lived import histories
from jiannuo.journey.histories.mapping import ColumnMap
from jiannuo.journey.histories.rejects import REASONS, Reject, Rejects
from jiannuo.journey.histories.rows import Reader
from jiannuo.journey.importing import History, Past, bring_in
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text

BATCH = 250
NAMES = {
    "number": Text("单号", "Number"),
    "state": Text("状态", "State"),
    "opened": Text("报修时间", "Opened at"),
    "level": Text("级别", "Level"),
    "changed": Text("变更时间", "Changed at"),
    "changed_by": Text("变更人", "Changed by"),
    "turn": Text("变更次序", "Turn"),
    "opened_by": Text("受理人", "Opened by"),
    "resolved": Text("解决时间", "Resolved at"),
    "resolved_by": Text("解决人", "Resolved by"),
    "closed": Text("结案时间", "Closed at"),
    "channel": Text("渠道", "Channel"),
    "caller": Text("报修人", "Caller"),
    "assigned": Text("处理人", "Assigned to"),
    "text": Text("故障描述", "Text"),
    "symptom": Text("现象", "Symptom"),
    "outcome": Text("处理结果", "Outcome"),
    "reopened": Text("重开次数", "Reopenings"),
    "made_sla": Text("是否达标", "Made its SLA"),
}
EXAMPLES = {
    "number": "GZ-2025-0001",
    "state": "已关闭",
    "opened": "2025-03-02 08:01",
    "level": "二级",
    "resolved": "2025-03-02 11:40",
    "closed": "2025-03-03 09:00",
    "caller": "邓丽",
    "assigned": "李伟",
    "text": "核心交换机端口抖动",
}


def _columns() -> tuple[Column, ...]:
    known = [maps.load(path) for path in maps.shipped().values()]
    found = []
    for name, head in NAMES.items():
        also = dict.fromkeys(word for one in known for word in one.columns.get(name, ()))
        found.append(
            Column(
                name,
                head,
                cells.bare,
                tuple(also),
                needed=name in maps.NEEDED,
                several=True,
                example=EXAMPLES.get(name, ""),
            )
        )
    return (*found, replace(CUSTOMER, needed=False))


def look(table: Table, columns: Mapping[str, Sequence[int]], actor: Actor) -> list[Found]:
    """Every incident at its first row, and the rows that were left out with the reason."""
    mapping = _map(table, columns)
    rejects = Rejects()
    changes = list(Reader(table, mapping, rejects, now()).changes())
    told = histories(changes, mapping, rejects)
    owners = _owners(table, columns, [line for line, _ in told])
    found = {reject.line: _left_out(reject) for reject in rejects.rows if reject.done == "rejected"}
    for start in range(0, len(told), BATCH):
        batch = told[start : start + BATCH]
        brought = bring_in(actor, [history for _, history in batch], apply=False)
        for line, history in batch:
            refused = brought.refused.get(history.number)
            values = {"history": _kept(history), "customer": owners.get(line)}
            if refused is None:
                verdict = brought.verdicts[history.number]
                found[line] = Found(line, verdict, history.number, values)
            else:
                zh, en = (text.format(refused[1]) for text in REASONS[refused[0]])
                trouble = {
                    "field": "number",
                    "head": "",
                    "cell": history.number,
                    "zh": zh,
                    "en": en,
                }
                found[line] = Found(line, "refused", history.number, {}, [trouble])
    return [found[line] for line in sorted(found)]


def _map(table: Table, columns: Mapping[str, Sequence[int]]) -> ColumnMap:
    """The shipped map whose words fit best, with the columns that were chosen."""
    known = [maps.load(path) for path in maps.shipped().values()]
    best = max(known, key=lambda one: found_in(table.names, one.wanted))
    chosen = {
        name: tuple(table.names[at] for at in places)
        for name, places in columns.items()
        if name in NAMES and places
    }
    return replace(best, columns=chosen)


def _left_out(reject: Reject) -> Found:
    told = {"head": reject.column, "cell": reject.value, "zh": reject.zh, "en": reject.en}
    return Found(reject.line, "refused", reject.number, {}, [{"field": "", **told}])


def _owners(
    table: Table, columns: Mapping[str, Sequence[int]], lines: Sequence[int]
) -> dict[int, str]:
    """The customers whose incidents they are, where the list names them."""
    places = columns.get("customer") or ()
    if not places:
        return {}
    by_name = {key(card.name): str(card.id) for card in matching.everybody()}
    wanted = set(lines)
    found = {ln.number: key(str(ln.cells[places[0]])) for ln in table.lines if ln.number in wanted}
    return {line: by_name[name] for line, name in found.items() if name in by_name}


def _kept(history: History) -> dict[str, Any]:
    told = asdict(history)
    told["past"] = [{**past, "at": past["at"].isoformat()} for past in told["past"]]
    return told


def _history(kept: Mapping[str, Any]) -> History:
    past = tuple(
        Past(p["kind"], datetime.fromisoformat(p["at"]), p["by"], p["d"]) for p in kept["past"]
    )
    return History(**{**kept, "past": past})


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    raise NotImplementedError("a history is looked at as a whole")


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    owner = said["customer"]
    bring_in(actor, [_history(said["history"])], UUID(owner) if owner else None)
    return [{"step": "imported", "id": said["history"]["number"]}]


KIND = Kind(
    "history",
    Text("历史工单", "History"),
    Text(
        "旧系统导出的故障单；只进档案与统计，不通知任何人",
        "incidents of an older system; nobody is told",
    ),
    "import",
    _columns(),
    judge,
    write,
    look,
)

"""The changes of one incident as what happened to a case. What the log cannot tell is said.

The rules, in one place:
- The report is the earliest moment the log knows; its level is the first priority it knows.
- A later priority is a reclassification. The log knows no consent, so a milder one binds no
  clock; it knows no judgement of an emergency, so a later "critical" counts as level two.
- The log has no calls. The first change of a named assignee beyond "new" stands for the first
  contact ("work"); where there is none, the contact came no later than the fix ("bound").
- A step back from "resolved" is a reopening: the earlier fix stays written down and does not
  count, the last one does. Where the log counts reopenings, a step back without one is noise.
- "Awaiting ..." is a wait: shown as net time, pausing nothing (A20).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiannuo.journey.histories.mapping import ColumnMap
from jiannuo.journey.histories.rejects import Rejects
from jiannuo.journey.histories.rows import Change
from jiannuo.journey.importing import History, Past
from jiannuo.manual.vocabulary import Level

UNTOLD = "（日志未载）"
OPEN = ("new", "working", "waiting")
WAITING = "waiting:"


def histories(
    changes: Iterable[Change], mapping: ColumnMap, rejects: Rejects
) -> list[tuple[int, History]]:
    """(first line, history) of every incident that comes in, in order of the file."""
    by_number: dict[str, list[Change]] = {}
    for change in changes:
        by_number.setdefault(change.number, []).append(change)
    held = rejects.held()
    found = []
    for number, rows in by_number.items():
        blame = held.get(number) or _no_level(rows, mapping, rejects)
        if blame:
            for row in rows:
                if row.line != blame:
                    rejects.add(row.line, number, "held_back", blame)
            continue
        found.append((rows[0].line, _Telling(rows, mapping, rejects).history()))
    return found


def _no_level(rows: Sequence[Change], mapping: ColumnMap, rejects: Rejects) -> int:
    """The line to blame where nothing tells a level; 0 where something does."""
    if "level" in mapping.defaults or any(row.level for row in rows):
        return 0
    column = mapping.columns["level"][0]
    rejects.add(rows[0].line, rows[0].number, "no_level", column=column)
    return rows[0].line


@dataclass
class _Telling:
    """One incident being told."""

    rows: Sequence[Change]
    mapping: ColumnMap
    rejects: Rejects
    past: list[Past] = field(default_factory=list)
    contact: str = ""

    def history(self) -> History:
        changes = self._in_order()
        report = self._reported(changes)
        self._levels(changes, report)
        fixes = self._states(changes, report)
        self._contacted(changes, fixes)
        self.past += fixes
        self._over(changes, fixes)
        last = changes[-1]
        made = [c.made_sla for c in changes if c.made_sla is not None]
        return History(
            source=self.mapping.source,
            number=last.number,
            state=last.said,
            rows=len(self.rows),
            contact=self.contact,
            made_sla=made[-1] if made else None,
            past=tuple(sorted(self.past, key=lambda p: p.at)),  # stable: as told within a moment
        )

    def _tell(self, kind: str, at: datetime, by: str, /, **d: Any) -> None:
        given = {name: value for name, value in d.items() if value not in ("", None)}
        self.past.append(Past(kind, at, by or UNTOLD, given))

    def _mend(
        self, row: Change, reason: str, *said: object, column: str = "", value: object = ""
    ) -> None:
        name = self.mapping.columns.get(column, ("",))[0]
        shown = self._shown(value) if isinstance(value, datetime) else value
        self.rejects.add(
            row.line, row.number, reason, *said, column=name, value=shown, done="mended"
        )

    def _shown(self, at: datetime) -> str:
        """A moment as the log would write it."""
        return f"{at.astimezone(self.mapping.zone):%Y-%m-%d %H:%M:%S}"

    # -- order --------------------------------------------------------------------------------

    def _in_order(self) -> list[Change]:
        """By time, then by the log's own count; steps back that are no reopening are left out."""
        kept: list[Change] = []
        for row in sorted(self.rows, key=lambda c: (c.at, c.turn, c.line)):
            before = kept[-1] if kept else None
            if before is not None and _undone(before) and _is_open(row) and _noise(before, row):
                self.rejects.add(
                    row.line, row.number, "out_of_order", before.line, row.said, done="dropped"
                )
            else:
                kept.append(row)
        return kept

    def _reported(self, changes: Sequence[Change]) -> datetime:
        first = changes[0]
        opened = _first(changes, "opened") or first.at
        report: datetime = min(opened, first.at)
        if report != opened:
            self._mend(first, "opened_late", self._shown(report), column="opened", value=opened)
        self._tell(
            "reported",
            report,
            _first(changes, "opened_by") or first.by,
            channel=_first(changes, "channel") or self.mapping.defaults.get("channel", "phone"),
            kind="fault",
            text=_first(changes, "text"),
            caller=_first(changes, "caller"),
        )
        return report

    # -- levels -------------------------------------------------------------------------------

    def _levels(self, changes: Sequence[Change], report: datetime) -> None:
        graded = [c for c in changes if c.level]
        if not graded:
            self._tell("confirmed", report, changes[0].by, level=self.mapping.defaults["level"])
            return
        first = graded[0]
        # One row an incident tells how it stands, not when its level became known.
        at = max(first.at, report) if "changed" in self.mapping.columns else report
        self._tell("confirmed", at, first.opened_by or first.by, level=first.level)
        shown = said = first.level
        for change in graded[1:]:
            if change.level != said:
                said = change.level
                shown = self._regraded(change, shown)

    def _regraded(self, change: Change, shown: str) -> str:
        level = change.level
        if level == Level.L1:
            level = Level.L2.value
            self._mend(change, "no_emergency", column="level", value=change.level_said)
        if level == shown:
            return shown
        told = change.level_said or change.level
        self._tell("reclassified", change.at, change.by, level=level, reason=f"日志：{told}")
        return level

    # -- states -------------------------------------------------------------------------------

    def _states(self, changes: Sequence[Change], report: datetime) -> list[Past]:
        """Waits, fixes, reopenings; the fixes in order, the last of them counts."""
        fixes: list[Past] = []
        state, since = "new", report
        for change in changes:
            if change.state == state:
                continue
            if state.startswith(WAITING):
                reason = state.removeprefix(WAITING)
                self._tell("waiting_ended", change.at, change.by, reason=reason)
            if change.state.startswith(WAITING):
                reason = change.state.removeprefix(WAITING)
                self._tell("waiting_started", change.at, change.by, reason=reason)
            if _is_open(change) and state in ("resolved", "closed"):
                self._tell("recurred", change.at, change.by)
                since = change.at
            if change.state == "resolved" or (change.state == "closed" and state != "resolved"):
                fixes.append(self._fix(change, changes, since))
            state = change.state
        self._count_reopenings(changes, len(fixes) - 1)
        return fixes

    def _fix(self, change: Change, changes: Sequence[Change], since: datetime) -> Past:
        """A fix, at the log's own moment where it is the last and lies where it can."""
        last = not any(_is_open(c) for c in changes if _after(c, change))
        told = _last(changes, "resolved") if last else None
        at = self._when_fixed(change, told, since) if last else change.at
        detail = {"cause": "unknown", "customer_confirmed_by": UNTOLD}
        for name, value in (("problem", change.symptom), ("method", change.outcome)):
            if value:
                detail[name] = value
        return Past("resolved", at, change.resolved_by or change.assigned or UNTOLD, detail)

    def _when_fixed(self, change: Change, told: datetime | None, since: datetime) -> datetime:
        shown = self._shown(change.at)
        if told is not None and told >= since:
            return told
        if told is not None:
            self._mend(change, "resolved_early", shown, column="resolved", value=told)
        elif change.state == "closed":
            self._mend(change, "closed_unresolved", shown, column="resolved")
        else:
            self._mend(change, "no_resolved", shown, column="resolved")
        return change.at

    def _count_reopenings(self, changes: Sequence[Change], seen: int) -> None:
        counted = max((c.reopened for c in changes if c.reopened is not None), default=None)
        if counted is not None and counted != max(seen, 0):
            self._mend(changes[-1], "reopenings", counted, max(seen, 0), column="reopened")

    def _contacted(self, changes: Sequence[Change], fixes: Sequence[Past]) -> None:
        """The first sign of work by a named person, at the latest the first fix."""
        work = next((c for c in changes if c.assigned and _at_work(c)), None)
        if work is not None and (not fixes or work.at <= fixes[0].at):
            self.contact = "work"
            self._tell("engineer_contact", work.at, work.assigned, result=WORK)
        elif fixes:
            self.contact = "bound"
            self._tell("engineer_contact", fixes[0].at, fixes[0].by, result=BOUND)

    def _over(self, changes: Sequence[Change], fixes: Sequence[Past]) -> None:
        last = changes[-1]
        if last.state == "cancelled":
            self._tell("case_cancelled", last.at, last.by, reason=last.outcome or last.said)
        if last.state != "closed":
            return
        at: datetime = _last(changes, "closed") or last.at
        if at < fixes[-1].at:
            self._mend(last, "closed_early", self._shown(fixes[-1].at), column="closed", value=at)
            at = fixes[-1].at
        self._tell("case_closed", at, last.by)


WORK = "日志：首次由具名人员处理的变更"
BOUND = "日志没有联系时间：不晚于解决"


def _is_open(change: Change) -> bool:
    return change.state.startswith(OPEN)


def _at_work(change: Change) -> bool:
    return change.state == "working" or change.state.startswith(WAITING)


def _undone(change: Change) -> bool:
    return change.state in ("resolved", "closed")


def _noise(before: Change, row: Change) -> bool:
    counts = row.reopened is not None and before.reopened is not None
    return counts and (row.reopened or 0) <= (before.reopened or 0)


def _after(one: Change, other: Change) -> bool:
    return (one.at, one.turn, one.line) > (other.at, other.turn, other.line)


def _first(changes: Sequence[Change], name: str) -> Any:
    return next((value for c in changes if (value := getattr(c, name))), None)


def _last(changes: Sequence[Change], name: str) -> Any:
    return _first(changes[::-1], name)

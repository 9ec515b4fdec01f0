"""Whether the training promise is kept: held, tested, passed (5, 12). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jiannuo.manual.events import Chronicle

#: What a training plan says, in the order of chapter 12 (R-12-I1). The first eight are those of
#: section 5 (R-5-3).
HEADINGS = {
    "goals": "目标",
    "audience": "对象（决策、维护、操作）",
    "syllabus": "课程大纲",
    "hours": "课时",
    "place": "地点",
    "trainer": "讲师",
    "materials": "教材",
    "assessment": "考核",
    "certificate": "证书",
    "cost": "费用（免费）",
}
LOW_MARK = 3


def missing_headings(headings: Mapping[str, Any]) -> list[str]:
    """Headings that are absent or empty, in order: a plan with one of them is not published."""
    return [name for name in HEADINGS if not str(headings.get(name) or "").strip()]


def needs_improvement(marks: Mapping[str, int]) -> bool:
    """Did the attendees rate it below three on average (R-7.6-I3)?"""
    return bool(marks) and sum(marks.values()) < LOW_MARK * len(marks)


@dataclass(frozen=True, slots=True)
class TrainingSummary:
    planned: int
    held: int
    assessed: int
    passed: int
    failed: tuple[str, ...]
    commitment_closed: bool


def scores(logs: Iterable[Chronicle]) -> dict[str, int]:
    """The last score of every person, over the sessions given."""
    events = sorted(
        (e for log in logs for e in log.all("training_assessed")), key=lambda e: e.place
    )
    found: dict[str, int] = {}
    for event in events:
        found.update(event.d["scores"])
    return found


def summary(logs: Mapping[str, Chronicle], pass_mark: int) -> TrainingSummary:
    """Over all sessions of a customer, by code (R-5-2, R-12-I2). Closed: somebody was tested, nobody failed,
    every planned session held, theory and practice among them."""
    planned = {code: log for code, log in logs.items() if log.has("training_planned")}
    held = {code for code, log in logs.items() if log.has("training_held")}
    last = scores(logs.values())
    failed = tuple(name for name, points in last.items() if points < pass_mark)
    kinds = {
        e.d["kind"]
        for code, log in planned.items()
        if code in held
        for e in log.all("training_planned")
    }
    closed = bool(last) and not failed and set(planned) <= held and {"theory", "practice"} <= kinds
    return TrainingSummary(
        len(planned), len(held), len(last), len(last) - len(failed), failed, closed
    )

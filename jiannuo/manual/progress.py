"""How far a fault has come on its way: by telephone, remotely, on site (7.2, 7.3, 7.4). Pure.

The manual's order, told from the events: what is done, what comes next, what was skipped. It
proposes and refuses nothing; what may not be done yet is the gates' to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jiannuo.manual.events import Event
from jiannuo.manual.story import CaseStory

PHONE, REMOTE, ONSITE = "phone", "remote", "onsite"
DONE, NOW, AHEAD, SKIPPED = "done", "now", "ahead", "skipped"

#: What puts a case into a stage.
BEGINS = {
    ONSITE: ("onsite_confirmed", "dispatched", "arrived", "remote_failed", "remote_skipped"),
    REMOTE: ("phone_failed", "remote_consent", "remote_login", "plan_submitted"),
}
#: Before and after the fault is removed.
GOING = ("onsite_confirmed", "dispatched", "customer_informed", "archive_read", "prep_checked")
WORKING = ("arrived", "application_signed", "work_started", "diagnosed")
PLAN = ("plan_submitted", "plan_approved", "execution_permitted", "plan_executed")
#: What nobody has to do any more once a later thing is done: he is there, whoever sent him.
MOOT = {
    "engineer_contact": "phone_failed",
    "phone_closed": "resolved",
    "remote_consent": "remote_login",
    **dict.fromkeys(GOING, "arrived"),
    "application_signed": "work_started",
    **dict.fromkeys((*WORKING, *PLAN, "restored"), "resolved"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing on the way: the step that does it, and the event that did. `moot`: it was left
    out, and what comes after it is done."""

    kind: str
    done: Event | None
    moot: bool = False

    @property
    def open(self) -> bool:
        return self.done is None and not self.moot


@dataclass(frozen=True, slots=True)
class Stage:
    """`state` is done, now, ahead or skipped."""

    name: str
    state: str
    checks: tuple[Check, ...]

    @property
    def began(self) -> Event | None:
        return min(self._events, key=lambda e: e.place, default=None)

    @property
    def ended(self) -> Event | None:
        return max(self._events, key=lambda e: e.place, default=None)

    @property
    def _events(self) -> list[Event]:
        return [check.done for check in self.checks if check.done is not None]

    @property
    def next(self) -> str:
        """The step that is to be taken; "" where all are."""
        return next((check.kind for check in self.checks if check.open), "")


def stages(story: CaseStory) -> tuple[Stage, ...]:
    """The stages of a fault that were begun, and the one that comes next."""
    here = _here(story)
    return tuple(_stage(story, name, here) for name in (PHONE, REMOTE, ONSITE))


def coming(story: CaseStory) -> str:
    """The step that comes next by the manual's order; "" where the case is over or no fault."""
    if story.merged or story.cancelled or story.closed or not story.confirmed:
        return ""
    here = next((stage for stage in stages(story) if stage.state == NOW), None)
    return (here.next if here else "") or "case_closed"


def _here(story: CaseStory) -> str:
    begun = [s for s in (ONSITE, REMOTE) if any(story.log.has(kind) for kind in BEGINS[s])]
    return begun[0] if begun else PHONE


def _stage(story: CaseStory, name: str, here: str) -> Stage:
    kinds = {PHONE: _phone, REMOTE: _remote, ONSITE: _onsite}[name](story, name == here)
    events = _of_visit(story) if name == ONSITE else story.log.events
    found = {kind: _last(events, kind, story) for kind in kinds}
    past = {kind for kind, later in MOOT.items() if found.get(later) is not None}
    checks = tuple(Check(kind, done, kind in past) for kind, done in found.items())
    order = (PHONE, REMOTE, ONSITE)
    if name == here:
        state = NOW if any(check.open for check in checks) else DONE
    elif order.index(name) > order.index(here):
        state = AHEAD
    else:
        state = DONE if any(check.done for check in checks) else SKIPPED
    if name == REMOTE and state != AHEAD and story.log.has("remote_skipped"):
        state = SKIPPED
    return Stage(name, state, checks)


def _phone(story: CaseStory, here: bool) -> Iterator[str]:
    yield "engineer_contact"
    if not here or story.log.has("phone_failed"):
        yield "phone_failed"
        return
    yield "phone_closed"
    closed = story.log.last("phone_closed")
    not_solved = closed is not None and closed.d["outcome"] == "not_solved"
    yield "phone_failed" if not_solved and story.resolution is None else "resolved"


def _remote(story: CaseStory, here: bool) -> Iterator[str]:
    yield "remote_consent"
    yield "remote_login"
    if story.log.has("plan_submitted") and not story.log.has("arrived"):
        yield from PLAN
    if here:
        yield "resolved"
    elif story.log.has("remote_failed"):
        yield "remote_failed"


def _onsite(story: CaseStory, here: bool) -> Iterator[str]:
    yield from GOING
    yield from WORKING
    if story.log.has("plan_submitted") and story.log.has("arrived"):
        yield from PLAN
    if story.declaration is not None and story.emergency_stands:
        yield "restored"
    yield "resolved"
    yield "explained"
    yield "report_written"
    yield "report_signed" if story.emergency_stands else "report_filed"
    yield "departed"


def _of_visit(story: CaseStory) -> Sequence[Event]:
    """The events of the visit that runs, or of the last one: what was there before a new one was
    asked for belongs to the old one."""
    left = story.log.last("departed")
    again = left is not None and any(
        e.place > left.place for e in story.log.merged("onsite_confirmed", "dispatched", "arrived")
    )
    if left is None or not again:
        return story.log.events
    return [event for event in story.log.events if event.place > left.place]


def _last(events: Sequence[Event], kind: str, story: CaseStory) -> Event | None:
    if kind == "resolved":
        return story.resolution
    if kind == "onsite_confirmed":  # said once, for as many visits as it takes
        return story.log.last(kind)
    return next((event for event in reversed(events) if event.kind == kind), None)

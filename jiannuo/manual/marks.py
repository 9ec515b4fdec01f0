"""Marks: moments at which somebody must be told unless something happened by then.

A mark is judged once, at its moment, on what was recorded then; one whose moment had passed
before it was known is not raised afterwards, except where `late` says so (readings.md 14).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from jiannuo.manual.events import Event
from jiannuo.manual.policy import duration
from jiannuo.manual.profile import Profile
from jiannuo.manual.quarters import Quarter
from jiannuo.manual.story import CaseStory

SECOND = timedelta(seconds=1)

#: In front of the code of a house task.
TASK = "task:"


@dataclass(frozen=True, slots=True)
class Mark:
    """An alert to raise at `at`; `late`: raise it at the recording if `at` has passed.

    `tell`, `by`, `ack`: whom a house task is told (none: the duty manager), by which channels
    (none: as urgent as it is), and whether somebody has to say that he knows; an alert of the
    profile says so itself.
    """

    code: str
    at: datetime
    ref: str
    late: bool = False
    tell: tuple[str, ...] = ()
    ack: bool = False
    by: tuple[str, ...] = ()


def of_case(story: CaseStory, project: Profile) -> Iterator[Mark]:
    """The marks a case has today: what is no longer owed is simply absent.

    `project`: the profile that sets the lead times, which belong to no single case.
    """
    if story.report is None or story.drill:
        return
    if story.kind == "fault":
        yield from _fix_marks(story, project)
    emergency = _emergency_mark(story)
    if emergency is not None:
        yield emergency


def tasks_of_case(story: CaseStory) -> Iterator[Mark]:
    """House tasks: told to one of ours like an alert, on no closed list of the manual."""
    if story.report is None or story.drill or story.merged or story.cancelled or story.closed:
        return
    sent, until = story.uninformed_since, story.session_until
    if sent is not None:
        at = sent + story.profile.span("house.customer_informed")
        yield Mark(f"{TASK}inform_customer", at, story.facts.ref)
    if until is not None:
        yield Mark(f"{TASK}close_session", until + SECOND, story.facts.ref)
    yield from _confirming(story)
    yield from _judging(story)
    yield from _updates(story)


def _confirming(story: CaseStory) -> Iterator[Mark]:
    """A message that nobody confirmed: asked for at half of the time after which it confirms
    itself, and the duty manager hears when it did (A3)."""
    report = story.report
    if report is None or story.log.has("confirmed") or report.d["channel"] == "phone":
        return
    span = story.profile.span("house.auto_confirm")
    ref = story.facts.ref
    yield Mark(f"{TASK}confirm", report.t + span / 2, ref, tell=("hotline_agent",))
    yield Mark(f"{TASK}confirmed_itself", report.t + span, ref, tell=("duty_manager",))


def _judging(story: CaseStory) -> Iterator[Mark]:
    """An emergency was proposed and nobody has judged: asked again, then decided (7.5 B 1)."""
    end = judged_by(story)
    if end is None:
        return
    span = story.profile.span("emergency.default_after")
    judges = ("engineer", "duty_manager")
    ref = story.facts.ref
    yield Mark(f"{TASK}judge_level_one", end - span / 2, ref, tell=judges, ack=True)
    # Where silence declares, the step that follows rings people up and asks for a word; here the
    # duty manager has it in writing, also if that step should fail.
    if story.profile.value("notices.default_for_level_1") == "page":
        yield Mark(f"{TASK}default_level_one", end, ref, tell=judges, ack=True)
    else:
        told = ("duty_manager",)
        yield Mark(f"{TASK}default_level_one", end, ref, tell=told, by=("sms",))


def judged_by(story: CaseStory) -> datetime | None:
    """Until when somebody has to say whether it is an emergency, else silence decides (7.5 B 1,
    house). Danger and a long outage propose it, and so does an agent who confirms level one; what
    is entered late is asked when it is entered. None: nobody has to."""
    if story.judged_otherwise is not None or story.declaration is not None:
        return None
    over = ("restored", "resolved", "merged", "case_cancelled", "case_closed")
    if any(story.log.has(kind) for kind in over):
        return None
    confirmed = story.log.first("confirmed") or story.log.first("converted")
    last = story.log.last("reclassified") or confirmed
    as_level_one = last is not None and last.d.get("level") == "L1"
    by_level = max(confirmed.t, confirmed.recorded) if confirmed and as_level_one else None
    proposed, report = _proposed_at(story), story.report
    proposed = max(proposed, report.recorded) if proposed and report else None
    asked = [moment for moment in (proposed, by_level) if moment is not None]
    return min(asked) + story.profile.span("emergency.default_after") if asked else None


def _updates(story: CaseStory) -> Iterator[Mark]:
    """While an emergency stands, customer and team hear every half hour how it is (house)."""
    at = next_update(story)
    if at is not None:
        yield Mark(f"{TASK}next_update", at, f"{story.facts.ref}#{len(_given(story)) + 1}")


def next_update(story: CaseStory) -> datetime | None:
    """Until when customer and team are to hear how the emergency is; None: nobody has to."""
    if not story.emergency_stands or story.declared_at is None or story.resolution:
        return None
    last = max((event.t for event in _given(story)), default=story.declared_at)
    return max(last, story.declared_at) + story.profile.span("emergency.next_update")


def _given(story: CaseStory) -> list[Event]:
    return story.log.where("update_given", lambda event: True)


def _fix_marks(story: CaseStory, project: Profile) -> Iterator[Mark]:
    over = (
        story.resolution
        or story.log.has("loaner_in_service")
        or story.excluded
        or story.merged
        or story.cancelled
    )
    start = story.reported_at
    if over or start is None:
        return
    spans = project.value("alerts.fix_24h")
    for code, span in zip(("12h", "16h_loaner", "20h"), spans, strict=True):
        yield Mark(f"fix_24h_{code}", start + duration(span), story.facts.ref)


def _emergency_mark(story: CaseStory) -> Mark | None:
    """Propose an emergency once an outage lasts more than 30 minutes (7.5 A).

    Danger to persons proposes it at once: that alert belongs to the report itself.
    """
    report = story.report
    at = _proposed_at(story)
    if at is None or report is None or report.d.get("safety"):
        return None
    return Mark("emergency_proposed", at, story.facts.ref, late=True)


def _proposed_at(story: CaseStory) -> datetime | None:
    """When an emergency is proposed, as long as nobody declared it or ended the outage."""
    report = story.report
    if report is None or story.declaration or story.log.has("restored"):
        return None
    if story.log.has("resolved"):
        return None
    if report.d.get("safety"):
        return report.t
    began: datetime | None = report.d.get("outage_started")
    if began is None:
        return None
    return max(began + story.profile.span("emergency.propose_after") + SECOND, report.t)


def at_local(profile: Profile, day: date, clock: timedelta) -> datetime:
    """A time of day of a local day, as an aware moment."""
    return datetime.combine(day, time(), profile.zone) + clock


def of_quarter(profile: Profile, quarter: Quarter) -> Iterator[Mark]:
    """Reminders of an unsigned inspection, and its first overdue moment."""
    morning = profile.span("alerts.morning")
    for days, lead in zip((30, 14, 3), profile.value("alerts.inspection_days"), strict=True):
        day = quarter.due - timedelta(days=lead)
        yield Mark(f"inspection_{days}d", at_local(profile, day, morning), quarter.name)
    after = quarter.due + timedelta(days=1)
    yield Mark("inspection_overdue", at_local(profile, after, timedelta()), quarter.name)


def of_warranty(profile: Profile, number: str, end: date) -> Iterator[Mark]:
    """Renewal tasks for sales before a project's warranty ends (R-2-14)."""
    morning = profile.span("alerts.morning")
    for days, lead in zip((90, 60, 30), profile.value("alerts.renewal_days"), strict=True):
        day = end - timedelta(days=lead)
        yield Mark(f"renewal_{days}d", at_local(profile, day, morning), number)


def of_upkeep(profile: Profile, number: str, end: date) -> Iterator[Mark]:
    """Renewal tasks for sales before a maintenance contract ends (R-2-15)."""
    morning = profile.span("alerts.morning")
    for lead in profile.value("alerts.renewal_days"):
        at = at_local(profile, end - timedelta(days=lead), morning)
        yield Mark(f"{TASK}upkeep_ends_{lead}d", at, number, tell=("sales",))


def of_return(profile: Profile, serial: str, due: datetime) -> Iterator[Mark]:
    """A faulty part that has not come back (7.8)."""
    lead = timedelta(days=profile.value("alerts.part_return_days"))
    yield Mark("parts_return_3d", due - lead, serial)
    yield Mark("parts_return_overdue", due, serial)


def of_repair(profile: Profile, number: str, due: date) -> Mark:
    after = due + timedelta(days=1)
    return Mark("repair_overdue", at_local(profile, after, timedelta()), number)


def task_of_repair(overdue: Mark) -> Mark:
    """With a repair that is late an equal unit is lent until it is back (R-7.7-I5)."""
    return replace(overdue, code=f"{TASK}lend_for_repair")


def of_session(profile: Profile, code: str, on: date) -> Mark:
    """A training session that comes near while the customer was not told of it."""
    day = on - timedelta(days=profile.value("house.announce_training_days"))
    at = at_local(profile, day, profile.span("alerts.morning"))
    return Mark(f"{TASK}announce_training", at, code, late=True)


def of_gap(profile: Profile, ref: str, start: datetime) -> Mark:
    lead = timedelta(days=profile.value("alerts.roster_days"))
    return Mark("roster_gap", start - lead, ref, late=True)

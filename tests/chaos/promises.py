"""What must hold of promises and their notices after any faults. What was owed is worked out
anew from the clocks and the ladders of the manual, not from what the sweep says it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from jiannuo.manual import ladders
from jiannuo.manual.ladders import Stage
from tests.chaos import house
from tests.chaos.evidence import Evidence, invariant

#: Everything that runs, with the trigger that must wake for it.
CLOCKS = """select k.number, c.subject, c.promise, c.generation, c.started_at, c.due_at, c.op,
    c.stopped_at, t.id, t.state, t.sweep_at, t.rests_until, t.done
  from clocks_clock c join cases_case k on k.id = c.subject
  left join clocks_trigger t on t.subject = c.subject and t.code = 'due:' || c.promise
    and t.generation = c.generation
  where not c.drill and c.excused = '' and c.due_at is not null and c.started_at is not null
    and c.still_since is null"""


class Running(NamedTuple):
    case: str
    subject: object
    promise: str
    generation: int
    started: datetime
    due: datetime
    op: str
    stopped: datetime | None
    trigger: int | None
    state: str | None
    sweep_at: datetime | None
    rests_until: datetime | None
    done: list[str] | None

    @property
    def kept(self) -> bool:
        """Stopped in time: it owes nothing any more."""
        if self.stopped is None:
            return False
        return self.stopped < self.due if self.op == "lt" else self.stopped <= self.due

    def stages(self) -> tuple[Stage, ...]:
        profile = house.profile()
        ladder = profile.ladder(profile.by_code[self.promise].ladder)
        running = self.stopped is None
        return ladders.stages(ladder, self.started, self.due, self.op, running=running)

    def rests(self, stage: Stage, at: datetime) -> bool:
        """Somebody said that he knows, and his time is not over."""
        return (
            not stage.firm
            and self.state == "armed"
            and self.rests_until is not None
            and self.sweep_at is not None
            and self.sweep_at > at
        )


def clocks(e: Evidence) -> list[Running]:
    return [Running(*row) for row in e.rows(CLOCKS)]


Rung = tuple[int, int, str]


def fired(e: Evidence) -> dict[Rung, tuple[datetime, datetime]]:
    """Each rung that fired: its true moment, and when it did at the earliest."""
    rows = e.rows("select trigger_id, generation, stage, moment, fire_at from clocks_fired")
    return {
        (trigger, generation, stage): (at, first) for trigger, generation, stage, at, first in rows
    }


@invariant
def every_rung_that_fell_due_fired_once(e: Evidence) -> Iterator[str]:
    """Once: a second row of a rung cannot be written; and at its own moment."""
    there, before = fired(e), _fired_before(e)
    for c in clocks(e):
        if c.kept:
            continue
        if c.trigger is None:
            yield f"{c.case} {c.promise} runs and nothing wakes for it"
            continue
        for stage in c.stages():
            rung = (c.trigger, c.generation, stage.label)
            skipped = (c.subject, f"due:{c.promise}", stage.label) in before and c.generation > 1
            if stage.fire_at > e.at or (rung not in there and skipped) or c.rests(stage, e.at):
                continue
            if rung not in there:
                yield f"{c.case} {c.promise} {stage.label} fell due {stage.fire_at}, never fired ({c.state})"
            elif there[rung][0] != stage.moment or there[rung][1] < stage.fire_at:
                yield f"{c.case} {c.promise} {stage.label} was due {stage.fire_at}, fired for {there[rung]}"


def _fired_before(e: Evidence) -> set[tuple[object, str, str]]:
    return {
        (subject, code, stage)
        for subject, code, stage in e.rows("select subject, code, stage from clocks_fired")
    }


@invariant
def what_a_trigger_says_is_done_has_its_row(e: Evidence) -> Iterator[str]:
    query = """select t.id, t.code, t.ref, x.stage from clocks_trigger t
        cross join lateral unnest(case when t.code like 'due:%' then t.done
          when t.state = 'fired' then array['']::varchar[] end) as x(stage)
        where not exists (select from clocks_fired f where f.trigger_id = t.id
          and f.generation = t.generation and f.stage = x.stage)
        and not exists (select from clocks_trigger o where o.subject = t.subject
          and o.code = t.code and o.ref = t.ref and o.generation < t.generation)"""
    for trigger, code, ref, stage in e.rows(query):
        yield f"trigger {trigger} {code} of {ref} went past {stage or 'its moment'} without firing"


@invariant
def nothing_is_overdue(e: Evidence) -> Iterator[str]:
    query = """select id, code, ref, sweep_at from clocks_trigger
        where state = 'armed' and sweep_at <= %s order by sweep_at"""
    for trigger, code, ref, at in e.rows(query, e.at):
        yield f"trigger {trigger} {code} of {ref} waits since {at}"


@invariant
def nothing_fired_early(e: Evidence) -> Iterator[str]:
    query = "select code, ref, stage, fire_at, fired_at from clocks_fired where fired_at < fire_at"
    for code, ref, stage, due, at in e.rows(query):
        yield f"{code} {stage} of {ref} fired {at}, due {due}"


STOPPED_BY = ("due:phone_response", "due:umbrella_response")


@invariant
def nothing_fired_for_a_stopped_clock(e: Evidence) -> Iterator[str]:
    """Once the client has been told that its stop is noted, that clock stays silent."""
    told = {
        one.path.split("/")[4]: one.answered_at
        for one in e.asked
        if one.step == "engineer_contact" and one.acknowledged and one.answered_at
    }
    kept = {(c.case, f"due:{c.promise}") for c in clocks(e) if c.kept}
    query = """select k.number, f.code, f.stage, f.fired_at from clocks_fired f
        join cases_case k on k.id = f.subject where f.code = any(%s)"""
    for case, code, stage, at in e.rows(query, list(STOPPED_BY)):
        answered = told.get(case)
        if (case, code) not in kept or answered is None:
            continue
        if all(moment > answered for moment in e.moments(at)):
            yield f"{code} {stage} of {case} fired {at}, its stop was acknowledged {answered}"


FIRED = """select f.trigger_id, f.generation, f.stage, f.code, f.ref, t.state, t.tell
  from clocks_fired f join clocks_trigger t on t.id = f.trigger_id where f.outcome = 'told'"""


@invariant
def every_fired_row_was_posted(e: Evidence) -> Iterator[str]:
    """To each role of its rung: under a key of its own."""
    keys = set(e.column("select key from notices_notice"))
    tells = _tells()
    for trigger, generation, stage, code, ref, _, tell in e.rows(FIRED):
        for role in tells.get((code, stage), tell):
            key = f"trigger:{trigger}:{generation}:{stage}:{role}"
            if key not in keys:
                yield f"{code} {stage} of {ref} fired and was posted to no {role} ({key})"


def _tells() -> dict[tuple[str, str], tuple[str, ...]]:
    profile = house.profile()
    return {
        (f"due:{promise.code}", rung.at): rung.tell
        for promise in profile.promises
        for rung in profile.ladder(promise.ladder)
    }


class Copy(NamedTuple):
    """A notice for one person, with the deliveries of its bundle to him."""

    notice: str
    state: str
    name: str | None
    told: datetime | None
    inbox: int
    sent: list[str] | None
    waiting: int
    failed: int
    alarmed: bool


COPIES = """select n.key, n.state, r.name, r.told_at,
    count(*) filter (where d.channel = 'inbox' and d.state = 'sent'),
    array_agg(d.key) filter (where d.channel <> 'inbox' and d.state = 'sent'),
    count(*) filter (where d.state = 'waiting'), count(*) filter (where d.state = 'failed'),
    exists (select from notices_notice a where a.key like 'not_delivered:' || r.bundle || ':%')
  from notices_notice n left join notices_recipient r on r.notice_id = n.id
  left join notices_delivery d on d.bundle = r.bundle and d.person = r.person
  group by n.key, n.state, r.name, r.told_at, r.bundle"""


@invariant
def every_notice_reached_whom_it_was_for(e: Evidence) -> Iterator[str]:
    """Out of the house, as the gateway saw it; or he said that he knows; or, where it was given
    up after all its tries, somebody was told of that."""
    delivered = {line["key"] for line in e.gateway if line["line"] == "message"}
    for copy in (Copy(*row) for row in e.rows(COPIES)):
        if copy.state == "cancelled" or copy.notice.endswith(":canary"):
            continue
        if copy.state in ("waiting", "nobody") or copy.name is None:
            yield f"{copy.notice} was addressed to nobody ({copy.state})"
        elif copy.told is None and (problem := _unreached(copy, delivered)):
            yield f"{copy.notice} for {copy.name}: {problem}"


def _unreached(copy: Copy, delivered: set[Any]) -> str:
    if not copy.inbox:
        return "not even in the inbox"
    if copy.waiting:
        return "still waiting to be sent"
    if lost := [key for key in copy.sent or () if key not in delivered]:
        return f"marked sent, the gateway never saw {lost[0]}"
    if copy.failed and not copy.sent and not copy.alarmed:
        return "given up, and nobody was told of that"
    return "" if copy.sent or copy.failed else "was sent by nothing"


@invariant
def nothing_was_delivered_that_did_not_fire(e: Evidence) -> Iterator[str]:
    known = set(e.column("select key from notices_delivery"))
    rungs, seen = set(fired(e)), set[str]()
    for line in e.gateway:
        key = line.get("key", "")
        if line["line"] != "message":
            continue
        if key in seen:
            yield f"{key} was delivered twice"
        seen.add(key)
        if key not in known:
            yield f"{key} was delivered and is no delivery of ours"
        if key.startswith("trigger:"):
            _, trigger, generation, rest = key.partition(">")[0].split(":", 3)
            if (int(trigger), int(generation), rest.rpartition(":")[0]) not in rungs:
                yield f"{key} was delivered and never fired"


@invariant
def what_was_answered_is_told(e: Evidence) -> Iterator[str]:
    """Calls that were answered, as far as we took the report; links, as far as we said so."""
    heard = {
        line["key"]
        for line in e.gateway
        if line["line"] == "report" and line["said"] == "ok" and line["what"] in ("answered", "key")
    }
    query = """select d.key from notices_delivery d join notices_recipient r
        on r.bundle = d.bundle and r.person = d.person
        where d.key = any(%s) and r.told_at is null"""
    for key in e.column(query, [*heard, *e.links]):
        yield f"{key} was answered and its person does not count as told"


@invariant
def each_role_was_told_of_an_emergency_once(e: Evidence) -> Iterator[str]:
    """However often, however late and in whatever order the call-backs came."""
    query = """select k.number, v.detail ->> 'role', count(*) from archive_event v
        join cases_case k on k.id = v.subject where v.kind = 'notified'
        group by 1, 2 having count(*) > 1"""
    for number, role, times in e.rows(query):
        yield f"{number}: {role} was told {times} times"

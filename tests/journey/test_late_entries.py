"""R-X-3: what happened counts from when it happened, and is marked when it was entered late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from jiannuo.archive import queries as archive
from jiannuo.journey import correction
from jiannuo.journey.step import Done
from jiannuo.kernel.moment import held_at
from jiannuo.oversight.queries import late_entries
from jiannuo.papers import queries as papers
from jiannuo.support import queries as support
from jiannuo.visits import queries as visits
from tests.journey.telling import Case, at, fault, keeps, refused, sweep_until
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    found = fault(world, "09:00", "L3")
    found.do("onsite_confirmed", "09:30", "邓丽")
    return found


def correct(case: Case, when: str, by: str, of: UUID, **said: Any) -> Done:
    with held_at(at(when)):
        actor = case.world.actor(by, case.customer)
        return correction.correct(actor, case.number, of=of, reason="记错", **said)


@keeps("R-X-3")
def test_an_arrival_typed_three_hours_later_counts_from_when_it_was_and_is_marked(
    case: Case,
) -> None:
    case.do("arrived", "11:00", "李伟", rec="14:00", why="机房无网络")
    assert case.verdict("onsite_arrival") == "met"
    [line] = [x for x in archive.timeline([case.id]) if x.happening.kind == "arrived"]
    assert (line.happening.t, line.happening.recorded) == (at("11:00"), at("14:00"))
    assert (line.late, line.why) == (True, "机房无网络")
    [entry] = late_entries(case.view.profile)
    assert (entry.event.kind, entry.lag, entry.corrected) == ("arrived", timedelta(hours=3), False)
    case.do("report_filed", "14:30", "何建")
    report = case.paper("service_report")
    assert report is not None
    told = papers.gathered(report.id)["timeline"]
    assert [row["kind"] for row in told if row["late"]] == ["arrived"]


@keeps("R-X-3")
@pytest.mark.parametrize(("rec", "late"), [("11:15", False), ("11:15:01", True)])
def test_a_quarter_of_an_hour_is_not_late_and_a_second_more_needs_a_reason(
    case: Case, rec: str, late: bool
) -> None:
    if late:
        for blank in ("", " "):
            with refused("late_without_reason", "R-X-3"):
                case.do("arrived", "11:00", "李伟", rec=rec, why=blank)
    case.do("arrived", "11:00", "李伟", rec=rec, why="路上" if late else "")
    [line] = [x for x in archive.timeline([case.id]) if x.happening.kind == "arrived"]
    assert line.late is late
    assert bool(late_entries(case.view.profile)) is late


@keeps("R-X-3")
def test_nothing_happens_in_the_future(case: Case) -> None:
    with refused("from_the_future", "R-X-3"):
        case.do("arrived", "11:00:01", "李伟", rec="11:00")
    case.do("arrived", "11:00", "李伟", rec="11:00")


def test_order_of_recording_does_not_matter(world: World) -> None:
    """The same things, entered in another order, come to the same clocks."""
    straight, backwards = fault(world, "09:00"), fault(world, "09:00", device=None)
    straight.do("engineer_contact", "09:40", "李伟", rec="12:00", why="x")
    straight.do("reclassified", "10:00", "李伟", level="L2", reason="扩大", rec="12:00", why="x")
    backwards.do("reclassified", "10:00", "李伟", level="L2", reason="扩大", rec="12:00", why="x")
    backwards.do("engineer_contact", "09:40", "李伟", rec="12:00", why="x")
    assert straight.clocks == backwards.clocks


def test_a_verdict_at_a_gate_stays_though_the_past_changes(case: Case) -> None:
    case.do("arrived", "11:00", "李伟")
    assert {d.reason for d in case.deviations} == {"archive_not_read", "preparation_not_checked"}
    case.do("archive_read", "10:30", "李伟", rec="12:00", why="忘记点")
    assert {d.reason for d in case.deviations} == {"archive_not_read", "preparation_not_checked"}


def test_an_alert_that_was_raised_stays_and_the_clock_beside_it_is_right(case: Case) -> None:
    sweep_until("+1 05:00")
    said = {"cause": "quality", "customer_confirmed_by": "邓丽"}
    case.do("resolved", "18:00", "李伟", rec="+1 08:00", why="补录", **said)
    assert "fix_24h_20h" in {a.code for a in case.alerts}
    assert case.verdict("fix_24h") == "met"


@keeps("R-7.4-C-1", "R-X-3")
def test_the_time_of_an_arrival_is_corrected_by_the_duty_manager_only(case: Case) -> None:
    done = case.do("arrived", "12:00", "李伟")
    with refused("not_duty_manager", "R-7.4-C-1"):
        correct(case, "13:00", "李伟", done.event, t=at("11:00"))
    correct(case, "13:00", "刘洋", done.event, t=at("11:00"))
    assert case.clock("onsite_arrival").stop == at("11:00")
    assert visits.of_case(case.id)[0].arrived_at == at("11:00")
    assert case.paper("correction_note") is not None
    [entry] = late_entries(case.view.profile)
    assert (entry.event.t, entry.lag, entry.corrected) == (at("11:00"), timedelta(hours=2), True)


def test_the_emergency_begins_at_the_corrected_declaration(case: Case) -> None:
    declared = case.do("l1_declared", "10:00", "李伟")
    correct(case, "10:30", "刘洋", declared.event, t=at("09:50"))
    record = support.emergency(case.id)
    assert record is not None
    assert record.declared_at == case.clock("emg_team").start == at("09:50")


def test_a_correction_is_one_more_event_and_the_mistake_stays_readable(case: Case) -> None:
    done = case.do("engineer_contact", "09:50", "李伟", result="已指导")
    correct(case, "10:00", "李伟", done.event, t=at("09:40"), d={"result": "已指导切换"})
    kinds = [e.kind for e in archive.stream(case.id)[case.id]]
    assert kinds[-2:] == ["engineer_contact", "correction"]
    [kept] = [e for e in archive.stream(case.id)[case.id] if e.kind == "engineer_contact"]
    assert (kept.t, kept.d["result"]) == (at("09:50"), "已指导")
    standing = case.view.story.log.first("engineer_contact")
    assert standing is not None
    assert (standing.t, standing.d["result"]) == (at("09:40"), "已指导切换")


def test_a_correction_names_a_record_of_this_case_and_fields_that_it_has(
    world: World, case: Case
) -> None:
    other = fault(world, "09:00", device=None)
    done = other.do("engineer_contact", "09:50", "李伟")
    with refused("no_event"):
        correct(case, "10:00", "李伟", done.event, t=at("09:40"))
    with refused("no_event"):
        correct(case, "10:00", "李伟", UUID(int=7), t=at("09:40"))
    with refused("bad_input"):
        correct(other, "10:00", "李伟", done.event, d={"results": "x"})
    with refused("from_the_future", "R-X-3"):
        correct(other, "10:00", "李伟", done.event, t=at("10:01"))
    first = correct(other, "10:02", "李伟", done.event, t=at("09:40"))
    with refused("corrects_a_correction", "R-X-3"):
        correct(other, "10:05", "李伟", first.event, t=at("09:45"))


def test_a_merged_loser_takes_corrections_and_nothing_else(world: World) -> None:
    loser, survivor = fault(world, "09:00"), fault(world, "09:20", device=None)
    done = loser.do("engineer_contact", "09:25", "李伟")
    loser.do("merged", "09:30", "周敏", into=survivor.number, reason="同一故障")
    for kind, by, said in (
        ("noted", "周敏", {"text": "x"}),
        ("engineer_contact", "李伟", {}),
        ("case_cancelled", "刘洋", {"reason": "x"}),
        ("arrived", "李伟", {}),
    ):
        with refused("case_is_over"):
            loser.do(kind, "09:40", by, **said)
        with refused("case_is_over"):  # nor what happened before
            loser.do(kind, "09:05", by, rec="09:40", why="补录", **said)
    correct(loser, "09:45", "李伟", done.event, t=at("09:10"))
    assert survivor.clock("umbrella_response").stop == at("09:10")


def test_a_finished_case_takes_what_happened_before_its_end(world: World) -> None:
    case = fault(world, "09:00")
    case.do("case_cancelled", "10:00", "刘洋", reason="误报")
    with refused("case_is_over"):
        case.do("arrived", "10:30", "李伟")
    case.do("arrived", "09:45", "李伟", rec="10:30", why="补录")
    case.do("noted", "10:40", "周敏", text="已告知客户")

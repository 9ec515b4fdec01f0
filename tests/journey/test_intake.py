"""7.1, 7.2: a message arrives, and nothing that the caller cannot say stands in its way."""

from __future__ import annotations

from datetime import date

import pytest

from jiannuo.cases import queries as cases
from jiannuo.equipment import queries as equipment
from jiannuo.journey import intake
from jiannuo.kernel.moment import held_at
from jiannuo.notices import queries as notices
from jiannuo.support.tiers import tier_of
from tests.journey.telling import Case, at, fault, keeps, opened, refused
from tests.world import World


@keeps("R-3-1")
def test_four_hours_run_from_the_report_and_not_from_our_confirmation(world: World) -> None:
    case = opened(world, "08:54")
    case.do("confirmed", "09:00", "周敏", level="L3")
    case.do("engineer_contact", "13:00", "李伟")
    clock = case.clock("umbrella_response")
    assert (clock.start, clock.due) == (at("08:54"), at("12:54"))
    assert str(clock.elapsed) == "4:06:00"
    assert case.verdict("umbrella_response") == "breached"


@keeps("R-7.2-A-1")
def test_a_fax_counts_from_its_arrival_and_not_from_the_typing(world: World) -> None:
    case = opened(world, "03:12", channel="fax", rec="03:40", why="夜间传真，接班后录入")
    assert case.view.reported_at == at("03:12")
    assert case.clock("fix_24h").start == at("03:12")
    [event] = case.view.events
    assert (event.t, event.recorded) == (at("03:12"), at("03:40"))


@pytest.mark.parametrize(
    "channel", ["phone", "fax", "portal", "email", "im", "monitoring", "on_site"]
)
@keeps("R-7.2-A-1")
def test_a_request_may_come_by_any_of_seven_ways(world: World, channel: str) -> None:
    case = opened(world, "09:00", channel=channel)
    assert case.view.card.channel == channel


@keeps("R-7.2-A-2")
def test_every_request_is_first_answered_by_telephone(world: World) -> None:
    case = fault(world)
    reached = frozenset(e.kind for e in case.view.events)
    assert tier_of(reached).code == "phone"


@keeps("R-7.2-A-3")
@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ((True, False, False), "L1"),
        ((True, True, True), "L1"),
        ((False, True, True), "L2"),
        ((False, False, True), "L3"),
        ((False, False, False), "L4"),
    ],
)
def test_three_questions_propose_the_level(answers: tuple[bool, bool, bool], level: str) -> None:
    assert intake.proposed_level(*answers) == level


@keeps("R-7.2-A-3")
def test_who_set_which_level_when_and_why_stays_readable(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("reclassified", "09:20", "李伟", level="L2", reason="备板也报警")
    told = [(e.t, e.by.name, e.d["level"]) for e in case.view.events if "level" in e.d]
    assert told == [(at("09:00"), "周敏", "L3"), (at("09:20"), "李伟", "L2")]
    assert case.view.card.level == "L2"


@keeps("R-7.2-B-1")
def test_a_caller_who_lacks_the_serial_is_served_and_the_data_completed_later(
    world: World,
) -> None:
    case = opened(world, "09:00", device=None)
    assert case.status() == "received"
    assert cases.incomplete() == [(case.number, ("device",))]


@keeps("R-7.2-B-1")
def test_a_caller_who_can_say_nothing_at_all_is_served(world: World) -> None:
    with held_at(at("09:00")):
        done = intake.report(world.actor("周敏"), channel="phone", kind="fault")
    assert cases.incomplete() == [(done.number, ("device", "text", "caller"))]
    assert "fix_24h" in Case(world, world.customer, done.number).clocks


@keeps("R-7.2-B-1")
@pytest.mark.parametrize("blank", ["", "　 "])
def test_a_form_sent_with_blanks_is_served_like_one_with_nothing(world: World, blank: str) -> None:
    case = opened(world, "09:00", device=blank, site=blank, text=blank, caller=blank)
    assert cases.incomplete() == [(case.number, ("device", "text", "caller"))]


@keeps("R-7.2-B-1b")
def test_who_skips_the_guide_is_served_and_gets_it_afterwards(world: World) -> None:
    told = opened(world, "09:00")
    skipped = opened(world, "09:01", text=None)
    assert skipped.status() == "received"
    assert [n.kind for n in notices.of_subject(told.id)] == []
    [guide] = notices.of_subject(skipped.id)
    assert (guide.kind, guide.to_role) == ("symptom_guide", "contact")


@keeps("R-0-2")
def test_a_serial_that_is_typed_finds_one_device_with_site_contract_and_warranty(
    world: World,
) -> None:
    found = equipment.looked_up("sn 1", at("09:00"))
    assert found is not None
    assert (found.serial, found.site, found.contract) == ("SN-1", "机房", "HT-P")
    assert (found.covered_until, found.covered) == (date(2028, 6, 1), True)


@keeps("R-0-2")
def test_an_unknown_serial_opens_a_case_with_a_device_to_be_registered(world: World) -> None:
    assert equipment.looked_up("XX-404", at("09:00")) is None
    case = opened(world, "09:00", device="XX-404")
    assert case.view.card.devices == ()
    assert case.view.story.report is not None
    assert case.view.story.report.d["device"] == "XX-404"
    assert cases.incomplete() == [(case.number, ("device",))]
    with refused("no_device", "R-0-2"):
        case.do("device_added", "09:10", "周敏", device="XX-404", reason="补登记")


@keeps("R-7.2-C-1")
def test_monitoring_opens_a_case_at_the_alarm_and_the_customer_is_called(world: World) -> None:
    case = opened(world, "02:00", channel="monitoring", rec="02:05")
    assert case.view.reported_at == at("02:00")
    case.do("confirmed", "02:30", "周敏", level="L2")
    assert case.clock("phone_response").start == at("02:15")  # nobody confirmed in 15 minutes
    case.do("engineer_contact", "02:31", "李伟", call="outbound", result="告知监控告警")
    [call] = case.calls
    assert (call.direction, call.answered, call.started_at) == ("outbound", True, at("02:31"))


@keeps("R-7.1-A")
def test_a_consultation_that_turns_out_a_fault_is_confirmed_when_it_is_converted(
    world: World,
) -> None:
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:05", "周敏", level="consult")
    assert set(case.clocks) == {"phone_response"}
    case.do("converted", "10:00", "李伟", level="L3", reason="查实是故障")
    assert case.view.card.kind == "fault"
    assert case.clock("umbrella_response").start == at("09:00")
    assert case.clock("fix_24h").start == at("09:00")
    phone = case.clock("phone_response")
    assert (phone.start, phone.due) == (at("10:00"), at("12:00"))


def test_two_reports_of_one_fault_keep_the_earliest_moment(world: World) -> None:
    first = fault(world, "09:00", "L3")
    second = fault(world, "09:20", "L2", device=None)
    first.do("merged", "09:30", "周敏", into=second.number, reason="同一故障")
    assert first.status() == "merged"
    assert second.clock("fix_24h").start == at("09:00")
    assert second.view.card.devices == ("SN-1",)
    assert {c.excused for c in first.clocks.values()} == {"merged"}


def test_a_case_that_absorbed_another_is_not_merged_away_and_takes_the_last_one_named(
    world: World,
) -> None:
    one, two, three = (fault(world, f"09:0{n}") for n in range(3))
    one.do("merged", "09:30", "周敏", into=two.number, reason="同一故障")
    with refused("no_chains"):
        two.do("merged", "09:31", "周敏", into=three.number, reason="同一故障")
    with refused("no_chains"):
        three.do("merged", "09:31", "周敏", into=one.number, reason="同一故障")
    with refused("no_chains"):
        two.do("merged", "09:31", "周敏", into=two.number, reason="同一故障")


def test_what_stands_in_a_score_is_one_to_five(world: World) -> None:
    case = fault(world)
    with refused("bad_score"):
        case.do("rated", "10:00", "邓丽", score=6)
    case.do("rated", "10:00", "邓丽", score=5)


def test_cases_of_two_customers_are_not_merged(world: World) -> None:
    mine, theirs = fault(world, "09:00"), fault(world, "09:10", of=world.stranger)
    with refused("other_customer", "R-X-4"):
        mine.do("merged", "09:30", "周敏", into=theirs.number, reason="同一故障")
    assert mine.status() != "merged"


def test_a_serial_of_another_customer_was_mistyped_and_is_missing(world: World) -> None:
    theirs = world.stranger.serial
    case = fault(world, "09:00", device=theirs)
    assert case.view.card.devices == ()
    assert case.view.card.contract == world.customer.contract
    with refused("no_device", "R-X-4"):
        case.do("device_added", "09:10", "李伟", device=theirs, reason="同一故障")
    with refused("no_device", "R-X-4"):
        case.do(
            "replaced", "09:20", "李伟", old=theirs, new="N-1", model="M", customer_signed_by="邓丽"
        )


def test_a_drill_is_raised_by_the_duty_manager_too_and_a_fault_by_the_desk(world: World) -> None:
    with held_at(at("09:00")):
        raised = intake.report(
            world.actor("刘洋"), channel="phone", kind="fault", text="演练", drill=True
        )
        with refused("not_permitted", "R-X-4"):
            intake.report(world.actor("刘洋"), channel="phone", kind="fault", text="真的")
        with refused("not_permitted", "R-X-4"):
            intake.report(world.actor("沈浩"), channel="phone", kind="fault", drill=True)
    assert cases.card(raised.number).drill

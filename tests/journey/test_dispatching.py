"""Who is needed where, who could go, and what stands in the way of sending him."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiannuo.journey import dispatching
from jiannuo.journey.dispatching import Choice, Need
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.people import commands as people
from jiannuo.visits import queries as visits
from jiannuo.visits.models import Visit
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused
from tests.world import World, project

DAY = timedelta(days=1)
MOMENTS = {"eta": at("11:00"), "until": at("13:00")}


@pytest.fixture
def case(world: World) -> Case:
    """Forty kilometres away; the customer has asked for somebody at half past nine."""
    return wanted(fault(world, "09:00", "L3"))


def wanted(found: Case) -> Case:
    found.do("engineer_contact", "09:10", "李伟")
    found.do("remote_skipped", "09:20", "李伟", reason="hardware_evident")
    found.do("onsite_confirmed", "09:30", "邓丽")
    return found


@pytest.fixture
def elsewhere(world: World) -> Case:
    """Another customer's, to which 李伟 is sent from ten to one."""
    with held_at(FOUNDED):
        other = project("HT-EW", km="12.0", devices=(), place=(30.7, 104.1))
    found = wanted(fault(world, "09:00", "L3", of=other, device=None))
    found.do("dispatched", "09:35", "刘洋", engineer="李伟", eta=at("10:00"), until=at("13:00"))
    return found


def states(case: Case) -> dict[str, str]:
    return {v.engineer: v.state for v in visits.of_case(case.id)}


def overlaps(case: Case) -> list[tuple[str, str]]:
    return [(d.reason, d.note) for d in case.deviations if d.action == "dispatch"]


def needs(world: World, when: str = "10:00") -> list[Need]:
    with held_at(at(when)):
        return dispatching.needs(world.actor("刘洋"))


def choice(world: World, case: Case, when: str = "10:00") -> Choice:
    moment = at(when)
    with held_at(moment):
        found = dispatching.field(moment - DAY, moment + 2 * DAY)
        return dispatching.choice(world.actor("刘洋"), case.number, found, moment)


# -- sending --------------------------------------------------------------------------------------


@keeps("R-7.4-B-1")
def test_who_is_sent_is_expected_there_and_through_at_a_time(case: Case) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟", **MOMENTS)
    [visit] = Visit.objects.all()
    assert (visit.expected_at, visit.expected_until) == (at("11:00"), at("13:00"))
    assert not overlaps(case)


@keeps("R-7.4-B-1", "R-X-5")
@pytest.mark.parametrize(
    ("eta", "until"), [("12:00", "14:00"), ("10:30", "11:00"), ("12:59", "16:00")]
)
def test_other_work_anywhere_in_the_stretch_takes_a_reason(
    case: Case, elsewhere: Case, eta: str, until: str
) -> None:
    said: dict[str, Any] = {"engineer": "李伟", "eta": at(eta), "until": at(until)}
    with pytest.raises(Refusal) as caught:
        case.do("dispatched", "09:40", "刘洋", **said)
    assert (caught.value.reasons, caught.value.requirement) == (("booked_then",), "R-7.4-B-1")
    assert caught.value.soft
    assert not states(case)
    case.do("dispatched", "09:40", "刘洋", **said, override="那边只剩收尾")
    assert states(case) == {"李伟": "sent"}
    assert overlaps(case) == [("booked_then", "那边只剩收尾")]


def test_the_way_there_is_part_of_the_stretch(case: Case, elsewhere: Case) -> None:
    """Expected when the other work is over, he would have to leave in the middle of it."""
    with refused("booked_then", "R-7.4-B-1"):
        case.do("dispatched", "09:40", "刘洋", engineer="李伟", eta=at("13:10"), until=at("15:00"))
    elsewhere.do("arrived", "10:00", "李伟")
    elsewhere.do("report_filed", "12:40", "何建")
    elsewhere.do("departed", "12:50", "李伟")
    case.do("dispatched", "12:55", "刘洋", engineer="李伟", eta=at("13:40"), until=at("15:00"))
    assert not overlaps(case)


def test_work_that_runs_on_is_in_the_way_until_he_has_left(case: Case, elsewhere: Case) -> None:
    elsewhere.do("arrived", "10:00", "李伟")
    with refused("booked_then", "R-7.4-B-1"):
        case.do("dispatched", "14:00", "刘洋", engineer="李伟", eta=at("15:00"))


@keeps("R-7.4-B-1")
def test_leave_in_any_part_of_the_stretch_takes_a_reason(world: World, case: Case) -> None:
    from_ = at("12:30")
    case_away(world, "李伟", from_, at("18:00"))
    with refused("away_then", "R-7.4-B-1"):
        case.do("dispatched", "09:40", "刘洋", engineer="李伟", **MOMENTS)
    case.do("dispatched", "09:40", "刘洋", engineer="李伟", eta=at("10:30"), until=at("12:30"))
    assert not overlaps(case)


def case_away(world: World, name: str, start: Any, end: Any) -> None:
    with held_at(at("08:00")):
        people.note_absence(name, start, end)


def test_where_nobody_says_when_he_is_expected_nothing_is_compared(
    case: Case, elsewhere: Case
) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟")
    assert not overlaps(case)


def test_in_an_emergency_the_overlap_is_listed_and_stops_nobody(
    world: World, elsewhere: Case
) -> None:
    case = fault(world, "09:00", "L1")
    case.do("l1_declared", "09:05", "李伟")
    case.do("dispatched", "09:40", "刘洋", engineer="李伟", **MOMENTS)
    assert overlaps(case) == [("booked_then", "emergency")]


def test_the_same_case_is_no_hindrance_to_itself(case: Case) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟", **MOMENTS)
    case.do("dispatched", "09:50", "刘洋", engineer="李伟", eta=at("12:00"), until=at("14:00"))
    [visit] = Visit.objects.all()
    assert visit.expected_at == at("12:00")


def test_the_end_lies_after_the_arrival(case: Case) -> None:
    for said in ({"until": at("13:00")}, {"eta": at("13:00"), "until": at("13:00")}):
        with refused("ends_before_it_starts"):
            case.do("dispatched", "09:40", "刘洋", engineer="李伟", **said)


def test_whoever_is_sent_instead_calls_the_first_one_off(case: Case) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟")
    case.do("dispatched", "09:50", "刘洋", engineer="陈晨", instead_of="李伟")
    assert states(case) == {"李伟": "called_off", "陈晨": "sent"}


def test_who_is_there_already_is_not_called_off(case: Case) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟")
    case.do("arrived", "10:30", "李伟")
    case.do("dispatched", "10:40", "刘洋", engineer="陈晨", instead_of="李伟")
    assert states(case) == {"李伟": "on_site", "陈晨": "sent"}


@keeps("R-7.4-C-1")
def test_nobody_is_at_two_sites_at_once(case: Case, elsewhere: Case) -> None:
    """An arrival is never refused: whoever is here has left there."""
    elsewhere.do("arrived", "10:00", "李伟")
    case.do("arrived", "11:00", "李伟")
    assert states(elsewhere)["李伟"] == "left"
    assert states(case)["李伟"] == "on_site"
    assert Visit.objects.filter(state="on_site").count() == 1


# -- who is needed --------------------------------------------------------------------------------


def test_a_case_needs_somebody_until_he_is_under_way(world: World, case: Case) -> None:
    [need] = needs(world)
    assert (need.card.number, need.kind) == (case.number, "go")
    assert need.arrival
    assert need.arrival.due == at("11:30")
    case.do("dispatched", "10:10", "刘洋", engineer="李伟")
    assert needs(world, "10:15") == []


def test_a_case_that_nobody_took_needs_somebody_on_the_telephone(world: World) -> None:
    case = fault(world, "09:00", "L3")
    [need] = needs(world, "09:05")
    assert (need.kind, need.category) == ("take", "核心交换机")
    case.do("assigned", "09:06", "刘洋", engineer="李伟")
    assert needs(world, "09:07") == []
    case.do("assignment_declined", "09:08", "李伟", reason="在开车")  # the next one is asked
    case.do("assignment_declined", "09:08", "陈晨", reason="在请假")
    assert [n.kind for n in needs(world, "09:09")] == ["take"]


def test_what_breaches_first_stands_on_top(world: World, case: Case) -> None:
    later = fault(world, "09:40", "L2")
    assert [n.card.number for n in needs(world)] == [later.number, case.number]


def test_what_is_fixed_needs_nobody(world: World, case: Case) -> None:
    case.do("resolved", "10:10", "李伟", cause="quality", customer_confirmed_by="邓丽")
    assert needs(world, "10:20") == []


def test_a_part_that_is_asked_for_and_not_there_is_missing(world: World, case: Case) -> None:
    case.do("part_requested", "09:40", "李伟", part="主控板", qty=2)
    [need] = needs(world)
    assert [(s.part, s.wanted, s.missing) for s in need.spares] == [("主控板", 2, 2)]


# -- who could go ---------------------------------------------------------------------------------


@keeps("R-7.4-A-2", "R-7.4-B-1")
def test_everybody_is_judged_by_his_day_his_skill_and_the_promise(
    world: World, case: Case, elsewhere: Case
) -> None:
    found = choice(world, case)
    assert [s.name for s in found.suggestions] == ["陈晨", "李伟"]
    free, taken = found.suggestions
    assert free.keeps
    assert taken.prediction.start == at("13:00")
    assert taken.keeps is False


def test_who_was_at_the_device_before_is_said_to_know_it(world: World, case: Case) -> None:
    case.do("arrived", "10:00", "李伟")
    case.do("report_filed", "10:40", "何建")
    case.do("departed", "10:45", "李伟")
    case.do("resolved", "10:46", "李伟", cause="quality", customer_confirmed_by="邓丽")
    again = wanted_later(fault(world, "12:00", "L3"))
    found = {s.name: s for s in choice(world, again, "13:00").suggestions}
    assert "knows" in {r.code for r in found["李伟"].reasons}
    assert "knows" not in {r.code for r in found["陈晨"].reasons}


def wanted_later(found: Case) -> Case:
    found.do("engineer_contact", "12:05", "陈晨")
    found.do("remote_skipped", "12:06", "陈晨", reason="hardware_evident")
    found.do("onsite_confirmed", "12:10", "邓丽")
    return found


@keeps("R-7.4-C-3")
def test_where_all_are_busy_a_time_to_agree_on_is_proposed(
    world: World, case: Case, elsewhere: Case
) -> None:
    case_away(world, "陈晨", at("08:00"), at("18:00"))
    found = choice(world, case)
    assert found.agree
    assert found.agree > at("11:30")
    first = min(s.prediction.eta for s in found.suggestions)
    assert found.agree >= first


def test_asking_changes_nothing_and_takes_the_right_to_read(world: World, case: Case) -> None:
    before = len(case.view.events)
    choice(world, case)
    needs(world)
    assert len(case.view.events) == before
    with refused("not_permitted", "R-X-4"), held_at(at("10:00")):
        dispatching.needs(world.actor("高远"))

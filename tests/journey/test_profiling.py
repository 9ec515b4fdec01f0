"""R-0-1: a version of the profile is written, tried on past cases, approved by another person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from jiannuo.archive.models import Event
from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.customers import versions
from jiannuo.customers.models import ServiceProfile
from jiannuo.journey import profiling, what_if
from jiannuo.kernel.moment import held_at
from jiannuo.manual.profile import shipped
from jiannuo.notices.models import Notice
from tests.journey.telling import at, fault, keeps, refused
from tests.world import World

NOW = at("2026-07-06 10:00")
QUARTER = (date(2026, 4, 1), date(2026, 6, 30))
L3 = {"phone_response.L3": "00:30"}


def begun(world: World, changes: dict[str, Any], by: str = "沈浩", why: str = "新标书") -> UUID:
    with held_at(NOW):
        one = profiling.begin(world.actor(by), versions.versions()[0].number)
        profiling.write(world.actor(by), one, changes, why)
    return one


def approved(world: World, one: UUID, by: str = "孙立新") -> None:
    with held_at(NOW):
        profiling.offer(world.actor("沈浩"), one)
        profiling.approve(world.actor(by), one, profiling.mark(versions.draft(one)))


@keeps("R-0-1")
def test_what_begins_after_the_approval_is_bound_by_it_and_nothing_before(world: World) -> None:
    before = fault(world, "2026-07-06 09:00", "L3")
    approved(world, begun(world, L3))
    after = fault(world, "2026-07-06 11:00", "L3")
    limits = [case.view.profile.value("phone_response.L3") for case in (before, after)]
    assert limits == ["02:00", "00:30"]
    assert [v.number for v in versions.versions()] == [2, 1]
    event = Event.objects.get(kind="profile_approved")
    assert (event.by_name, event.detail["drafted_by"]) == ("孙立新", "沈浩")


@keeps("R-0-1")
def test_nobody_approves_what_he_wrote_himself(world: World) -> None:
    one = begun(world, L3)
    with held_at(NOW):
        profiling.offer(world.actor("沈浩"), one)
        seen = profiling.mark(versions.draft(one))
        with refused("own_draft"):
            profiling.approve(world.actor("沈浩"), one, seen)
        with refused("not_permitted"):
            profiling.approve(world.actor("刘洋"), one, seen)
    assert versions.next_number() == 2


def test_the_head_hears_what_waits_for_him_and_the_writer_what_came_of_it(world: World) -> None:
    one = begun(world, L3)
    approved(world, one)
    offered, settled = Notice.objects.filter(subject=one).order_by("id")
    assert (offered.kind, offered.to_role) == ("profile_offered", "subcentre_head")
    assert offered.payload == {"person": "沈浩", "note": "新标书"}
    assert (settled.kind, settled.to_person) == ("profile_approved", world.actor("沈浩").id)


def test_what_was_changed_after_somebody_looked_is_not_approved(world: World) -> None:
    one = begun(world, L3)
    seen = profiling.mark(versions.draft(one))
    with held_at(NOW):
        profiling.write(world.actor("沈浩"), one, {"phone_response.L3": "09:00"}, "新标书")
        with refused("not_offered"):
            profiling.approve(world.actor("孙立新"), one, seen)
        profiling.offer(world.actor("沈浩"), one)
        with refused("changed_meanwhile"):
            profiling.approve(world.actor("孙立新"), one, seen)


def test_of_two_drafts_of_one_version_the_second_is_looked_at_again(world: World) -> None:
    first, second = begun(world, L3), begun(world, {"fix_24h.limit": "20:00"})
    with held_at(NOW):
        profiling.offer(world.actor("沈浩"), second)
    approved(world, first)
    with held_at(NOW + timedelta(hours=1)):
        with refused("base_moved"):
            profiling.approve(world.actor("孙立新"), second, profiling.mark(versions.draft(second)))
        card = profiling.write(world.actor("沈浩"), second, {"fix_24h.limit": "20:00"}, "再看过")
    assert (card.base, card.state) == (2, "open")


def test_a_draft_of_an_old_version_says_what_that_said(world: World) -> None:
    approved(world, begun(world, L3))
    with held_at(NOW):
        one = profiling.begin(world.actor("沈浩"), 1)
    assert versions.draft(one).changes == {"phone_response.L3": "02:00"}
    assert versions.profile_of(1).value("phone_response.L3") == "02:00"


def test_what_a_profile_may_not_hold_is_refused_and_what_changes_nothing_too(world: World) -> None:
    one = begun(world, {"phone_response.L3": "02:00"})
    assert versions.draft(one).changes == {}
    with held_at(NOW):
        with refused("bad_profile"):
            profiling.write(world.actor("沈浩"), one, {"phone_response.L3": "soon"}, "")
        with refused("changes_nothing"):
            profiling.offer(world.actor("沈浩"), one)


@keeps("R-0-1")
def test_a_version_in_force_is_never_altered_and_an_ended_draft_neither(world: World) -> None:
    one = begun(world, L3)
    approved(world, one)
    with held_at(NOW), refused("draft_is_over"):
        profiling.write(world.actor("沈浩"), one, {}, "")
    assert ServiceProfile.objects.get(version=2).changes == L3


def test_a_dropped_draft_is_kept_to_be_read(world: World) -> None:
    one = begun(world, L3)
    with held_at(NOW):
        profiling.drop(world.actor("孙立新"), one, "客户不同意")
    assert versions.draft(one).state == "dropped"
    assert customers.base_profile(NOW).version == shipped().version


# -- what would have been -------------------------------------------------------------------------


def tried(world: World, one: UUID) -> versions.TrialCard:
    with held_at(NOW):
        what_if.ask(world.actor("沈浩"), one, *QUARTER)
        while what_if.go_on():
            pass
    found = versions.trial(one)
    assert found is not None
    return found


@pytest.fixture
def answered(world: World) -> str:
    """A case of level three whose caller spoke to an engineer after an hour."""
    case = fault(world, "2026-05-11 09:00", "L3")
    case.do("engineer_contact", "2026-05-11 10:00", "李伟", call="outbound")
    return case.number


@keeps("R-0-1")
def test_last_quarters_cases_are_folded_again_under_the_draft(world: World, answered: str) -> None:
    found = tried(world, begun(world, L3))
    assert (found.total, found.done, found.ended_at is not None) == (1, 1, True)
    assert found.counts["phone_response"] == [1, 0, 0, 1]
    assert found.turned == [[answered, "phone_response", "kept", "broken"]]
    assert cases.view_of(answered).profile.value("phone_response.L3") == "02:00"


def test_a_draft_that_promises_more_time_turns_nothing_worse(world: World, answered: str) -> None:
    found = tried(world, begun(world, {"phone_response.L3": "03:00"}))
    assert found.counts["phone_response"] == [1, 0, 1, 0]
    assert found.turned == []


def test_a_promise_that_the_draft_switches_off_is_not_counted(world: World, answered: str) -> None:
    found = tried(world, begun(world, {"umbrella_response.enabled": False}))
    assert found.counts["umbrella_response"] == [1, 0, 0, 0]
    assert found.turned == [[answered, "umbrella_response", "kept", ""]]


def test_a_trial_goes_page_by_page_and_knows_when_the_draft_moved_on(
    world: World, answered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(world, "2026-05-12 09:00", "L3")
    monkeypatch.setattr(what_if, "PAGE", 1)
    one = begun(world, L3)
    with held_at(NOW):
        what_if.ask(world.actor("沈浩"), one, *QUARTER)
        assert what_if.go_on() == 1
    half = versions.trial(one)
    assert half is not None
    assert (half.done, half.total, half.ended_at) == (1, 2, None)
    with held_at(NOW):
        profiling.write(world.actor("沈浩"), one, {"phone_response.L3": "00:20"}, "再紧些")
        while what_if.go_on():
            pass
    whole = versions.trial(one)
    assert whole is not None
    assert (whole.done, whole.stale) == (2, True)
    assert whole.counts["phone_response"][2:] == [0, 2]


def test_the_quarter_before_is_the_last_whole_one() -> None:
    assert what_if.last_quarter(date(2026, 7, 6)) == QUARTER
    assert what_if.last_quarter(date(2026, 1, 1)) == (date(2025, 10, 1), date(2025, 12, 31))

"""The way of a fault by the manual's order: telephone, remote, on site (7.2, 7.3, 7.4)."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.manual import progress
from jiannuo.manual.story import CaseStory
from jiannuo.manual.words import tables
from tests.manual.happenings import ev, keeps, story

#: S03 as a row of steps: what is done, and what the product then says comes next.
ON_SITE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("reported", {"channel": "phone", "kind": "fault"}, ""),
    ("confirmed", {"level": "L2"}, "engineer_contact"),
    ("engineer_contact", {}, "phone_closed"),
    ("phone_failed", {"confirmed_with": "邓丽"}, "remote_consent"),
    ("remote_consent", {"given": True, "how": "call"}, "remote_login"),
    ("remote_login", {}, "resolved"),
    ("remote_failed", {}, "onsite_confirmed"),
    ("onsite_confirmed", {}, "dispatched"),
    ("dispatched", {"engineer": "李伟"}, "customer_informed"),
    ("customer_informed", {}, "archive_read"),
    ("archive_read", {}, "prep_checked"),
    ("prep_checked", {"tools": True, "documents": True, "transport": True}, "arrived"),
    ("arrived", {}, "application_signed"),
    ("application_signed", {}, "work_started"),
    ("work_started", {"accompanied_by": ["邓丽"]}, "diagnosed"),
    ("diagnosed", {"problem": "主控板", "cause": "quality"}, "resolved"),
    ("plan_submitted", {"version": 1, "notified_by": "call"}, "plan_approved"),
    ("plan_approved", {"version": 1}, "execution_permitted"),
    ("execution_permitted", {"executor": "vendor_engineer"}, "plan_executed"),
    ("plan_executed", {"version": 1, "executor": "vendor_engineer"}, "resolved"),
    ("resolved", {"cause": "quality", "customer_confirmed_by": "邓丽"}, "explained"),
    (
        "explained",
        {"to": "邓丽", "cause": True, "solution": True, "prevention": True},
        "report_written",
    ),
    (
        "report_written",
        {"to": "邓丽", "cause": "老化", "solution": "换板", "prevention": "巡检"},
        "report_filed",
    ),
    ("report_filed", {}, "departed"),
    ("departed", {}, "case_closed"),
    ("case_closed", {}, ""),
)


def so_far(count: int) -> CaseStory:
    """The first steps of it, a minute apart."""
    return story(
        *(ev(kind, f"09:{n:02}", **d) for n, (kind, d, _) in enumerate(ON_SITE[:count])),
    )


@keeps("R-7.4-A-1")
@pytest.mark.parametrize("count", range(1, len(ON_SITE) + 1))
def test_each_step_names_the_one_after_it(count: int) -> None:
    assert progress.coming(so_far(count)) == ON_SITE[count - 1][2]


def test_the_stages_say_where_the_case_is() -> None:
    def states(count: int) -> list[str]:
        return [stage.state for stage in progress.stages(so_far(count))]

    assert states(3) == ["now", "ahead", "ahead"]
    assert states(5) == ["done", "now", "ahead"]
    assert states(14) == ["done", "done", "now"]
    assert states(25) == ["done", "done", "done"]


def test_who_is_there_need_not_be_sent_any_more() -> None:
    """An engineer who went by himself: nobody has to send him after the fact."""
    found = story(
        *(ev(kind, f"09:{n:02}", **d) for n, (kind, d, _) in enumerate(ON_SITE[:4])),
        ev("arrived", "10:00"),
    )
    assert progress.coming(found) == "application_signed"
    [_, _, onsite] = progress.stages(found)
    assert [check.kind for check in onsite.checks if check.moot] == list(progress.GOING)


def test_what_the_telephone_removed_is_closed_and_nobody_drives_there() -> None:
    found = story(
        *(ev(kind, f"09:{n:02}", **d) for n, (kind, d, _) in enumerate(ON_SITE[:3])),
        ev("phone_closed", "09:10", outcome="solved"),
        ev("resolved", "09:11", cause="config", customer_confirmed_by="邓丽"),
    )
    assert progress.coming(found) == "case_closed"
    assert [stage.state for stage in progress.stages(found)] == ["done", "ahead", "ahead"]


def test_remote_support_that_was_skipped_says_so() -> None:
    found = story(
        *(ev(kind, f"09:{n:02}", **d) for n, (kind, d, _) in enumerate(ON_SITE[:4])),
        ev("remote_skipped", "09:10", reason="no_link"),
    )
    assert [stage.state for stage in progress.stages(found)] == ["done", "skipped", "now"]
    assert progress.coming(found) == "onsite_confirmed"


def test_a_second_visit_begins_anew() -> None:
    found = story(
        *(ev(kind, f"09:{n:02}", **d) for n, (kind, d, _) in enumerate(ON_SITE[:14])),
        ev("departed", "11:00", override="等件"),
        ev("dispatched", "12:00", engineer="李伟"),
    )
    assert progress.coming(found) == "customer_informed"


def test_an_emergency_is_restored_first_and_its_report_is_signed() -> None:
    found = story(
        *(ev(kind, f"09:{n:02}", **d) for n, (kind, d, _) in enumerate(ON_SITE[:3])),
        ev("l1_declared", "09:05"),
        ev("arrived", "10:00"),
    )
    [_, _, onsite] = progress.stages(found)
    kinds = [check.kind for check in onsite.checks]
    assert kinds.index("restored") < kinds.index("resolved")
    assert "report_signed" in kinds
    assert "report_filed" not in kinds


def test_every_step_that_comes_next_has_its_sentence() -> None:
    named = {after for _, _, after in ON_SITE if after} | {*progress.GOING, *progress.WORKING}
    named |= {*progress.PLAN, "restored", "report_signed"}
    assert named <= set(tables()["coming"])

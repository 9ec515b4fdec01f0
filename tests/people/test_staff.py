"""Our own people in the tables: roles that are known, deputies, rosters with an end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.people import commands as people
from jiannuo.people import queries
from jiannuo.people.commands import Person
from jiannuo.people.models import Absence, Roster, Shift, Staff
from jiannuo.people.rules import Duty

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def liu() -> Staff:
    people.hire(SYSTEM, Person("刘洋", ("duty_manager",), level="senior", skills=("network",)))
    return Staff.objects.get(name="刘洋")


def test_a_deputy_holds_the_roles_of_the_one_he_stands_in_for() -> None:
    liu()
    people.hire(SYSTEM, Person("赵刚", ("engineer",), deputy_of="刘洋"))
    zhao = queries.known_staff("赵刚")
    assert zhao.holds("duty_manager")
    assert zhao.actor.roles == {"engineer", "duty_manager"}
    assert not queries.known_staff("刘洋").holds("engineer")


def test_whom_nobody_hired_is_named() -> None:
    with pytest.raises(Refusal, match="no 无名 on the staff"):
        queries.known_staff("无名")
    with pytest.raises(Refusal, match="add him first"):
        people.hire(SYSTEM, Person("赵刚", ("engineer",), deputy_of="无名"))


def test_of_two_of_one_name_the_first_hired_is_meant() -> None:
    first = liu()
    people.hire(SYSTEM, Person("刘洋", ("engineer",)))
    assert queries.known_staff("刘洋").id == first.id


@pytest.mark.parametrize("roles", [("wizard",), ()])
def test_a_role_is_one_of_the_manual_s(roles: tuple[str, ...]) -> None:
    with pytest.raises(IntegrityError, match="roles_are_known"), transaction.atomic():
        people.hire(SYSTEM, Person("某人", roles))


def test_nobody_deputises_for_himself() -> None:
    row = liu()
    row.deputy_of = row
    with pytest.raises(IntegrityError, match="not_his_own_deputy"), transaction.atomic():
        row.save()


def test_rosters_shifts_and_absences_end_after_they_begin() -> None:
    row = liu()
    span = {"starts_at": NOON, "ends_at": NOON}
    with pytest.raises(IntegrityError, match="roster_ends_after"), transaction.atomic():
        Roster.objects.create(code="W", desks=["hotline"], **span)
    roster = Roster.objects.create(code="W", desks=[], starts_at=NOON, ends_at=NOON + HOUR)
    with pytest.raises(IntegrityError, match="shift_ends_after"), transaction.atomic():
        Shift.objects.create(roster=roster, desk="hotline", **span)
    with pytest.raises(IntegrityError, match="absence_ends_after"), transaction.atomic():
        Absence.objects.create(person=row, recorded_at=NOON, **span)


def test_a_roster_counts_from_its_publication() -> None:
    liu()
    people.hire(SYSTEM, Person("孙立新", ("subcentre_head",)))
    assert queries.on_duty("duty_manager", NOON) is None  # there is no roster at all
    week = (NOON - HOUR, NOON + HOUR)
    people.draw_roster(SYSTEM, "W", week, ["duty_manager"], [Duty("duty_manager", *week, "刘洋")])
    assert queries.on_duty("duty_manager", NOON) == ("孙立新", "escalation")
    with held_at(NOON):
        people.publish_roster("W")
    assert queries.on_duty("duty_manager", NOON) == ("刘洋", "shift")
    assert queries.on_duty("duty_manager", NOON + HOUR) == ("孙立新", "escalation")  # to its end


def test_the_newest_roster_of_a_moment_is_asked_first() -> None:
    liu()
    people.hire(SYSTEM, Person("赵刚", ("duty_manager",)))
    week = (NOON - HOUR, NOON + HOUR)
    for code, name, later in (("A", "刘洋", 0), ("B", "赵刚", 1)):
        duties = [Duty("duty_manager", *week, name)]
        people.draw_roster(SYSTEM, code, week, ["duty_manager"], duties)
        with held_at(NOON - HOUR + timedelta(minutes=later)):
            people.publish_roster(code)
    assert queries.on_duty("duty_manager", NOON) == ("赵刚", "shift")


def test_setting_up_people_is_for_those_who_set_up() -> None:
    agent = Actor("周敏", frozenset({"hotline_agent"}))
    for attempt in (
        lambda: people.hire(agent, Person("某人", ("engineer",))),
        lambda: people.open_office(agent, "X", "x", 30.0, 104.0),
        lambda: people.draw_roster(agent, "W", (NOON, NOON + HOUR), [], []),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code == "not_permitted"


def test_who_answers_at_an_hour_by_desk_and_by_role() -> None:
    """An empty desk falls to the sub-centre head; outside every roster only he and those who keep
    no shifts are known."""
    liu()
    people.hire(SYSTEM, Person("孙立新", ("subcentre_head",)))
    people.hire(SYSTEM, Person("郑海涛", ("expert",)))
    manager = queries.known_staff("刘洋").actor
    day, desks = (NOON, NOON + 12 * HOUR), ("duty_manager", "hotline")
    duties = [Duty("duty_manager", *day, "刘洋"), Duty("hotline", *day, None)]
    with held_at(NOON - HOUR):
        people.draw_roster(manager, "day", day, desks, duties)
    always = {"subcentre_head": "孙立新", "expert": "郑海涛"}
    assert queries.answering(NOON) == always  # it is not published yet
    Roster.objects.update(published_at=NOON)
    assert queries.answering(NOON) == always | {"duty_manager": "刘洋", "hotline": "孙立新"}
    assert queries.answering(NOON + 12 * HOUR) == always


def test_behind_the_login_of_one_who_left_stands_nobody() -> None:
    zhou = people.hire(SYSTEM, Person("周敏", ("hotline_agent",)))
    people.open_login(SYSTEM, "zhoumin", zhou, "correct horse battery")
    user = Staff.objects.get(pk=zhou).user_id
    assert user is not None
    assert queries.staff_of_user(user) is not None
    Staff.objects.filter(pk=zhou).update(active=False)
    assert queries.staff_of_user(user) is None


def test_a_roster_names_whom_somebody_hired() -> None:
    liu()
    duty = Duty("hotline", NOON, NOON + HOUR, "刘阳")
    with pytest.raises(Refusal, match="there is no 刘阳"):
        people.draw_roster(SYSTEM, "W1", (NOON, NOON + HOUR), ("hotline",), [duty])
    assert not Roster.objects.exists()

"""Who is to be called for a role of an office at a moment, and what a page shows of the roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.people import commands as people
from jiannuo.people import covering, queries
from jiannuo.people.commands import Person
from jiannuo.people.covering import Piece
from jiannuo.people.models import Staff
from jiannuo.people.rules import Duty, Turn, Weeks
from tests.manual.happenings import keeps

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPAN = (NOON - 12 * HOUR, NOON + 12 * HOUR)
SHANGHAI = ZoneInfo("Asia/Shanghai")
STAFF = (
    Person("刘洋", ("duty_manager",), office="CDO"),
    Person("赵刚", ("duty_manager",), deputy_of="刘洋", office="CDO"),
    Person("周敏", ("hotline_agent",)),
    Person("马超", ("duty_manager",), office="CQO"),
    Person("郑海涛", ("expert",), office="CQO"),
    Person("冯雪", ("expert",), office="CDO", language="en", email="fengxue@example.com"),
    Person("韩梅", ("engineer",), deputy_of="郑海涛"),
    Person("孙立新", ("subcentre_head",), office="CQO"),
    Person("高峰", ("subcentre_head",), office="CDO"),
)


@pytest.fixture(autouse=True)
def house() -> None:
    for code in ("CDO", "CQO"):
        people.open_office(SYSTEM, code, code, 30.0, 104.0)
    for n, person in enumerate(STAFF):
        people.hire(SYSTEM, replace(person, phone=f"028-0500{n:04}"))


def publish(
    *duties: tuple[str, str | None],
    code: str = "W",
    office: str | None = None,
    deputy: str | None = None,
    span: tuple[datetime, datetime] = SPAN,
) -> None:
    desks = list(dict.fromkeys(desk for desk, _ in duties))
    shifts = [Duty(desk, *span, person, deputy) for desk, person in duties]
    with held_at(NOON - DAY):
        people.draw_roster(SYSTEM, code, span, desks, shifts, office)
        people.publish_roster(code)


def tried(role: str = "duty_manager", at: datetime = NOON, office: str | None = None) -> list[str]:
    return [f"{one.name} {one.via}" for one in queries.standing_by(role, at, office)]


def leave(name: str) -> None:
    Staff.objects.filter(name=name).update(active=False)


def away(*names: str) -> None:
    for name in names:
        people.note_absence(name, *SPAN)


HEADS = ["孙立新 escalation", "高峰 escalation"]


def test_the_one_on_duty_then_his_deputies_then_the_heads() -> None:
    publish(("duty_manager", "刘洋"), deputy="马超")
    assert tried() == ["刘洋 shift", "马超 deputy", "赵刚 deputy", *HEADS]
    first = queries.standing_by("duty_manager", NOON)[0]
    assert (first.phone, first.email, first.language) == ("028-05000000", "", "zh")
    assert first.id == queries.known_staff("刘洋").id


def test_the_hotline_is_the_desk_of_its_agents() -> None:
    publish(("hotline", "周敏"))
    assert tried("hotline_agent")[0] == "周敏 shift"


def test_one_who_is_away_or_has_left_is_never_the_answer() -> None:
    publish(("duty_manager", "刘洋"))
    away("刘洋")
    assert tried() == ["赵刚 deputy", *HEADS]
    leave("赵刚")
    assert tried() == HEADS
    away("孙立新")
    assert tried() == ["高峰 escalation"]


@keeps("R-7.1-B-1")
def test_one_without_a_number_is_passed_over_and_is_a_gap() -> None:
    """T35."""
    publish(("duty_manager", "刘洋"))
    Staff.objects.filter(name__in=("刘洋", "孙立新")).update(phone=" ")
    leave("赵刚")
    assert tried() == ["高峰 escalation"]
    assert queries.on_duty("duty_manager", NOON) == ("高峰", "escalation")
    assert queries.board("W").gaps("duty_manager") == [SPAN[0]]


def test_a_house_without_any_number_is_not_asked_for_them() -> None:
    publish(("duty_manager", "刘洋"))
    Staff.objects.update(phone="")
    assert tried()[0] == "刘洋 shift"
    assert queries.board("W").gaps("duty_manager") == []


def test_an_empty_shift_falls_through_at_once() -> None:
    publish(("duty_manager", None))
    assert tried() == HEADS
    publish(("duty_manager", None), code="W2", deputy="马超")
    assert tried() == ["马超 deputy", *HEADS]


def test_when_the_roster_is_over_the_heads_are_called() -> None:
    publish(("duty_manager", "刘洋"))
    assert tried(at=SPAN[1]) == HEADS
    assert queries.on_duty("duty_manager", SPAN[1]) == ("孙立新", "escalation")


def test_a_role_without_a_desk_is_whoever_holds_it_then_their_deputies() -> None:
    assert tried("expert") == ["郑海涛 role", "冯雪 role", "韩梅 deputy", *HEADS]
    assert tried("expert", office="CDO") == [
        "冯雪 role",
        "郑海涛 role",
        "韩梅 deputy",
        "高峰 escalation",
        "孙立新 escalation",
    ]
    away("郑海涛")
    assert tried("expert") == ["冯雪 role", "韩梅 deputy", *HEADS]
    assert tried("subcentre_head") == ["孙立新 role", "高峰 role"]


def test_without_any_roster_the_role_is_enough() -> None:
    assert tried()[:2] == ["刘洋 role", "赵刚 role"]
    assert queries.on_duty("duty_manager", NOON) is None


def test_where_the_heads_are_away_too_whoever_stands_in_for_them_is_called() -> None:
    people.hire(SYSTEM, Person("林静", ("engineer",), phone="1", deputy_of="孙立新"))
    publish(("duty_manager", None))
    away("孙立新", "高峰")
    assert tried() == ["林静 escalation"]
    away("林静")
    assert tried() == []


def test_an_offices_own_roster_comes_before_that_for_all() -> None:
    publish(("duty_manager", "刘洋"), code="all")
    publish(("duty_manager", "马超"), code="own", office="CQO")
    assert tried(office="CQO")[:2] == ["马超 shift", "刘洋 shift"]
    assert tried(office="CDO") == [
        "刘洋 shift",
        "赵刚 deputy",
        "高峰 escalation",
        "孙立新 escalation",
    ]
    assert tried()[:3] == ["刘洋 shift", "赵刚 deputy", "马超 shift"]
    away("马超")
    assert tried(office="CQO")[0] == "刘洋 shift"


def test_a_namesake_who_is_away_is_another() -> None:
    people.hire(SYSTEM, Person("刘洋", ("engineer",), phone="1"))
    publish(("duty_manager", "马超"))
    namesakes = Staff.objects.filter(name="刘洋").order_by("id")
    assert namesakes.count() == 2
    away("刘洋")  # the first hired
    publish(("engineer", "刘洋"), code="E")  # the second
    assert queries.board("E").gaps("engineer") == []


def test_an_override_is_asked_first_and_the_page_shows_it() -> None:
    publish(("duty_manager", "刘洋"))
    piece = Piece("W", "duty_manager", NOON - HOUR, NOON + HOUR)
    covering.take_over(SYSTEM, piece, "马超", instead_of="刘洋", reason="病")
    assert tried() == ["马超 override", "赵刚 deputy", *HEADS]
    assert queries.on_duty("duty_manager", NOON) == ("马超", "override")
    assert queries.answering(NOON)["duty_manager"] == "马超"
    assert queries.on_shift(NOON) == (frozenset({"马超"}), frozenset())
    [desk] = queries.duty_at(NOON)
    assert desk.now is not None
    assert desk.next is not None
    assert (desk.now.name, desk.until, desk.next.name) == ("马超", NOON + HOUR, "刘洋")


@pytest.mark.parametrize("role", ["duty_manager", "expert", "warehouse"])
@pytest.mark.parametrize("office", [None, "CQO"])
def test_it_takes_four_questions_however_many_rosters_there_are(
    role: str, office: str | None
) -> None:
    for n in range(3):
        publish(("duty_manager", "刘洋"), ("hotline", None), code=f"W{n}")
        publish(("duty_manager", "马超"), code=f"O{n}", office="CQO")
    away("刘洋")
    with CaptureQueriesContext(connection) as asked:
        queries.standing_by(role, NOON, office)
    assert len(asked) <= 4
    with CaptureQueriesContext(connection) as asked:
        queries.duty_at(NOON, office)
    assert len(asked) <= 5


def test_on_friday_ten_to_midnight_the_old_roster_answers_and_at_midnight_the_new_one() -> None:
    """T56."""
    turns = {
        name: [Turn("duty_manager", day, time(), time(), (name,)) for day in range(1, 8)]
        for name in ("刘洋", "马超")
    }
    saturday = date(2026, 3, 7)
    for name, first in (("刘洋", saturday - 7 * DAY), ("马超", saturday)):
        with held_at(NOON - 10 * DAY):
            people.draw_pattern(SYSTEM, name, Weeks(first, 1), turns[name], SHANGHAI)
            people.publish_roster(name)
    midnight = datetime(2026, 3, 7, tzinfo=SHANGHAI)
    assert tried(at=midnight - 10 * HOUR / 60)[0] == "刘洋 shift"
    assert tried(at=midnight - timedelta(microseconds=1))[0] == "刘洋 shift"
    assert tried(at=midnight)[0] == "马超 shift"


# -- the page -------------------------------------------------------------------------------------


@keeps("R-7.1-B-1")
def test_the_page_shows_who_until_when_who_next_and_the_gaps_ahead() -> None:
    start = SPAN[0]
    edges = (start, NOON + HOUR, NOON + 3 * HOUR, SPAN[1])
    crew: Sequence[str | None] = ("刘洋", None, "马超")
    duties = [
        Duty("duty_manager", a, b, who) for a, b, who in zip(edges, edges[1:], crew, strict=False)
    ]
    with held_at(NOON - DAY):
        people.draw_roster(SYSTEM, "W", SPAN, ["duty_manager"], duties)
        people.publish_roster("W")
    [desk] = queries.duty_at(NOON)
    assert desk.now is not None
    assert desk.next is not None
    assert (desk.desk, desk.office, desk.now.name, desk.now.via) == (
        "duty_manager",
        "",
        "刘洋",
        "shift",
    )
    assert (desk.until, desk.next.name, desk.next.via) == (NOON + HOUR, "孙立新", "escalation")
    assert [(gap.start, gap.end) for gap in desk.gaps] == [(NOON + HOUR, NOON + 3 * HOUR)]
    assert desk.drawn_until == SPAN[1]
    [later] = queries.duty_at(NOON + 2 * HOUR)
    assert later.now is not None
    assert (later.now.name, later.gaps[0].start) == ("孙立新", NOON + 2 * HOUR)
    assert queries.duty_at(SPAN[1]) == []


def test_the_page_has_a_line_for_each_desk_of_each_office() -> None:
    publish(("duty_manager", "刘洋"), ("hotline", "周敏"), code="all")
    publish(("duty_manager", None), code="own", office="CQO")
    known = {(d.office, d.desk): d.now and d.now.name for d in queries.duty_at(NOON)}
    assert known == {
        ("", "duty_manager"): "刘洋",
        ("", "hotline"): "周敏",
        ("CQO", "duty_manager"): "刘洋",
    }
    assert not any(desk.gaps for desk in queries.duty_at(NOON))
    assert {d.office for d in queries.duty_at(NOON, "CDO")} == {""}


def test_whoever_is_on_duty_through_the_fortnight_has_nobody_after_him() -> None:
    publish(("duty_manager", "刘洋"), span=(SPAN[0], NOON + 30 * DAY))
    [desk] = queries.duty_at(NOON)
    assert (desk.until, desk.next, desk.drawn_until) == (None, None, None)


# -- writing it down ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (Person("某人", ("engineer",), email="nobody"), "bad_email"),
        (Person("某人", ("engineer",), email="a@b, c@d.e"), "bad_email"),
        (Person("某人", ("engineer",), language="fr"), "bad_language"),
    ],
)
def test_an_address_or_a_language_that_is_none_is_refused(person: Person, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        people.hire(SYSTEM, person)
    assert caught.value.code == code


def test_a_language_is_one_that_we_speak() -> None:
    with pytest.raises(IntegrityError, match="language_is_known"), transaction.atomic():
        Staff.objects.update(language="fr")


@pytest.mark.parametrize(
    ("code", "span", "office", "refusal"),
    [
        ("W", SPAN, None, "roster_there"),
        ("V", (NOON, NOON), None, "ends_before_it_starts"),
        ("V", SPAN, "XXX", "no_office"),
    ],
)
def test_a_roster_that_cannot_be_is_refused(
    code: str, span: tuple[datetime, datetime], office: str | None, refusal: str
) -> None:
    publish(("duty_manager", "刘洋"))
    with pytest.raises(Refusal) as caught:
        people.draw_roster(SYSTEM, code, span, ["hotline"], [], office)
    assert caught.value.code == refusal


@pytest.mark.parametrize(
    ("count", "turns"),
    [
        (0, [Turn("hotline", 1, time(), time(), ("周敏",))]),
        (1, []),
        (1, [Turn("hotline", 8, time(), time(), ("周敏",))]),
        (1, [Turn("hotline", 1, time(), time(), ())]),
    ],
)
def test_a_pattern_that_is_none_is_refused(count: int, turns: list[Turn]) -> None:
    with pytest.raises(Refusal) as caught:
        people.draw_pattern(SYSTEM, "P", Weeks(date(2026, 3, 2), count), turns, SHANGHAI)
    assert caught.value.code == "no_pattern"


def test_a_pattern_is_drawn_by_those_who_may_publish_a_roster() -> None:
    agent = Actor("周敏", frozenset({"hotline_agent"}))
    with pytest.raises(Refusal) as caught:
        people.draw_pattern(agent, "P", Weeks(date(2026, 3, 2), 1), [], SHANGHAI)
    assert caught.value.code == "not_permitted"

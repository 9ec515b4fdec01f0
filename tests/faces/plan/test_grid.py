"""The grid of quarters: who has no date, what was missed, and the dates that are sent."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.archive.models import Event
from jiannuo.faces.desk.plan.cells import Cell, calmed, state_of
from jiannuo.faces.desk.plan.matter import suggested
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.queries import OwedInspection
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import held_at
from jiannuo.manual.quarters import Quarter
from tests.faces.conftest import NOON
from tests.faces.plan.pages import as_, at, hidden, seen, sent
from tests.faces.test_query_budget import BUDGET
from tests.journey.telling import keeps
from tests.world import Customer, World, login, project

Q2 = Quarter("2026Q2", date(2026, 4, 1), date(2026, 6, 30))
TODAY = date(2026, 5, 20)


def owed(**stands: Any) -> OwedInspection:
    return OwedInspection(Q2, stands.pop("signed", None), None, new_id(), **stands)


@pytest.mark.parametrize(
    ("today", "stands", "state"),
    [
        (TODAY, {}, "none"),
        (date(2026, 3, 1), {}, "later"),
        (date(2026, 6, 20), {}, "soon"),
        (TODAY, {"proposed": TODAY}, "sent"),
        (TODAY, {"planned": date(2026, 5, 28)}, "planned"),
        (date(2026, 5, 29), {"planned": date(2026, 5, 28)}, "passed"),
        (TODAY, {"signed": date(2026, 6, 30)}, "done"),
        (TODAY, {"signed": date(2026, 7, 1)}, "late"),
        (TODAY, {"signed": date(2026, 7, 9), "make_up": date(2026, 7, 9)}, "madeup"),
        (TODAY, {"waived": TODAY}, "waived"),
        (date(2026, 7, 1), {}, "missed"),
        (date(2026, 7, 1), {"planned": date(2026, 6, 28)}, "missed"),
        (date(2026, 7, 1), {"make_up": date(2026, 7, 9)}, "explained"),
        (date(2026, 7, 10), {"make_up": date(2026, 7, 9)}, "missed"),
    ],
)
def test_a_quarter_is_red_only_while_nobody_said_why_and_when_it_is_made_up(
    today: date, stands: dict[str, Any], state: str
) -> None:
    assert state_of(owed(**stands), today) == state


def test_no_more_than_five_are_solid_red() -> None:
    rows = calmed([[Cell("missed", "✕", "未做", "未做")] for _ in range(8)])
    assert [row[0].calm for row in rows] == [False] * 5 + [True] * 3


@pytest.mark.parametrize("today", [date(2026, 4, 1) + timedelta(days=n) for n in range(0, 91, 6)])
@pytest.mark.parametrize("n", [0, 7])
def test_three_working_days_inside_the_quarter_are_suggested(today: date, n: int) -> None:
    days = suggested(today, owed(), n=n)
    assert len(days) == 3
    assert all(today <= day <= Q2.due for day in days)
    if today < date(2026, 6, 20):
        assert len({*days}) == 3
        assert all(day.weekday() < 5 for day in days)


def test_a_day_on_which_somebody_goes_there_anyhow_comes_first() -> None:
    trip = date(2026, 6, 4)
    assert suggested(TODAY, owed(), [trip])[0] == trip


@keeps("R-1-1")
def test_the_page_says_first_who_has_no_date_this_quarter(
    world: World, own: Customer, desk: Client
) -> None:
    html = seen(desk, "/plan/")
    assert "给没约的 1 个项目发可选日期" in html
    assert html.index("本季度还没有日期") < html.index("jn-grid")
    assert f'href="{at(own, rest="do/inspection_dates_proposed/")}"' in html


def test_whoever_may_not_plan_is_told_who_does(world: World, own: Customer, client: Client) -> None:
    html = seen(as_(client, "蒋丽"), "/plan/")
    assert "1 个项目还没有日期" in html
    assert "do/inspection_dates_proposed" not in html


@keeps("R-1-1")
def test_a_missed_quarter_stands_on_the_page_until_it_is_explained_and_keeps_its_cross(
    world: World, own: Customer, desk: Client
) -> None:
    july = datetime.fromisoformat("2026-07-02T01:00:00+00:00")
    html = seen(desk, "/plan/", july)
    assert "未做，还没写原因" in html
    assert "jn-cell is-missed" in html
    answer = sent(
        desk,
        at(own, rest="do/inspection_missed/"),
        july,
        reason="工程师病假",
        make_up="2026-07-09",
    )
    assert answer.status_code == 302
    html = seen(desk, "/plan/", july)
    assert "未做，还没写原因" not in html
    assert "is-explained" in html
    assert "07-09 补" in html


def test_dates_go_to_all_projects_that_are_ticked_and_only_once(
    world: World, own: Customer, desk: Client
) -> None:
    with held_at(NOON):
        other = project("HT-J", accepted=date(2026, 2, 10), devices=(), inspection_plan=True)
    html = seen(desk, "/plan/dates/")
    op, form = hidden(html, "op"), {"to": [str(own.contract), str(other.contract)]}
    days = dict(re.findall(r'name="((?:first|second|third):[^"]+)" value="([^"]+)"', html))
    assert len(days) == 6
    for _ in range(2):
        with held_at(NOON):
            assert desk.post("/plan/dates/", {"op": op, **form, **days}).status_code == 302
    assert Event.objects.filter(kind="inspection_dates_proposed").count() == 2
    assert "日期已发，等客户选" in seen(desk, "/plan/")
    assert "都有日期，或已发日期" in seen(desk, "/plan/dates/")


def test_with_one_wrong_date_nothing_is_sent_and_what_was_typed_stays(
    world: World, own: Customer, desk: Client
) -> None:
    with held_at(NOON):
        other = project("HT-J", accepted=date(2026, 2, 10), devices=(), inspection_plan=True)
    form = {
        "op": str(new_id()),
        "to": [str(own.contract), str(other.contract)],
        f"first:{own.contract}": "2026-05-28",
        f"first:{other.contract}": "2026-05-01",
    }
    with held_at(NOON):
        answer = desk.post("/plan/dates/", form)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "2026-05-01 太早" in html
    assert 'value="2026-05-28"' in html
    assert not Event.objects.filter(kind="inspection_dates_proposed").exists()


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"to": "'; drop table"},
        {"to": "01a209e8-0d79-7f56-b8ee-00cd7595cd79"},
    ],
)
def test_what_nobody_could_tick_is_no_step(
    world: World, own: Customer, desk: Client, form: dict[str, str]
) -> None:
    with held_at(NOON):
        assert desk.post("/plan/dates/", form).status_code == 422


@pytest.mark.parametrize(
    "query",
    ["?at=zzz", "?at=2026Q9", "?page=-1", "?page=999", "?office=%00&find=%27", "?at=1999Q1"],
)
def test_odd_addresses_show_the_grid_all_the_same(
    world: World, own: Customer, desk: Client, query: str
) -> None:
    assert seen(desk, f"/plan/{query}")


def test_the_grid_is_narrowed_by_office_and_by_name(
    world: World, own: Customer, desk: Client
) -> None:
    assert "HT-I" in seen(desk, "/plan/?office=CDO&find=ht-i")
    html = seen(desk, "/plan/?find=nobody")
    assert "没有符合的项目" in html


@pytest.mark.parametrize("many", [1, 9])
def test_the_grid_keeps_its_budget(world: World, desk: Client, many: int) -> None:
    with held_at(NOON):
        for n in range(many):
            project(f"HT-{n}", accepted=date(2026, 2, 10), devices=(), inspection_plan=True)
    for page in ("plan_list", "training_list", "renewal_list"):
        address = {"plan_list": "/plan/", "training_list": "/plan/training/"}.get(
            page, "/plan/renewals/?days=365"
        )
        with held_at(NOON), CaptureQueriesContext(connection) as found:
            assert desk.get(address).status_code == 200
        assert len(found) <= BUDGET[f"desk:{page}"], page


@keeps("R-1-1")
def test_the_numbers_of_the_story_of_three_quarters(world: World) -> None:
    """S08: five on time or late, one missed; the cells say the same as the figures."""
    login("刘洋")
    with held_at(datetime.fromisoformat("2025-03-01T01:00:00+00:00")):
        own = project("RX-2025-002", accepted=date(2025, 2, 10), months=24, inspection_plan=True)
    signed = {
        "2025Q2": "2025-06-18T16:00:00+08:00",
        "2025Q3": "2025-09-29T15:00:00+08:00",
        "2025Q4": "2025-12-31T17:30:00+08:00",
        "2026Q1": "2026-04-02T10:00:00+08:00",
        "2026Q2": "2026-06-30T16:00:00+08:00",
    }
    for quarter, text in signed.items():
        with held_at(datetime.fromisoformat(text)):
            take(
                "inspection_signed",
                own.people["邓丽"],
                quarter,
                contract=own.contract,
                devices={"SN-1": "ok"},
                software="ok",
                problems_asked="无",
                asked_of="邓丽",
            )
    today = date(2026, 10, 15)
    states = [state_of(one, today) for one in inspections.owed(own.contract)]
    assert states == ["done", "done", "done", "late", "done", "missed", "none", "later"]

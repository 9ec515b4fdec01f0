"""The list of open cases by the page: on from a place, whatever happens meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any, get_args
from urllib.parse import quote

import pytest
from django.db import connection

from jiannuo.cases.listing import Only, Spot, open_cases
from jiannuo.cases.models import Case
from jiannuo.cases.states import OVER, State
from jiannuo.faces.api.listed import NOBODY, Levels, Open
from jiannuo.kernel.ids import new_id
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import Level
from tests.faces.api.programs import Program, Programs, refused, told
from tests.faces.conftest import NOON
from tests.world import World, confirmed, reported

MINUTE = timedelta(minutes=1)


@pytest.fixture
def many(world: World) -> list[str]:
    """Six cases in the order of the list; the last two have no running promise."""
    found = [confirmed(world, reported(world, NOON), NOON, "L3") for _ in range(6)]
    for place, number in enumerate(found):
        due = NOON + (place + 1) * MINUTE if place < 4 else None
        Case.objects.filter(number=number).update(next_due_at=due, next_promise="x" if due else "")
    # Two that end at one moment, as a monitoring system reports them.
    Case.objects.filter(number=found[2]).update(next_due_at=NOON + 2 * MINUTE)
    return found


def pages(program: Program, query: str = "limit=1") -> list[list[str]]:
    """The numbers, page by page, to the end."""
    found, after = [], ""
    while True:
        page = told(program.get(f"/cases?{query}{after}"), 200)
        found.append([row["number"] for row in page["cases"]])
        if page["next"] is None:
            return found
        after = f"&after={quote(page['next'])}"


@pytest.mark.parametrize("limit", [1, 2, 4, 6, 500])
def test_the_pages_make_the_whole_list_each_case_once(
    acting: Programs, many: list[str], limit: int
) -> None:
    found = pages(acting("刘洋"), f"limit={limit}")
    assert [number for page in found for number in page] == many
    assert all(len(page) == limit for page in found[:-1])
    assert found[-1]


@pytest.mark.parametrize(
    ("late", "expected"), [("true", slice(0, 3)), ("false", slice(3, 6))], ids=["late", "coming"]
)
def test_what_is_late_and_what_is_not_are_lists_of_their_own(
    acting: Programs, many: list[str], late: str, expected: slice
) -> None:
    program = acting("刘洋").later(seconds=150)
    found = pages(program, f"limit=2&late={late}")
    assert [number for page in found for number in page] == many[expected]


def test_cases_that_stay_are_shown_once_while_others_come_go_and_move(
    world: World, acting: Programs, many: list[str]
) -> None:
    program = acting("刘洋")
    first = told(program.get("/cases?limit=2"), 200)
    Case.objects.filter(number=many[0]).update(status="cancelled")  # seen already, and gone
    Case.objects.filter(number=many[1]).update(next_due_at=None)  # the one the page ended with
    ahead = confirmed(world, reported(world, NOON), NOON, "L3")
    Case.objects.filter(number=ahead).update(next_due_at=NOON)  # before the place: not again
    program.post(f"/cases/{many[3]}/steps/noted", {"text": "x"})
    Case.objects.filter(number=many[3]).update(next_due_at=NOON + 4 * MINUTE, next_promise="x")
    after, seen = first["next"], [row["number"] for row in first["cases"]]
    while after:
        page = told(program.get(f"/cases?limit=2&after={quote(after)}"), 200)
        seen += [row["number"] for row in page["cases"]]
        after = page["next"]
    staying = [many[2], many[3], many[4], many[5]]
    assert [number for number in seen if number in staying] == staying
    assert ahead not in seen
    assert seen.count(many[1]) == 2  # it lost its promise meanwhile and moved to the end


def test_each_filter_narrows_the_list(world: World, acting: Programs, many: list[str]) -> None:
    program = acting("刘洋")
    Case.objects.filter(number=many[0]).update(assignee="李伟", level="L1", status="onsite")
    Case.objects.filter(number=many[5]).update(drill=True, level=None)
    other = reported(world, NOON, of=world.stranger)
    for query, expected in {
        "engineer=李伟": {many[0]},
        "level=L1": {many[0]},
        "level=none": {many[5], other},
        "status=onsite": {many[0]},
        "status=received": {other},
        "drill=true": {many[5]},
        f"customer={world.stranger.id}": {other},
        f"customer={new_id()}": set(),
        f"customer={world.customer.id}&level=L3&drill=false": set(many[1:5]),
    }.items():
        found = pages(program, f"limit=2&{query}")
        assert {number for page in found for number in page} == expected, query
    nobody = {number for page in pages(program, "engineer=none") for number in page}
    assert nobody == {*many[1:], other}


def forged(after: str) -> dict[str, str]:
    body, _, sign = after.rpartition(".")
    return {
        "cut": after[:-1],
        "changed": f"{'A' if body[0] != 'A' else 'B'}{body[1:]}.{sign}",
        "unsigned": body,
        "made up": "WyJ4Il0.x",
        "empty": "",
        "a zero": "a\x00b",
        "not Latin": "翻页",
        "long": "x" * 401,
    }


@pytest.mark.parametrize("how", forged("x.y"))
def test_a_place_that_the_list_did_not_give_is_refused_by_its_name(
    acting: Programs, many: list[str], how: str
) -> None:
    program = acting("刘洋")
    given = told(program.get("/cases?limit=2"), 200)["next"]
    answer = program.get(f"/cases?limit=2&after={quote(forged(given)[how])}")
    [wrong] = refused(answer, 422, "malformed")["fields"]
    assert wrong["field"] == "after"


def test_a_place_of_another_list_is_refused(acting: Programs, many: list[str]) -> None:
    program = acting("刘洋")
    given = quote(told(program.get("/cases?limit=2"), 200)["next"])
    for address in (f"/cases?level=L3&after={given}", f"/cases/{many[0]}/timeline?after={given}"):
        refused(program.get(address), 422, "malformed")


@pytest.mark.parametrize(
    "query", ["level=L9", "status=closed", "customer=x", "drill=perhaps", "engineer=", "after=%00"]
)
def test_a_filter_that_makes_no_sense_is_told_by_its_name(acting: Programs, query: str) -> None:
    [wrong] = refused(acting("刘洋").get(f"/cases?{query}"), 422, "malformed")["fields"]
    assert wrong["field"] == query.split("=")[0]


def test_what_the_document_names_is_what_there_is() -> None:
    assert set(get_args(Open)) == {state.value for state in State} - {s.value for s in OVER}
    assert set(get_args(Levels)) == {level.value for level in Level} | {NOBODY}


SPREAD = """
insert into cases_case (id, number, customer_id, kind, channel, text, caller, drill, status, level,
  profile_version, entitlement, reported_at, next_due_at, next_promise, missing, assignee)
select gen_random_uuid(), 'S' || n, case when n %% 100 = 0 then %(few)s else %(many)s end,
  'fault', 'phone', '', '', n %% 90 = 0,
  case when n %% 400 = 0 then 'onsite' else 'confirmed' end,
  case when n %% 300 = 0 then 'L1' when n %% 250 > 0 then 'L3' end, 1, '', now(),
  case when n %% 50 > 0 then now() + (n %% 7919) * interval '1 minute' end, '', '{}',
  case when n %% 200 = 0 then '李伟' else '某' || n %% 7 end
from generate_series(1, 20000) n
"""


@pytest.mark.parametrize(
    ("only", "index"),
    [
        (Only(), "open_by_due"),
        (Only(level="L1"), "open_of_level"),
        (Only(level=""), "open_of_level"),
        (Only(engineer="李伟"), "open_of_engineer"),
        (Only(status="onsite"), "open_of_status"),
        (Only(drill=True), "open_drill"),
        (None, "open_of_customer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_list_goes_by_an_index_in_its_own_order(
    world: World, only: Only | None, index: str
) -> None:
    """No page reads what it does not show: no sort, no scan of the table."""
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, {"few": world.stranger.id, "many": world.customer.id})
        cursor.execute("analyze cases_case, customers_site, customers_customer")
    only = only or Only(customer=world.stranger.id)
    places = (None, Spot(NOON, new_id()), Spot(None, new_id()))
    for late, after in product((None, True, False), places):
        if late and after and after.due is None:
            continue
        plan = planned(partial(open_cases, SYSTEM, 50, late, NOON, only=only, after=after))
        assert f"cases_case_{index}" in plan, plan
        assert "Seq Scan on cases_case" not in plan, plan
        assert not re.search(r"Sort Key: c\.", plan), plan


def planned(ask: Any) -> str:
    """The plan of the question that is asked."""
    lines: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.connection.cursor() as cursor:
            cursor.execute(f"explain {sql}", params)
            lines.extend(line for (line,) in cursor.fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        ask()
    return "\n".join(lines)

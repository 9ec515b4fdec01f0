"""Two workers at one list: each line is written once, and neither waits for the other."""

from __future__ import annotations

import pytest

from jiannuo.archive.models import Event
from jiannuo.imports import queries
from jiannuo.journey.bringing import looking, working
from jiannuo.kernel.moment import held_at
from tests.crowd import at_once
from tests.faces.conftest import NOON
from tests.journey.test_bringing_lists import book
from tests.world import company

pytestmark = pytest.mark.django_db(transaction=True)


def everything(_: int) -> int:
    """What one worker does till nothing is left for it."""
    done = 0
    with held_at(NOON):
        while bite := working.work():
            done += bite
    return done


def test_a_worker_may_look_before_the_page_does(transactional_db: None) -> None:
    with held_at(NOON):
        admin = company().actor("罗敏")
        data = book(["客户名称"], *[[f"客户 {n}"] for n in range(60)])
        numbers = [looking.bring(admin, "customers", f"{n}.xlsx", data) for n in range(6)]

    def look(who: int) -> None:
        with held_at(NOON):
            if who:
                everything(who)
            else:
                for number in numbers:
                    looking.look_at_once(admin, number)

    assert at_once(3, look) == [None, None, None]
    everything(0)
    found = [queries.sheet(number) for number in numbers]
    assert {(one.state, one.counts["new"]) for one in found} == {("checked", 60)}


def test_what_is_wrong_with_a_whole_list_stands_on_it(transactional_db: None) -> None:
    """Two columns of one name: it cannot be told which is meant."""
    with held_at(NOON):
        admin = company().actor("罗敏")
        heads = ["单号", "状态", "报修时间", "级别", "单号"]
        data = book(heads, ["1", "已关闭", "2026-03-02 08:01", "二级", "2"])
        number = looking.bring(admin, "history", "历史.xlsx", data)
        looking.look_at_once(admin, number)
    sheet = queries.sheet(number)
    assert (sheet.state, "出现了不止一次" in sheet.trouble[0]) == ("failed", True)


def test_two_workers_write_each_line_once(transactional_db: None) -> None:
    with held_at(NOON):
        admin = company().actor("罗敏")
        data = book(["客户名称"], *[[f"客户 {n}"] for n in range(60)])
        number = looking.bring(admin, "customers", "客户.xlsx", data)
        looking.look_at_once(admin, number)
        working.write(admin, number, at_once=False)
    at_once(3, everything)
    everything(0)
    sheet = queries.sheet(number)
    assert (sheet.state, sheet.done["written"], sheet.done["refused"]) == ("written", 60, 0)
    assert Event.objects.filter(kind="customer_added").count() == 60

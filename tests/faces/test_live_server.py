"""The streams of a real web server: who hears what how soon, what an open page costs, how it ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection

from jiannuo.journey.steps import take
from jiannuo.kernel.moment import now
from jiannuo.people import sessions
from jiannuo.web.reader import millis
from tests.faces import test_browser
from tests.faces.test_browser import MINUTE, case
from tests.serving import Listener, Served, listening, pointed_at, served, signed_in, until
from tests.wall.pooler import PROGRAM, pooled
from tests.world import World, login

pytestmark = pytest.mark.slow
world = test_browser.world

PAGES = 40


@pytest.fixture
def number(world: World) -> str:
    return case(world, "L3", MINUTE)


@pytest.fixture
def web(database_url: str, number: str, tmp_path: Path) -> Iterator[Served]:
    with served(database_url, log=tmp_path / "log") as found:
        yield found


@pytest.fixture
def manager(world: World) -> str:
    return signed_in(User.objects.get(username="刘洋"))


def noted(world: World, number: str) -> float:
    """When it was done."""
    take("noted", world.actor("李伟"), number, text="客户的密码不能进流")
    return time.monotonic()


def begun(page: Listener) -> None:
    """The server looks now: the first page hears of everything at once."""
    until(lambda: page.heard)
    page.heard.clear()


def threads(web: Served) -> int:
    status = Path(f"/proc/{web.process.pid}/status").read_text()
    return int(status.split("Threads:")[1].split()[0])


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where datname = current_database()")
        return int(cursor.fetchone()[0])


def test_a_step_is_heard_of_within_a_second_and_nothing_of_what_it_says(
    world: World, web: Served, manager: str, number: str
) -> None:
    with (
        listening(web, manager, f"case:{number}", "queue") as page,
        listening(web, manager, "inbox", since=millis(now()) + 60_000) as inbox,
    ):
        until(lambda: f"here:case:{number}" in page.names())  # it is known that he is here
        page.heard.clear()
        done = noted(world, number)
        until(lambda: "queue" in page.names())
        [(at, names)] = [one for one in page.heard if "queue" in one[1]]
        assert at - done < 1.0
        assert names - {f"here:case:{number}"} == {f"case:{number}", "queue"}
        assert inbox.heard == []
        said = {line.split(":")[0] for line in page.lines if line}
        assert said == {"retry", "event", "id", "data"}


def test_the_door_asks_for_a_sign_in_a_permit_and_a_case_that_is_there(
    world: World, web: Served, manager: str
) -> None:
    guard = signed_in(login("谢静"))
    asked = [("", "queue"), (guard, "queue"), (manager, "case:2405-99999"), (manager, "nothing")]
    found = []
    for cookie, on in asked:
        with listening(web, cookie, on) as page:
            found.append(page.status)
    assert found == [401, 401, 404, 404]


def test_many_open_pages_take_neither_threads_nor_connections_and_stop_no_server(
    world: World, web: Served, manager: str, number: str
) -> None:
    others = [signed_in(login(name)) for name in ("周敏", "李伟", "陈晨", "孙立新")]
    with ExitStack() as stack:
        first = stack.enter_context(listening(web, manager, "queue"))
        before = threads(web), connections()
        pages = [
            stack.enter_context(listening(web, others[n % 4], "queue", f"case:{number}"))
            for n in range(PAGES)
        ]
        done = noted(world, number)
        until(lambda: all(one.heard and one.heard[-1][0] > done for one in (first, *pages)))
        assert threads(web) - before[0] < 10
        assert connections() - before[1] < 6
        assert web.stop() < 4
        until(lambda: all(one.over for one in pages))
        assert first.ended
        assert all(one.ended for one in pages)
    assert web.log is not None
    assert "Traceback" not in web.log.read_text()
    assert "Cancel" not in web.log.read_text()


def test_whose_session_is_ended_elsewhere_hears_no_more_and_is_told_at_the_door(
    world: World, web: Served, number: str
) -> None:
    user = login("周敏")
    cookie = signed_in(user)
    with listening(web, cookie, "queue") as page:
        sessions.end(user.pk)
        until(lambda: page.over, 8)
        assert page.ended
    with listening(web, cookie, "queue") as page:
        assert page.status == 401


def test_a_database_that_was_away_leaves_nothing_out(
    world: World, web: Served, manager: str, number: str
) -> None:
    with listening(web, manager, "queue") as page:
        begun(page)
        with psycopg.connect(pointed_at(), autocommit=True) as admin:
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> all(%s)",
                [[admin.info.backend_pid, _own_pid()]],
            )
        noted(world, number)
        until(lambda: page.heard, 5)


def test_pages_of_two_servers_hear_of_each_other(
    world: World, web: Served, manager: str, number: str, database_url: str
) -> None:
    name, agent = f"here:case:{number}", signed_in(login("周敏"))
    with served(database_url) as second, listening(web, manager, name[5:]) as mine:
        until(lambda: mine.heard)
        time.sleep(0.5)
        before = len(mine.heard)
        with listening(second, agent, name[5:], writing=1):
            until(lambda: len(mine.heard) > before, 5)
            assert mine.heard[-1][1] == {name}
        came = len(mine.heard)
        until(lambda: len(mine.heard) > came, 5)
        assert mine.heard[-1][1] == {name}


@pytest.mark.skipif(PROGRAM is None, reason="PgBouncer is not installed")
def test_behind_a_pooler_in_transaction_mode_pages_hear_the_same(
    world: World, manager: str, number: str, database_url: str
) -> None:
    with (
        pooled(database_url) as conninfo,
        served(conninfo) as web,
        listening(web, manager, "queue") as page,
    ):
        begun(page)
        done = noted(world, number)
        until(lambda: page.heard)
        assert page.heard[0][0] - done < 1.0


def _own_pid() -> int:
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)

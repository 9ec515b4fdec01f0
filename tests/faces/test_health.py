"""Whether the house is in order: the page of checks, and what every page says of the clocks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.clocks import guard
from jiannuo.clocks.models import Beat
from jiannuo.kernel.moment import held_at, now
from jiannuo.manual.profile import shipped
from jiannuo.oversight.doctor.registry import CHECKS
from jiannuo.web.beat import beat
from jiannuo.web.reader import Reader
from tests.faces.conftest import NOON, Page
from tests.faces.test_query_budget import BUDGET, asked
from tests.world import World, clocks_kept, confirmed, reported

MINUTE = timedelta(minutes=1)


def states(html: str) -> dict[str, str]:
    """The state of each check by its code, in the order of the page."""
    return dict(re.findall(r'id="check-(\w+)" class="is-(\w+)"', html))


def health(desk: Client) -> str:
    answer = desk.get("/health/")
    assert answer.status_code == 200
    return answer.content.decode()


# -- the page ---------------------------------------------------------------------------------


def test_the_page_shows_every_check_the_worst_first(world: World, desk: Client) -> None:
    found = states(health(desk))
    assert set(found) == {check.code for check in CHECKS}
    ranks = [("bad", "warn", "ok").index(state) for state in found.values()]
    assert ranks == sorted(ranks)


def test_a_worker_that_stopped_is_told_with_what_to_do(world: World, desk: Client) -> None:
    for loop in ("sweep", "address"):
        guard.beat(loop, now())
    assert states(health(desk))["worker"] == "ok"
    Beat.objects.update(beat_at=now() - 5 * MINUTE)
    html = health(desk)
    assert states(html)["worker"] == "bad"
    assert "没有后台进程在运行" in html
    assert "运行 jiannuo up" in html


def test_the_page_says_it_in_english(world: World, desk: Client) -> None:
    desk.cookies["language"] = "en"
    html = health(desk)
    assert "No backup was made on this machine." in html
    assert "broken" in html


def test_the_page_renews_itself(world: World, desk: Client) -> None:
    assert 'data-every="30"' in health(desk)


def test_who_reads_the_settings_is_led_to_it(world: World, desk: Client) -> None:
    assert 'href="/health/"' in desk.get("/").content.decode()


def test_the_page_keeps_its_budget(world: World, on_duty: None, desk: Client) -> None:
    for n in range(6):
        confirmed(world, reported(world, NOON), NOON + n * MINUTE, "L2")
    assert asked(desk, "/health/") <= BUDGET["desk:health_show"]


# -- the heartbeat ----------------------------------------------------------------------------


def test_a_page_says_so_when_no_worker_ever_ran(world: World, page: Page) -> None:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L2")
    Beat.objects.all().delete()
    for address in ("/", f"/cases/{number}/"):
        html = page(address, NOON + 2 * MINUTE)
        assert "没有后台进程在计时" in html
        assert "也不会有人收到通知" in html
        assert "is-unk" in html
        assert "data-due" not in html


@pytest.mark.parametrize(("seconds", "bad"), [(29, False), (31, True)])
def test_a_sweep_that_is_silent_for_half_a_minute(
    world: World, page: Page, seconds: int, bad: bool
) -> None:
    at = NOON + 2 * MINUTE
    clocks_kept(at - timedelta(seconds=seconds))
    html = page("/", at)
    assert ("后台 31 秒没有动静" in html) is bad
    assert ("计时正常" in html) is not bad


def test_a_sweep_that_fails_each_time_lives_and_is_not_green(world: World, desk: Client) -> None:
    Beat.objects.all().delete()
    guard.beat("sweep", now())
    assert desk.get("/web/beat/").json()["bad"] is False
    guard.beat("sweep", now(), "ValueError: a poisoned row")
    assert desk.get("/web/beat/").json()["bad"] is False  # one turn may fail
    Beat.objects.update(well_at=now() - MINUTE)
    guard.beat("sweep", now(), "ValueError: a poisoned row")
    said = desk.get("/web/beat/").json()
    assert said["bad"] is True
    assert "没有动静" in said["words"]


def test_one_worker_that_sweeps_is_enough(world: World, desk: Client) -> None:
    Beat.objects.update(well_at=now() - MINUTE)  # somebody's who is gone
    guard.beat("address", now())
    assert desk.get("/web/beat/").json()["bad"] is True
    guard.beat("sweep", now())
    assert desk.get("/web/beat/").json()["bad"] is False


def test_the_overdue_moment_is_told_before_the_silence(world: World, desk: Client) -> None:
    confirmed(world, reported(world, NOON - timedelta(hours=1)), NOON - 59 * MINUTE, "L2")
    Beat.objects.all().delete()
    with held_at(NOON):
        html = desk.get("/").content.decode()
    assert "计时落后" in html
    assert "也不会有人收到通知" in html


@pytest.mark.parametrize("off", [timedelta(hours=10), -timedelta(hours=10)])
def test_a_machine_whose_clock_is_not_the_database_s_is_not_green(db: None, off: timedelta) -> None:
    guard.beat("sweep", now())
    found = beat(now() + off)
    assert found.bad
    reader = Reader("zh", shipped().zone, now())
    assert found.words(reader).startswith("两台时钟相差 ")
    assert beat(now() + timedelta(seconds=2)).bad is False


def test_the_heartbeat_is_one_question(db: None) -> None:
    with CaptureQueriesContext(connection) as found:
        beat(now())
    assert len(found) == 1

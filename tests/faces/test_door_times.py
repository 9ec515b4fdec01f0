"""How long somebody stays signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from jiannuo.kernel.moment import held_at
from jiannuo.manual.profile import shipped
from jiannuo.web.sessions import stay_of
from tests.faces.conftest import NOON
from tests.faces.door import HOUR, MINUTE, opened, show_code, sign_in
from tests.world import World, login, with_app


def test_an_abandoned_screen_signs_out_whatever_it_asks_by_itself(
    world: World, client: Client
) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    for minutes in range(1, 15):
        at = NOON + minutes * MINUTE
        assert opened(client, "/web/beat/", at)[0] == 200
        assert opened(client, "/", at, **{"HX-Request": "true"})[0] == 200
    at = NOON + 15 * MINUTE
    assert opened(client, "/", at, **{"HX-Request": "true"}) == (401, "")
    assert opened(client, "/inbox/", at) == (302, "/sign-in/?next=/inbox/")


@pytest.mark.parametrize("use", ["/web/beat/?used=1", "/inbox/"])
def test_who_works_stays_signed_in(world: World, client: Client, use: str) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    for minutes in range(0, 120, 10):
        assert opened(client, use, NOON + minutes * MINUTE)[0] == 200


def test_an_administrator_s_day_ends_on_time(world: World, client: Client) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    for minutes in range(0, 480, 10):
        assert opened(client, "/inbox/", NOON + minutes * MINUTE)[0] == 200
    assert opened(client, "/inbox/", NOON + 8 * HOUR)[0] == 302


def test_a_hotline_session_lasts_a_silent_shift_and_no_call_is_cut_off(
    world: World, client: Client
) -> None:
    login("周敏")
    sign_in(client, "周敏", NOON)
    for minutes in (12 * 60, 13 * 60 - 5, 13 * 60 + 5, 14 * 60):  # the caller still speaks
        for later in range(0, 60, 5):
            at = NOON + (minutes + later) * MINUTE
            if at < NOON + 14 * HOUR:
                assert opened(client, "/web/beat/?used=1", at)[0] == 200, at
    assert opened(client, "/", NOON + 14 * HOUR + 10 * MINUTE)[0] == 302


def test_a_hotline_session_ends_with_the_first_pause_after_its_time(
    world: World, client: Client
) -> None:
    login("周敏")
    sign_in(client, "周敏", NOON)
    assert opened(client, "/", NOON + 12 * HOUR + 50 * MINUTE)[0] == 200
    assert opened(client, "/", NOON + 13 * HOUR + 5 * MINUTE)[0] == 302


def test_times_are_the_house_s_and_the_shortest_for_administrators() -> None:
    changed = shipped().with_changes({"sign_in.idle.hotline_agent": "06:00"})
    assert stay_of(changed, {"hotline_agent"}).idle == 6 * HOUR
    both = stay_of(shipped(), {"admin", "hotline_agent"})
    assert (both.idle, both.beyond) == (15 * MINUTE, timedelta())
    assert stay_of(shipped(), {"sales", "engineer"}).whole == 24 * HOUR


def test_a_page_learns_how_long_it_stays(world: World, client: Client) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    with held_at(NOON + 5 * MINUTE):
        assert client.get("/web/beat/").json()["stays"] == 600

"""The inbox: sent is not told, opening is seeing, one button tells."""

from __future__ import annotations

import pytest
from django.test import Client

from jiannuo.cases import queries as cases
from jiannuo.notices.commands import cancel_of
from jiannuo.notices.models import Notice, Recipient
from tests.faces.conftest import NOON
from tests.faces.telling.pages import CALL, MINUTE, ask, asked, buttons, press, tell
from tests.faces.test_query_budget import BUDGET
from tests.world import World, login


def test_an_empty_inbox_says_so(number: str, desk: Client) -> None:
    assert "没有给您的通知" in ask(desk, "/inbox/")


def test_what_asks_for_his_word_comes_first_with_its_button(number: str, desk: Client) -> None:
    tell(number, "deviation", 6, urgency=3, ack=False)
    tell(number, CALL, 5)
    html = ask(desk, "/inbox/")
    assert buttons(html) == 1
    assert html.index("一级故障，请立即响应") < html.index("有一项偏差")
    assert "已发出，您还没有确认" in html
    assert "4 分钟前" in html
    assert f'href="/cases/{number}/"' in html


def test_the_more_urgent_one_is_pressed_first(number: str, desk: Client) -> None:
    tell(number, "emergency_proposed", 6, urgency=2)
    tell(number, CALL, 5)
    html = ask(desk, "/inbox/")
    assert html.index("一级故障，请立即响应") < html.index("请判定是否一级故障")
    assert html.count("jn-ask first") == 1


def test_a_drill_is_marked(number: str, desk: Client) -> None:
    tell(number, drill=True)
    assert "【演练】" in ask(desk, "/inbox/")


def test_opening_is_seeing_and_not_knowing(number: str, desk: Client) -> None:
    tell(number, "deviation", urgency=3, ack=False)
    tell(number)
    ask(desk, "/inbox/")
    ask(desk, "/inbox/")
    assert Notice.objects.filter(told_at__isnull=False).count() == 0
    assert Recipient.objects.get(notice__kind="deviation").seen_at is not None
    assert buttons(ask(desk, "/inbox/")) == 1


def test_the_bell_is_red_until_he_gives_his_word(number: str, desk: Client) -> None:
    bundle = tell(number)
    assert 'class="jn-bell new hot"' in ask(desk, "/")
    ask(desk, "/inbox/")
    assert 'class="jn-bell new hot"' in ask(desk, "/")
    press(desk, f"/inbox/{bundle}/")
    assert 'class="jn-bell"' in ask(desk, "/")


def test_the_heartbeat_tells_the_bell(number: str, desk: Client) -> None:
    tell(number, "deviation", urgency=3, ack=False)
    tell(number)
    beat = desk.get("/web/beat/").json()
    assert (beat["unseen"], beat["asking"]) == (2, 1)


def test_the_button_tells(number: str, desk: Client) -> None:
    bundle = tell(number)
    answer = press(desk, f"/inbox/{bundle}/", 10)
    assert answer.headers["Location"] == "/inbox/"
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    html = ask(desk, "/inbox/", 11)
    assert "已记下：您知道了" in html
    assert "12:10 已确认" in html
    assert buttons(html) == 0


def test_pressing_again_is_nothing_new(number: str, desk: Client) -> None:
    bundle = tell(number)
    press(desk, f"/inbox/{bundle}/", 10)
    press(desk, f"/inbox/{bundle}/", 12)
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    assert "这条已经确认过" in ask(desk, "/inbox/", 13)


def test_a_link_that_is_followed_presses_nothing(number: str, desk: Client) -> None:
    assert desk.get(f"/inbox/{tell(number)}/").status_code == 405


def test_nobody_presses_for_another(number: str, client: Client, world: World) -> None:
    bundle = tell(number)
    client.force_login(login("周敏"))
    press(client, f"/inbox/{bundle}/")
    assert Notice.objects.get().told_at is None
    assert "没有给您的通知" in ask(client, "/inbox/")


def test_what_was_withdrawn_asks_for_nothing(number: str, desk: Client) -> None:
    tell(number)
    cancel_of(cases.card(number).id, [CALL])
    html = ask(desk, "/inbox/")
    assert "已撤销，不必处理" in html
    assert buttons(html) == 0


def test_the_inbox_speaks_english(number: str, desk: Client) -> None:
    tell(number)
    desk.cookies["language"] = "en"
    html = ask(desk, "/inbox/")
    assert "Level one, answer now" in html
    assert "Sent; you have not acknowledged it" in html


@pytest.mark.parametrize("many", [1, 40])
def test_the_inbox_keeps_its_budget(number: str, desk: Client, many: int) -> None:
    for n in range(many):
        tell(number, CALL if n % 2 else "deviation", n, urgency=1 + n % 3, ack=bool(n % 2))
    assert asked(desk, "/inbox/") <= BUDGET["desk:inbox_list"]

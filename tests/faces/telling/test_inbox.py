"""The inbox: sent is not told, opening is seeing, one button tells."""

from __future__ import annotations

import pytest
from django.test import Client

from jiannuo.cases import queries as cases
from jiannuo.journey import intake
from jiannuo.kernel.moment import held_at
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
    assert html.index("一级故障，请立即响应") < html.index("还有：建议判定一级")
    assert html.count("jn-ask first") == 1


def test_all_that_asks_about_a_case_is_one_card_and_one_press(number: str, desk: Client) -> None:
    first, second = tell(number, "emergency_proposed", 5, urgency=2), tell(number, CALL, 6)
    html = ask(desk, "/inbox/")
    assert buttons(html) == 1
    press(desk, f"/inbox/{second}/", 10, {"also": str(first)})
    assert not Recipient.objects.filter(name="刘洋", told_at=None, notice__ack=True).exists()
    assert buttons(ask(desk, "/inbox/", 11)) == 0


def test_a_card_that_was_tampered_with_closes_what_is_one_s_own(number: str, desk: Client) -> None:
    bundle = tell(number)
    assert press(desk, f"/inbox/{bundle}/", 10, {"also": "no-such-thing"}).status_code == 302
    assert Recipient.objects.get(bundle=bundle).told_at is not None


def test_a_real_emergency_comes_before_a_drill(number: str, desk: Client, world: World) -> None:
    tell(number, CALL, 5)
    with held_at(NOON):
        raised = intake.report(world.actor("周敏"), channel="phone", kind="fault", drill=True)
    drill = raised.number
    tell(drill, CALL, 8, drill=True)
    html = ask(desk, "/inbox/")
    assert html.index(f"/cases/{number}/") < html.index(f"/cases/{drill}/")


def test_a_message_reads_as_it_was_sent_and_says_that_it_is_overdue_now(
    number: str, desk: Client
) -> None:
    tell(number, "warn:phone_response", 5)
    html = ask(desk, "/inbox/", 90)
    assert "电话响应 还剩" in html
    assert "现在已超时" in html
    assert "电话响应 已超时" not in html


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
    tell(number, minutes=6)
    beat = desk.get("/web/beat/").json()
    assert (beat["unseen"], beat["asking"]) == (3, 1)  # one card, however often it was told


def test_the_button_tells(number: str, desk: Client) -> None:
    bundle = tell(number)
    answer = press(desk, f"/inbox/{bundle}/", 10)
    assert answer.headers["Location"] == "/inbox/"
    assert Notice.objects.get(kind=CALL).told_at == NOON + 10 * MINUTE
    html = ask(desk, "/inbox/", 11)
    assert "已记下：您知道了" in html
    assert "12:10 已确认" in html
    assert buttons(html) == 0


def test_pressing_again_is_nothing_new(number: str, desk: Client) -> None:
    bundle = tell(number)
    press(desk, f"/inbox/{bundle}/", 10)
    press(desk, f"/inbox/{bundle}/", 12)
    assert Notice.objects.get(kind=CALL).told_at == NOON + 10 * MINUTE
    assert "这条已经确认过" in ask(desk, "/inbox/", 13)


def test_a_link_that_is_followed_presses_nothing(number: str, desk: Client) -> None:
    assert desk.get(f"/inbox/{tell(number)}/").status_code == 405


def test_nobody_presses_for_another(number: str, client: Client, world: World) -> None:
    bundle = tell(number)
    client.force_login(login("周敏"))
    press(client, f"/inbox/{bundle}/")
    assert Notice.objects.get(kind=CALL).told_at is None
    assert "没有给您的通知" in ask(client, "/inbox/")


def test_what_was_withdrawn_asks_for_nothing(number: str, desk: Client) -> None:
    tell(number)
    cancel_of(cases.card(number).id, [CALL])
    html = ask(desk, "/inbox/")
    assert "不必再处理" in html
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

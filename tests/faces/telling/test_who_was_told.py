"""Who was told, on the page of a case: sent, told, failed and what follows."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from jiannuo.kernel.moment import held_at
from jiannuo.notices import failing, sending
from jiannuo.notices.channels.channel import NotSent
from tests.faces.conftest import NOON
from tests.faces.telling.pages import MINUTE, ask, asked, press, tell, turn_on
from tests.faces.test_query_budget import BUDGET


def told(client: Client, number: str, minutes: int = 9) -> str:
    html = ask(client, f"/cases/{number}/", minutes)
    return html[html.index('id="told"') : html.index('class="jn-beside"')]


def test_a_case_of_which_nobody_was_told_says_so(number: str, desk: Client) -> None:
    assert "还没有人需要被告知" in told(desk, number)


def test_sent_is_not_told(number: str, desk: Client) -> None:
    bundle = tell(number)
    html = told(desk, number)
    assert "已发出，未确认" in html
    assert "1 人只是发出，未确认" in html
    assert "已告知 " not in html
    press(desk, f"/inbox/{bundle}/", 10)
    html = told(desk, number, 11)
    assert "已告知 12:10:00" in html
    assert "1 人已告知" in html


def lost(bundle: UUID, channel: str, *, again: bool) -> None:
    """What the worker keeps of a message that did not go out."""
    with held_at(NOON + 6 * MINUTE):
        parcel = next(p for p in sending.claim(channel, "test") if p.bundle == bundle)
        failing.failed(parcel, NotSent("号码停机", "number out of service", again=again))


def test_a_failure_says_what_follows(number: str, desk: Client) -> None:
    turn_on("sms", "voice")
    bundle = tell(number, "nobody_answers", 5, urgency=2, ack=False)
    lost(bundle, "sms", again=True)
    html = told(desk, number)
    assert "没发出：号码停机" in html
    assert "还会再试" in html


def test_a_failure_names_the_channel_that_comes_next(number: str, desk: Client) -> None:
    turn_on("sms", "voice")
    bundle = tell(number, "nobody_answers", 5, urgency=2, ack=False)
    lost(bundle, "sms", again=False)
    assert "已改用语音电话" in told(desk, number)


@pytest.mark.parametrize("many", [1, 12])
def test_a_case_with_much_telling_keeps_its_budget(number: str, desk: Client, many: int) -> None:
    for n in range(many):
        tell(number, minutes=n)
    assert asked(desk, f"/cases/{number}/") <= BUDGET["desk:case_show"]

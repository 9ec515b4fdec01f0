"""The link of a message: nothing but its code opens it, looking tells nothing, pressing does."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.telling.link import network
from jiannuo.kernel.moment import held_at
from jiannuo.notices import acknowledging
from jiannuo.notices.models import Delivery, Guess, Notice
from jiannuo.people.models import Staff
from tests.faces.conftest import NOON
from tests.faces.telling.pages import MINUTE, ask, asked, buttons, press, tell
from tests.faces.test_query_budget import BUDGET


def link(bundle: UUID) -> str:
    row = Delivery.objects.get(bundle=bundle, channel="inbox")
    return f"/a/{row.pk}-{acknowledging.code_of(row.key)}/"


def test_a_link_shows_the_notice_and_looking_tells_nothing(number: str, client: Client) -> None:
    address = link(tell(number))
    html = ask(client, address)
    assert "一级故障，请立即响应" in html
    assert buttons(html) == 1
    assert "只打开这一页不算" in html
    with held_at(NOON + 9 * MINUTE):
        assert client.head(address).status_code == 200
    assert Notice.objects.get().told_at is None


def test_a_link_tells_no_more_than_the_message(number: str, client: Client) -> None:
    html = ask(client, link(tell(number)))
    customer = cases.card(number).customer
    assert customer is not None
    contacts = customers.contacts(customer)
    for word in ("刘洋", "13800000007", *(c.name for c in contacts), *(c.phone for c in contacts)):
        assert not word or word not in html


def test_pressing_the_link_tells_and_a_second_time_says_when(number: str, client: Client) -> None:
    address = link(tell(number))
    strict = Client(enforce_csrf_checks=True)  # browsers inside chat programs keep no cookies
    assert press(strict, address, 10).headers["Location"] == address
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    press(strict, address, 12)
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    html = ask(client, address, 13)
    assert "已确认" in html
    assert "12:10" in html
    assert buttons(html) == 0


def test_a_link_speaks_the_language_of_its_reader(number: str, client: Client) -> None:
    Staff.objects.filter(name="刘洋").update(language="en")
    address = link(tell(number))
    assert "Got it" in ask(client, address)
    client.cookies["language"] = "zh"
    assert "知道了" in ask(client, address)


@pytest.mark.parametrize("days", [0, 3])
def test_a_wrong_and_an_old_link_say_so_in_both_languages(
    number: str, client: Client, days: int
) -> None:
    address = link(tell(number)) if days else "/a/1-ACDEFGHJKMNP/"
    with held_at(NOON + timedelta(days=days)):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 404
            assert "这个链接打不开" in answer.content.decode()
            assert "This link does not open" in answer.content.decode()
    assert not Notice.objects.filter(told_at__isnull=False).exists()


def test_who_guesses_is_told_to_wait(number: str, client: Client) -> None:
    address = link(tell(number))

    def status(path: str, minutes: float, origin: str) -> int:
        with held_at(NOON + minutes * MINUTE):
            return client.get(path, REMOTE_ADDR=origin).status_code

    tries = [status(f"/a/1-ACDEFGHJKM{n:02}/", 9, "203.0.113.9") for n in range(11)]
    assert tries == [404] * 10 + [429]
    assert status(address, 9, "203.0.113.9") == 200  # who has the code never waits
    assert status("/a/1-X/", 9, "203.0.113.10") == 404
    status("/a/1-X/", 19.1, "203.0.113.9")
    assert Guess.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_where_a_guess_came_from(address: str, origin: str) -> None:
    assert network(address) == origin


def test_the_link_keeps_its_budget(number: str, client: Client) -> None:
    assert asked(client, link(tell(number))) <= BUDGET["desk:link_show"]

"""Reports of arrival by services that sign nothing: Aliyun by our key, Tencent Cloud by its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from jiannuo.kernel.moment import held_at
from jiannuo.notices import set_up
from jiannuo.notices.models import Delivery
from tests.faces.conftest import NOON
from tests.faces.telling.pages import ADMIN, ask, tell

MINUTE = timedelta(minutes=1)
SAID = {"access_key": "id", "access_secret": "s", "sign_name": "践诺", "template": "T1"}
BEIJING = "%Y-%m-%d %H:%M:%S"


@pytest.fixture
def provider(number: str) -> Callable[[str], None]:
    """SMS by one of the two; what is told of the case has gone out a moment ago."""

    def begin(name: str) -> None:
        values = {**SAID, "provider": name, "app_id": "1400", "secret": "k" * 20}
        with held_at(NOON):
            set_up.configure(ADMIN, "sms", values)
        tell(number)
        Delivery.objects.filter(channel="sms").update(
            state="sent", sent_at=NOON + MINUTE, reference="serial-1"
        )

    return begin


def message() -> Delivery:
    return Delivery.objects.get(channel="sms", reference="serial-1")


def address(admin: Client) -> str:
    found = re.search(r"<code[^>]*>http://testserver(/hooks/sms/\w+/)<", settings(admin))
    assert found is not None
    return found[1]


def settings(admin: Client) -> str:
    return ask(admin, "/settings/channels/sms/")


def aliyun(**more: Any) -> dict[str, Any]:
    at = (NOON + 2 * MINUTE + timedelta(hours=8)).strftime(BEIJING)
    said = {"out_id": message().key, "biz_id": "b1", "success": True, "report_time": at}
    return {**said, "phone_number": "13800000007", "err_code": "DELIVERED", **more}


def tencent(**more: Any) -> dict[str, Any]:
    at = (NOON + 2 * MINUTE + timedelta(hours=8)).strftime(BEIJING)
    said = {"sid": "serial-1", "report_status": "SUCCESS", "user_receive_time": at}
    return {**said, "mobile": "13800000007", "errmsg": "DELIVRD", **more}


REPORTS: dict[str, Callable[..., dict[str, Any]]] = {"aliyun": aliyun, "tencent": tencent}
LOST: dict[str, dict[str, Any]] = {
    "aliyun": {"success": False},
    "tencent": {"report_status": "FAIL"},
}


def push(client: Client, path: str, *reports: Any) -> tuple[int, dict[str, Any]]:
    """As they post: a list, and no signature."""
    with held_at(NOON + 3 * MINUTE):
        answer = client.post(path, json.dumps(reports), content_type="application/json")
    said: dict[str, Any] = json.loads(answer.content)
    return answer.status_code, said


@pytest.mark.parametrize("name", REPORTS)
def test_what_arrived_is_noted_with_its_time(
    provider: Callable[[str], None], admin: Client, client: Client, name: str
) -> None:
    provider(name)
    status, said = push(client, address(admin), REPORTS[name]())
    assert (status, said["heard"]) == (200, 1)
    assert (said["code"], said["result"]) == (0, 0)  # or they would push it again
    assert message().arrived_at == NOON + 2 * MINUTE
    assert message().answered_at is None  # what arrived is not told


@pytest.mark.parametrize("name", REPORTS)
def test_what_did_not_arrive_has_failed_once(
    provider: Callable[[str], None], admin: Client, client: Client, name: str
) -> None:
    provider(name)
    path, lost = address(admin), REPORTS[name](**LOST[name])
    assert push(client, path, lost, lost)[0] == 200
    assert message().state == "failed"
    assert message().trouble == "回执：没有送达"


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("path", ["/hooks/sms/", "/hooks/sms/0123456789abcdef/"])
def test_whoever_does_not_know_the_address_is_not_heard(
    provider: Callable[[str], None], client: Client, name: str, path: str
) -> None:
    provider(name)
    assert push(client, path, REPORTS[name](**LOST[name]))[0] == 403
    assert message().state == "sent"


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("aliyun", {"out_id": 7}),
        ("aliyun", {"report_time": "soon"}),
        ("tencent", {"sid": ""}),
        ("tencent", {"sid": 7}),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    provider: Callable[[str], None],
    admin: Client,
    client: Client,
    name: str,
    bad: dict[str, Any],
) -> None:
    provider(name)
    good = REPORTS[name](**LOST[name])
    assert push(client, address(admin), good, {**good, **bad})[0] == 403
    assert message().state == "sent"


def test_what_somebody_else_sent_by_the_same_account_is_passed_over(
    provider: Callable[[str], None], admin: Client, client: Client
) -> None:
    provider("aliyun")
    status, said = push(client, address(admin), aliyun(out_id=None), aliyun())
    assert (status, said["heard"]) == (200, 1)
    assert message().arrived_at is not None


def test_a_number_that_is_none_of_ours_is_nobody_s(
    provider: Callable[[str], None], admin: Client, client: Client
) -> None:
    provider("tencent")
    assert push(client, address(admin), tencent(sid="other"))[0] == 200
    assert message().arrived_at is None


def test_a_gateway_that_signs_needs_no_address_of_its_own(number: str, admin: Client) -> None:
    assert "回执地址" not in settings(admin).replace("得到回执地址", "")

"""`jiannuo doctor` on the ways out: channels that get through, the address in their messages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from jiannuo.kernel.moment import now
from jiannuo.notices import set_up
from jiannuo.notices.models import ChannelSetUp
from jiannuo.oversight.doctor.checks import address, channels
from jiannuo.oversight.doctor.machine import Machine
from tests.site.doctor.findings import told
from tests.site.waiting import delivery

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def turned_on(code: str) -> None:
    ChannelSetUp.objects.create(channel=code, enabled=True, values={}, set_at=now(), set_by="罗敏")


def test_no_way_out_of_the_house_and_one_that_fails(here: Machine) -> None:
    told(channels.look(here), "warn", "没有任何短信", "No text")
    turned_on("sms")
    assert "sms" in set_up.ready()
    told(channels.look(here), "warn", "语音电话 没有启用：一级故障靠它们告知")
    turned_on("voice")
    told(channels.look(here), "ok", "一天内没有发过")
    delivery(state="sent", sent_at=now())
    told(channels.look(here), "ok", "sent 0 s ago")
    delivery(state="failed", trouble="号码错误")
    told(channels.look(here), "warn", "1 条没有发成", "号码错误")
    delivery(posted_at=now() - 10 * MINUTE, trouble="余额不足")
    told(channels.look(here), "bad", "积压 1 条", "10 m")


@pytest.mark.parametrize(
    ("url", "hosts", "state"),
    [
        ("http://127.0.0.1:8000", ("127.0.0.1",), "warn"),
        ("http://localhost:8000", ("localhost",), "warn"),
        ("http://[::1]:8000", ("[::1]",), "warn"),
        ("http://10.0.0.5:8000", ("10.0.0.5",), "ok"),
        ("https://service.example.cn", ("service.example.cn",), "ok"),
        ("https://service.example.cn", (".example.cn",), "ok"),
        ("https://service.example.cn", ("*",), "ok"),
        ("https://service.example.cn", ("localhost",), "bad"),
    ],
)
def test_the_address_in_messages(
    tmp_path: Path, url: str, hosts: tuple[str, ...], state: str
) -> None:
    turned_on("sms")
    told(address.look(Machine(tmp_path, url=url, hosts=hosts)), state, url.split("/")[2][:5])

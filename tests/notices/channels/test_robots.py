"""Group robots answer 200 to everything: it is the body that says whether the group was told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from jiannuo.notices.channels.channel import Message, NotSent, Receipt
from jiannuo.notices.channels.dingtalk import sending as dingtalk
from jiannuo.notices.channels.feishu import sending as feishu
from jiannuo.notices.channels.robots import phone, wording
from jiannuo.notices.channels.wecom import sending as wecom
from tests.notices.channels.serving import answer, message, serving

Send = Callable[[Message, Mapping[str, str]], Receipt]
ROBOTS = [(wecom.send, "errcode"), (dingtalk.send, "errcode"), (feishu.send, "code")]


def _settings(url: str) -> dict[str, str]:
    return {"url": url, "key": "robot-key-1", "token": "robotToken1"}


def test_wecom_is_told_and_the_person_mentioned() -> None:
    with serving(answer(200, {"errcode": 0, "errmsg": "ok"})) as server:
        wecom.send(message(), _settings(f"{server.url}/cgi-bin/webhook/send"))
        request = server.got[0]
    assert request.path == "/cgi-bin/webhook/send?key=robot-key-1"
    assert request.json["text"]["mentioned_mobile_list"] == ["13800000001"]
    told = request.json["text"]["content"]
    assert told.startswith("刘洋：一级故障超时\n")
    assert told.endswith("\nhttps://service.example/ack/abc")


def test_dingtalk_is_told_and_the_person_mentioned_in_the_text_too() -> None:
    with serving(answer(200, {"errcode": 0})) as server:
        dingtalk.send(message(to="+86 138-0000-0001"), _settings(f"{server.url}/robot/send"))
        request = server.got[0]
    assert request.path == "/robot/send?access_token=robotToken1"
    assert request.json["at"] == {"atMobiles": ["13800000001"], "isAtAll": False}
    assert request.json["text"]["content"].endswith("\n@13800000001")


def test_feishu_is_told() -> None:
    with serving(answer(200, {"code": 0, "msg": "success"})) as server:
        feishu.send(message(), _settings(f"{server.url}/hook"))
        request = server.got[0]
    assert request.path == "/hook/robotToken1"
    assert "一级故障超时" in request.json["content"]["text"]


# Computed with `openssl dgst -sha256 -mac HMAC -binary | base64` from the rule of each service.
def test_dingtalk_signs_time_and_secret_with_the_secret() -> None:
    assert dingtalk.signed("SECtest", 1700000000000) == {
        "timestamp": "1700000000000",
        "sign": "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g=",
    }


def test_feishu_signs_nothing_with_time_and_secret() -> None:
    assert feishu.signed("test", 1700000000) == {
        "timestamp": "1700000000",
        "sign": "eSJQnOl8XqPTMPHWz9e5IzeHS/tqoc68g2967ekIPmg=",
    }


def test_a_secret_signs_what_is_sent() -> None:
    with serving(answer(200, {"errcode": 0, "code": 0})) as server:
        settings = {**_settings(server.url), "secret": "SEC+/="}
        dingtalk.send(message(), settings)
        feishu.send(message(), settings)
        query = parse_qs(urlsplit(server.got[0].path).query)
        body = server.got[1].json
    made = dingtalk.signed("SEC+/=", int(query["timestamp"][0]))
    assert query["sign"] == [made["sign"]]
    assert body["sign"] == feishu.signed("SEC+/=", int(body["timestamp"]))["sign"]


@pytest.mark.parametrize(("send", "code"), ROBOTS)
@pytest.mark.parametrize("said", [93000, 310000, 19021, "0", None])
def test_an_answer_of_200_with_another_code_is_not_sent(
    send: Send, code: str, said: object
) -> None:
    said_so = answer(200, {code: said, "errmsg": "no"})
    with serving(said_so) as server, pytest.raises(NotSent) as refused:
        send(message(), _settings(server.url))
    assert not refused.value.again


@pytest.mark.parametrize(
    ("send", "said", "after"),
    [
        (wecom.send, {"errcode": 45009}, 60.0),
        (wecom.send, {"errcode": -1}, None),
        (dingtalk.send, {"errcode": 130101}, 600.0),
        (feishu.send, {"code": 11232}, 60.0),
    ],
)
def test_a_group_told_too_much_is_told_again_later(
    send: Send, said: object, after: float | None
) -> None:
    with serving(answer(200, said)) as server, pytest.raises(NotSent) as refused:
        send(message(), _settings(server.url))
    assert (refused.value.again, refused.value.after) == (True, after)


@pytest.mark.parametrize(("send", "code"), ROBOTS)
def test_an_answer_that_is_not_json_is_not_sent(send: Send, code: str) -> None:
    with serving(answer(200, b"<html>")) as server, pytest.raises(NotSent):
        send(message(), _settings(server.url))


@pytest.mark.parametrize(("send", "code"), ROBOTS)
def test_a_failing_service_is_tried_again(send: Send, code: str) -> None:
    with serving(answer(502)) as server, pytest.raises(NotSent) as refused:
        send(message(), _settings(server.url))
    assert refused.value.again


def test_a_long_text_is_cut_between_characters_and_keeps_its_link() -> None:
    told = wording(message(text="故障" * 2000), 2048, "@13800000001")
    assert len(told.encode()) <= 2048
    assert told.endswith("…\nhttps://service.example/ack/abc\n@13800000001")


@pytest.mark.parametrize("to", ["13800000001", "+8613800000001", "86 138-0000-0001"])
def test_a_mobile_number_is_mentioned_however_it_is_written(to: str) -> None:
    assert phone(message(to=to)) == "13800000001"


@pytest.mark.parametrize("to", ["", "a@b.c", "010-12345678", "@all"])
def test_nothing_else_is_mentioned(to: str) -> None:
    assert phone(message(to=to)) == ""

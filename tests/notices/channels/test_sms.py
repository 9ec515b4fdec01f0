"""Text messages: a body of the company's own making, and the two clouds' signed requests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from jiannuo.links.fakegateway.server import Gateway
from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.channels.sms import aliyun, tencent
from jiannuo.notices.channels.sms.sending import hear, send
from tests.notices.channels.serving import answer, message, serving

CLOUD = {
    "access_key": "AKID-test",
    "access_secret": "secret-of-the-test",
    "sign_name": "践诺服务",
    "template": "SMS_100",
    "app_id": "1400006666",
}


def test_the_simulated_gateway_takes_what_is_sent_by_default() -> None:
    with Gateway() as gateway:
        receipt = send(message(), {"url": f"{gateway.url}/sms"})
        (arrived,) = gateway.messages()
    assert receipt.reference == arrived["reference"] != ""
    assert (arrived["to"], arrived["name"]) == ("13800000001", "刘洋")
    assert arrived["text"].endswith("“30 分钟”响应时限 https://service.example/ack/abc")


def test_a_json_body_of_the_company_s_own_is_filled_without_breaking() -> None:
    template = (
        '{"mobiles": ["{to}"], "deep": {"content": "【践诺】{text}"}, "n": 1, "x": "{case}{no}"}'
    )
    text = 'a "quote", a \\ and a {to}\n换行'
    with serving() as server:
        send(message(text=text), {"url": server.url, "body": template})
        request = server.got[0]
    assert request.headers["content-type"].startswith("application/json")
    assert request.json == {
        "mobiles": ["13800000001"],
        "deep": {"content": f"【践诺】{text}"},
        "n": 1,
        "x": "X-2026-0042",
    }


def test_a_form_of_the_company_s_own_is_filled_without_breaking() -> None:
    with serving() as server:
        settings = {"url": server.url, "body": "mobile={to}&content={text}&pw=a%26b"}
        send(message(text="一&to=2 +%"), settings)
        request = server.got[0]
    assert request.headers["content-type"].startswith("application/x-www-form-urlencoded")
    assert parse_qs(request.body.decode()) == {
        "mobile": ["13800000001"],
        "content": ["一&to=2 +%"],
        "pw": ["a&b"],
    }


def test_the_gateway_is_shown_who_asks_and_the_key() -> None:
    with serving() as server:
        send(message(), {"url": server.url, "header": "X-Token", "token": "t-1"})
        send(message(), {"url": server.url, "token": "Bearer t-2"})
    first, second = (request.headers for request in server.got)
    assert (first["x-token"], second["authorization"]) == ("t-1", "Bearer t-2")
    assert first["idempotency-key"] == second["idempotency-key"] == "trigger:42:1"


@pytest.mark.parametrize(("code", "sent"), [(0, True), ("0", True), (7, False), (None, False)])
def test_a_gateway_that_always_answers_200_is_believed_by_its_body(
    code: object, sent: bool
) -> None:
    with serving(answer(200, {"code": code, "id": 99})) as server:
        settings = {"url": server.url, "success": "code=0"}
        if sent:
            assert send(message(), settings).reference == "99"
        else:
            with pytest.raises(NotSent) as refused:
                send(message(), settings)
            assert not refused.value.again


@pytest.mark.parametrize("provider", ["generic", "aliyun", "tencent"])
def test_a_set_up_with_nothing_in_it_is_told_and_not_tried_again(provider: str) -> None:
    with pytest.raises(NotSent) as refused:
        send(message(), {"provider": provider})
    assert not refused.value.again


@pytest.mark.parametrize(("provider", "params"), [("aliyun", '["a"]'), ("tencent", '{"a": "b"}')])
def test_places_that_do_not_fit_the_provider_are_told(provider: str, params: str) -> None:
    with pytest.raises(NotSent) as refused:
        send(message(), {**CLOUD, "provider": provider, "params": params})
    assert not refused.value.again


def test_reports_of_arrival_need_a_secret() -> None:
    with pytest.raises(NotSent):
        hear({}, b"{}", {})


def test_aliyun_s_signature_is_that_of_its_documentation() -> None:
    """The worked example of "V3 request structure and signature": RunInstances in Shanghai."""
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": aliyun.digest(b""),
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = {
        "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        "RegionId": "cn-shanghai",
    }
    made = aliyun.authorization("YourAccessKeyId", "YourAccessKeySecret", "/", query, headers)
    assert made == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_aliyun_is_sent_what_was_signed() -> None:
    with serving(answer(200, {"Code": "OK", "Message": "OK", "BizId": "B-1"})) as server:
        settings = {**CLOUD, "provider": "aliyun", "url": server.url}
        settings["params"] = '{"title": "{title}", "case": "{case}"}'
        receipt = send(message(title="一级 a*b~c+d"), settings)
        request = server.got[0]
    assert receipt.reference == "B-1"
    asked = urlsplit(request.path)
    query = {name: value for name, (value,) in parse_qs(asked.query, strict_parsing=True).items()}
    assert query["PhoneNumbers"] == "13800000001"
    assert (query["SignName"], query["TemplateCode"]) == ("践诺服务", "SMS_100")
    assert json.loads(query["TemplateParam"]) == {"title": "一级 a*b~c+d", "case": "X-2026-0042"}
    assert query["OutId"] == "trigger:42:1"
    # On the wire it is encoded as it was signed, and every x-acs header is signed.
    assert asked.query == aliyun.canonical(query)
    signed = {name: value for name, value in request.headers.items() if name.startswith("x-acs")}
    signed["host"] = request.headers["host"]
    assert request.headers["authorization"] == aliyun.authorization(
        CLOUD["access_key"], CLOUD["access_secret"], asked.path, query, signed
    )


@pytest.mark.parametrize(
    ("said", "again", "after"),
    [
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL"}, True, 60.0),
        ({"Code": "Throttling.User"}, True, None),
        ({"Code": "isp.SYSTEM_ERROR"}, True, None),
        ({"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, False, None),
        ({"Code": "isv.OUT_OF_SERVICE"}, False, None),
        ({}, False, None),
        (["OK"], False, None),
    ],
)
def test_aliyun_s_codes_say_whether_to_try_again(
    said: object, again: bool, after: float | None
) -> None:
    _told("aliyun", said, again, after)


@pytest.mark.parametrize(
    ("status", "code", "again"),
    [
        (400, "SignatureDoesNotMatch", False),
        (400, "Throttling.User", True),
        (404, "InvalidAccessKeyId.NotFound", False),
        (503, "ServiceUnavailable", True),
    ],
)
def test_aliyun_s_own_reason_is_told_also_where_it_comes_with_an_error(
    status: int, code: str, again: bool
) -> None:
    with serving(answer(status, {"Code": code})) as server, pytest.raises(NotSent) as refused:
        send(message(), {**CLOUD, "provider": "aliyun", "url": server.url})
    assert refused.value.again is again
    assert code in refused.value.zh
    assert code in str(refused.value)


def test_tencent_s_signature_is_that_of_its_documentation() -> None:
    """The worked example of "Signature v3": DescribeInstances on 2019-02-25."""
    body = (
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    )
    made = tencent.authorization(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        "cvm",
        "cvm.tencentcloudapi.com",
        body,
        datetime.fromtimestamp(1551113065, UTC),
    )
    assert made == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_tencent_is_sent_what_was_signed() -> None:
    status = {"SerialNo": "S-1", "PhoneNumber": "+8613800000001", "Code": "Ok"}
    with serving(answer(200, {"Response": {"SendStatusSet": [status]}})) as server:
        settings = {**CLOUD, "provider": "tencent", "url": server.url}
        receipt = send(message(), {**settings, "params": '["{title}", "{case}"]'})
        request = server.got[0]
    assert receipt.reference == "S-1"
    assert request.json == {
        "PhoneNumberSet": ["13800000001"],
        "SmsSdkAppId": "1400006666",
        "SignName": "践诺服务",
        "TemplateId": "SMS_100",
        "TemplateParamSet": ["一级故障超时", "X-2026-0042"],
        "SessionContext": "trigger:42:1",
    }
    at = datetime.fromtimestamp(int(request.headers["x-tc-timestamp"]), UTC)
    assert request.headers["x-tc-action"] == "SendSms"
    assert request.headers["authorization"] == tencent.authorization(
        CLOUD["access_key"],
        CLOUD["access_secret"],
        "sms",
        request.headers["host"],
        request.body,
        at,
    )


@pytest.mark.parametrize(
    ("said", "again", "after"),
    [
        ({"SendStatusSet": [{"Code": "LimitExceeded.PhoneNumberOneHourLimit"}]}, True, 60.0),
        ({"Error": {"Code": "RequestLimitExceeded"}}, True, 2.0),
        ({"Error": {"Code": "InternalError.Timeout"}}, True, None),
        ({"Error": {"Code": "AuthFailure.SignatureFailure"}}, False, None),
        ({"SendStatusSet": [{"Code": "FailedOperation.PhoneNumberInBlacklist"}]}, False, None),
        ({"SendStatusSet": []}, False, None),
        ({}, False, None),
        (None, False, None),
        ({"SendStatusSet": ["Ok"]}, False, None),
    ],
)
def test_tencent_s_codes_say_whether_to_try_again(
    said: object, again: bool, after: float | None
) -> None:
    _told("tencent", {"Response": said}, again, after)


@pytest.mark.parametrize("provider", ["aliyun", "tencent"])
def test_a_cloud_that_fails_is_tried_again(provider: str) -> None:
    _told(provider, {}, True, None, status=503)


def _told(provider: str, said: Any, again: bool, after: float | None, *, status: int = 200) -> None:
    with serving(answer(status, said)) as server, pytest.raises(NotSent) as refused:
        send(message(), {**CLOUD, "provider": provider, "url": server.url})
    assert (refused.value.again, refused.value.after) == (again, after)
    assert CLOUD["access_secret"] not in str(refused.value) + refused.value.zh

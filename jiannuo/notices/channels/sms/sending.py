"""One channel, three kinds of gateway: `provider` says which."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jiannuo.notices.channels import checks, filling
from jiannuo.notices.channels.channel import Channel, Message, NotSent, Receipt, Report, Setting
from jiannuo.notices.channels.reports import heard, read
from jiannuo.notices.channels.signing import check_code, code
from jiannuo.notices.channels.sms import aliyun, generic, tencent

#: The filled places of an approved template, unless the company says otherwise.
PARAMS = {"aliyun": '{"title": "{title}"}', "tencent": '["{title}"]'}
SHAPES: dict[str, type] = {"aliyun": dict, "tencent": list}


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    provider = settings.get("provider") or "generic"
    if provider == "aliyun":
        return aliyun.send(message, settings, _params(message, settings, provider))
    if provider == "tencent":
        return tencent.send(message, settings, _params(message, settings, provider))
    return generic.send(message, settings)


def _params(message: Message, settings: Mapping[str, str], provider: str) -> Any:
    try:
        found = json.loads(settings.get("params") or PARAMS[provider])
    except ValueError:
        found = None
    if not isinstance(found, SHAPES[provider]):
        raise NotSent(
            "短信模板参数与服务商不符。",
            "The template's places do not fit the provider.",
            again=False,
        )
    return filling.filled(found, filling.places(message))


def hear(
    headers: Mapping[str, str], body: bytes, settings: Mapping[str, str]
) -> tuple[Report, ...]:
    """Reports of arrival: signed by a generic gateway; Aliyun and Tencent sign nothing, and report
    to an address that only they were given."""
    secret, reader = settings.get("secret", ""), REPORTS.get(settings.get("provider", ""))
    if reader is None:
        return heard(secret, headers, body)
    check_code(secret, "sms", headers)
    return read(body, reader)


def reports_to(settings: Mapping[str, str]) -> str:
    """The last part of the address for a provider that signs nothing; "" where there is none."""
    unsigned = settings.get("provider", "") in REPORTS
    return code(settings.get("secret", ""), "sms") if unsigned else ""


REPORTS = {"aliyun": aliyun.reports, "tencent": tencent.reports}

CHANNEL = Channel(
    code="sms",
    zh="短信",
    en="Text message",
    needs="phone",
    settings=(
        Setting(
            "provider",
            "服务商",
            "Provider",
            default="generic",
            choices=(
                ("generic", "通用网关", "Any gateway"),
                ("aliyun", "阿里云", "Aliyun"),
                ("tencent", "腾讯云", "Tencent Cloud"),
            ),
        ),
        Setting(
            "url",
            "网关地址（阿里云、腾讯云可不填）",
            "The gateway's address (not needed for Aliyun and Tencent)",
            required=False,
            check=checks.web_address,
        ),
        Setting(
            "body",
            "通用网关：请求内容模板，JSON 或表单，可用 {to} {content} {key} 等",
            "Generic: the body, JSON or a form, with {to}, {content}, {key}...",
            required=False,
            default=generic.BODY,
            check=filling.check_body,
        ),
        Setting(
            "header",
            "通用网关：认证头名称",
            "Generic: the name of the header that authorises",
            required=False,
            default="Authorization",
            check=checks.like(r"[A-Za-z0-9-]+", "只含字母、数字和 -", "letters, digits and -"),
        ),
        Setting(
            "token",
            "通用网关：认证头内容，如 Bearer …",
            "Generic: what that header holds, such as Bearer ...",
            required=False,
            secret=True,
        ),
        Setting(
            "success",
            "通用网关：返回中表示受理的字段，如 code=0",
            "Generic: the field of the answer that means taken, such as code=0",
            required=False,
            check=generic.check_success,
        ),
        Setting(
            "secret",
            "回执密钥（通用网关用它签名，阿里云、腾讯云凭它得到回执地址）",
            "Secret of the reports (a generic gateway signs with it; the address for Aliyun and"
            " Tencent comes from it)",
            required=False,
            secret=True,
            check=checks.secret,
        ),
        Setting("access_key", "阿里云、腾讯云：密钥编号", "Access key id", required=False),
        Setting(
            "access_secret",
            "阿里云、腾讯云：密钥",
            "Access key secret",
            required=False,
            secret=True,
        ),
        Setting("sign_name", "短信签名", "Signature approved by the provider", required=False),
        Setting("template", "短信模板编号", "Number of the approved template", required=False),
        Setting(
            "params",
            "模板参数：阿里云为对象，腾讯云为列表",
            "The template's places: an object for Aliyun, a list for Tencent",
            required=False,
            check=filling.check_params,
        ),
        Setting("app_id", "腾讯云：应用编号（SdkAppId）", "Tencent: SdkAppId", required=False),
        Setting(
            "region",
            "腾讯云：地域",
            "Tencent: region",
            required=False,
            default=tencent.REGION,
            check=checks.like(r"[a-z0-9-]+", "如 ap-guangzhou", "such as ap-guangzhou"),
        ),
    ),
    send=send,
    hear=hear,
    reports_to=reports_to,
)

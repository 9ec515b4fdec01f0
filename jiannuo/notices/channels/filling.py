"""Templates a company writes itself, with places to fill: {to}, {text}, {key}...

The places stand inside the values of a JSON text or of a form, and are filled after it was read:
a quotation mark in a message cannot break out of its value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jiannuo.notices.channels.channel import Message
from jiannuo.notices.channels.posting import JSON, encoded

FORM = "application/x-www-form-urlencoded; charset=utf-8"
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def places(message: Message) -> dict[str, str]:
    """What may stand in a template; `content` is the text and, where there is one, its link.
    The words of the message's own template come after ours: they cannot take their names."""
    return {
        **message.words,
        "key": message.key,
        "to": message.to,
        "name": message.name,
        "language": message.language,
        "title": message.title,
        "text": message.text,
        "content": f"{message.text} {message.link}".strip(),
        "link": message.link,
        "kind": message.kind,
        "urgency": str(message.urgency),
        "callback": message.callback,
    }


def filled(template: Any, values: Mapping[str, str]) -> Any:
    """A template that was read, filled; a place nobody knows becomes empty."""
    if isinstance(template, str):
        return PLACE.sub(lambda place: values.get(place[1], ""), template)
    if isinstance(template, list):
        return [filled(one, values) for one in template]
    if isinstance(template, dict):
        return {name: filled(one, values) for name, one in template.items()}
    return template


def body_of(template: str, values: Mapping[str, str]) -> tuple[bytes, str]:
    """A filled body and its content type: JSON where the template is a JSON object, else a form."""
    form = _form(template)
    if form is None:
        return encoded(filled(json.loads(template), values)), JSON
    return urlencode([(name, filled(value, values)) for name, value in form]).encode(), FORM


def _form(template: str) -> list[tuple[str, str]] | None:
    try:
        if isinstance(json.loads(template), dict):
            return None
    except ValueError:
        pass
    return parse_qsl(template.strip(), keep_blank_values=True, strict_parsing=True)


def check_body(value: str) -> None:
    try:
        body_of(value, {})
    except ValueError:
        fits = False
    else:
        fits = "to" in PLACE.findall(value)
    if not fits:
        raise ValueError(
            '应为 JSON 对象或 a=1&b=2 形式，且含 {to}，如 {"mobile": "{to}", "text": "{content}"} | '
            "a JSON object or a form like a=1&b=2 that holds {to}"
        )


def check_params(value: str) -> None:
    """An object of strings (Aliyun names its places) or a list of them (Tencent numbers them)."""
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    held = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(held, list) or not all(isinstance(one, str) for one in held):
        raise ValueError(
            '应为 JSON，如 {"title": "{title}"} 或 ["{title}"] | JSON of strings, an object or a list'
        )

"""The document of the API as a page: every address with its fields, who may, and an example."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from jiannuo.faces.api.asking import KEY
from jiannuo.faces.api.describing import BASE
from jiannuo.faces.api.saying import said
from jiannuo.journey.steps import STEPS
from jiannuo.manual.words import Text, word
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import names

NUMBER = "2611-00001"
SAMPLES = {"number": NUMBER, "part": "FAN-60", "roster": "W15", "promise": "phone_response"}
GROUPS = {
    "read": Text("查看", "Reading"),
    "write": Text("报修与附件", "Reports and files"),
    "intake": Text("受理", "Intake"),
    "assignment": Text("指派", "Assignment"),
    "classification": Text("定级", "Levels"),
    "phone": Text("电话支持", "By telephone"),
    "remote": Text("远程支持", "Remote"),
    "onsite": Text("现场", "On site"),
    "emergency": Text("应急", "Emergency"),
    "loaner": Text("备用机", "Loaners"),
    "replacement": Text("更换", "Replacement"),
    "money": Text("费用", "Charges"),
    "stock": Text("库存", "Stock"),
    "roster": Text("值班", "Rosters"),
    "correction": Text("更正", "Correction"),
    "other": Text("其他", "Others"),
}
TYPES = {
    "date-time": Text("时间，带时区", "moment with zone"),
    "date": Text("日期", "date"),
    "uuid": Text("标识（UUID）", "id (UUID)"),
    "binary": Text("文件", "file"),
    "string": Text("文字", "text"),
    "integer": Text("整数", "whole number"),
    "number": Text("数字", "number"),
    "boolean": Text("true 或 false", "true or false"),
    "array": Text("列表", "list"),
    "object": Text("对象", "object"),
}
EXAMPLES: dict[str, Any] = {
    "date-time": "2026-05-20T12:00:00+08:00",
    "date": "2026-05-20",
    "uuid": "0197a3c2-5d1e-7c5b-9a54-6f1d0c8e2b11",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "object": {},
}


@dataclass(frozen=True, slots=True)
class Told:
    """A field: its name, what may stand in it, whether it must, what it means."""

    name: str
    type: str
    required: bool
    says: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An address with its method; `answer`: the fields that come back."""

    id: str
    method: str
    path: str
    title: str
    more: str
    scope: str
    roles: tuple[str, ...]
    fields: tuple[Told, ...]
    answer: str
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    title: str
    operations: tuple[Operation, ...]


def guide(reader: Reader, document: Mapping[str, Any], house: str) -> tuple[Group, ...]:
    """`house`: where the product is reached, without the path."""
    writer = _Guide(reader, document, house)
    order = list(GROUPS)
    found = sorted(writer.operations(), key=lambda pair: order.index(pair[0]))
    return tuple(
        Group(key, reader.say(GROUPS[key]), tuple(operation for _, operation in pairs))
        for key, pairs in groupby(found, key=lambda pair: pair[0])
    )


@dataclass(frozen=True, slots=True)
class _Guide:
    reader: Reader
    document: Mapping[str, Any]
    house: str

    def operations(self) -> Iterator[tuple[str, Operation]]:
        for path, methods in self.document["paths"].items():
            for method, told in methods.items():
                yield _group(method, told["operationId"]), self._one(path, method, told)

    def _one(self, path: str, method: str, told: Mapping[str, Any]) -> Operation:
        step = told["operationId"]
        title = word("action", step) if step in STEPS else said(told["summary"])
        return Operation(
            id=step,
            method=method.upper(),
            path=path,
            title=self.reader.say(title),
            more=self.reader.say(said(told.get("description", ""))),
            scope=told.get("x-scope", ""),
            roles=tuple(self.reader.word("role", r) for r in told.get("x-permitted-roles", ())),
            fields=tuple(self._fields(told)),
            answer=", ".join(self._answer(told)),
            curl=self._curl(path, method, told),
        )

    # -- fields ---------------------------------------------------------------------------------

    def _fields(self, told: Mapping[str, Any]) -> Iterator[Told]:
        for one in told["parameters"]:
            if one["in"] == "query":
                yield self._told(one["name"], one["schema"], one.get("required", False))
        body = self._body(told)
        for name, schema in body.get("properties", {}).items():
            yield self._told(name, schema, name in body.get("required", ()))

    def _told(self, name: str, schema: Mapping[str, Any], required: bool) -> Told:
        meaning = said(schema.get("description", ""))
        if not meaning.zh and name in names():
            meaning = names()[name]
        return Told(name, self._type(schema), required, self.reader.say(meaning))

    def _type(self, schema: Mapping[str, Any]) -> str:
        known = _plain(schema)
        if "enum" in known:
            return " · ".join(map(str, known["enum"]))
        return self.reader.say(TYPES[_kind(known)])

    def _body(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        content: Mapping[str, Any] = told.get("requestBody", {}).get("content", {})
        return self._resolved(content)

    def _resolved(self, content: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema of what is sent or comes back."""
        schema: Mapping[str, Any] = next((one["schema"] for one in content.values()), {})
        name = schema.get("$ref", "").rpartition("/")[2]
        found: Mapping[str, Any] = self.document["components"]["schemas"][name] if name else schema
        return found

    def _answer(self, told: Mapping[str, Any]) -> Iterator[str]:
        """What comes back where all is well, by name."""
        for status, answer in told["responses"].items():
            if str(status)[0] == "2":
                yield from self._resolved(answer.get("content", {})).get("properties", {})
                return

    # -- the example ----------------------------------------------------------------------------

    def _curl(self, path: str, method: str, told: Mapping[str, Any]) -> str:
        where = path.format_map(_Samples())
        lines = [f"curl {shlex.quote(self.house + where)}", '-H "Authorization: Bearer $TOKEN"']
        if method == "post":
            lines.append(f'-H "{KEY}: $(uuidgen)"')
            lines += self._sent(told)
        return " \\\n  ".join(lines)

    def _sent(self, told: Mapping[str, Any]) -> list[str]:
        if "multipart/form-data" in told.get("requestBody", {}).get("content", {}):
            return ["-F file=@device.log"]
        body = self._body(told)
        properties = body.get("properties", {})
        example = {name: self._sample(name, properties[name]) for name in body.get("required", ())}
        text = shlex.quote(json.dumps(example, ensure_ascii=False))
        return ["-H 'Content-Type: application/json'", f"-d {text}"]

    def _sample(self, name: str, schema: Mapping[str, Any]) -> Any:
        known = _plain(schema)
        for key in ("enum", "examples"):
            if key in known:
                return known[key][0]
        kind = _kind(known)
        if kind == "array":
            return [self._sample(name, known.get("items", {}))] * known.get("minItems", 1)
        if kind == "object":
            inner = known.get("properties", {})
            return {one: self._sample(one, inner[one]) for one in known.get("required", ())}
        return EXAMPLES.get(kind, self.reader.say(names().get(name, Text("文字", "text"))))


class _Samples(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return SAMPLES.get(name, str(EXAMPLES["uuid"]))


def _plain(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands in it where it is given at all."""
    kinds: Sequence[Mapping[str, Any]] = schema.get("anyOf", ())
    return next((one for one in kinds if one.get("type") != "null"), schema)


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object")
    plain = str(kind if isinstance(kind, str) else kind[0])
    return str(schema["format"]) if schema.get("format") in TYPES else plain


def _group(method: str, step: str) -> str:
    if step not in STEPS or step == "reported":
        return "read" if method == "get" else "write"
    found = STEPS[step].__module__.rpartition(".")[2]
    return found if found in GROUPS else "other"


#: What an answer means, by its status.
STATUSES = (
    ("200", Text("已有结果；同一编号的请求以前来过", "done; the same key came before")),
    ("201", Text("已记下", "written down")),
    ("401", Text("没有令牌，或令牌已停", "no token, or one that was ended")),
    (
        "403",
        Text("岗位或令牌权限不够，原因写在里面", "not for this role, or not in the token's scope"),
    ),
    ("404", Text("没有这样东西，或不归你看", "there is no such thing, or not for you")),
    (
        "409",
        Text("规则或门禁未放行，写明依据与缺什么", "a rule or gate says no, and what is missing"),
    ),
    ("413", Text("内容太大", "too large")),
    ("422", Text("字段不对，逐项列出", "fields are not right, each is named")),
    ("503", Text("暂时不行，过 Retry-After 秒用同一编号再发", "not now; send it again, same key")),
)
__all__ = ["BASE", "STATUSES", "guide"]

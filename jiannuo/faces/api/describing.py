"""The OpenAPI document: every step with an address and a body of its own.

Served are two general addresses, one for each kind of subject; told are the steps behind them, so
that a generator of clients makes a typed call of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ninja import NinjaAPI

from jiannuo.faces.api.asking import KEY
from jiannuo.faces.api.saying import both
from jiannuo.faces.api.schemas import schema
from jiannuo.faces.api.signing_in import callers
from jiannuo.manual.catalogue import kinds
from jiannuo.web.shapes import SUBJECTS, shape

GREETING = both(
    "与页面同一批步骤、权限与门禁，供程序调用；每一步要么完整，要么不留痕迹。"
    "凡写入都带上 Idempotency-Key：重发仍是一步。",
    "The same steps, permits and gates as on the pages; each step happens whole or leaves nothing. "
    "Send an Idempotency-Key with whatever writes: sent again, it is one step.",
)
#: Before every address in the document.
BASE = "/api/v1/"
ANY_CASE_STEP = both("工单的一步", "A step of a case")
ANY_STOCK_STEP = both("库存的一步", "A step of stock")
ANY_ROSTER_STEP = both("值班的一步", "A step of a roster")
HEADERS: list[dict[str, Any]] = [
    {
        "name": KEY,
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": both(
            "请求编号；重发同一编号只算一次", "the request's id; sent again it is one step"
        ),
    },
    {
        "name": "Accept-Language",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "examples": ["zh", "en"]},
    },
]


BYTES: dict[str, Any] = {
    "description": "OK",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def asks(scope: str, **more: Any) -> dict[str, Any]:
    """How an address is declared: what a token must be good for there, told as well as asked."""
    return {"auth": callers(scope), "openapi_extra": {"x-scope": scope, **more}}


def taking(kind: str) -> dict[str, Any]:
    """What to tell of an operation that takes a step."""
    said = shape(kind)
    required = any(field.required for field in said.fields.values())
    return {
        "parameters": HEADERS,
        "requestBody": {
            "required": required,
            "content": {"application/json": {"schema": schema(said)}},
        },
        "x-permitted-roles": sorted(kinds()[kind].by),
    }


def document(api: NinjaAPI) -> dict[str, Any]:
    """The whole document as plain values."""
    found = dict(api.get_openapi_schema(path_prefix=BASE))
    paths = dict(found["paths"])
    for address, _, steps in SUBJECTS:
        general = f"{BASE}{address}/steps/{{step}}"
        told = paths.pop(general)["post"]
        paths |= {general.format_map(_Filled(step=step)): _one(told, step) for step in steps}
    return {**found, "paths": paths}


class _Filled(dict[str, str]):
    """Leaves the names of an address that are not filled in."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _one(general: Mapping[str, Any], step: str) -> dict[str, Any]:
    told, own = deepcopy(dict(general)), taking(step)
    kept = [one for one in told["parameters"] if one["name"] != "step"]
    return {
        "post": {
            **told,
            "operationId": step,
            "summary": step,
            "tags": [told["summary"]],
            **own,
            "parameters": kept + own["parameters"],
        }
    }

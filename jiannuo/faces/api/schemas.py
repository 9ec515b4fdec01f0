"""The bodies of steps as JSON Schema, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from jiannuo.faces.api.saying import both
from jiannuo.journey import speaking
from jiannuo.manual.catalogue import CAUSES, CONSENT_HOW, EXCLUSIONS, Field
from jiannuo.web.shapes import CASE, LATE, LONGEST, MOST, NUMBER, Shape, names

TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST}
MOST_COUNTED = 10**12 - 1
TYPES: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "uuid": {"type": "string", "format": "uuid"},
    "time": {"type": "string", "format": "date-time", "pattern": "^20[0-9]{2}-"},
    "date": {"type": "string", "format": "date"},
    "int": {"type": "integer", "minimum": 0, "maximum": MOST},
    "bool": {"type": "boolean"},
    "money": {"type": "string", "pattern": r"^[0-9]{1,12}\.[0-9]{2}$", "examples": ["12.00"]},
    "decimal": {
        "type": ["string", "integer"],
        "pattern": f"^{NUMBER.pattern}$",
        "examples": ["2.5"],
        "minimum": -MOST_COUNTED,
        "maximum": MOST_COUNTED,
    },
    "quantity": {
        "type": ["string", "integer"],
        "pattern": f"^{NUMBER.pattern.removeprefix('-?')}$",
        "examples": ["2.5"],
        "minimum": 0,
        "maximum": MOST_COUNTED,
    },
    "names": {"type": "array", "items": TEXT},
    "cause": {"type": "string", "enum": list(CAUSES)},
    "exclusion": {"type": "string", "enum": list(EXCLUSIONS)},
    "consent": {
        "type": "object",
        "properties": {"by": TEXT, "how": {"type": "string", "enum": list(CONSENT_HOW)}},
        "required": ["by", "how"],
    },
    "geo": {
        "type": "array",
        "prefixItems": [
            {"type": "number", "minimum": -90, "maximum": 90},
            {"type": "number", "minimum": -180, "maximum": 180},
        ],
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "examples": [[31.46, 104.68]],
    },
    "any": {"type": "object"},
}
WHEN = {
    "at": both("发生时间，不写即为现在", "when it happened; now unless said"),
    "why": both("补录 15 分钟前的事要写原因", "why it is entered late, where it is"),
}
HEARD_OF = both("如何得知；与 said_by 同写", "how you heard of it; together with said_by")
OF_CUSTOMER = both(
    "客户方谁说的（姓名），由你代录", "on whose word of the customer's you enter it, by name"
)
OF_COLLEAGUE = both(
    "打电话来报的同事（姓名），由你代录", "the colleague who called in, for whom you enter it"
)


def schema(shape: Shape) -> dict[str, Any]:
    """The body of a step; empty where a step has no fields and is taken now."""
    told = {name: _property(field) for name, field in (LATE | dict(shape.fields)).items()}
    spoken = _spoken(shape.kind)
    found: dict[str, Any] = {
        "type": "object",
        "title": shape.kind,
        "properties": told | spoken,
        "additionalProperties": False,
    }
    if spoken:
        found["dependentRequired"] = {"said_by": ["heard"], "heard": ["said_by"]}
    required = [field.name for field in shape.fields.values() if field.required]
    return found | ({"required": required} if required else {})


def _spoken(kind: str) -> dict[str, Any]:
    """On whose word a step may be entered; nothing where it is for himself alone to take."""
    if kind not in CASE or not (speaking.of_customer(kind) or kind in speaking.CALLED_IN):
        return {}
    who = OF_CUSTOMER if speaking.of_customer(kind) else OF_COLLEAGUE
    how = {"type": "string", "enum": list(speaking.ways(kind)), "description": HEARD_OF}
    return {"said_by": {**TEXT, "description": who}, "heard": how}


def _property(field: Field) -> dict[str, Any]:
    known = TYPES.get(field.type) or {"type": "string", "enum": field.type.split("|")}
    word = names()[field.name]
    told = WHEN.get(field.name) if field is LATE.get(field.name) else both(word.zh, word.en)
    return {**known, "description": told}

"""The bodies of steps as JSON Schema, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from jiannuo.journey import speaking
from jiannuo.manual.catalogue import CAUSES, CONSENT_HOW, EXCLUSIONS, MONEY, Field
from jiannuo.web.shapes import CASE, LATE, LONGEST, MOST, NUMBER, Shape, names

TEXT: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST}
TYPES: dict[str, dict[str, Any]] = {
    "text": TEXT,
    "uuid": {"type": "string", "format": "uuid"},
    "time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "int": {"type": "integer", "minimum": 0, "maximum": MOST},
    "bool": {"type": "boolean"},
    "money": {"type": "string", "pattern": f"^{MONEY.pattern}$", "examples": ["12.00"]},
    "decimal": {"type": ["string", "number"], "pattern": f"^{NUMBER.pattern}$"},
    "quantity": {"type": ["string", "number"], "pattern": f"^{NUMBER.pattern}$", "minimum": 0},
    "names": {"type": "array", "items": TEXT},
    "cause": {"type": "string", "enum": list(CAUSES)},
    "exclusion": {"type": "string", "enum": list(EXCLUSIONS)},
    "consent": {
        "type": "object",
        "properties": {"by": TEXT, "how": {"type": "string", "enum": list(CONSENT_HOW)}},
        "required": ["by", "how"],
    },
    "geo": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    "any": {"type": "object"},
}
WHEN = {
    "at": "发生时间，不写即为现在 When it happened; now unless said.",
    "why": "补录 15 分钟前的事要写原因 Why it is entered late, where it is.",
}
HEARD_OF = "如何得知；与 said_by 同写 How you heard of it; together with said_by."
OF_CUSTOMER = (
    "客户方谁说的（姓名），由你代录；不写则按你本人，客户的步骤员工不能以自己的名义来走 "
    "Whose word of the customer it is, by name, where you enter it for him."
)
OF_COLLEAGUE = "打电话来报的同事（姓名），由你代录 The colleague who called in, by name, for whom you enter it."


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
    told = WHEN.get(field.name) if field is LATE.get(field.name) else f"{word.zh} {word.en}"
    return {**known, "description": told}

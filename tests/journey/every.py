"""Every step of the journey with fields that it takes: for what all commands promise."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiannuo.journey.steps import STEPS
from jiannuo.manual.catalogue import Field, kinds
from tests.journey.telling import OPENERS
from tests.manual.happenings import at

#: Steps on a case that is there, by the name of what they record.
CASE_STEPS = [kind for kind in STEPS if kinds()[kind].subjects[0] == "case" and kind not in OPENERS]
SAMPLES: dict[str, Any] = {
    "text": "x",
    "time": at("2026-03-02 18:00"),
    "date": date(2026, 3, 2),
    "int": 1,
    "bool": True,
    "money": "1.00",
    "decimal": "1",
    "names": ["李伟"],
    "cause": "quality",
    "exclusion": "EX1",
    "consent": {"by": "邓丽", "how": "signed"},
    "statemap": {"SN-1": "ok"},
    "scoremap": {"邓丽": 90},
    "changes": {"phone_response.L3": "01:00"},
    "geo": [30.98, 103.65],
    "any": {},
}

#: Fields that name something of the company.
NAMED = {
    "engineer": "李伟",
    "person": "刘洋",
    "role": "duty_manager",
    "to": "陈晨",
    "device": "SN-1",
}


def sample(kind: str) -> dict[str, Any]:
    """The fields that must be given, each with a value that may stand there."""
    fields = kinds()[kind].fields.values()
    return {field.name: _value(field) for field in fields if field.required}


def _value(field: Field) -> Any:
    if field.type in SAMPLES:
        return NAMED.get(field.name, SAMPLES[field.type])
    return field.type.split("|")[0]

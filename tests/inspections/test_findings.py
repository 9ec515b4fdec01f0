"""Section 1: the four topics of an inspection, and what calls for action."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.inspections.rules import findings
from jiannuo.manual.profile import shipped
from tests.manual.happenings import keeps, with_keys


def found(**seen: Any) -> list[str]:
    d: dict[str, Any] = {"devices": {"SN-1": "ok"}, "software": "ok", "problems_asked": "无"}
    return findings(shipped(), {**d, **seen})


def test_where_all_is_well_there_is_nothing_to_act_on() -> None:
    assert found() == []
    assert found(temperature_c="22.5", humidity_pct="50") == []


@keeps("R-1-2", "R-1-3", "R-1-4", "R-1-5")
def test_each_topic_is_found_in_the_order_of_the_manual() -> None:
    everything = {
        "devices": {"SN-1": "ok", "SN-2": "abnormal"},
        "software": "abnormal",
        "problems_asked": "偶有告警",
        "temperature_c": "31.5",
    }
    assert found(**everything) == ["devices", "software", "problems_asked", "environment"]
    for topic in ("devices", "software", "problems_asked"):
        assert found(**{topic: everything[topic]}) == [topic]


def test_a_device_that_was_not_checked_is_no_finding() -> None:
    assert found(devices={"SN-1": "not_checked"}) == []


@keeps("R-1-5")
@pytest.mark.parametrize(
    ("reading", "value", "good"),
    [
        ("temperature_c", "17.9", False),
        ("temperature_c", "18", True),
        ("temperature_c", "27.0", True),
        ("temperature_c", "27.1", False),
        ("temperature_c", "-5", False),
        ("humidity_pct", "19.99", False),
        ("humidity_pct", "20", True),
        ("humidity_pct", "80", True),
        ("humidity_pct", "80.01", False),
    ],
)
def test_the_limits_of_the_room_count_as_good(reading: str, value: str, good: bool) -> None:
    assert found(**{reading: value}) == ([] if good else ["environment"])


def test_a_contract_may_name_other_limits() -> None:
    cold = with_keys(house__room__temperature_c=[-5, 10])
    d = {"devices": {}, "software": "ok", "problems_asked": "无", "temperature_c": "22"}
    assert findings(cold, d) == ["environment"]

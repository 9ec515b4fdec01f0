"""A1-A35: where the manual is unclear, one key holds our reading; each other reading is a value
that really gives another result (readings.md, 1.3)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from jiannuo.manual.clocks import operator
from jiannuo.manual.policy import CHECKS, ProfileError, checker
from jiannuo.manual.profile import readings, shipped
from tests.manual.reading_probes import PROBES

#: What the table of readings says, key by key.
DEFAULTS: dict[str, dict[str, Any]] = {
    "A1": {"umbrella_response.enabled": True},
    "A2": {
        "phone_response.op": "lt",
        "remote_response.op": "lt",
        "onsite_arrival.op": "lt",
        "umbrella_response.op": "le",
        "fix_24h.op": "le",
        "emergency.op": "le",
    },
    "A3": {"house.auto_confirm": "00:15"},
    "A4": {"remote_response.start": "later_of"},
    "A5": {
        "distance.method": "contract_first",
        "distance.road_factor": "1.0",
        "distance.office": "named_or_nearest",
        "onsite_arrival.bands_km": [
            [50, "02:00"],
            [100, "04:00"],
            [400, "08:00"],
            [800, "12:00"],
            ["beyond", "24:00"],
        ],
    },
    "A6": {"phone_response.count_attempts": False},
    "A7": {"emergency.t0": "declaration"},
    "A7b": {"emergency.arrival_start": "declaration"},
    "A8": {"emergency.trigger": "on_l1"},
    "A9": {"house.recurrence_window_days": 90, "replacement.failed_repairs": 2},
    "A10": {"replacement.term": "full"},
    "A11": {
        "prices.spare": "lot_cost",
        "prices.whole_unit": "contract_price",
        "prices.substitute": "replaced_line",
    },
    "A12": {"exclusion.EX6_needs": "subcentre_head"},
    "A13": {"observation": "48:00"},
    "A14": {"parts.in_warranty": "vendor", "parts.under_maintenance": "contract"},
    "A15": {"inspection.quarter": "calendar", "inspection.gap_days": 45},
    "A16": {"warranty.end_rule": "corresponding_day", "warranty.holiday_shift": False},
    "A17": {"warranty.combine": "later"},
    "A18": {"reclass.upgrade": "tighten", "reclass.downgrade": "agreed_in_writing"},
    "A19": {"fix_24h.loaner_counts": True, "alerts.fix_24h": ["12:00", "16:00", "20:00"]},
    "A20": {"pause.reasons": []},
    "A21": {
        "exclusion_not_applicable": [
            "umbrella_response",
            "fix_24h",
            "onsite_arrival",
            "emg_notify_subcentre_head",
            "emg_notify_product_manager",
            "emg_notify_duty_manager",
            "emg_dispatch",
            "emg_team",
            "emg_expert",
            "emg_expert_group",
        ]
    },
    "A22": {"emergency.notify_accept": "answered_call"},
    "A23": {
        "house.rca": "120:00",
        "house.leader_brief": "168:00",
        "house.claim_ack": "24:00",
        "house.claim_decision": "360:00",
        "house.replacement": "24:00",
        "emergency.dispatch": "00:15",
    },
    "A24": {"entitlement.at": "report"},
    "A25": {"onsite_arrival.proof": "check_in", "onsite_arrival.fence_m": 500},
    "A26": {"onsite_arrival.agreed_op": "le"},
    "A27": {"brief.video": "written_consent"},
    "A28": {"wording.slips": "normalised"},
    "A29": {"remote.skip": "with_reason"},
    "A30": {"warranty.months_required": True},
    "A31": {"entitlement.after_warranty_clocks": "same"},
    "A32": {"customer_roles.check": "flags"},
    "A33": {"exclusion.emergency_list": "7.5"},
    "A34": {"signature.evidence": "glass_or_paper"},
    "A35": {"repair.entitlement": "of_the_case"},
}
KEYS = {key: value for row in DEFAULTS.values() for key, value in row.items()}

#: Readings with no other value: what we read is what the software does.
SETTLED = {
    "entitlement.at",
    "prices.whole_unit",
    "signature.evidence",
    "customer_roles.check",
    "wording.slips",
    "remote.skip",
    "repair.entitlement",
    "warranty.months_required",
}
#: How far off a check-in is flagged: measured where visits are recorded, never a verdict.
BY_VISITS = {"onsite_arrival.fence_m"}

#: Other values of keys that hold no closed list of words.
VALUES: dict[str, list[Any]] = {
    "house.auto_confirm": ["00:05"],
    "distance.road_factor": ["1.3"],
    "onsite_arrival.bands_km": [[[60, "01:00"], ["beyond", "03:00"]]],
    "house.recurrence_window_days": [30],
    "replacement.failed_repairs": [3],
    "observation": ["72:00"],
    "inspection.gap_days": [30],
    "alerts.fix_24h": [["06:00", "16:00", "20:00"]],
    "pause.reasons": [["customer"], ["parts"], ["customer", "parts"]],
    "exclusion_not_applicable": [["fix_24h"], []],
    "house.rca": ["72:00"],
    "house.leader_brief": ["72:00"],
    "house.claim_ack": ["08:00"],
    "house.claim_decision": ["240:00"],
    "house.replacement": ["48:00"],
    "emergency.dispatch": ["00:10"],
}


def words_of(key: str) -> list[Any]:
    """The words that a key allows, as its own error says them."""
    try:
        checker(key, KEYS[key])(object())
    except ProfileError as error:
        found: list[Any] = error.allowed.split(" | ")
        return [word == "true" for word in found] if "true" in found else found
    raise AssertionError(f"{key} allows anything")


def values_of(key: str) -> list[Any]:
    return [*VALUES[key], KEYS[key]] if key in VALUES else words_of(key)


# -- the list ---------------------------------------------------------------------------------


def test_all_readings_are_there_once_in_order_and_in_both_languages() -> None:
    ids = [reading.id for reading in readings()]
    assert ids == list(DEFAULTS)
    assert {f"A{n}" for n in range(1, 36)} == {name.rstrip("b") for name in ids}
    assert all(reading.zh and reading.en for reading in readings())


def test_a_reading_is_a_key_of_the_profile_with_the_default_we_settled_on() -> None:
    found = {r.id: {key: shipped().value(key) for key in r.keys} for r in readings()}
    assert found == DEFAULTS


def test_a_value_that_is_not_allowed_is_refused_by_name() -> None:
    for key, bad in product(KEYS, ("whatever", -1, {"a": 1}, None)):
        with pytest.raises(ProfileError) as caught:
            shipped().with_changes({key: bad})
        assert caught.value.key.startswith(key)
        assert caught.value.allowed
        assert repr(caught.value.value) in str(caught.value)


def test_a_settled_reading_allows_no_other_value() -> None:
    assert {key: values_of(key) for key in SETTLED} == {key: [KEYS[key]] for key in SETTLED}


def test_every_key_with_another_value_has_a_probe_and_no_other() -> None:
    assert set(PROBES) == set(KEYS) - SETTLED - BY_VISITS
    choices = {key for key in CHECKS if key in KEYS and key not in SETTLED}
    assert choices <= set(PROBES)


@pytest.mark.parametrize("key", sorted(set(KEYS) - SETTLED - BY_VISITS))
def test_every_other_value_gives_another_result(key: str) -> None:
    seen = [PROBES[key](shipped().with_changes({key: value})) for value in values_of(key)]
    assert len(seen) > 1
    assert not [n for n, result in enumerate(seen) if result in seen[:n]], seen
    assert PROBES[key](shipped()) == seen[values_of(key).index(KEYS[key])]


def test_operators_are_the_same_key_for_all_five_duties_of_an_emergency() -> None:
    strict = shipped().with_changes({"emergency.op": "lt"})
    ops = {operator(strict, p) for p in strict.promises if p.emergency}
    assert ops == {"lt"}

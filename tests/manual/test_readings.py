"""A1-A35: where the manual is unclear, one key holds our reading; each other reading is a value
that really gives another result (readings.md, 1.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from jiannuo.manual import marks
from jiannuo.manual.clocks import operator
from jiannuo.manual.distance import Spot, band_limit, distance
from jiannuo.manual.events import Event
from jiannuo.manual.lots import use_of_lots
from jiannuo.manual.policy import CHECKS, ProfileError, checker
from jiannuo.manual.prices import Bill, charge_lines, default_supplier
from jiannuo.manual.profile import Profile, readings, shipped
from jiannuo.manual.quarters import quarters, too_close
from jiannuo.manual.repairs import Recurrence, Repair, tally
from jiannuo.manual.story import CaseFacts
from jiannuo.manual.warranty import Cover, renewal, term
from jiannuo.manual.workdays import Workdays
from tests.manual.happenings import (
    LONG_AFTER,
    NEAR,
    asked,
    at,
    clocks,
    contact,
    emergency,
    ev,
    fault,
    log,
    other,
    resolved,
    story,
)

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

Probe = Callable[[Profile], Any]
PROBES: dict[str, Probe] = {}


def probe(*keys: str) -> Callable[[Probe], Probe]:
    def register(found: Probe) -> Probe:
        PROBES.update(dict.fromkeys(keys, found))
        return found

    return register


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


# -- the probes: something the manual must decide, for each key ---------------------------------


def when(events: list[Event], promise: str, profile: Profile) -> Any:
    found = clocks(events, profile).get(promise)
    return found and (found.start, found.due, found.stop, found.verdict(LONG_AFTER))


@probe("umbrella_response.enabled")
def _umbrella(profile: Profile) -> Any:
    return set(clocks(fault(), profile))


@probe("umbrella_response.op")
def _umbrella_edge(profile: Profile) -> Any:
    return when([*fault(), contact("13:00")], "umbrella_response", profile)


@probe("phone_response.op")
def _phone_edge(profile: Profile) -> Any:
    return when([*fault("L3"), contact("11:00")], "phone_response", profile)


@probe("fix_24h.op")
def _fix_edge(profile: Profile) -> Any:
    return when([*fault(), resolved("+1 09:00")], "fix_24h", profile)


@probe("emergency.op")
def _team_edge(profile: Profile) -> Any:
    formed = ev("team_formed", "10:30", members=["李伟"])
    return when(emergency(formed), "emg_team", profile)


REMOTE = [
    *fault("L3"),
    ev("phone_failed", "12:40", confirmed_with="王芳"),
    ev("remote_consent", "13:30", given=True, how="portal"),
]


@probe("remote_response.op", "remote_response.start")
def _remote(profile: Profile) -> Any:
    return when([*REMOTE, ev("remote_login", "17:30")], "remote_response", profile)


CALLED = [*fault(), ev("onsite_confirmed", "10:00")]


@probe("onsite_arrival.op")
def _arrival_edge(profile: Profile) -> Any:
    return when([*CALLED, ev("arrived", "12:00")], "onsite_arrival", profile)


@probe("onsite_arrival.agreed_op")
def _agreed_edge(profile: Profile) -> Any:
    agreed = ev("arrival_agreement", "11:00", due=at("16:00"), reason="停电")
    return when([*CALLED, agreed, ev("arrived", "16:00")], "onsite_arrival", profile)


@probe("onsite_arrival.proof")
def _proof(profile: Profile) -> Any:
    signed = ev("application_signed", "12:30")
    return when([*CALLED, ev("arrived", "11:50"), signed], "onsite_arrival", profile)


@probe("house.auto_confirm")
def _auto(profile: Profile) -> Any:
    return when(
        [*fault(channel="fax")[:1], ev("confirmed", "10:00", level="L3")], "phone_response", profile
    )


@probe("phone_response.count_attempts")
def _attempts(profile: Profile) -> Any:
    tried = ev("contact_attempt", "09:05", how="call_unanswered")
    return when([*fault("L1"), tried, contact("10:00")], "phone_response", profile)


@probe("distance.method", "distance.road_factor", "distance.office")
def _distance(profile: Profile) -> Any:
    site, offices = Spot("S", 30.0, 104.0), [Spot("A", 30.2, 104.0), Spot("B", 31.0, 104.0)]
    by_contract = distance(profile, site, offices, contract_km=Decimal("70.0"))
    return by_contract, distance(profile, site, offices, named_office="B")


@probe("onsite_arrival.bands_km")
def _bands(profile: Profile) -> Any:
    return band_limit(profile, Decimal("50.1"))


@probe("emergency.t0")
def _t0(profile: Profile) -> Any:
    return when(emergency(), "emg_team", profile)


@probe("emergency.arrival_start")
def _arrival_start(profile: Profile) -> Any:
    return when(emergency(ev("onsite_confirmed", "10:20")), "onsite_arrival", profile)


@probe("emergency.trigger")
def _trigger(profile: Profile) -> Any:
    report = ev("reported", "09:00", channel="phone", kind="fault", outage_started=at("09:50"))
    return when([report, ev("l1_declared", "10:00")], "emg_team", profile)


@probe("emergency.notify_accept")
def _notify(profile: Profile) -> Any:
    tried = ev("notify_attempt", "10:05", role="duty_manager", person="刘洋", how="sms")
    return when(emergency(tried), "emg_notify_duty_manager", profile)


@probe("emergency.dispatch")
def _dispatch(profile: Profile) -> Any:
    told = ev("notified", "10:05", role="duty_manager", person="刘洋", how="call_answered")
    return when(emergency(told), "emg_dispatch", profile)


@probe("house.recurrence_window_days", "replacement.failed_repairs")
def _repairs(profile: Profile) -> Any:
    days = [at("2026-03-02 09:00") + timedelta(days=n) for n in (0, 20, 100)]
    done = [Repair("D", "P", (day, n), counts=True) for n, day in enumerate(days)]
    again = Recurrence("D", "P", (days[1] + timedelta(days=5), 9), "C")
    return tally(profile, done, [again], {})


@probe("replacement.term")
def _renewal(profile: Profile) -> Any:
    cover = Cover(term(profile, date(2025, 1, 15), 24))
    return renewal(profile, cover, "SN-1", date(2026, 11, 30))


@probe("prices.spare")
def _spare(profile: Profile) -> Any:
    events = log(
        ev("stock_received", "09:00", qty=1, lot="A", cost="100.00"),
        ev("stock_received", "09:01", qty=1, lot="B", cost="200.00"),
        ev("stock_issued", "09:02", qty=1, case="C"),
        ev("part_used", "09:03", part="P", qty=1, supplier="vendor", condition="new"),
    )
    average = profile.value("prices.spare") == "average_cost"
    return use_of_lots([("P", "C", e) for e in events], average)


@probe("prices.substitute")
def _substitute(profile: Profile) -> Any:
    swapped = ev("replaced", "09:00", old="SN-1", new="SN-9", model="新", customer_signed_by="王")
    bill = Bill(
        log(swapped),
        {"": "post_warranty"},
        models={"SN-1": "旧"},
        prices={"旧": Decimal("48600.00"), "新": Decimal("53000.00")},
    )
    return [line.amount for line in charge_lines(profile, bill)]


@probe("exclusion.EX6_needs")
def _catch_all(profile: Profile) -> Any:
    d = {"code": "EX6"}
    return asked("propose_exclusion", *fault(), d=d, by="duty_manager", profile=profile).allowed


@probe("exclusion.emergency_list")
def _list(profile: Profile) -> Any:
    return [entry.code for entry in profile.exclusions_for(emergency=True)]


@probe("exclusion_not_applicable")
def _excluded(profile: Profile) -> Any:
    events = [*fault(), ev("exclusion_accepted", "10:00", code="EX1")]
    return {code: c.excused for code, c in clocks(events, profile).items()}


@probe("observation")
def _observation(profile: Profile) -> Any:
    return story(*emergency(resolved("12:00")), profile=profile).observation_until


@probe("parts.in_warranty", "parts.under_maintenance")
def _supplier(profile: Profile) -> Any:
    said = ("vendor", "customer")
    covered = default_supplier(profile, "in_warranty", "customer")
    return covered, [default_supplier(profile, "maintenance_contract", word) for word in said]


@probe("inspection.quarter")
def _quarters(profile: Profile) -> Any:
    return quarters(profile, date(2025, 2, 10), date(2027, 2, 10))


@probe("inspection.gap_days")
def _gap(profile: Profile) -> Any:
    return too_close(profile, [date(2026, 3, 20), date(2026, 4, 25), date(2026, 8, 1)])


@probe("warranty.end_rule", "warranty.holiday_shift")
def _end(profile: Profile) -> Any:
    calendar = Workdays(frozenset({date(2026, 10, 1)}))
    return [term(profile, day, 12, calendar).end for day in (date(2025, 10, 1), date(2025, 3, 3))]


@probe("warranty.combine")
def _combine(profile: Profile) -> Any:
    project = term(profile, date(2025, 1, 1), 24)
    lines = {
        "SN-1": term(profile, date(2025, 1, 1), 36),
        "SN-2": term(profile, date(2025, 1, 1), 12),
    }
    cover = Cover(project, lines)
    return [cover.end_of(profile, serial) for serial in ("SN-1", "SN-2", "SN-3")]


@probe("reclass.upgrade")
def _upgrade(profile: Profile) -> Any:
    raised = ev("reclassified", "10:45", level="L1", reason="恶化")
    return when([*fault("L3"), raised], "phone_response", profile)


@probe("reclass.downgrade")
def _downgrade(profile: Profile) -> Any:
    def lowered(how: str) -> Any:
        consent = {"by": "王芳", "how": how}
        down = ev("reclassified", "09:10", level="L3", reason="好转", consent=consent)
        return when([*fault("L2"), down], "phone_response", profile)

    return lowered("call"), lowered("fax")


@probe("fix_24h.loaner_counts")
def _loaner(profile: Profile) -> Any:
    running = ev("loaner_in_service", "20:00", sn="L", customer_confirmed_by="王芳")
    return when([*fault(), running], "fix_24h", profile)


@probe("alerts.fix_24h")
def _alerts(profile: Profile) -> Any:
    return list(marks.of_case(story(*fault()), profile))


@probe("pause.reasons")
def _pause(profile: Profile) -> Any:
    waits = [
        ev(f"waiting_{end}", clock, reason=reason)
        for reason, begin, over in (("customer", "09:10", "09:20"), ("parts", "09:30", "09:50"))
        for end, clock in (("started", begin), ("ended", over))
    ]
    return when([*fault(), *waits], "phone_response", profile)


@probe("house.rca")
def _review(profile: Profile) -> Any:
    return when(emergency(resolved("12:00")), "rca", profile)


@probe("house.leader_brief")
def _brief(profile: Profile) -> Any:
    return when(emergency(resolved("12:00")), "leader_brief", profile)


@probe("house.replacement")
def _owed(profile: Profile) -> Any:
    facts = CaseFacts(replacement=("SN-1", at("10:00")))
    return clocks(fault(), profile, facts)["replacement"].due


@probe("house.claim_ack", "house.claim_decision")
def _claim(profile: Profile) -> Any:
    received = ev("claim_received", "09:00", ground="quality", text="频繁死机")
    return [c.due for c in other("claim", received, profile=profile).values()]


@probe("brief.video")
def _video(profile: Profile) -> Any:
    def video(*, written: bool) -> bool:
        d = {"how": "video", "present": ["郭总"], "written_consent": written}
        leaders = frozenset({"郭总"})
        return asked(
            "record_leader_briefing", *emergency(), d=d, profile=profile, leaders=leaders
        ).allowed

    return video(written=True), video(written=False)


@probe("entitlement.after_warranty_clocks")
def _after(profile: Profile) -> Any:
    facts = CaseFacts(km=NEAR.km, post_warranty=True)
    return {c.excused for c in clocks(fault(), profile, facts).values()}


def test_operators_are_the_same_key_for_all_five_duties_of_an_emergency() -> None:
    strict = shipped().with_changes({"emergency.op": "lt"})
    ops = {operator(strict, p) for p in strict.promises if p.emergency}
    assert ops == {"lt"}

"""The manual as data: an edition loads whole or says which key holds what it may not hold."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiannuo.manual import milestones
from jiannuo.manual.clocks import EXCUSES as EXCUSE_RULES
from jiannuo.manual.gates import RULES
from jiannuo.manual.milestones import CASE, OTHER
from jiannuo.manual.policy import ProfileError, duration, leaves, number
from jiannuo.manual.profile import EDITIONS, load, shipped
from jiannuo.manual.vocabulary import EXCUSES, MILESTONES
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    contact,
    ev,
    fault,
    keeps,
    resolved,
    with_keys,
)

TEXT = (EDITIONS / "default.toml").read_text(encoding="utf-8")
#: A small edition with a row or two of each kind: it is read many times over.
SHORT = re.sub(
    r"\[\[(?:paper|alert|service)\]\]\n(?:.+\n)+"
    r"|\[\[gate\]\]\naction = \"(?!start_remote|dispatch).+\n(?:.+\n)+"
    r"|\[\[exclusion\]\]\ncode = \"EX[2-8].+\n(?:.+\n)+"
    r"|\[\[promise\]\]\ncode = \"(?:emg_(?!team)|claim|replace|leader|part_).+\n(?:.+\n)+"
    r"|  \"emg_notify.+\n|  \"emg_dispatch.+\n",
    "",
    TEXT,
)


def edited(old: str, new: str) -> str:
    assert old in SHORT
    return SHORT.replace(old, new, 1)


def refused(text: str) -> ProfileError:
    with pytest.raises(ProfileError) as caught:
        load(text)
    error = caught.value
    assert error.key in str(error)
    assert error.allowed in str(error)
    return error


# -- the shipped edition ------------------------------------------------------------------------


def test_the_shipped_edition_is_version_one_of_the_manual_in_chinas_time() -> None:
    assert (shipped().edition, shipped().version) == ("manual", 1)
    assert shipped().timezone == "Asia/Shanghai"
    assert load(TEXT).policy == shipped().policy


@keeps("R-T1-1", "R-T1-2")
def test_table_1_1_names_six_technical_services_and_two_for_hardware() -> None:
    assert [service.code for service in shipped().services] == [
        "TS1",
        "TS2",
        "TS3",
        "TS4",
        "TS5",
        "TS6",
        "HS1",
        "HS2",
    ]


def test_every_promise_names_its_clause_and_duty_in_both_languages() -> None:
    for promise in shipped().promises:
        assert promise.clause
        assert promise.requirement.startswith("R-")
        assert promise.zh
        assert promise.en


@pytest.mark.parametrize(
    ("code", "starts", "stops", "clause"),
    [
        ("umbrella_response", "report", "contact", "3"),
        ("fix_24h", "report", "working_again", "3"),
        ("phone_response", "confirmation", "contact", "7.2 C 2, 表2-2"),
        ("remote_response", "remote_ready", "remote_login", "7.3 C, 表2-3"),
        ("onsite_arrival", "onsite_called", "arrival", "7.4 C, 表2-4"),
        ("emg_notify_duty_manager", "declaration", "told_duty_manager", "7.5 B 2) 1)"),
        ("emg_dispatch", "told_duty_manager", "dispatch", "7.5 B 2) 2)"),
        ("emg_team", "team_called", "team", "7.5 B 2) 3)"),
        ("emg_expert", "declaration", "expert", "7.5 B 2) 4)"),
        ("emg_expert_group", "declaration", "expert_group", "7.5 B 2) 5)"),
        ("rca", "emergency_resolution", "cause_review", "7.5 B 5"),
        ("leader_brief", "emergency_resolution", "leaders_briefed", "7.5 B 6"),
        ("replacement", "replacement_owed", "replacement_done", "2"),
    ],
)
def test_a_promise_runs_between_the_moments_of_its_clause(
    code: str, starts: str, stops: str, clause: str
) -> None:
    promise = shipped().by_code[code]
    assert (promise.starts, promise.stops, promise.clause) == (starts, stops, clause)


def test_the_closed_words_are_those_that_the_code_knows() -> None:
    assert set(MILESTONES["case"]) == set(CASE)
    assert {*MILESTONES["claim"], *MILESTONES["advance"]} == set(OTHER)
    assert set(EXCUSES) == set(EXCUSE_RULES)
    assert set(shipped().gates) == set(RULES)
    assert callable(milestones.of_case)


def test_every_promise_of_a_response_has_a_ladder_of_its_own() -> None:
    assert {p.code for p in shipped().promises if p.ladder} == {
        p.code
        for p in shipped().promises
        if p.emergency or p.code.endswith(("_response", "_arrival", "_24h"))
    }


# -- what an edition may not hold ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ('L3 = "02:00"', 'L3 = "2 h"', "phone_response.L3", '"HH:MM"'),
        ('L3 = "02:00"', 'L3 = "2:00"', "phone_response.L3", '"HH:MM"'),
        ('L3 = "02:00"', 'L3 = "02:60"', "phone_response.L3", '"HH:MM"'),
        ('L3 = "02:00"', "L3 = 120", "phone_response.L3", '"HH:MM"'),
        ('L3 = "02:00"', 'L9 = "02:00"', "phone_response.L9", "phone_response.L1"),
        ('L3 = "02:00"\n', "", "phone_response.L3", "missing"),
        ("enabled = true", 'enabled = "yes"', "umbrella_response.enabled", "true | false"),
        ("enabled = true", "enabled = 1", "umbrella_response.enabled", "true | false"),
        ('op = "le"', 'op = "<="', "umbrella_response.op", "lt | le"),
        ("failed_repairs = 2", "failed_repairs = -2", "replacement.failed_repairs", "whole"),
        ("failed_repairs = 2", "failed_repairs = true", "replacement.failed_repairs", "whole"),
        ("failed_repairs = 2", "failed_repairs = 2.5", "replacement.failed_repairs", "whole"),
        ('proof = "check_in"', 'proof = "gps"', "onsite_arrival.proof", "check_in | "),
        ("reasons = []", 'reasons = ["holiday"]', "pause.reasons", "customer | parts"),
        ("reasons = []", 'reasons = "customer"', "pause.reasons", "a list"),
        ("temperature_c = [18, 27]", "temperature_c = [18]", "house.room.temperature_c", "of 2"),
        ("temperature_c = [18, 27]", "temperature_c = [27, 18]", "house.room.temperature_c", ""),
        (
            'road_factor = "1.0"',
            'road_factor = "0"',
            "distance.road_factor",
            "above zero",
        ),
        ('road_factor = "1.0"', 'road_factor = "nan"', "distance.road_factor", "decimal"),
        ("renewal_days = [90, 60, 30]", "renewal_days = [90, 60]", "alerts.renewal_days", "of 3"),
        ("months_required = true", "months_required = false", "warranty.months_required", "true"),
        (
            '"umbrella_response", "fix_24h", "onsite_arrival",',
            '"umbrela_response", "fix_24h", "onsite_arrival",',
            "exclusion_not_applicable",
            "umbrella_response",
        ),
        ("version = 1", "version = 0", "version", "from 1"),
        ("version = 1", 'version = "1"', "version", "from 1"),
        ('edition = "manual"', 'edition = ""', "edition", "text"),
        ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Chengdu"', "timezone", "Asia/Shanghai"),
        (
            'technical_service_fee_per_hour_max = "300.00"',
            'technical_service_fee_per_hour_max = "dear"',
            "rate_card.technical_service_fee_per_hour_max",
            "decimal",
        ),
        ('technical_service_fee_per_hour_max = "300.00"', "", "rate_card", "missing"),
        ("[rate_card]", '[rate_card]\nfee = "1.00"', "rate_card.fee", "technical_service_fee"),
        ("[[promise]]", "[[promisse]]", "promisse", "promise"),
        (
            'limit = "level:phone_response"',
            'limit = "table:2-2"',
            "promise.phone_response.limit",
            "level",
        ),
        (
            'limit = "level:phone_response"',
            'limit = "level:fax"',
            "promise.phone_response.limit",
            "levels",
        ),
        ('limit = "fixed:house.rca"', 'limit = "fixed:house.rcx"', "house.rcx", "house.rca"),
        (
            'limit = "fixed:house.rca"',
            'limit = "days:house.back"',
            "house.back",
            "house.",
        ),
        (
            'limit = "order_level:house.advance_delivery"',
            'limit = "order_level:house.delivery"',
            "promise.advance_delivery.limit",
            "delivery levels",
        ),
        (
            'limit = "fixed:house.rca"',
            'limit = "fixed:onsite_arrival.fence_m"',
            "duration",
            "HH:MM",
        ),
        (
            'starts = "confirmation"',
            'starts = "start"',
            "promise.phone_response.starts",
            "confirmation",
        ),
        ('stops = "contact"', 'stops = "claim_decided"', "promise.phone_response.stops", "contact"),
        ('subject = "case"', 'subject = "visit"', "promise.phone_response.subject", "case | claim"),
        (
            'op = "phone_response.op"',
            'op = "phone_response.L1"',
            "promise.phone_response.op",
            "lt | le",
        ),
        ('op = "phone_response.op"', 'op = "phone.op"', "phone.op", "phone_response"),
        (
            'not_applicable = ["remote_skipped"',
            'not_applicable = ["remote_boring"',
            "promise.remote_response.not_applicable",
            "remote_skipped",
        ),
        ('kinds = ["fault"]', 'kinds = ["faults"]', "promise.umbrella_response.kinds", "fault"),
        (
            'kinds = ["fault"]',
            'kinds = "fault"',
            "promise.umbrella_response.kinds",
            "list of texts",
        ),
        ("emergency = true", 'emergency = "yes"', "emergency", "true | false"),
        ('ladder = "response"', 'ladder = "high"', "ladders.high", "ladders.response"),
        ("early_stop = true", "early = true", "promise.phone_response.early", "early_stop"),
        ('clause = "7.2 C 2, 表2-2"\n', "", "promise.phone_response.clause", "missing"),
        (
            'code = "umbrella_response"',
            'code = "phone_response"',
            "promise.phone_response",
            "no other",
        ),
        (
            'class = "hard"',
            'class = "firm"',
            "gate.start_remote_session.class",
            "hard | soft | log",
        ),
        ('action = "dispatch"\n', "", "gate.?.action", "missing"),
        ('told = ["duty_manager"]', 'told = ["boss"]', "gate.dispatch", "duty_manager"),
        ('tell = ["assignee"]', 'tell = ["nobody"]', "ladders.response", "assignee"),
        ('{at = "50%", ', '{at = "half", ', "ladders.response", "due-HH:MM"),
        ('{at = "50%", ', '{at = "75%", ', "ladders.response", "each moment once"),
        ('{at = "50%", ', "{", "ladders.response", "missing"),
        ('code = "EX1"\n', "", "exclusion.?.code", "missing"),
        ('edition = "manual"', 'edition = "manual', "profile", "valid TOML"),
    ],
)
def test_an_edition_is_refused_naming_key_value_and_what_is_allowed(
    old: str, new: str, key: str, allowed: str
) -> None:
    error = refused(edited(old, new))
    assert key in error.key
    assert allowed in error.allowed


@pytest.mark.parametrize("table", ["policy", "rate_card"])
def test_an_edition_without_its_tables_is_refused(table: str) -> None:
    assert refused('edition = "x"\nversion = 1\ntimezone = "Asia/Shanghai"').key == "policy"
    rest = edited(f"\n[{table}]\n", f"\n[[{table}]]\n")
    assert refused(rest).key == table


@pytest.mark.parametrize(
    "bands",
    [
        '[[50, "02:00"]]',
        '[["beyond", "02:00"], [50, "04:00"]]',
        '[[100, "02:00"], [50, "04:00"], ["beyond", "08:00"]]',
        '[[50, "02:00"], [50, "04:00"], ["beyond", "08:00"]]',
        '[[50, "02:00"], ["beyond", "8 h"]]',
        '[[50], ["beyond", "08:00"]]',
        '[["fifty", "02:00"], ["beyond", "08:00"]]',
        "[]",
        '"50 km"',
    ],
)
def test_distance_bands_rise_and_only_the_last_is_open(bands: str) -> None:
    start = SHORT.index("bands_km = ")
    end = SHORT.index("\n", start)
    error = refused(SHORT[:start] + f"bands_km = {bands}" + SHORT[end:])
    assert error.key == "onsite_arrival.bands_km"


@pytest.mark.parametrize(
    "text", ["1:00", "01:60", "1 h", "", "01:00:00", "-01:00", "01:00\n", None]
)
def test_a_duration_is_hours_and_minutes(text: Any) -> None:
    with pytest.raises(ProfileError):
        duration(text)


def test_hours_may_exceed_a_day() -> None:
    assert duration("360:00") == timedelta(days=15)
    assert duration("00:00") == timedelta()


@pytest.mark.parametrize("text", ["", "one", None, "inf", "nan", True])
def test_a_number_is_a_finite_decimal(text: Any) -> None:
    with pytest.raises(ProfileError):
        number(text)


# -- changes --------------------------------------------------------------------------------------


@keeps("R-0-1")
def test_a_single_key_is_changed_by_its_path_and_the_rest_stays() -> None:
    changed = with_keys(phone_response__L3="01:00")
    assert changed.span("phone_response.L3") == timedelta(hours=1)
    assert shipped().span("phone_response.L3") == timedelta(hours=2)
    rest = {key: value for key, value in leaves(changed.policy) if key != "phone_response.L3"}
    assert rest.items() <= dict(leaves(shipped().policy)).items()


@keeps("R-0-1")
def test_an_item_of_a_list_is_changed_by_its_number() -> None:
    changed = shipped().with_changes({"onsite_arrival.bands_km.1.1": "03:00"})
    assert changed.bands[1] == (Decimal(100), timedelta(hours=3))
    assert changed.bands[0] == shipped().bands[0]
    assert shipped().value("onsite_arrival.bands_km")[1] == [100, "04:00"]


@pytest.mark.parametrize(
    "path",
    [
        "phone_response",
        "phone_response.L9",
        "phone_response.L3.minutes",
        "phone.L3",
        "onsite_arrival.bands_km.9.1",
        "onsite_arrival.bands_km.first.1",
        "",
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_the_keys_there_are(path: str) -> None:
    with pytest.raises(ProfileError) as caught:
        shipped().with_changes({path: "01:00"})
    assert caught.value.key == path
    assert caught.value.allowed


def test_a_change_must_leave_the_bands_in_order() -> None:
    with pytest.raises(ProfileError):
        shipped().with_changes({"onsite_arrival.bands_km.0.0": 500})


def test_true_and_one_are_not_the_same_value_in_whatever_order_they_are_asked() -> None:
    assert (
        shipped()
        .with_changes({"umbrella_response.enabled": True})
        .value("umbrella_response.enabled")
    )
    with pytest.raises(ProfileError):
        shipped().with_changes({"umbrella_response.enabled": 1})
    assert shipped().with_changes({"replacement.failed_repairs": 1})
    with pytest.raises(ProfileError):
        shipped().with_changes({"replacement.failed_repairs": True})


def test_the_same_changes_give_the_same_profile_and_no_changes_the_profile_itself() -> None:
    one, two = with_keys(phone_response__L3="01:00"), with_keys(phone_response__L3="01:00")
    assert one is two
    assert shipped().with_changes({}) is shipped()


def test_changes_add_up_and_a_list_given_is_not_kept_by_reference() -> None:
    reasons = ["customer"]
    first = shipped().with_changes({"pause.reasons": reasons})
    reasons.append("parts")
    second = first.with_changes({"phone_response.L3": "01:00"}, 3)
    assert second.value("pause.reasons") == ["customer"]
    assert second.changes == {"pause.reasons": ["customer"], "phone_response.L3": "01:00"}
    assert (first.version, second.version) == (1, 3)


def test_an_unknown_key_asked_for_is_answered_with_its_neighbours() -> None:
    with pytest.raises(ProfileError, match="phone_response"):
        shipped().value("phone_response.L7")
    with pytest.raises(ProfileError, match="umbrella_response"):
        shipped().value("no_such_room.key")


@keeps("R-0-1")
def test_a_case_keeps_the_profile_it_began_with() -> None:
    contract = shipped().with_changes({"onsite_arrival.bands_km.1.1": "03:00"}, 2)
    later = contract.with_changes({"onsite_arrival.bands_km.1.1": "01:00"}, 3)
    assert contract.bands[1][1] == timedelta(hours=3)
    assert later.bands[1][1] == timedelta(hours=1)


@keeps("R-7.4-B-9")
def test_the_rate_card_is_changed_by_path_too() -> None:
    key = "rate_card.technical_service_fee_per_hour_max"
    assert shipped().with_changes({key: "280.00"}).rate_card == {
        "technical_service_fee_per_hour_max": Decimal("280.00")
    }
    for bad in ({"rate_card.fee": "1.00"}, {key: "dear"}):
        with pytest.raises(ProfileError) as caught:
            shipped().with_changes(bad)
        assert caught.value.key in bad


def test_the_scenarios_may_leave_the_last_band_open_with_nothing() -> None:
    # YAML writes null where TOML must write "beyond".
    changed = shipped().with_changes({"onsite_arrival.bands_km": [[50, "02:00"], [None, "04:00"]]})
    assert changed.bands == ((Decimal(50), timedelta(hours=2)), (None, timedelta(hours=4)))


# -- a promise of one's own -----------------------------------------------------------------------


def test_a_company_writes_a_promise_of_its_own_on_moments_there_are() -> None:
    own = """
[[promise]]
code = "restored_soon"
subject = "case"
kinds = ["fault"]
clause = "补充协议 1"
requirement = "R-0-1"
zh = "到场后四小时内解决"
en = "Fixed soon after arrival"
starts = "arrival"
stops = "working_again"
limit = "fixed:umbrella_response.limit"
op = "le"
"""
    profile = load(SHORT + own)
    from_arrival = clock(
        "restored_soon",
        *fault(),
        contact("09:05"),
        ev("arrived", "10:00"),
        resolved("13:59"),
        profile=profile,
    )
    assert (from_arrival.start, from_arrival.due) == (at("10:00"), at("14:00"))
    assert from_arrival.verdict(LONG_AFTER) == "met"

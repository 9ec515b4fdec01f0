"""The manual as data: an edition loads whole or says which key holds what it may not hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiannuo.manual import milestones
from jiannuo.manual.clocks import EXCUSES as EXCUSE_RULES
from jiannuo.manual.gates import RULES
from jiannuo.manual.milestones import CASE, OTHER
from jiannuo.manual.policy import ProfileError, duration, number
from jiannuo.manual.profile import load, shipped
from jiannuo.manual.vocabulary import EXCUSES, MILESTONES
from tests.manual.editions import SHORT, TEXT, edited, refused
from tests.manual.happenings import (
    keeps,
)

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

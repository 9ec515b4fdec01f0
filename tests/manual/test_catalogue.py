"""The closed list of what can happen, and what its fields may hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.catalogue import TYPES, WORDS, bad_input, dumped, kinds, loaded, parsed
from jiannuo.manual.vocabulary import CUSTOMER_ROLES, VENDOR_ROLES

SUBJECTS = {
    "case",
    "article",
    "house",
    "inspection",
    "training",
    "claim",
    "complaint",
    "contract",
    "repair_order",
    "stock",
    "roster",
    "shift",
    "calendar",
    "draft",
    "profile",
    "period",
    "person",
    "audit",
    "customer",
    "contact",
    "site",
    "device",
    "extra",
}
ONE_WORD = {"call", "call_answered", "vendor_engineer", "new"}


def refused(kind: str, /, **d: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parsed(kind, d)
    assert caught.value.code == "bad_input"
    return caught.value


def test_every_kind_of_event_is_on_known_subjects_by_known_roles_with_known_types() -> None:
    for kind in kinds().values():
        assert set(kind.subjects) <= SUBJECTS
        assert kind.by <= {*VENDOR_ROLES, *CUSTOMER_ROLES}
        assert kind.by
        for field in kind.fields.values():
            words = "|" in field.type or field.type in ONE_WORD or not kind.story
            assert field.type in TYPES or words
            assert field.allowed


def test_the_words_for_what_is_allowed_belong_to_known_types() -> None:
    assert set(WORDS) <= set(TYPES)


def test_what_only_the_desk_writes_is_unknown_to_stories() -> None:
    beyond = {kind.kind for kind in kinds().values() if not kind.story}
    assert {"waiting_started", "waiting_ended", "converted"} <= beyond
    assert {"reported", "resolved", "correction"}.isdisjoint(beyond)


@pytest.mark.parametrize(
    ("kind", "d", "field", "allowed"),
    [
        ("reported", {"channel": "phone"}, "kind", "fault | consult | other"),
        ("reported", {"channel": "pigeon", "kind": "fault"}, "channel", "phone | fax"),
        ("reported", {"channel": "phone", "kind": "fault", "colour": "x"}, "colour", "outage"),
        ("reported", {"channel": ["phone"], "kind": "fault"}, "channel", "phone"),
        ("reported", {"channel": "phone", "kind": "fault", "drill": 1}, "drill", "true | false"),
        ("reported", {"channel": "phone", "kind": "fault", "text": ""}, "text", "text"),
        (
            "reported",
            {"channel": "phone", "kind": "fault", "outage_started": "2026-03-02T09:00:00"},
            "outage_started",
            "a moment with its zone",
        ),
        ("engineer_contact", {"call": "sideways"}, "call", "inbound | outbound"),
        ("case_closed", {"reason": "x"}, "reason", "no field"),
        ("rated", {"score": "5"}, "score", "whole number"),
        ("rated", {"score": True}, "score", "whole number"),
        ("rated", {"score": -1}, "score", "not negative"),
        ("stock_issued", {"qty": -3}, "qty", "not negative"),
        ("quote_made", {"total": "12.5"}, "total", "two places"),
        ("quote_made", {"total": "-1.00"}, "total", "two places"),
        ("quote_made", {"total": "1.00\n"}, "total", "two places"),
        ("quote_made", {"total": 12}, "total", "two places"),
        ("fee_set", {"hours": "two", "unit": "1.00"}, "hours", "number"),
        ("fee_set", {"hours": "-2", "unit": "1.00"}, "hours", "not negative"),
        ("fee_set", {"hours": "NaN", "unit": "1.00"}, "hours", "number"),
        ("team_formed", {"members": "李伟"}, "members", "a list of names"),
        ("team_formed", {"members": ["李伟", ""]}, "members", "a list of names"),
        ("diagnosed", {"problem": "P", "cause": "bad luck"}, "cause", "quality | aging"),
        ("exclusion_accepted", {"code": "EX9"}, "code", "EX1 | EX2"),
        (
            "reclassified",
            {"level": "L3", "reason": "x", "consent": {"by": "王芳", "how": "nod"}},
            "consent",
            "call | signed | portal | letter | fax",
        ),
        ("reclassified", {"level": "L3", "reason": "x", "consent": "yes"}, "consent", "by, how"),
        ("training_assessed", {"scores": {"王芳": 101}}, "scores", "name: 0-100"),
        ("training_assessed", {"scores": {"王芳": "80"}}, "scores", "name: 0-100"),
        ("training_planned", {"kind": "theory", "date": "1 May", "hours": "2"}, "date", "YYYY"),
        (
            "inspection_signed",
            {"devices": {"SN": "fine"}, "software": "ok", "problems_asked": "无", "asked_of": "x"},
            "devices",
            "ok | abnormal | not_checked",
        ),
        ("arrived", {"geo": [104, 30]}, "geo", "[lat, lon]"),
        ("arrived", {"geo": "here"}, "geo", "[lat, lon]"),
        ("profile_published", {"version": 2, "changes": [], "reason": "x"}, "changes", "policy"),
        ("no_such_thing", {}, "no_such_thing", "reported"),
    ],
)
def test_bad_input_is_refused_naming_field_value_and_what_is_allowed(
    kind: str, d: dict[str, Any], field: str, allowed: str
) -> None:
    refusal = refused(kind, **d)
    for said in (refusal.zh, refusal.en):
        assert field in said
        assert allowed in said


def test_what_is_not_said_stays_absent_and_none_is_not_said() -> None:
    found = parsed("reported", {"channel": "phone", "kind": "fault", "caller": None})
    assert found == {"channel": "phone", "kind": "fault"}
    assert refused("confirmed", level=None)


def test_moments_are_kept_in_greenwich_time_whatever_zone_they_were_told_in() -> None:
    # Summer time of 1986: wall clocks of one zone would be an hour out.
    told = datetime(1986, 5, 4, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = parsed("arrival_agreement", {"due": told, "reason": "x"})["due"]
    assert (found, found.tzinfo) == (datetime(1986, 5, 4, 3, 0, tzinfo=UTC), UTC)
    text = parsed("arrival_agreement", {"due": "2026-03-02T09:00:00+08:00", "reason": "x"})["due"]
    assert (text, text.tzinfo) == (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), UTC)


def test_what_is_written_down_is_read_again_as_it_was() -> None:
    due = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for kind, d in (
        ("arrival_agreement", {"due": due, "reason": "停电"}),
        ("training_planned", {"kind": "theory", "date": date(2026, 5, 1), "hours": "2.5"}),
        ("arrived", {"geo": [30.65, 104.06]}),
        ("reclassified", {"level": "L3", "reason": "x", "consent": {"by": "王", "how": "fax"}}),
    ):
        typed = parsed(kind, d)
        assert loaded(kind, dumped(typed)) == typed == d


def test_a_correction_reads_the_moments_of_what_it_corrects() -> None:
    due = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    d = {"of": "a", "of_kind": "arrival_agreement", "d": {"due": due}, "reason": "x"}
    assert loaded("correction", dumped(d)) == d


def test_a_refusal_says_it_in_both_languages() -> None:
    refusal = bad_input("qty", "many", "a whole number")
    assert "「qty」不能是 'many'" in refusal.zh
    assert "qty cannot be 'many'" in refusal.en

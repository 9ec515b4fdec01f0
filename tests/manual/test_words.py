"""Everything that is stored as a word or happens as an event can be said in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from jiannuo.cases.states import State
from jiannuo.manual.catalogue import CAUSES, kinds
from jiannuo.manual.events import By, Event
from jiannuo.manual.profile import shipped
from jiannuo.manual.telling import _sentences, known, told
from jiannuo.manual.vocabulary import CUSTOMER_ROLES, VENDOR_ROLES, Level, Verdict
from jiannuo.manual.words import Text, length, limit, tables, word

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
CLOSED = {
    "level": [v.value for v in Level],
    "status": [v.value for v in State],
    "verdict": [v.value for v in Verdict],
    "role": [*VENDOR_ROLES, *CUSTOMER_ROLES],
    "cause": list(CAUSES),
    "start": [p.starts for p in shipped().promises],
    "stop": [p.stops for p in shipped().promises],
    "todo": [p.code for p in shipped().promises_of("case")],
    "owner": [p.code for p in shipped().promises_of("case")],
}


@pytest.mark.parametrize("table", CLOSED)
def test_every_closed_word_has_a_name(table: str) -> None:
    assert not set(CLOSED[table]) - set(tables()[table])


def test_no_saying_lacks_a_language() -> None:
    empty = [
        (table, key)
        for table, rows in tables().items()
        for key, text in rows.items()
        if not text.zh.strip() or not text.en.strip()
    ]
    assert not empty


def test_both_languages_of_a_saying_have_the_same_fields() -> None:
    fields = re.compile(r"\{(\w+)")
    sayings = {f"{t}.{k}": text for t, rows in tables().items() for k, text in rows.items()}
    sayings |= {kind: text for kind, (text, _) in _sentences().items()}
    differing = [
        key
        for key, text in sayings.items()
        if set(fields.findall(text.zh)) != set(fields.findall(text.en))
    ]
    assert not differing


TOLD = {"case", "customer", "contact", "site", "device", "contract", "extra"}


def test_every_event_of_a_case_and_of_what_is_set_up_can_be_told() -> None:
    of_cases = {kind for kind, row in kinds().items() if TOLD & set(row.subjects)}
    assert of_cases <= known()


def test_every_event_of_an_inspection_or_a_training_can_be_told() -> None:
    of_plans = {k for k, row in kinds().items() if row.subjects in (("inspection",), ("training",))}
    assert of_plans <= known()


def test_a_sentence_uses_only_fields_and_words_that_exist() -> None:
    wrong = []
    for key, (text, _) in _sentences().items():
        fields = kinds()[key.partition(":")[0]].fields
        for name, table in re.findall(r"\{(\w+)(?::(\w+))?\}", text.zh + text.en):
            if name != "name" and name not in fields:
                wrong.append((key, name))
            elif table not in ("", "time", "names") and "|" in fields[name].type:
                wrong += [
                    (key, w) for w in fields[name].type.split("|") if w not in tables()[table]
                ]
    assert not wrong


def event(kind: str, /, **d: object) -> Event:
    return Event(kind, NOON, 1, By("邓丽"), d, NOON)


def test_what_was_not_said_is_left_out_of_a_sentence() -> None:
    assert told(shipped(), event("remote_failed")).text == Text(
        "邓丽远程没能解决", "邓丽 could not fix it remotely"
    )
    reason = told(shipped(), event("remote_failed", reason="链路中断"))
    assert reason.text.zh == "邓丽远程没能解决：链路中断"


def test_a_refused_consent_is_not_told_as_a_consent() -> None:
    refused = told(shipped(), event("remote_consent", given=False, how="call"))
    assert refused.text.zh == "邓丽不同意远程接入，电话"
    assert refused.proof


def test_a_moment_inside_a_sentence_is_in_the_company_s_zone() -> None:
    said = told(shipped(), event("customer_informed", eta=NOON + timedelta(hours=3)))
    assert said.text.zh == "邓丽告知客户预计 05-20 15:00:00 到"


def test_a_note_is_inside_unless_made_visible() -> None:
    assert told(shipped(), event("noted", text="x")).seen is False
    assert told(shipped(), event("noted", text="x", visible=True)).seen is True
    assert told(shipped(), event("arrived")).seen is None


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(seconds=1), "1 秒", "1 s"),
        (timedelta(minutes=17), "17 分", "17 m"),
        (timedelta(minutes=29, seconds=59), "29 分 59 秒", "29 m 59 s"),
        (timedelta(hours=3, minutes=58), "3 时 58 分", "3 h 58 m"),
        (timedelta(hours=3, seconds=7), "3 时 07 秒", "3 h 07 s"),
        (timedelta(days=5, hours=2), "5 天 02 时", "5 d 02 h"),
        (timedelta(days=2), "2 天", "2 d"),
    ],
)
def test_lengths_are_said_to_the_second(span: timedelta, zh: str, en: str) -> None:
    assert length(span) == Text(zh, en)


@pytest.mark.parametrize(
    ("span", "zh"),
    [
        (timedelta(minutes=30), "30 分钟"),
        (timedelta(hours=2), "2 小时"),
        (timedelta(hours=24), "24 小时"),
        (timedelta(hours=48), "48 小时"),
        (timedelta(hours=120), "5 天"),
    ],
)
def test_limits_are_said_as_the_manual_writes_them(span: timedelta, zh: str) -> None:
    assert limit(span).zh == zh


def test_a_word_that_nobody_named_is_shown_as_it_is() -> None:
    assert word("status", "sleeping") == Text("sleeping", "sleeping")

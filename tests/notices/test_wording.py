"""What notices say: the shipped words, the company's own, and what a text may not hold."""

from __future__ import annotations

from dataclasses import replace
from string import Template
from uuid import uuid4

import pytest

from jiannuo.journey import wording as spoken
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import shipped
from jiannuo.notices import wording
from jiannuo.notices.channels.channel import Language
from jiannuo.notices.sending import Part
from jiannuo.notices.wording import Words
from tests.manual.happenings import at
from tests.world import LONG_NAME

ADMIN = Actor("罗敏", frozenset({"admin"}))
GIVEN = {"promise": "电话响应", "left": "7 分", "case": "2611-00012", "due": "09:30:00"}

pytestmark = pytest.mark.django_db


def test_every_kind_has_words_in_both_languages_that_hold_only_known_words() -> None:
    for kind in wording.kinds():
        for language in ("zh", "en"):
            found = wording.words_of(kind, language)
            wording.check(found.title, found.text)
            assert found.title
            assert Template(found.text).is_valid()


def test_a_kind_without_words_of_its_own_is_told_by_its_family_or_as_any_other() -> None:
    warn = wording.words_of("warn", "zh")
    assert wording.words_of("warn:phone_response", "zh") == warn
    assert wording.words_of("warn:emg_notify_duty_manager", "zh") != warn
    assert wording.words_of("renewal_30d", "zh") == wording.words_of("other", "zh")


def test_blank_words_leave_no_gaps() -> None:
    said = wording.say("warn", "zh", GIVEN)
    assert said.title == "电话响应 还剩 7 分 · 2611-00012"
    assert said.text == "2611-00012：电话响应 应在 09:30:00 前完成，还剩 7 分。"


def test_a_drill_says_first_that_it_is_one() -> None:
    marks: dict[Language, str] = {"zh": "【演练】", "en": "[DRILL]"}
    for language, mark in marks.items():
        said = wording.say("warn", language, GIVEN, drill=True)
        assert said.title.startswith(mark)
        assert said.text.startswith(mark)


def test_own_words_of_a_family_leave_a_kind_with_words_of_its_own_alone() -> None:
    special = wording.words_of("warn:emg_notify_duty_manager", "zh")
    wording.write(ADMIN, "warn", "zh", "快到了", "$case 快到了")
    wording.write(ADMIN, "other", "zh", "别的", "$case 别的")
    assert wording.words_of("warn:phone_response", "zh").title == "快到了"
    assert wording.words_of("warn:emg_notify_duty_manager", "zh") == special
    assert wording.words_of("due:phone_response", "zh").title != "别的"
    assert wording.words_of("renewal_30d", "zh").title == "别的"


def test_the_company_s_own_words_count_until_they_are_blank_again() -> None:
    wording.write(ADMIN, "warn", "zh", "快到了", "$case 快到了")
    assert wording.say("warn", "zh", GIVEN).text == "2611-00012 快到了"
    assert wording.say("warn", "en", GIVEN).text.startswith("2611-00012:")
    wording.write(ADMIN, "warn", "zh", "", "")
    assert wording.say("warn", "zh", GIVEN).title == "电话响应 还剩 7 分 · 2611-00012"
    assert [by for _, by, _ in wording.history("warn", "zh")] == ["罗敏", "罗敏"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$nobody", "unknown_word"),
        ("${case.customer}", "lone_dollar"),
        ("100 $", "lone_dollar"),
        ("$" + "{__class__}", "unknown_word"),
        ("长" * 501, "text_too_long"),
    ],
)
def test_a_text_that_cannot_be_is_refused_in_both_languages(text: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        wording.write(ADMIN, "warn", "zh", "题", text)
    assert caught.value.code == code
    assert caught.value.zh != caught.value.en


def test_what_stands_in_a_word_is_text_and_never_a_template() -> None:
    said = wording.say("warn", "zh", {**GIVEN, "customer": "$case {left} <script>"})
    assert "$case {left} <script>" in said.text


def part(kind: str, **payload: object) -> Part:
    return Part(kind, "case", uuid4(), "duty_manager", dict(payload), False, at("09:00"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_many_things_are_listed_by_their_titles(language: Language) -> None:
    parts = [part("renewal_30d", ref=f"HT-{n}") for n in range(3)]
    said = spoken.said(parts, shipped(), language, drill=False)
    assert "3" in said.title
    assert said.text.count("HT-") == 3


def test_what_two_rungs_say_of_one_thing_counts_once_in_a_list() -> None:
    twice = part("due:phone_response", case="2611-1", promise="phone_response")
    parts = [twice, replace(twice, to_role="engineer"), part("renewal_30d", ref="HT-1")]
    said = spoken.said(parts, shipped(), "zh", drill=False)
    assert "2 条" in said.text
    assert len(said.text.splitlines()) == 3


def test_two_things_about_one_case_are_one_text() -> None:
    one = part("warn:phone_response", case="2611-1", promise="phone_response")
    two = Part(
        "warn:umbrella_response",
        "case",
        one.subject,
        "duty_manager",
        {"case": "2611-1", "promise": "umbrella_response"},
        False,
        at("09:00"),
    )
    said = spoken.said([one, two], shipped(), "zh", drill=False)
    assert "电话响应" in said.text
    assert "4 小时响应" in said.text


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh", "另有：4 小时响应 已超时、24 小时解决 已超时。"),
        ("en", "Also: Response within 4 hours: overdue; Fixed within 24 hours: overdue."),
    ],
)
def test_of_much_about_one_case_the_first_is_read_whole_and_the_others_are_named(
    language: Language, says: str
) -> None:
    about = uuid4()
    codes = ("phone_response", "umbrella_response", "fix_24h", "fix_24h")
    parts = [
        Part(
            f"due:{code}",
            "case",
            about,
            "duty_manager",
            {"case": "2611-1", "customer": LONG_NAME, "promise": code, "n": n},
            False,
            at("09:00"),
        )
        for n, code in enumerate(codes)
    ]
    text = spoken.said(parts, shipped(), language, drill=False).text
    assert text.count(LONG_NAME) == 1
    assert says in text


def test_what_is_no_promise_keeps_its_words_however_much_there_is() -> None:
    about = uuid4()

    def deviation(note: str) -> Part:
        facts = {"case": "2611-1", "action": "leave", "note": note}
        return Part("deviation", "case", about, "duty_manager", facts, False, at("09:00"))

    notes = ["客户要求", "夜间封路", "备件未到", "现场断电"]
    late = [
        Part(f"due:{code}", "case", about, "duty_manager", {"promise": code}, False, at("09:00"))
        for code in ("phone_response", "fix_24h")
    ]
    for parts in (list(map(deviation, notes)), [*map(deviation, notes), *late]):
        said = spoken.said(parts, shipped(), "zh", drill=False)
        assert all(note in said.text for note in notes)
        assert "另有：。" not in said.text
    assert "电话响应" in said.title


def test_titles_that_begin_alike_hide_nothing() -> None:
    about = uuid4()
    written = {"due": Words("$case · $promise", "$promise 迟了")}
    parts = [
        Part(f"due:{c}", "case", about, "r", {"case": "1", "promise": c}, False, at("09:00"))
        for c in ("phone_response", "umbrella_response", "fix_24h")
    ]
    text = spoken.said(parts, shipped(), "zh", drill=False, written=written).text
    assert [name in text for name in ("电话响应", "4 小时响应", "24 小时解决")] == [True] * 3


def test_after_a_jump_of_the_clock_the_text_says_that_times_are_in_doubt() -> None:
    said = spoken.said([part("renewal_30d", ref="HT-1", doubt=True)], shipped(), "zh", drill=False)
    assert "手表" in said.text

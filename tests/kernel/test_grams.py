"""A text is found by any fragment of it and by nothing else: against Python's own `in`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jiannuo.kernel.grams import MOST_WORDS, asked, fold, folded, snippet

#: Few characters, so that fragments repeat, and all kinds of them.
LETTERS = "电源模块风扇，。 \n-_/.'\"\\%:&|!()*<>aB1０Ａ2④℃é\u0301ß\u200d\u202e\x00😀"
TEXT = st.text(st.sampled_from(LETTERS), max_size=40) | st.text(max_size=20)


def test_width_case_and_spaces_do_not_matter() -> None:
    assert fold("ＣＸＳ９０００－２４１０\u3000 掉\u200b电\x00 ") == "cxs9000-2410 掉电"
    assert fold("Straße") == fold("STRASSE")


@given(TEXT)
@example("İ")
@example("a\u200d\u0301")
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "\x00" not in fold(text)


def test_a_serial_is_found_with_and_without_what_divides_it() -> None:
    kept = folded(["更换 CXS9000-2410-0002，电话 028-5550 2203 或 138 0000 1111"])
    for typed in (
        "cxs9000-2410-0002",
        "ＣＸＳ9000-2410",
        "CXS90002410",
        "CXS9000 2410 0002",
        "10-0002",
        "2410-0002",
        "24100002",
        "02855502203",
        "5550-2203",
        "13800001111",
        "138-0000-1111",
    ):
        assert asked(typed).holds(kept), typed
    assert not asked("cxs9000-2411").holds(kept)
    assert asked("cxs9000-2410").holds(folded(["cxs900024100002"]))


def test_no_fragment_reaches_from_one_text_into_the_next() -> None:
    assert not asked("模块风扇").holds(folded(["电源模块", "风扇"]))
    assert asked("模块 风扇").holds(folded(["电源模块", "风扇"]))


def test_nothing_typed_is_nothing_asked() -> None:
    for typed in ("", "  ", "\x00", "\u200b \u202e"):
        assert not asked(typed)


def test_a_novel_in_the_box_is_cut() -> None:
    assert len(asked("电" * 10_000).words[0][0]) == 100
    assert len(asked("a " * 10_000).words) == 1
    assert len(asked(" ".join(map(str, range(500)))).words) == MOST_WORDS


@pytest.mark.django_db
class TestInTheDatabase:
    """The condition that `where` gives holds for exactly the texts that hold the words."""

    def found(self, typed: str, kept: list[str], *, indexed: bool = True) -> list[bool]:
        wanted = asked(typed)
        where, said = wanted.where("t") if indexed else wanted.recheck("t")
        values: dict[str, Any] = {**said, "kept": kept}
        with connection.cursor() as cursor:
            cursor.execute(
                f"select {where} from unnest(%(kept)s::text[]) with ordinality as u (t, n)"
                " order by n",
                values,
            )
            return [row[0] for row in cursor.fetchall()]

    @given(st.lists(TEXT, min_size=1, max_size=6), TEXT)
    @settings(max_examples=150, deadline=timedelta(seconds=5))
    def test_what_holds_every_word_is_found_and_nothing_else(
        self, texts: list[str], typed: str
    ) -> None:
        wanted, kept = asked(typed), [folded([text]) for text in texts]
        if not wanted:
            return
        said = fold(typed).split(" ")
        if not any(c in "-_/" for c in typed):  # plainly: each word as it was typed
            assert [wanted.holds(one) for one in kept] == [
                all(word in one for word in said) for one in kept
            ]
        assert self.found(typed, kept) == [wanted.holds(one) for one in kept]

    @given(TEXT.map(fold).filter(bool), st.data())
    @settings(max_examples=150, deadline=timedelta(seconds=5))
    def test_every_fragment_finds_its_text(self, text: str, data: st.DataObject) -> None:
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        fragment = text[start:end]
        if asked(fragment):
            assert self.found(fragment, [folded([text])]) == [True], fragment

    def test_one_character_is_enough(self) -> None:
        kept = [folded([text]) for text in ("燊", "磁浮燊焱", "末尾是燊", "没有", "焱 燊 x")]
        assert self.found("燊", kept) == [True, True, True, False, True]
        assert self.found("x", kept) == [False, False, False, False, True]


def test_a_snippet_shows_the_hit_as_it_was_written() -> None:
    found = snippet(asked("cxs9000-2410"), ["看过了", "序列号  ＣＸＳ9000-2410-0002 掉电"])
    assert found is not None
    assert (found.before, found.hit, found.after) == ("序列号 ", "ＣＸＳ9000-2410", "-0002 掉电")


def test_a_snippet_of_a_long_text_is_cut_around_the_hit() -> None:
    found = snippet(asked("主控"), ["前" * 200 + "主控" + "后" * 200])
    assert found is not None
    assert found.before.startswith("…")
    assert found.after.endswith("…")
    assert len(found.before + found.hit + found.after) < 100


@given(TEXT, TEXT)
def test_a_snippet_shows_what_it_says(text: str, typed: str) -> None:
    found = snippet(asked(typed), [text])
    if found is not None:
        assert any(form in fold(found.hit) for forms in asked(typed).words for form in forms)

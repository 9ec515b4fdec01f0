"""The pages of docs/manual say what is so: every duty, the file that keeps it, the test that
shows it, and one English word for each Chinese one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from jiannuo.manual.catalogue import kinds
from jiannuo.manual.profile import readings
from jiannuo.manual.telling import known as told
from ops import clauses, words
from ops.clauses import Found, Witness
from ops.pages import pages

REMEDY = "run `make docs`"


@pytest.fixture(scope="module")
def found() -> Found:
    return clauses.found()


@pytest.mark.parametrize("name", ["clauses.md", "readings.md", "words.md"])
def test_a_page_is_what_it_is_made_of(name: str) -> None:
    made = {path.name: (path, text) for path, text in pages()}
    path, text = made[name]
    assert path.exists(), REMEDY
    assert path.read_text(encoding="utf-8") == text, REMEDY


def test_the_manual_has_134_duties_each_told_apart() -> None:
    duties = clauses.duties()
    assert len({duty.id for duty in duties}) == len(duties) == 134
    assert len({duty.zh for duty in duties}) == len({duty.en for duty in duties}) == 134
    assert {duty.section for duty in duties} == set(clauses.sections())
    assert {duty.kind for duty in duties} == {"explicit", "inferred"}
    assert {duty.priority for duty in duties} == {"must", "should", "could"}


def _states() -> Iterator[tuple[str, str, str]]:
    """(number, state, what shows it) of every row of the page as it lies there."""
    for line in (words.MANUAL / "clauses.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| R-"):
            number, _, state, _, shown = (part.strip() for part in line.strip("|").split(" | "))
            yield number, state, shown.rstrip("| ")


def test_what_the_page_calls_kept_is_named_by_a_test_and_by_the_product(found: Found) -> None:
    rows = list(_states())
    assert len(rows) == 134
    for number, state, shown in rows:
        if "kept" in state:
            assert number in found.tests, f"no test names {number}"
            assert number in found.files, f"no file of the product names {number}"
            assert shown


def test_nobody_names_a_duty_that_does_not_exist(found: Found) -> None:
    assert clauses.unknown(found) == {}


def test_a_duty_named_by_one_side_only_is_open() -> None:
    found = Found({"R-1-1": ("a.py",)}, {"R-1-2": (Witness("test_a.py", "test_it"),)})
    assert not found.kept("R-1-1")
    assert not found.kept("R-1-2")


def test_numbers_end_where_they_end() -> None:
    text = "R-7.4-B-9-1, (R-2-10) and R-X-5. Not AR-2-1, not R-2-{n}."
    assert clauses.numbers(text) == {"R-7.4-B-9-1", "R-2-10", "R-X-5"}


SOURCE = '''
"""All of this file: R-0-1."""
TABLE = {f"L{n}": f"R-7.2-T-{n}" for n in range(1, 3)}
OTHERS = [unknowable("R-7-5")]

# R-1-1 in a comment is not a claim
def helper():
    return "R-1-2"

@keeps(TABLE["L1"], "R-1-3")
def test_one():
    """Two things: R-1-4."""

def test_two():
    assert refused == "R-1-5" and OTHERS

@keeps("R-1-6")
class TestThree:
    def test_in_a_class(self): ...
'''


def test_what_a_test_names_is_found_without_running_it() -> None:
    seen = defaultdict(set)
    for number, test in clauses.named(SOURCE):
        seen[test].add(number)
    assert seen == {
        "": {"R-0-1"},
        "test_one": {"R-7.2-T-1", "R-7.2-T-2", "R-1-3", "R-1-4"},
        "test_two": {"R-1-5", "R-7-5"},
        "test_in_a_class": {"R-1-6"},
    }


def test_each_chinese_word_has_one_english_word() -> None:
    said = defaultdict(set)
    for zh, en in words.nouns():
        said[zh].add(en.lower())
    assert {zh: en for zh, en in said.items() if len(en) > 1} == {}


def test_every_event_has_a_name_in_the_glossary() -> None:
    assert told() | set(words.own_events()) == set(kinds())


def test_every_reading_answers_a_question() -> None:
    ids = [reading.id for reading in readings()]
    assert [f"A{n}" for n in range(1, 36)] == [name for name in ids if name != "A7b"]
    assert set(words.questions()) == set(ids)


def test_an_event_is_named_by_what_is_done() -> None:
    assert words.bare("{name}确认受理，定为{level:level}[：{text}]") == "确认受理，定为…"
    assert words.bare("{name} asked for part {part} x {qty}") == "asked for part …"

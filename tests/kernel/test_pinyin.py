"""Names as they are spoken, numbers as they are rung from."""

from __future__ import annotations

import pytest

from jiannuo.kernel.grams import asked
from jiannuo.kernel.pinyin import asked_by_number, asked_of_persons, findable, spoken


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("重庆轨道交通集团", ("cqgdjt", "chongqing", "cq")),
        ("长沙银行", ("csyh", "changshayinhang")),
        ("邓丽", ("dl", "dengli", "DengLi")),
        ("单立", ("dl", "sl", "shanli")),  # as a family name 单 is Shan
        ("曾华", ("zh", "zenghua", "ch")),
        ("欧阳娜", ("oyn", "ouyangna")),
        ("CX 机房 3 楼", ("cxjf3l", "jifang")),
    ],
)
def test_a_name_is_found_as_it_is_spoken(name: str, typed: tuple[str, ...]) -> None:
    kept = findable([name])
    for one in typed:
        assert asked(one).holds(kept), one


def test_a_name_in_letters_is_not_spoken_again() -> None:
    assert spoken("Siemens AG") == ()
    assert findable(["Siemens AG"]) == "siemens ag"


def test_readings_do_not_explode() -> None:
    assert len(spoken("行长朝单")) <= 30
    assert len(spoken("长" * 60)) <= 4


@pytest.mark.parametrize(
    ("kept", "rung"),
    [
        ("028-5550-2203", ("028-5550-2203", "02855502203", "+86 28 5550 2203", "008602855502203")),
        ("028-5550-2203", ("55502203", "2203", "5550-2203", "０２８５５５０２２０３")),
        ("5550-2203", ("02855502203", "+862855502203")),
        ("138 0000 1111", ("13800001111", "+8613800001111", "013800001111", "1111", "00001111")),
    ],
)
def test_a_number_is_found_however_it_is_shown(kept: str, rung: tuple[str, ...]) -> None:
    found_by = findable(["邓丽"], [kept])
    for number in rung:
        assert asked_of_persons(number).holds(found_by), number


def test_another_city_s_or_another_man_s_number_is_not_his() -> None:
    assert not asked_of_persons("13900001111").holds(findable(["甲"], ["13800001111"]))
    assert not asked_of_persons("02855502204").holds(findable(["甲"], ["028-5550-2203"]))


def test_what_is_no_number_is_read_as_words() -> None:
    assert asked_by_number("CXS9000") is None
    assert asked_by_number("12") is None
    assert asked_of_persons("2410-0002 电源").words[1] == ("电源",)

"""Which article fits what a caller says."""

from __future__ import annotations

from jiannuo.kernel.grams import cut
from jiannuo.knowledge.rules import fitting

TEXTS = {
    "fan": "风扇转速高\n机箱风扇一直全速转，噪声大",
    "port": "上联端口时通时断\n交换机上联端口反复 up down",
    "disk": "硬盘告警\n阵列里一块硬盘亮黄灯",
}


def test_the_article_with_the_rarest_shared_words_comes_first() -> None:
    assert fitting(cut("交换机的上联端口一会通一会断"), TEXTS) == ["port"]
    assert fitting(cut("有块硬盘亮灯了"), TEXTS) == ["disk"]


def test_what_shares_a_single_gram_with_a_long_text_fits_nothing() -> None:
    assert fitting(cut("我想问一下合同什么时候到期，另外发票抬头怎么改"), TEXTS) == []


def test_an_article_about_another_product_stands_behind() -> None:
    twins = {"a": "端口时通时断", "b": "端口时通时断"}
    said = cut("端口时通时断")
    assert fitting(said, twins, {"a": False, "b": True}) == ["b", "a"]
    assert fitting(said, twins, {"a": False, "b": None}) == ["b", "a"]


def test_nothing_said_finds_nothing() -> None:
    assert fitting(cut(""), TEXTS) == []

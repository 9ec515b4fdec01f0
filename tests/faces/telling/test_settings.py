"""The settings of telling: who may change them, the words, the ladders, one's own likings."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from jiannuo.manual.profile import shipped
from jiannuo.notices import set_up, wording
from jiannuo.people.models import Staff
from tests.faces.telling.pages import ask, asked, press, tell, turn_on
from tests.faces.test_query_budget import BUDGET


def test_a_duty_manager_reads_and_changes_nothing(desk: Client, number: str) -> None:
    turn_on("sms")
    html = ask(desk, "/settings/channels/sms/")
    assert "只能看，改动请找管理员" in html
    assert "已保存，不显示" in html
    assert "<input class" not in html
    for address, form in (
        ("/settings/channels/sms/", {"do": "off"}),
        ("/settings/channels/sms/", {"do": "test", "to": "1"}),
        ("/settings/wording/warn/", {"title_zh": "x", "text_zh": "y"}),
    ):
        assert press(desk, address, form=form).status_code == 403


def test_a_channel_or_kind_that_is_not_there_is_no_page(admin: Client) -> None:
    assert admin.get("/settings/channels/pigeon/").status_code == 404
    assert admin.get("/settings/wording/pigeon/").status_code == 404


def test_words_are_written_read_and_taken_back(admin: Client) -> None:
    address = "/settings/wording/assigned/"
    form = {"title_zh": "请接单 · $case", "text_zh": "请$engineer接单：$customer"}
    assert press(admin, address, form=form).status_code == 302
    assert wording.words_of("assigned", "zh").own
    html = ask(admin, address)
    assert "请李伟接单：眉山东坡智慧交通指挥中心" in html
    assert "改过 1 次" in html
    assert "本公司改过" in ask(admin, "/settings/wording/")
    press(admin, address, form={**form, "do": "back-zh"})
    assert not wording.words_of("assigned", "zh").own
    assert "恢复出厂措辞" in ask(admin, address)


def test_an_unknown_word_is_refused_and_the_text_stays(admin: Client) -> None:
    form = {
        "title_zh": "请接单 · $case",
        "text_zh": "请$engineer接单",
        "title_en": "Take it · $case",
        "text_en": "Take it, $engeneer",
    }
    answer = press(admin, "/settings/wording/assigned/", form=form)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "$engeneer</textarea>" in html
    assert "请$engineer接单</textarea>" in html
    assert html.count("没存上，字都还在") == 1
    assert not wording.words_of("assigned", "en").own
    assert not wording.words_of("assigned", "zh").own


def test_both_languages_are_kept_by_one_press(admin: Client) -> None:
    shipped_zh = wording.words_of("assigned", "zh")
    form = {
        "title_zh": shipped_zh.title,
        "text_zh": shipped_zh.text,
        "title_en": "Take $case",
        "text_en": "Take it,\r\n$engineer",
    }
    assert press(admin, "/settings/wording/assigned/", form=form).status_code == 302
    assert wording.words_of("assigned", "en").text == "Take it,\n$engineer"
    assert not wording.words_of("assigned", "zh").own  # what nobody changed stays as it ships


def test_words_that_do_not_say_what_it_is_about_are_refused(admin: Client) -> None:
    form = {"title_zh": "请接单", "text_zh": "请$engineer接单"}
    answer = press(admin, "/settings/wording/assigned/", form=form)
    assert answer.status_code == 409
    assert "要有 $case" in answer.content.decode()
    assert not wording.words_of("assigned", "zh").own
    assert "必须有" in ask(admin, "/settings/wording/assigned/")


def test_the_preview_is_of_the_last_real_notice_and_else_an_example(
    number: str, admin: Client
) -> None:
    address = "/settings/wording/warn/"
    assert "预览是举例" in ask(admin, address)
    tell(number)
    html = ask(admin, address)
    assert "预览用最近一次真的通知" in html
    assert f"· {number}</b>" in html


def test_half_a_text_is_refused(admin: Client) -> None:
    form = {"title_zh": "请接单", "text_zh": " "}
    answer = press(admin, "/settings/wording/assigned/", form=form)
    assert answer.status_code == 409
    assert "标题和正文都要填" in answer.content.decode()


def test_every_word_that_may_stand_in_a_text_is_explained(admin: Client) -> None:
    html = ask(admin, "/settings/wording/warn/")
    assert [name for name in wording.WORDS if f"<code>${name}</code>" not in html] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_ladder_is_drawn(admin: Client, lang: str) -> None:
    admin.cookies["language"] = lang
    html = ask(admin, "/settings/ladders/")
    for promise in shipped().promises:
        assert (promise.en if lang == "en" else promise.zh) in html
    rungs = {p.ladder: len(shipped().ladder(p.ladder)) for p in shipped().promises if p.ladder}
    assert html.count('<circle class="rung') == sum(rungs.values())


def test_how_one_is_told_is_his_own_affair(number: str, desk: Client) -> None:
    turn_on("sms", "voice")
    html = ask(desk, "/me/notices/")
    assert "一级故障总会找到您" in html
    assert "13800000007" in html
    form = {"place0": "voice", "place1": "sms", "quiet_from": "21:30", "quiet_to": "06:45"}
    assert press(desk, "/me/notices/", form=form).status_code == 302
    html = ask(desk, "/me/notices/")
    assert re.findall(r'<option value="(\w+)" selected', html) == ["voice", "sms"]
    assert 'value="21:30"' in html
    liking = set_up.likings([Staff.objects.get(name="刘洋").id])
    assert [one.channels for one in liking.values()] == [("voice", "sms")]


def test_a_time_that_is_none_is_refused(number: str, desk: Client) -> None:
    turn_on("sms", "voice")
    form = {"place0": "voice", "quiet_from": "半夜", "quiet_to": "06:45"}
    answer = press(desk, "/me/notices/", form=form)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "时间要写成 22:00 这样" in html
    assert re.findall(r'<option value="(\w+)" selected', html) == ["voice"]  # what he typed stays
    assert 'value="06:45"' in html


SETTINGS = {
    "desk:channel_list": "/settings/channels/",
    "desk:channel_show": "/settings/channels/sms/",
    "desk:wording_list": "/settings/wording/",
    "desk:wording_show": "/settings/wording/warn/",
    "desk:holiday_show": "/settings/holidays/",
    "desk:ladder_list": "/settings/ladders/",
    "desk:liking_show": "/me/notices/",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_settings_keep_their_budgets(number: str, admin: Client, name: str) -> None:
    turn_on("sms", "voice")
    for n in range(5):
        tell(number, minutes=n)
    assert asked(admin, SETTINGS[name]) <= BUDGET[name]

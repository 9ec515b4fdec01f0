"""Telling on the pages: sent is not told, one button tells, nothing but the code opens a link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.telling.link import network
from jiannuo.journey import addressing, telling
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import shipped
from jiannuo.notices import acknowledging, sending, set_up, wording
from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.commands import Note, cancel_of, post
from jiannuo.notices.models import Delivery, Guess, Notice, Recipient
from jiannuo.people.models import Staff
from tests.faces.conftest import NOON
from tests.faces.test_query_budget import BUDGET
from tests.world import World, confirmed, login, reported

MINUTE = timedelta(minutes=1)
CALL = "warn:emg_notify_duty_manager"


@pytest.fixture
def number(world: World) -> str:
    Staff.objects.filter(name="刘洋").update(phone="13800000007", email="ly@jiannuo.example")
    return confirmed(world, reported(world, NOON), NOON, "L2")


def tell(number: str, kind: str = CALL, minutes: int = 5, **note: Any) -> UUID:
    """A notice of a case to the duty manager, so many minutes after noon: its bundle."""
    card = cases.card(number)
    key = note.pop("key", str(uuid4()))
    given = {"urgency": 1, "ack": True, **note}
    with held_at(NOON + minutes * MINUTE):
        post([Note(key, kind, "case", card.id, "duty_manager", card.customer, **given)])
        while addressing.address():
            pass
    return Recipient.objects.get(notice__key=key).bundle


def turn_on(*codes: str) -> None:
    values = {
        "sms": {"url": "http://127.0.0.1:9/", "token": "Bearer never-shown", "secret": "k" * 20},
        "voice": {"url": "http://127.0.0.1:9/", "secret": "v" * 20},
    }
    with held_at(NOON):
        for code in codes:
            set_up.configure(ADMIN, code, values[code])


ADMIN = Actor("罗敏", frozenset({"admin"}))


def ask(client: Client, address: str, minutes: int = 9) -> str:
    with held_at(NOON + minutes * MINUTE):
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def press(
    client: Client, address: str, minutes: int = 9, form: Mapping[str, str] | None = None
) -> Any:
    with held_at(NOON + minutes * MINUTE):
        return client.post(address, dict(form or {}))


def buttons(html: str) -> int:
    return len(re.findall(r"<button[^>]*jn-know", html))


# ── the inbox ────────────────────────────────────────────────────────────────────────────────


def test_an_empty_inbox_says_so(number: str, desk: Client) -> None:
    assert "没有给您的通知" in ask(desk, "/inbox/")


def test_what_asks_for_his_word_comes_first_with_its_button(number: str, desk: Client) -> None:
    tell(number, "deviation", 6, urgency=3, ack=False)
    tell(number, CALL, 5)
    html = ask(desk, "/inbox/")
    assert buttons(html) == 1
    assert html.index("一级故障，请立即响应") < html.index("有一项偏差")
    assert "已发出，您还没有确认" in html
    assert "4 分钟前" in html
    assert f'href="/cases/{number}/"' in html


def test_the_more_urgent_one_is_pressed_first(number: str, desk: Client) -> None:
    tell(number, "emergency_proposed", 6, urgency=2)
    tell(number, CALL, 5)
    html = ask(desk, "/inbox/")
    assert html.index("一级故障，请立即响应") < html.index("请判定是否一级故障")
    assert html.count("jn-ask first") == 1


def test_a_drill_is_marked(number: str, desk: Client) -> None:
    tell(number, drill=True)
    assert "【演练】" in ask(desk, "/inbox/")


def test_opening_is_seeing_and_not_knowing(number: str, desk: Client) -> None:
    tell(number, "deviation", urgency=3, ack=False)
    tell(number)
    ask(desk, "/inbox/")
    ask(desk, "/inbox/")
    assert Notice.objects.filter(told_at__isnull=False).count() == 0
    assert Recipient.objects.get(notice__kind="deviation").seen_at is not None
    assert buttons(ask(desk, "/inbox/")) == 1


def test_the_bell_is_red_until_he_gives_his_word(number: str, desk: Client) -> None:
    bundle = tell(number)
    assert 'class="jn-bell new hot"' in ask(desk, "/")
    ask(desk, "/inbox/")
    assert 'class="jn-bell new hot"' in ask(desk, "/")
    press(desk, f"/inbox/{bundle}/")
    assert 'class="jn-bell"' in ask(desk, "/")


def test_the_heartbeat_tells_the_bell(number: str, desk: Client) -> None:
    tell(number, "deviation", urgency=3, ack=False)
    tell(number)
    beat = desk.get("/web/beat/").json()
    assert (beat["unseen"], beat["asking"]) == (2, 1)


def test_the_button_tells(number: str, desk: Client) -> None:
    bundle = tell(number)
    answer = press(desk, f"/inbox/{bundle}/", 10)
    assert answer.headers["Location"] == "/inbox/"
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    html = ask(desk, "/inbox/", 11)
    assert "已记下：您知道了" in html
    assert "12:10 已确认" in html
    assert buttons(html) == 0


def test_pressing_again_is_nothing_new(number: str, desk: Client) -> None:
    bundle = tell(number)
    press(desk, f"/inbox/{bundle}/", 10)
    press(desk, f"/inbox/{bundle}/", 12)
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    assert "这条已经确认过" in ask(desk, "/inbox/", 13)


def test_a_link_that_is_followed_presses_nothing(number: str, desk: Client) -> None:
    assert desk.get(f"/inbox/{tell(number)}/").status_code == 405


def test_nobody_presses_for_another(number: str, client: Client, world: World) -> None:
    bundle = tell(number)
    client.force_login(login("周敏"))
    press(client, f"/inbox/{bundle}/")
    assert Notice.objects.get().told_at is None
    assert "没有给您的通知" in ask(client, "/inbox/")


def test_what_was_withdrawn_asks_for_nothing(number: str, desk: Client) -> None:
    tell(number)
    cancel_of(cases.card(number).id, [CALL])
    html = ask(desk, "/inbox/")
    assert "已撤销，不必处理" in html
    assert buttons(html) == 0


def test_the_inbox_speaks_english(number: str, desk: Client) -> None:
    tell(number)
    desk.cookies["language"] = "en"
    html = ask(desk, "/inbox/")
    assert "Level one, answer now" in html
    assert "Sent; you have not acknowledged it" in html


@pytest.mark.parametrize("many", [1, 40])
def test_the_inbox_keeps_its_budget(number: str, desk: Client, many: int) -> None:
    for n in range(many):
        tell(number, CALL if n % 2 else "deviation", n, urgency=1 + n % 3, ack=bool(n % 2))
    assert asked(desk, "/inbox/") <= BUDGET["desk:inbox_list"]


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        ask(client, address, 50)
    return len(found)


# ── the link of a message ────────────────────────────────────────────────────────────────────


def link(bundle: UUID) -> str:
    row = Delivery.objects.get(bundle=bundle, channel="inbox")
    return f"/a/{row.pk}-{acknowledging.code_of(row.key)}/"


def test_a_link_shows_the_notice_and_looking_tells_nothing(number: str, client: Client) -> None:
    address = link(tell(number))
    html = ask(client, address)
    assert "一级故障，请立即响应" in html
    assert buttons(html) == 1
    assert "只打开这一页不算" in html
    with held_at(NOON + 9 * MINUTE):
        assert client.head(address).status_code == 200
    assert Notice.objects.get().told_at is None


def test_a_link_tells_no_more_than_the_message(number: str, client: Client) -> None:
    html = ask(client, link(tell(number)))
    contacts = customers.contacts(cases.card(number).customer)  # type: ignore[arg-type]
    for word in ("刘洋", "13800000007", *(c.name for c in contacts), *(c.phone for c in contacts)):
        assert not word or word not in html


def test_pressing_the_link_tells_and_a_second_time_says_when(number: str, client: Client) -> None:
    address = link(tell(number))
    strict = Client(enforce_csrf_checks=True)  # browsers inside chat programs keep no cookies
    assert press(strict, address, 10).headers["Location"] == address
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    press(strict, address, 12)
    assert Notice.objects.get().told_at == NOON + 10 * MINUTE
    html = ask(client, address, 13)
    assert "已确认" in html
    assert "12:10" in html
    assert buttons(html) == 0


def test_a_link_speaks_the_language_of_its_reader(number: str, client: Client) -> None:
    Staff.objects.filter(name="刘洋").update(language="en")
    address = link(tell(number))
    assert "I know" in ask(client, address)
    client.cookies["language"] = "zh"
    assert "知道了" in ask(client, address)


@pytest.mark.parametrize("days", [0, 3])
def test_a_wrong_and_an_old_link_say_so_in_both_languages(
    number: str, client: Client, days: int
) -> None:
    address = link(tell(number)) if days else "/a/1-ACDEFGHJKMNP/"
    with held_at(NOON + timedelta(days=days)):
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 404
            assert "这个链接打不开" in answer.content.decode()
            assert "This link does not open" in answer.content.decode()
    assert not Notice.objects.filter(told_at__isnull=False).exists()


def test_who_guesses_is_told_to_wait(number: str, client: Client) -> None:
    address = link(tell(number))

    def status(path: str, minutes: float, origin: str) -> int:
        with held_at(NOON + minutes * MINUTE):
            return client.get(path, REMOTE_ADDR=origin).status_code

    tries = [status(f"/a/1-ACDEFGHJKM{n:02}/", 9, "203.0.113.9") for n in range(11)]
    assert tries == [404] * 10 + [429]
    assert status(address, 9, "203.0.113.9") == 200  # who has the code never waits
    assert status("/a/1-X/", 9, "203.0.113.10") == 404
    status("/a/1-X/", 19.1, "203.0.113.9")
    assert Guess.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_where_a_guess_came_from(address: str, origin: str) -> None:
    assert network(address) == origin


# ── who was told, on the page of a case ──────────────────────────────────────────────────────


def told(client: Client, number: str, minutes: int = 9) -> str:
    html = ask(client, f"/cases/{number}/", minutes)
    return html[html.index('id="told"') : html.index('id="history"')]


def test_a_case_of_which_nobody_was_told_says_so(number: str, desk: Client) -> None:
    assert "还没有人需要被告知" in told(desk, number)


def test_sent_is_not_told(number: str, desk: Client) -> None:
    bundle = tell(number)
    html = told(desk, number)
    assert "已发出，未确认" in html
    assert "1 人只是发出，未确认" in html
    assert "已告知 " not in html
    press(desk, f"/inbox/{bundle}/", 10)
    html = told(desk, number, 11)
    assert "已告知 12:10:00" in html
    assert "1 人已告知" in html


def failing(bundle: UUID, channel: str, *, again: bool) -> None:
    """What the worker keeps of a message that did not go out."""
    with held_at(NOON + 6 * MINUTE):
        parcel = next(p for p in sending.claim(channel, "test") if p.bundle == bundle)
        sending.failed(parcel, NotSent("号码停机", "number out of service", again=again))


def test_a_failure_says_what_follows(number: str, desk: Client) -> None:
    turn_on("sms", "voice")
    bundle = tell(number, "nobody_answers", 5, urgency=2, ack=False)
    failing(bundle, "sms", again=True)
    html = told(desk, number)
    assert "没发出：号码停机" in html
    assert "还会再试" in html


def test_a_failure_names_the_channel_that_comes_next(number: str, desk: Client) -> None:
    turn_on("sms", "voice")
    bundle = tell(number, "nobody_answers", 5, urgency=2, ack=False)
    failing(bundle, "sms", again=False)
    assert "已改用语音电话" in told(desk, number)


@pytest.mark.parametrize("many", [1, 12])
def test_a_case_with_much_telling_keeps_its_budget(number: str, desk: Client, many: int) -> None:
    for n in range(many):
        tell(number, minutes=n)
    assert asked(desk, f"/cases/{number}/") <= BUDGET["desk:case_show"]


# ── settings ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def admin(number: str, client: Client) -> Client:
    Staff.objects.filter(name="罗敏").update(phone="13800000015")
    client.force_login(login("罗敏"))
    return client


def test_a_channel_that_is_stuck_is_red(number: str, admin: Client) -> None:
    turn_on("sms")
    tell(number, by=("sms",))
    html = ask(admin, "/settings/channels/", 9)
    assert re.search(r'jn-tag bad">积压 1 条', html)
    assert "一直开着" in html


def test_a_secret_is_never_shown_and_blank_keeps_it(admin: Client) -> None:
    turn_on("sms")
    address = "/settings/channels/sms/"
    html = ask(admin, address)
    assert "never-shown" not in html
    assert "已保存，留空则不变" in html
    form = {"provider": "generic", "url": "http://127.0.0.1:99/", "enabled": "on", "do": "save"}
    assert press(admin, address, form=form).status_code == 302
    kept = set_up.channel("sms")
    assert (kept.values["url"], kept.values["token"]) == (form["url"], "Bearer never-shown")
    assert kept.set_by == "罗敏"


def test_what_is_refused_is_told_at_its_field_and_kept_as_typed(admin: Client) -> None:
    address = "/settings/channels/voice/"
    answer = press(
        admin,
        address,
        form={"url": "电话网关", "enabled": "on", "do": "save", "token": "geheim-getippt"},
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="电话网关"' in html
    assert 'name="enabled" value="on" checked' in html
    assert 'id="e-url"' in html
    assert "geheim-getippt" not in html
    assert not set_up.channel("voice").enabled


def test_what_a_label_lists_is_chosen_from_a_list(admin: Client) -> None:
    html = ask(admin, "/settings/channels/sms/")
    options = re.findall(r'<option value="(\w+)"', html)
    assert options == ["generic", "aliyun", "tencent"]
    admin.cookies["language"] = "en"
    options = re.findall(r'<option value="(\w+)"', ask(admin, "/settings/channels/email/"))
    assert options == ["none", "starttls", "tls"]


def test_a_channel_is_turned_off_and_on_with_what_it_had(admin: Client) -> None:
    turn_on("sms")
    before = set_up.channel("sms").values
    press(admin, "/settings/channels/sms/", form={"do": "off"})
    assert not set_up.channel("sms").enabled
    press(admin, "/settings/channels/sms/", form={"do": "on"})
    assert (set_up.channel("sms").enabled, set_up.channel("sms").values) == (True, before)


def test_turning_on_what_was_never_set_up_asks_for_what_is_missing(admin: Client) -> None:
    answer = press(admin, "/settings/channels/voice/", form={"do": "on"})
    assert answer.status_code == 409
    assert "请填写「语音网关地址」" in answer.content.decode()


def test_a_test_goes_to_oneself_and_tells_what_the_other_side_said(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on("sms")
    address = "/settings/channels/sms/"
    assert 'value="13800000015"' in ask(admin, address)
    monkeypatch.setattr(telling, "send_test", lambda actor, code, to: f"{code}-{to}-r1")
    press(admin, address, form={"do": "test", "to": "13800000015"})
    assert "回执 sms-13800000015-r1" in ask(admin, address)


def test_a_test_that_fails_says_why(admin: Client) -> None:
    turn_on("sms")
    answer = press(admin, "/settings/channels/sms/", form={"do": "test", "to": "13800000099"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "没有发出：" in html
    assert 'value="http://127.0.0.1:9/"' in html
    assert 'value="13800000099"' in html


def test_a_duty_manager_reads_and_changes_nothing(desk: Client, number: str) -> None:
    turn_on("sms")
    html = ask(desk, "/settings/channels/sms/")
    assert "只能看，改动请找管理员" in html
    assert "已保存，不显示" in html
    assert "<input class" not in html
    for address, form in (
        ("/settings/channels/sms/", {"do": "off"}),
        ("/settings/channels/sms/", {"do": "test", "to": "1"}),
        ("/settings/wording/warn/", {"language": "zh", "title": "x", "text": "y"}),
    ):
        assert press(desk, address, form=form).status_code == 403


def test_a_channel_or_kind_that_is_not_there_is_no_page(admin: Client) -> None:
    assert admin.get("/settings/channels/pigeon/").status_code == 404
    assert admin.get("/settings/wording/pigeon/").status_code == 404


def test_words_are_written_read_and_taken_back(admin: Client) -> None:
    address = "/settings/wording/assigned/"
    form = {"language": "zh", "title": "请接单 · $case", "text": "请$engineer接单：$customer"}
    assert press(admin, address, form=form).status_code == 302
    assert wording.words_of("assigned", "zh").own
    html = ask(admin, address)
    assert "请李伟接单：眉山东坡智慧交通指挥中心" in html
    assert "改过 1 次" in html
    assert "本公司改过" in ask(admin, "/settings/wording/")
    press(admin, address, form={**form, "do": "back"})
    assert not wording.words_of("assigned", "zh").own
    assert "恢复出厂措辞" in ask(admin, address)


def test_an_unknown_word_is_refused_and_the_text_stays(admin: Client) -> None:
    form = {"language": "en", "title": "Take it", "text": "Take it, $engeneer"}
    answer = press(admin, "/settings/wording/assigned/", form=form)
    assert answer.status_code == 409
    assert "$engeneer</textarea>" in answer.content.decode()
    assert not wording.words_of("assigned", "en").own


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
    answer = press(desk, "/me/notices/", form={"quiet_from": "半夜"})
    assert answer.status_code == 409
    assert "时间要写成 22:00 这样" in answer.content.decode()


SETTINGS = {
    "desk:channel_list": "/settings/channels/",
    "desk:channel_show": "/settings/channels/sms/",
    "desk:wording_list": "/settings/wording/",
    "desk:wording_show": "/settings/wording/warn/",
    "desk:ladder_list": "/settings/ladders/",
    "desk:liking_show": "/me/notices/",
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_settings_keep_their_budgets(number: str, admin: Client, name: str) -> None:
    turn_on("sms", "voice")
    for n in range(5):
        tell(number, minutes=n)
    assert asked(admin, SETTINGS[name]) <= BUDGET[name]


def test_the_link_keeps_its_budget(number: str, client: Client) -> None:
    assert asked(client, link(tell(number))) <= BUDGET["desk:link_show"]

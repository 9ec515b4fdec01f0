"""The steps of a case through their forms: what is asked, refused, sent twice, entered for others."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.cases import queries as cases
from jiannuo.faces.desk.acting.looks import (
    OTHERS,
    SHEETS,
    STORES,
    asked,
    look,
    looks,
    looks_of,
)
from jiannuo.faces.desk.acting.options import SOURCES
from jiannuo.faces.desk.acting.standing import MENDS
from jiannuo.faces.desk.acting.voices import voice
from jiannuo.faces.desk.acting.way import AFTER, ONLY_EMERGENCY
from jiannuo.journey import classification, onsite, phone, remote
from jiannuo.journey.gatekeeper import REASONS
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from jiannuo.people.permits import PERMITS
from jiannuo.web.shapes import CASE, shape
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.world import World, enter, login

ALL_READERS = PERMITS["read_cases"]
TEN = NOON + timedelta(minutes=10)
Answer = Any


def as_(client: Client, name: str) -> Client:
    client.force_login(login(name))
    return client


def opened(client: Client, number: str, kind: str, **query: str) -> str:
    with held_at(TEN):
        answer = client.get(f"/cases/{number}/do/{kind}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def hidden(html: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def sent(
    client: Client, number: str, kind: str, moment: Any = TEN, op: str = "", **fields: Any
) -> Answer:
    """A form filled in and sent; what it hides goes with it."""
    html = opened(client, number, kind)
    kept = {"once": op or hidden(html, "once"), "seen": hidden(html, "seen")}
    with held_at(moment):
        return whole(client.post(f"/cases/{number}/do/{kind}/", {**kept, **fields}))


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("id"))


def test_every_step_of_a_case_has_a_form_whose_fields_have_names() -> None:
    assert set(looks()) == set(CASE)
    for kind in looks():
        for field in shape(kind).fields:
            assert asked(kind, field)[0].en


def test_every_step_of_other_subjects_has_a_button_and_fields_with_names() -> None:
    for kind in (kind for subject in (*OTHERS, SHEETS, STORES) for kind in looks_of(subject)):
        assert look(kind).verb.en
        for field in shape(kind).fields if kind != "inspection_signed" else ():  # asks nothing
            assert asked(kind, field)[0].en


def test_what_is_named_in_the_tables_can_happen() -> None:
    fields = {f"{k}.{f}" for k in CASE for f in shape(k).fields}
    plain = {f for k in CASE for f in shape(k).fields}
    assert {name for name in SOURCES if "." in name} <= fields
    assert {name for name in SOURCES if "." not in name} <= plain
    assert set(MENDS) <= set(REASONS)
    assert set(MENDS.values()) | set(AFTER) | ONLY_EMERGENCY <= set(CASE)


@pytest.mark.parametrize("role", [r for r in VENDOR_ROLES if r in ALL_READERS])
def test_every_form_opens_for_every_role_or_says_who_may(
    world: World, number: str, client: Client, role: str
) -> None:
    people.hire(SYSTEM, Person("某人", (role,)))
    enter(client, login("某人"))
    actor = world.actor("某人")
    for kind in looks():
        if kind == "correction":
            continue
        html = opened(client, number, kind)
        assert ('name="once"' in html) is bool(voice(actor, kind)), kind
        assert ("请由" in html) is not bool(voice(actor, kind)), kind


def test_a_talk_is_noted_and_the_page_says_so(world: World, number: str, client: Client) -> None:
    as_(client, "李伟")
    answer = sent(client, number, "engineer_contact", call="outbound", result="先切换到备机")
    [event] = events("engineer_contact")
    assert answer["Location"] == f"/cases/{number}/#e-{event.uid}"
    assert event.detail == {"call": "outbound", "result": "先切换到备机"}
    with held_at(TEN):
        page = client.get(f"/cases/{number}/").content.decode()
    assert "已记下：李伟与客户通上话，去电：先切换到备机" in page


def test_a_double_press_is_one_step_and_words_changed_afterwards_are_not_taken_for_it(
    world: World, number: str, client: Client
) -> None:
    as_(client, "李伟")
    op = str(uuid4())
    for result in ("先切换", "先切换", "改了主意"):
        sent(client, number, "engineer_contact", op=op, call="outbound", result=result)
    [event] = events("engineer_contact")
    assert event.detail["result"] == "先切换"
    with held_at(TEN):
        page = client.get(f"/cases/{number}/").content.decode()
    assert "没有再改。要改请在经过里点「更正」" in page


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    world: World, number: str, client: Client
) -> None:
    as_(client, "李伟")
    answer = sent(client, number, "resolved", cause="", method="换了主控板")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert html.count("这一项要填") == 2
    assert "换了主控板</textarea>" in html
    assert not events("resolved")


def test_an_entry_of_an_hour_ago_asks_why_and_keeps_both_times(
    world: World, number: str, client: Client
) -> None:
    as_(client, "李伟")
    later = NOON + timedelta(hours=2)
    answer = sent(client, number, "engineer_contact", later, call="outbound")
    assert answer.status_code == 302
    local = "2026-05-20T12:20:00"
    refused = sent(client, number, "contact_attempt", later, how="sms", at=local)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "补录超过 15 分钟前的事，请写明原因" in html
    assert '<details class="jn-late" id="act-late" open>' in html
    assert f'value="{local}"' in html


@pytest.fixture
def on_site(world: World, number: str) -> str:
    engineer, customer = world.actor("李伟"), world.actor("邓丽")
    with held_at(TEN):
        phone.in_contact(engineer, number)
        phone.give_up_on_phone(engineer, number, confirmed_with="邓丽")
        remote.skip_remote(engineer, number, reason="no_link")
        onsite.call_on_site(customer, number)
        onsite.dispatch(world.actor("刘洋"), number, engineer="李伟")
        onsite.arrive(engineer, number)
    return number


@pytest.mark.keeps("R-7.4-B-3")
def test_a_soft_gate_holds_the_way_out_and_opens_to_a_reason(
    world: World, on_site: str, client: Client
) -> None:
    as_(client, "李伟")
    answer = sent(client, on_site, "work_started", accompanied_by=["邓丽"])
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "服务申请未签字" in html
    assert f'href="/cases/{on_site}/do/application_signed/"' in html
    assert 'name="override"' in html
    assert "R-7.4-B-3" in html
    assert re.search(r'value="邓丽"[^>]* checked', html)
    again = sent(client, on_site, "work_started", accompanied_by=["邓丽"], override="业务已全断")
    assert again.status_code == 302
    lines = cases.deviations(cases.card(on_site).id)
    assert ("start_work", "业务已全断") in [(line.action, line.note) for line in lines]


def test_a_reason_that_was_typed_stays_whatever_else_is_wrong(
    world: World, on_site: str, client: Client
) -> None:
    as_(client, "李伟")
    answer = sent(client, on_site, "work_started", override="业务已全断", at="昨天")
    assert answer.status_code == 422
    assert "业务已全断" in answer.content.decode()


@pytest.mark.keeps("R-7.3-A-1")
def test_a_hard_gate_has_no_way_round(world: World, number: str, client: Client) -> None:
    enter(client, login("李伟"))
    answer = sent(client, number, "remote_login")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "没有强行通过" in html
    assert f'href="/cases/{number}/do/remote_consent/"' in html
    assert 'name="override"' not in html


def test_a_customer_s_word_is_entered_for_him(world: World, number: str, client: Client) -> None:
    as_(client, "周敏")
    said = {"said_by": "邓丽", "heard": "call", "given": "true", "how": "call"}
    answer = sent(client, number, "remote_consent", **said)
    assert answer.status_code == 302
    [event] = events("remote_consent")
    assert (event.by_name, event.hand, event.heard) == ("邓丽", "周敏", "call")
    with held_at(TEN):
        page = client.get(f"/cases/{number}/").content.decode()
    assert "由周敏代录（电话）" in page


def test_nobody_named_is_said_and_nothing_is_noted(
    world: World, number: str, client: Client
) -> None:
    as_(client, "周敏")
    answer = sent(client, number, "remote_consent", said_by="", given="true", how="call")
    assert answer.status_code == 409
    assert not events("remote_consent")


def test_whoever_comes_second_sees_what_the_first_did(
    world: World, number: str, client: Client
) -> None:
    as_(client, "刘洋")
    html = opened(client, number, "reclassified")
    with held_at(TEN):
        classification.reclassify(world.actor("李伟"), number, level="L3", reason="只影响一路")
    fields = {"once": hidden(html, "once"), "seen": hidden(html, "seen")}
    fields |= {"level": "L4", "reason": "看错了"}
    with held_at(TEN):
        answer = whole(client.post(f"/cases/{number}/do/reclassified/", fields))
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "李伟改为三级" in shown
    assert "看错了</textarea>" in shown
    assert len(events("reclassified")) == 1
    fields["seen"] = hidden(shown, "seen")
    with held_at(TEN):
        assert client.post(f"/cases/{number}/do/reclassified/", fields).status_code == 302


def test_in_a_dialog_the_form_comes_alone_and_a_script_leads_on(
    world: World, number: str, client: Client
) -> None:
    as_(client, "李伟")
    inside = {"HX-Request": "true"}
    with held_at(TEN):
        answer = client.get(f"/cases/{number}/do/engineer_contact/", headers=inside)
        html = answer.content.decode()
        assert "<html" not in html
        sent_ = {"once": hidden(html, "once"), "seen": hidden(html, "seen"), "call": "inbound"}
        done = client.post(f"/cases/{number}/do/engineer_contact/", sent_, headers=inside)
    [event] = events("engineer_contact")
    assert done["HX-Redirect"] == f"/cases/{number}/#e-{event.uid}"


@pytest.mark.parametrize(
    "hostile", ["\x00", "%_\\'\"<script>", "🧨" * 5000, "é" * 20000, "-1", "1e999"]
)
def test_hostile_words_break_nothing(
    world: World, number: str, client: Client, hostile: str
) -> None:
    as_(client, "刘洋")
    for kind in ("reclassified", "team_formed", "fee_set", "arrival_agreement", "noted"):
        fields = dict.fromkeys(shape(kind).fields, hostile)
        answer = sent(client, number, kind, **fields)
        assert answer.status_code in (302, 409, 422), kind
        assert "<script>" not in answer.content.decode()


def test_steps_that_are_none_and_cases_that_are_none_are_not_found(
    world: World, number: str, client: Client
) -> None:
    as_(client, "刘洋")
    with held_at(TEN):
        for address in (f"/cases/{number}/do/nonsense/", f"/cases/{number}/do/stock_issued/"):
            assert client.get(address).status_code == 404
        assert client.get("/cases/0000-00000/do/noted/").status_code == 404


@pytest.mark.keeps("R-X-3")
def test_a_wrong_entry_is_corrected_by_what_differs(
    world: World, number: str, client: Client
) -> None:
    with held_at(TEN):
        phone.in_contact(world.actor("李伟"), number, call="outbound", result="没说清")
    [event] = events("engineer_contact")
    address = f"/cases/{number}/correct/{event.uid}/"
    as_(client, "李伟")
    with held_at(TEN):
        html = client.get(address).content.decode()
        assert 'value="2026-05-20T12:10:00"' in html
        fields = {"once": hidden(html, "once"), "seen": "0", "call": "outbound"}
        fields |= {"at": "2026-05-20T12:08:00", "result": "先切备机", "because": "听错了"}
        nothing = client.post(address, {**fields, "because": ""})
        answer = client.post(address, fields)
    assert nothing.status_code == 422
    assert answer.status_code == 302
    [fix] = events("correction")
    assert fix.detail["d"] == {"result": "先切备机"}
    assert fix.detail["t"].startswith("2026-05-20T04:08:00")
    with held_at(TEN):
        page = client.get(f"/cases/{number}/").content.decode()
    assert '<del class="num">12:10:00</del>' in page


def test_a_correction_that_changes_nothing_is_none(
    world: World, number: str, client: Client
) -> None:
    with held_at(TEN):
        phone.in_contact(world.actor("李伟"), number, call="outbound", result="先切备机")
    [event] = events("engineer_contact")
    as_(client, "李伟")
    address = f"/cases/{number}/correct/{event.uid}/"
    with held_at(TEN):
        html = client.get(address).content.decode()
        fields = {"once": hidden(html, "once"), "call": "outbound", "at": "2026-05-20T12:10:00"}
        answer = client.post(address, {**fields, "result": "先切备机", "because": "试试"})
    assert answer.status_code == 409
    assert "没有改动任何内容" in answer.content.decode()


def test_why_is_asked_once_and_corrected_like_the_rest(
    world: World, number: str, client: Client
) -> None:
    as_(client, "刘洋")
    html = opened(client, number, "assigned")
    assert html.count('name="why"') == 1
    assert html.count('name="at"') == 1
    assert sent(client, number, "assigned", engineer="李伟", why="离得近").status_code == 302
    event = events("assigned")[-1]
    assert event.detail["why"] == "离得近"
    address = f"/cases/{number}/correct/{event.uid}/"
    with held_at(TEN):
        html = client.get(address).content.decode()
        assert 'id="act-late"' not in html
        assert html.count("autofocus") == 1
        fields = {"once": hidden(html, "once"), "at": hidden(html, "at"), "engineer": "李伟"}
        fields |= {"why": "熟悉这台", "because": "写错了"}
        answer = client.post(address, fields)
    assert answer["Location"] == f"/cases/{number}/#e-{event.uid}"
    [fix] = events("correction")
    assert fix.detail["d"] == {"why": "熟悉这台"}


def test_a_correction_shows_who_agreed_and_how(world: World, number: str, client: Client) -> None:
    as_(client, "刘洋")
    with held_at(TEN):
        consent = {"by": "邓丽", "how": "signed"}
        classification.reclassify(
            world.actor("李伟"), number, level="L4", reason="一路", consent=consent
        )
    [event] = events("reclassified")
    address = f"/cases/{number}/correct/{event.uid}/"
    with held_at(TEN):
        html = client.get(address).content.decode()
        fields = {"once": hidden(html, "once"), "at": hidden(html, "at"), "because": "写错了"}
        fields |= {"level": "L4", "reason": "两路", "consent_by": "邓丽", "consent_how": "signed"}
        assert client.post(address, fields).status_code == 302
    assert 'name="consent_by" value="邓丽"' in html
    [fix] = events("correction")
    assert fix.detail["d"] == {"reason": "两路"}

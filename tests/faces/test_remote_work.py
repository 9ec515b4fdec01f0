"""Remote work on the desk takes a second factor of whoever enters it, and what he typed waits."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jiannuo.journey import classification, emergency, phone, remote
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.faces.door import show_code
from tests.faces.test_acting import TEN, as_, events, hidden, opened, sent
from tests.world import World, enter, with_app

TWENTY = NOON + timedelta(minutes=20)
ASKS = "远程作业要先过两步验证"


@pytest.fixture
def let_in(world: World, number: str) -> str:
    """The telephone did not do; the customer lets us in."""
    with held_at(TEN):
        phone.in_contact(world.actor("李伟"), number)
        phone.give_up_on_phone(world.actor("李伟"), number, confirmed_with="邓丽")
        remote.answer_consent(world.actor("邓丽"), number, given=True, how="call")
    return number


@pytest.fixture
def emergency_stands(world: World, let_in: str) -> str:
    with held_at(TEN):
        classification.declare_level_one(world.actor("李伟"), let_in, reason="全网中断")
    return let_in


def test_a_login_at_the_customer_s_waits_for_a_second_factor(
    world: World, let_in: str, client: Client
) -> None:
    client.force_login(with_app("李伟"))
    html = opened(client, let_in, "remote_login")
    assert ASKS in html
    assert 'name="detour"' in html
    refused = sent(client, let_in, "remote_login", at="2026-05-20T12:09:00")
    assert refused.status_code == 409
    assert "远程作业要先过两步验证，请验证后再记这一步" in refused.content.decode()
    assert not events("remote_login")
    show_code(client, TEN)
    assert ASKS not in opened(client, let_in, "remote_login")
    assert sent(client, let_in, "remote_login").status_code == 302
    assert len(events("remote_login")) == 1


def test_what_was_typed_waits_while_he_passes_it(world: World, let_in: str, client: Client) -> None:
    """The same form with the same operation comes back; nothing goes by itself."""
    client.force_login(with_app("李伟"))
    form = f"/cases/{let_in}/do/remote_login/"
    op = hidden(opened(client, let_in, "remote_login"), "once")
    typed = {"once": op, "seen": "9", "at": "2026-05-20T12:11:00", "why": "在客户机房没有信号"}
    with held_at(TWENTY):
        away = client.post(form, {**typed, "detour": "factor"})
        assert away["Location"] == f"/sign-in/code/?{urlencode({'next': f'{form}?kept'})}"
        inside = client.post(form, {**typed, "detour": "factor"}, headers={"HX-Request": "true"})
    assert inside["HX-Redirect"] == away["Location"]
    assert show_code(client, TWENTY, back=f"{form}?kept") == f"{form}?kept"
    assert not events("remote_login")
    with held_at(TWENTY):
        back = client.get(f"{form}?kept").content.decode()
        assert "在客户机房没有信号" in back
        assert 'value="2026-05-20T12:11:00"' in back
        assert hidden(back, "once") == op
        assert client.post(form, typed | {"seen": hidden(back, "seen")}).status_code == 302
        again = client.get(f"{form}?kept").content.decode()
    assert "在客户机房没有信号" not in again  # done: the next one begins empty
    assert [event.why for event in events("remote_login")] == ["在客户机房没有信号"]


def test_what_waits_belongs_to_its_own_form(world: World, let_in: str, client: Client) -> None:
    client.force_login(with_app("李伟"))
    with held_at(TEN):
        said = {"why": "这是另一张表的", "detour": "factor"}
        client.post(f"/cases/{let_in}/do/remote_login/", said)
        other = client.get(f"/cases/{let_in}/do/noted/?kept").content.decode()
        anew = client.get(f"/cases/{let_in}/do/remote_login/").content.decode()
    assert "这是另一张表的" not in other + anew


@pytest.mark.parametrize("name", ["郑海涛", "周敏"])
def test_an_expert_from_afar_is_asked_and_so_is_who_writes_it_down_for_him(
    world: World, emergency_stands: str, client: Client, name: str
) -> None:
    as_(client, name)
    said = {"said_by": "郑海涛", "heard": "call"} if name == "周敏" else {}
    assert ASKS in opened(client, emergency_stands, "expert_started")
    refused = sent(client, emergency_stands, "expert_started", how="remote", **said)
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "验证后再记这一步" in html
    assert re.search(r'value="remote"[^>]* checked', html)
    lab = sent(client, emergency_stands, "expert_started", how="lab", **said)
    assert lab.status_code == 302
    enter(client, User.objects.get(username=name))
    afar = sent(client, emergency_stands, "expert_started", how="remote", **said)
    assert afar.status_code == 302
    assert [event.detail["how"] for event in events("expert_started")] == ["lab", "remote"]


def test_who_may_not_take_the_step_is_told_so_and_asked_for_nothing(
    world: World, let_in: str, client: Client
) -> None:
    as_(client, "刘洋")
    html = opened(client, let_in, "remote_login")
    assert "请由" in html
    assert ASKS not in html


def test_no_correction_makes_remote_work_without_one(
    world: World, emergency_stands: str, client: Client
) -> None:
    with held_at(TEN):
        emergency.start_expert(world.actor("郑海涛"), emergency_stands, how="lab")
    [event] = events("expert_started")
    form = f"/cases/{emergency_stands}/correct/{event.uid}/"
    said = {"at": "2026-05-20T12:10:00", "how": "remote", "because": "记错了"}
    as_(client, "刘洋")
    steps = f"/api/v1/cases/{emergency_stands}/steps/correction"
    body = {"of": str(event.uid), "reason": "记错了", "d": {"how": "remote"}}
    with held_at(TWENTY):
        assert ASKS in client.get(form).content.decode()
        refused = whole(client.post(form, said))
        assert refused.status_code == 409
        assert "记错了" in refused.content.decode()
        told = client.post(steps, body, content_type="application/json")
        assert (told.status_code, told.json()["code"]) == (403, "second_factor_needed")
        client.post(form, {**said, "detour": "factor"})
        assert not events("correction")
        enter(client, User.objects.get(username="刘洋"))
        assert "记错了" in client.get(f"{form}?kept").content.decode()
        assert client.post(form, said).status_code == 302
    [fix] = events("correction")
    assert fix.detail["d"] == {"how": "remote"}
    other, back = Client(), body | {"d": {"how": "lab"}}  # takes it back: as much a word about it
    other.force_login(User.objects.get(username="刘洋"))
    with held_at(TWENTY):
        told = other.post(steps, back, content_type="application/json")
    assert told.json()["code"] == "second_factor_needed"

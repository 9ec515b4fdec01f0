"""What was typed outlives a session and a stale token."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.kernel.moment import held_at, now
from jiannuo.people.models import Staff
from tests.faces.conftest import NOON
from tests.faces.door import HERE, HOUR, opened, show_code, sign_in
from tests.world import World, enter, login, with_app


def test_a_form_that_meets_nobody_keeps_its_words_through_the_sign_in(
    world: World, client: Client, number: str
) -> None:
    """Also through the second factor; sent by one press, with the same operation."""
    with_app("李伟")
    typed = {"text": "主控板 74 ℃\n风扇在转", "n": "7", "password": "hunter2"}
    path = f"/cases/{number}/log/"
    answer = client.post(path, typed, headers=HERE)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "字都还在" in page
    assert "hunter2" not in page
    [sealed] = re.findall(r'name="draft" value="([^"]+)"', page)
    assert sign_in(client, "李伟", NOON, draft=sealed) == "/web/draft/"
    assert show_code(client, NOON, back="/web/draft/") == "/web/draft/"
    page = opened(client, "/web/draft/", NOON)[1]
    assert f'action="{path}"' in page
    assert "主控板 74 ℃" in page
    assert "hunter2" not in page
    assert not Event.objects.filter(kind="log_added").exists()  # nothing goes by itself


def test_what_another_place_sent_is_not_kept(world: World, client: Client, number: str) -> None:
    """Else a strange page could lay words before him and wait for his press."""
    for headers in ({"Origin": "https://example.org"}, {"Origin": "null"}, {}):
        answer = client.post(f"/cases/{number}/log/", {"text": "x"}, headers=headers)
        assert answer.status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(login("李伟"))
    answer = strict.post(
        f"/cases/{number}/log/", {"text": "恶意"}, headers={"Origin": "https://example.org"}
    )
    assert answer.status_code == 403
    assert "恶意" not in answer.content.decode()


def test_words_of_another_login_stay_his(world: World, client: Client, number: str) -> None:
    login("李伟")
    login("周敏")
    sign_in(client, "李伟", NOON)
    later = NOON + 14 * HOUR
    with held_at(later):
        page = client.post(f"/cases/{number}/log/", {"text": "李伟的话"}, headers=HERE)
    [sealed] = re.findall(r'name="draft" value="([^"]+)"', page.content.decode())
    assert sign_in(client, "周敏", later, draft=sealed) == "/hotline/"
    assert opened(client, "/web/draft/", later)[0] == 302
    assert sign_in(Client(), "李伟", later, draft=sealed) == "/web/draft/"


@pytest.mark.parametrize(
    "path", ["/accounts/PERSON/", "/accounts/new/", "/me/account/", "/settings/channels/sms/"]
)
def test_nobody_lays_rights_out_for_the_next_one_s_press(
    world: World, client: Client, path: str
) -> None:
    """On a screen that several share: who has not signed in leaves nothing there that changes
    what people may; whose session is over keeps what he typed."""
    path = path.replace("PERSON", str(Staff.objects.get(name="李伟").id))
    said = {"do": "save", "name": "李伟", "roles": "duty_manager", "level": "这样就对了"}
    with held_at(NOON):
        assert client.post(path, said, headers=HERE).status_code == 302
    enter(client, login("高远"))
    with held_at(now() + 9 * HOUR):
        answer = client.post(path, said, headers=HERE)
    assert "字都还在" in answer.content.decode()


def test_a_stale_token_loses_nothing(world: World, number: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(login("李伟"))
    path = f"/cases/{number}/log/"
    with held_at(NOON):
        answer = strict.post(path, {"text": "主控板 74 ℃"}, headers=HERE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "字都还在" in page
    assert "主控板 74 ℃" in page
    assert f'action="{path}"' in page


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/code/", "/me/account/password/"])
def test_passwords_and_codes_are_never_kept(world: World, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, {"password": "x", "chosen": "geheim", "code": "1"}, headers=HERE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "字都还在" not in page
    assert "geheim" not in page


def test_too_much_is_not_carried(world: World, client: Client, number: str) -> None:
    answer = client.post(f"/cases/{number}/log/", {"text": "长" * 70_000}, headers=HERE)
    assert answer.status_code == 302

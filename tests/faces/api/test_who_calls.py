"""Who calls the API: a program by its token, a page by its sign-in; nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from jiannuo.faces.console.staff import staff
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people.models import Staff, Token
from tests.faces.api.programs import Program, Programs, refused, told
from tests.faces.conftest import NOON
from tests.world import World, login


def test_a_program_acts_as_the_person_whose_token_it_has(acting: Programs) -> None:
    found = told(acting("周敏").get("/me"), 200)
    assert (found["name"], found["roles"]) == ("周敏", ["hotline_agent"])


def test_of_a_token_only_a_hash_is_kept_and_when_it_was_used(acting: Programs) -> None:
    program = acting("周敏")
    row = Token.objects.get()
    assert program.token not in (row.digest, row.name)
    assert row.last_used_at is None
    program.get("/me")
    program.later(seconds=30).get("/me")
    row.refresh_from_db()
    assert row.last_used_at == NOON
    program.later(minutes=2).get("/me")
    row.refresh_from_db()
    assert row.last_used_at == NOON + timedelta(minutes=2)


@pytest.mark.parametrize("token", ["", "x", "jn_" + "a" * 43, "令牌"])
def test_an_unknown_token_is_nobody_s(acting: Programs, token: str) -> None:
    acting("周敏")
    answer = Program(token.encode().decode("latin-1")).get("/me")
    refused(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_that_was_ended_opens_nothing_and_its_name_is_free_again(
    acting: Programs,
) -> None:
    program = acting("周敏")
    people.end_token(SYSTEM, "周敏", "对接")
    refused(program.get("/me"), 401, "not_signed_in")
    fresh = Program(people.open_token(SYSTEM, "周敏", "对接"))
    told(fresh.get("/me"), 200)
    with pytest.raises(Refusal, match="no token 别的"):
        people.end_token(SYSTEM, "周敏", "别的")


@pytest.mark.parametrize("gone", ["staff", "login"])
def test_the_token_of_one_who_left_opens_nothing(acting: Programs, gone: str) -> None:
    program, row = acting("周敏"), Staff.objects.get(name="周敏")
    assert row.user is not None
    if gone == "staff":
        row.active = False
        row.save()
    else:
        row.user.is_active = False
        row.user.save()
    refused(program.get("/me"), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("who", "name", "code"),
    [("周敏", "对接", "token_there"), ("无此人", "x", "no_such_login"), ("周敏", " ", "bad_name")],
)
def test_a_token_is_made_for_a_login_that_is_there_once_a_name(
    acting: Programs, who: str, name: str, code: str
) -> None:
    acting("周敏")
    with pytest.raises(Refusal) as caught:
        people.open_token(SYSTEM, who, name)
    assert caught.value.code == code


def test_a_token_is_printed_once_and_ended_by_its_name(acting: Programs) -> None:
    login("李伟")
    printed = CliRunner().invoke(staff, ["token", "李伟", "--name", "网管"]).output.strip()
    assert told(Program(printed).get("/me"), 200)["name"] == "李伟"
    ended = CliRunner().invoke(staff, ["token", "李伟", "--name", "网管", "--end"]).output
    assert "网管" in ended
    refused(Program(printed).get("/me"), 401, "not_signed_in")


def test_only_who_sets_up_the_house_makes_and_ends_tokens(world: World, acting: Programs) -> None:
    acting("周敏")
    for make in (people.open_token, people.end_token):
        with pytest.raises(Refusal, match="may not manage accounts"):
            make(world.actor("李伟"), "周敏", "新")


def test_the_sign_in_of_the_pages_counts_with_the_form_s_token_only(
    world: World, number: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")
    client.force_login(login("周敏"))
    address = f"/api/v1/cases/{number}/steps/noted"
    said = {"text": "网页上点的"}
    with held_at(NOON):
        assert client.get("/api/v1/me").json()["name"] == "周敏"
        answer = client.post(address, said, content_type="application/json")
        refused(answer, 403, "forged")
        form = client.post(address, said)  # as a form elsewhere would send it
        refused(form, 403, "forged")
        key = client.cookies["csrftoken"].value
        answer = client.post(
            address, said, content_type="application/json", headers={"X-CSRFToken": key}
        )
        mixed = client.get("/api/v1/me", headers={"Authorization": "Bearer x"})
    told(answer, 201)
    assert mixed.status_code == 401


def test_a_login_without_a_person_is_told_so(world: World, client: Client) -> None:
    client.force_login(login("周敏"))
    Staff.objects.filter(name="周敏").update(user=None)
    refused(client.get("/api/v1/me"), 403, "nobodys_login")

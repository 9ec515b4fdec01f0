"""`jiannuo staff`: the first people of a house without the demo."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from django.test import Client

from jiannuo.faces.console.staff import staff
from jiannuo.kernel.refusal import Refusal
from jiannuo.people import queries as people

pytestmark = pytest.mark.django_db


def add(name: str, login: str, *more: str) -> Result:
    options = ["--login", login, "--role", "engineer", *more]
    return CliRunner().invoke(staff, ["add", name, *options])


def test_who_is_added_signs_in_with_the_password_printed() -> None:
    printed = add(
        "李伟", "liwei", "--role", "duty_manager", "--senior", "--skill", "network"
    ).output
    name, login, password = printed.split()
    assert (name, login) == ("李伟", "liwei")
    assert Client().login(username=login, password=password)
    [card] = people.everybody()
    assert card.roles == frozenset({"engineer", "duty_manager"})
    assert (card.senior, card.skills) == (True, frozenset({"network"}))


@pytest.mark.parametrize(
    ("name", "login", "code"),
    [
        ("李伟", "other", "already_there"),
        ("陈晨", "liwei", "login_taken"),
        ("陈晨", "a b", "bad_login"),
    ],
)
def test_what_is_taken_or_no_name_is_refused_and_nobody_half_added(
    name: str, login: str, code: str
) -> None:
    add("李伟", "liwei")
    refused = add(name, login).exception
    assert isinstance(refused, Refusal)
    assert refused.code == code
    assert [one.name for one in people.everybody()] == ["李伟"]


def test_an_unknown_role_is_answered_with_those_there_are() -> None:
    said = CliRunner().invoke(staff, ["add", "李伟", "--login", "liwei", "--role", "boss"])
    assert said.exit_code == 2
    assert "duty_manager" in said.output


def test_everybody_is_listed_and_an_empty_house_says_how_to_begin() -> None:
    assert "jiannuo staff add" in CliRunner().invoke(staff, ["list"]).output
    add("李伟", "liwei")
    assert "维护工程师" in CliRunner().invoke(staff, ["list"]).output

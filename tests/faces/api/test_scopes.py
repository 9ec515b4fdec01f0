"""What a token is held to: less than its person may, never more; until when, and its last use."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import DataError, IntegrityError, transaction
from django.test import Client

from jiannuo.faces.api import describing
from jiannuo.faces.api.views import api
from jiannuo.faces.console.staff import staff
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people.commands import Reach
from jiannuo.people.models import Token
from jiannuo.people.scopes import ALL, SCOPES, covers
from tests.faces.api.programs import FAULT, Program, refused, told
from tests.faces.conftest import NOON
from tests.world import World, login

TABLE: dict[str, dict[str, Any]] = {
    name: row
    for name, row in tomllib.loads((Path(__file__).parents[1] / "permits.toml").read_text()).items()
    if name.startswith("api:") and name != "api:guide_show"
}
#: What each address asks for; "" for what every token may.
ASKS = {
    "api:person_show": "",
    "api:document_show": "",
    "api:case_list": "cases:read",
    "api:case_show": "cases:read",
    "api:event_list": "cases:read",
    "api:clock_list": "cases:read",
    "api:clock_show": "cases:read",
    "api:file_show": "cases:read",
    "api:finding_list": "cases:read",
    "api:case_open": "cases:write",
    "api:step_open": "cases:write",
    "api:file_open": "cases:write",
    "api:stock_open": "stock:write",
    "api:duty_show": "roster:read",
    "api:roster_open": "roster:write",
}


def program(*scopes: str, who: str = "刘洋", **reach: Any) -> Program:
    login(who)
    with held_at(NOON):
        return Program(people.open_token(SYSTEM, who, "对接", Reach(scopes, **reach)))


def test_every_address_asks_for_a_scope() -> None:
    assert set(ASKS) == set(TABLE)
    assert set(ASKS.values()) - {""} == set(SCOPES)


@pytest.mark.parametrize("held", ALL)
def test_a_token_opens_what_it_is_held_to_and_names_what_it_lacks(
    world: World, number: str, held: str
) -> None:
    """Every address of the table, for a token of each scope."""
    asking = program(held)
    for name, row in TABLE.items():
        ask = getattr(Client(), row.get("method", "get"))
        with held_at(NOON):
            answer = ask(
                row["address"].replace("CASE", number),
                headers={"Authorization": f"Bearer {asking.token}"},
            )
        wanted = ASKS[name]
        if wanted in ("", held) or wanted.endswith(f":{held}"):
            assert answer.status_code in (200, 404, 422), name
        else:
            found = refused(answer, 403, "scope_missing")
            assert found["reasons"] == [wanted]
            assert wanted in found["zh"]
            assert wanted in found["en"]
            assert "对接" in found["zh"]


def test_a_scope_gives_nothing_that_the_person_may_not(world: World, number: str) -> None:
    store = program("write", who="蒋丽")
    refused(store.step(number, "confirmed", level="L3"), 403, "not_permitted")


def test_what_lacks_its_scope_leaves_nothing_and_may_be_sent_again(
    world: World, number: str
) -> None:
    reader = program("read", who="周敏")
    refused(reader.post("/cases", FAULT, "k"), 403, "scope_missing")
    with held_at(NOON):
        writer = Program(people.open_token(SYSTEM, "周敏", "写", Reach(("cases:write",))))
    assert told(writer.post("/cases", FAULT, "k"), 201)["again"] is False


def test_the_document_tells_the_scope_of_every_step(world: World) -> None:
    paths = describing.document(api)["paths"]
    asked = {
        (path, method): told.get("x-scope", "")
        for path, methods in paths.items()
        for method, told in methods.items()
    }
    assert [one for one, scope in asked.items() if scope not in SCOPES] == [("/api/v1/me", "get")]


def test_a_token_shows_what_it_is_held_to_and_when_it_was_used(world: World) -> None:
    over = NOON + timedelta(days=3)
    asking = program("cases:read", "roster:read", expires_at=over)
    first = told(asking.get("/me"), 200)["token"]
    assert (first["name"], first["scopes"]) == ("对接", ["cases:read", "roster:read"])
    assert first["used_at"] is None
    assert told(asking.later(hours=1).get("/me"), 200)["token"]["used_at"]
    told(asking.later(hours=71).get("/me"), 200)
    refused(asking.later(hours=72).get("/me"), 401, "not_signed_in")


def test_a_token_without_scopes_may_all_that_its_person_may(world: World, number: str) -> None:
    """As those that were made before there were any."""
    asking = program()
    assert Token.objects.get().scopes is None
    assert told(asking.get("/me"), 200)["token"]["scopes"] is None
    told(asking.step(number, "noted", text="x"), 201)
    assert covers(None, "stock:write")
    assert not covers(frozenset({"cases:write"}), "stock:write")


def test_the_name_of_one_that_ran_out_is_free_again(world: World) -> None:
    program("read", expires_at=NOON + timedelta(hours=1))
    with held_at(NOON + timedelta(hours=2)):
        people.open_token(SYSTEM, "刘洋", "对接", Reach(("read",)))
    old, new = Token.objects.order_by("made_at")
    assert (old.ended_at, new.ended_at) == (NOON + timedelta(hours=1), None)


@pytest.mark.parametrize(
    ("reach", "code"),
    [(Reach(("everything",)), "bad_scope"), (Reach((), NOON), "bad_until")],
)
def test_a_scope_that_is_none_and_an_end_that_is_past_are_refused(
    world: World, reach: Reach, code: str
) -> None:
    login("刘洋")
    with pytest.raises(Refusal) as caught, held_at(NOON):
        people.open_token(SYSTEM, "刘洋", "对接", reach)
    assert caught.value.code == code
    assert not Token.objects.exists()


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["all"]}, {"expires_at": NOON}])
def test_the_table_keeps_no_other(world: World, wrong: dict[str, Any]) -> None:
    program("read")
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Token.objects.update(**wrong)


def test_the_console_makes_lists_and_ends_them(world: World) -> None:
    login("李伟")
    run = CliRunner().invoke
    with held_at(NOON):
        words = ["token", "李伟", "--name", "网管", "--scope", "read", "--until", "2026-05-20"]
        printed = run(staff, words).output.strip()
        assert told(Program(printed).get("/me"), 200)["token"]["scopes"] == ["read"]
        listed = run(staff, ["tokens"]).output
    for word in ("网管", "read", "2026-05-20", "opens"):
        assert word in listed
    assert printed not in listed
    refused(Program(printed, NOON + timedelta(hours=12)).get("/me"), 401, "not_signed_in")
    with held_at(NOON + timedelta(hours=12)):
        assert "ended" in run(staff, ["tokens"]).output
        assert run(staff, ["token", "李伟", "--name", "x", "--scope", "all"]).exit_code == 2

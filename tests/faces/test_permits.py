"""Every address and every role: the table in permits.toml, generated from the URLconf."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from jiannuo.cases import queries as case_queries
from jiannuo.customers import queries as customer_queries
from jiannuo.customers.models import Contact
from jiannuo.equipment import queries as equipment
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.world import World, enter, login, project, reported

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("permits.toml").read_text()
)
WHO = ("anonymous", "nobody", *VENDOR_ROLES)


def names(found: Any, prefix: str = "") -> Iterator[str]:
    """Every named address of the product; one without a name shows as its pattern."""
    for one in found:
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else ""
            yield from names(one.url_patterns, prefix + inner)
        elif isinstance(one, URLPattern):
            yield prefix + (one.name or str(one.pattern))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(names(get_resolver().url_patterns)) == sorted(TABLE)


def test_addresses_are_named_by_face_thing_and_verb() -> None:
    verbs = {"list", "show", "open", "close", "set"}
    odd = [name for name in TABLE if ":" in name and name.rsplit("_", 1)[-1] not in verbs]
    assert not odd


def user(who: str) -> User | None:
    """A login of one of our people with this role, one without a person, or none."""
    if who == "anonymous":
        return None
    if who == "nobody":
        return User.objects.create_user("nobody")
    people.hire(SYSTEM, Person(f"某{who}", (who,)))
    return login(f"某{who}")


def around(world: World, number: str) -> dict[str, str]:
    """What stands in an address in place of the words in capitals."""
    own = case_queries.card(number)
    unit = equipment.find(own.device or "")
    assert own.customer is not None
    assert unit is not None
    with held_at(NOON):
        inspected = project("HT-I", inspection_plan=True)
        fields: dict[str, Any] = {"kind": "theory", "date": NOON.date(), "hours": "4"}
        take("training_planned", world.actor("李伟"), "T1", customer=inspected.id, **fields)
    found = {
        "CASE": number,
        "CUSTOMER": own.customer,
        "PERSON": customer_queries.contacts(own.customer)[0].id,
        "SITE": own.site,
        "CONTRACT": own.contract,
        "DEVICE": unit.id,
        "INSPECTED": inspected.contract,
        "TRAINED": inspected.id,
    }
    return {name: str(value) for name, value in found.items()}


def placed(address: str, places: dict[str, str]) -> str:
    return "/".join(places.get(part, part) for part in address.split("/"))


def doubled(html: str) -> list[str]:
    """Names of elements that a page gives twice: a script would find the wrong one."""
    counted = Counter(re.findall(r'\sid="([^"]+)"', html))
    return [name for name, times in counted.items() if times > 1]


@pytest.mark.parametrize("who", WHO)
def test_what_each_role_may_open(world: World, client: Client, who: str) -> None:
    """All addresses for one role, on one world; each with a fresh sign-in."""
    places = around(world, reported(world, NOON))
    asking, found = user(who), {}
    for name, row in TABLE.items():
        client.logout()
        if asking is not None:
            enter(client, asking)
        ask = getattr(client, row.get("method", "get"))
        with held_at(NOON):
            answer = ask(placed(row["address"], places))
        found[name] = answer.status_code
        if "html" in answer.get("Content-Type", ""):
            assert doubled(whole(answer).content.decode()) == [], name
    expected = {name: row.get(who, row["staff"]) for name, row in TABLE.items()}
    assert found == expected


def test_the_anonymous_are_led_to_the_sign_in_and_back(world: World, client: Client) -> None:
    number = reported(world, NOON)
    answer = client.get(f"/cases/{number}/")
    assert answer.headers["Location"] == f"/sign-in/?next=/cases/{number}/"


def test_a_login_without_a_person_is_told_what_is_wrong(world: World, client: Client) -> None:
    nobody = user("nobody")
    assert nobody is not None
    client.force_login(nobody)
    page = client.get("/").content.decode()
    assert "这个账号没有对应的员工" in page


def test_a_customer_s_person_has_no_login_at_this_desk(world: World) -> None:
    """Customers come through their own face; a contact is not a user of this one."""
    assert not any(field.name == "user" for field in Contact._meta.get_fields())

"""Search for programs: cases and devices by how their names begin."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.faces.api.programs import Programs, refused, told
from tests.world import World


def test_cases_and_devices_are_found_in_groups(world: World, acting: Programs, number: str) -> None:
    program = acting("蒋丽")
    [cases] = told(program.get(f"/search?q={number[:6]}"), 200)["groups"]
    assert (cases["kind"], [hit["ref"] for hit in cases["hits"]]) == ("cases", [number])
    serial = world.customer.serial
    typed = quote(f" {serial[:5].lower()}-{serial[5:8]}")
    [devices] = told(program.get(f"/search?q={typed}"), 200)["groups"]
    assert (devices["kind"], devices["hits"][0]["ref"]) == ("devices", serial)
    assert not devices["more"]
    [some] = told(program.get("/search?q=CXN&limit=1"), 200)["groups"]
    assert (len(some["hits"]), some["more"]) == (1, True)


@pytest.mark.parametrize("q", ["%%", "__", "\\\\", "' or 1=1 --", "--", "  ", "😀😀", "a\x00b"])
def test_nothing_that_is_typed_finds_what_it_is_not(acting: Programs, number: str, q: str) -> None:
    assert told(acting("蒋丽").get(f"/search?q={quote(q)}"), 200)["groups"] == []


@pytest.mark.parametrize("query", ["", "?q=", "?q=x", "?q=" + "x" * 101, "?q=xx&limit=51"])
def test_a_question_that_makes_no_sense_is_told_by_its_name(acting: Programs, query: str) -> None:
    [wrong] = refused(acting("蒋丽").get(f"/search{query}"), 422, "malformed")["fields"]
    assert wrong["field"] in ("q", "limit")

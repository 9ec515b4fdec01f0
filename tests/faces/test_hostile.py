"""Whatever is sent to whatever form that any page shows: it is answered, and what was typed stays.

The forms are read off the pages themselves, so that a new page is tried with no line written here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.faces.test_permits import TABLE, around, placed
from tests.world import World, enter, login, reported

#: Between them they may open everything.
WHO = ("周敏", "李伟", "刘洋", "蒋丽", "沈浩", "罗敏", "高远", "吴敏芝")
#: What ends the sign-in, and with it the trial.
ENDS = ("/sign-out/",)
CORPUS = {
    "markup": "</textarea><script>alert(1)</script>%_\\'\";--",
    "zero": "断电\x00了\u200b\u202e{0}%s{{7*7}}",
    "long": "🧨é" * 6000,
    "number": "-99999999999999999999",
    "date": "2026-13-45T99:99",
    "nan": "1e999",
}


@dataclass
class Form:
    """A form of a page: where it leads, how, and what it asks."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)
    hidden: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Every form of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.found = address, list[Form]()
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = given.get("action") or self.address
            self._open = Form(action, given.get("method", "get").lower())
            self.found.append(self._open)
        elif self._open and tag in ("input", "select", "textarea", "button") and "name" in given:
            if given.get("type") == "hidden":
                self._open.hidden[given["name"]] = given.get("value", "")
            elif given.get("type") != "file":
                self._open.names.add(given["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def forms(client: Client, world: World) -> Iterator[Form]:
    """Every form that he is shown on any page, once."""
    places = around(world, reported(world, NOON))
    known = set()
    for row in TABLE.values():
        if row.get("method", "get") != "get":
            continue
        address = placed(row["address"], places)
        with held_at(NOON):
            answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        page = Forms(address)
        page.feed(whole(answer).content.decode())
        for one in page.found:
            key = (one.method, one.action.split("?")[0], frozenset(one.names))
            if key not in known and one.action not in ENDS:
                known.add(key)
                yield one


@pytest.mark.parametrize("who", WHO)
def test_no_form_breaks_whatever_is_typed(world: World, client: Client, who: str) -> None:
    enter(client, login(who))
    tried = 0
    for form in list(forms(client, world)):
        for name, words in CORPUS.items():
            typed = form.hidden | dict.fromkeys(form.names, words)
            before = Event.objects.count()
            with held_at(NOON):
                ask = client.post if form.method == "post" else client.get
                answer = ask(form.action, typed)
            where = (form.action, name)
            assert answer.status_code in (200, 302, 400, 403, 404, 409, 413, 422), where
            if answer.status_code in (409, 422):
                assert Event.objects.count() == before, where
            if "html" in answer.get("Content-Type", "") and not answer.streaming:
                html = whole(answer).content.decode()
                assert "<script>alert(1)" not in html, where
            tried += 1
    assert tried > len(CORPUS) * 5

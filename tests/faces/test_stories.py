"""Every case of the written stories can be opened, read in both languages, and explained."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from jiannuo.cases import queries as cases
from jiannuo.faces.console import explain
from jiannuo.faces.rehearsal.playing import play
from jiannuo.faces.rehearsal.reading import read_master, read_story
from jiannuo.kernel.moment import held_at
from tests.scenarios.test_stories import STORIES
from tests.world import login

#: Signs of a sentence that lost a field or a word that nobody named.
BROKEN = ("{", "None", "not_", "emg_", "Text(", "datetime", "UUID")


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_case_of_a_story_can_be_read(path: Path, client: Client) -> None:
    story = read_story(path, read_master(path.parent / "_master.yaml"))
    play(story)
    with held_at(story.as_of):
        client.force_login(login("刘洋"))
        addresses = ["/", *(f"/cases/{number}/" for number in cases.numbers())]
        for lang in ("zh", "en"):
            client.cookies["language"] = lang
            for address in addresses:
                _check(client, address)
        for number in cases.numbers():
            told = CliRunner().invoke(explain.command, [number])
            assert told.exit_code == 0, told.exception
            assert not [word for word in BROKEN if word in told.output]


def _check(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, address
    body = answer.content.decode()
    seen = body[body.index("<main") : body.index("</main>")]
    text = " ".join(part.split(">")[-1] for part in seen.split("<"))
    assert "与经过不符" not in text, address
    assert not [word for word in BROKEN if word in text], address

"""The story that the README tells people to play first."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiannuo.faces.rehearsal.blocks import blocks
from jiannuo.faces.rehearsal.comparing import compare
from jiannuo.faces.rehearsal.playing import play
from jiannuo.faces.rehearsal.reading import read_master, read_story

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("[a-z]*.yaml")), ids=lambda path: path.stem)
def test_the_example_ends_as_it_says(path: Path) -> None:
    story = read_story(path, read_master(EXAMPLES / "_master.yaml"))
    found = compare(story.expected or {}, blocks(play(story)))
    assert [d for agreement in found for d in agreement.differences] == []

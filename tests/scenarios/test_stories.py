"""Written stories, played through the journey on the real database.

The eleven acceptance stories lie beside the checkout. The ten under `stories/` are ours: made at
random, their expectations worked out by an independent reading of the same rules.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from jiannuo.faces.rehearsal.blocks import blocks
from jiannuo.faces.rehearsal.comparing import compare
from jiannuo.faces.rehearsal.playing import play
from jiannuo.faces.rehearsal.reading import read_master, read_story

OWN = Path(__file__).parent / "stories"
HOME = Path(__file__).parents[3] / "shared" / "scenarios"
STORIES = [*sorted(HOME.glob("s*.yaml")), *sorted(OWN.glob("r*.yaml"))]

pytestmark = pytest.mark.django_db


def test_the_stories_are_there() -> None:
    assert len(list(OWN.glob("r*.yaml"))) == 10
    if not HOME.exists():
        pytest.skip("the acceptance stories lie beside the checkout, in ../shared/scenarios")
    assert len(list(HOME.glob("s*.yaml"))) >= 11


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_ends_as_it_must(path: Path) -> None:
    story = read_story(path, read_master(path.parent / "_master.yaml"))
    found = compare(story.expected or {}, blocks(play(story)))
    assert [d for agreement in found for d in agreement.differences] == []

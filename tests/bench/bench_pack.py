"""The acceptance stories, played through the database one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from jiannuo.faces.rehearsal.blocks import blocks
from jiannuo.faces.rehearsal.playing import play
from jiannuo.faces.rehearsal.reading import read_master, read_story

Row = tuple[str, str, str]
HOME = Path(__file__).parents[3] / "shared" / "scenarios"


def figures() -> Iterator[Row]:
    paths = sorted(HOME.glob("s*.yaml"))
    if not paths:
        yield "the stories", "not here", "../shared/scenarios"
        return
    master, events = read_master(HOME / "_master.yaml"), 0
    began = time.perf_counter()
    for path in paths:
        story = read_story(path, master)
        with transaction.atomic():
            blocks(play(story))
            transaction.set_rollback(True)
        events += len(story.told)
    took = time.perf_counter() - began
    yield f"{len(paths)} stories, {events} events", f"{took:.1f} s", "under 20 s"
    yield "one event, set-up and reading included", f"{1000 * took / events:.0f} ms", ""

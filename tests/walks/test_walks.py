"""The acceptance stories, walked through the pages: what must come of them comes of them, whoever
enters them by hand."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from jiannuo.faces.rehearsal.blocks import blocks
from jiannuo.faces.rehearsal.comparing import compare
from jiannuo.faces.rehearsal.playing import play
from jiannuo.faces.rehearsal.reading import read_master, read_story
from jiannuo.kernel import moment
from tests.faces.test_browser import ARGS, CHROMIUM
from tests.scenarios.test_stories import HOME
from tests.walks.walker import Everywhere, Walker
from tests.world import clocks_kept

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium on this machine (Debian: apt-get install chromium)"
    ),
]
WALKED = [path for n in (1, 2, 3, 4, 6) for path in sorted(HOME.glob(f"s0{n}_*.yaml"))]


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=pytest.mark.xdist_group(f"walk-{p.stem}"), id=p.stem) for p in WALKED],
)
def test_a_story_walked_through_the_pages_ends_as_it_must(
    path: Path,
    transactional_db: None,
    live_server: LiveServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    # The browser's loop runs in this very thread, and the story asks the database from it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setattr(moment, "_held", Everywhere())
    story = read_story(path, read_master(path.parent / "_master.yaml"))
    clocks_kept(story.as_of + timedelta(days=1))
    pictures = Path(os.environ.get("WALK_PICTURES", tmp_path)) / path.stem
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        walker = Walker(browser, live_server.url)
        try:
            played = play(story, walker.tell)
            found = compare(story.expected or {}, blocks(played))
            walker.show_cases(played)
        finally:
            walker.keep(pictures)
            browser.close()
    assert [d for agreement in found for d in agreement.differences] == []
    assert walker.said == []

"""What the pages point to is there, and both languages of the README say the same."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(chain(ROOT.glob("*.md"), (ROOT / "docs").rglob("*.md")))

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
COMMAND = re.compile(
    r"(?:(?<=`)make [a-z]+|(?<= {4})make [a-z]+|jiannuo [a-z]+ ?[a-z]*|--[a-z]+|[A-Z_]{6,})"
)


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken, broken


def test_both_readmes_say_the_same() -> None:
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    for what in (r"^## ", r"^\| `", r"^\d\. ", r"^ {4,}\S", r"^- "):
        assert len(re.findall(what, english, re.M)) == len(re.findall(what, chinese, re.M)), what
    assert set(LINK.findall(english)) ^ set(LINK.findall(chinese)) == {"README.md", "README.zh.md"}
    assert set(COMMAND.findall(english)) == set(COMMAND.findall(chinese))


def test_the_table_of_rooms_has_every_room() -> None:
    rooms = {path.parent.name for path in (ROOT / "jiannuo").glob("*/__init__.py")}
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        told = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
        assert {room for cell in told for room in re.findall(r"`(\w+)`", cell)} == rooms


def test_decisions_are_numbered_without_gaps_and_answer_three_questions() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [
        f"{n:04}" for n in range(1, len(decisions) + 1)
    ]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        for part in ("**Question.**", "**Choice.**", "**What would change our mind.**"):
            assert part in text, f"{path.name} lacks {part}"

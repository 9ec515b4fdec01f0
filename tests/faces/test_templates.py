"""What may stand in a template: both languages of every saying, no colours of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "jiannuo"
TEMPLATES = sorted(ROOT.rglob("templates/**/*.html"))
CHINESE = re.compile("[一-鿿]")
SAY = re.compile(r"""\{%\s*say\s+(?P<q>["'])(?P<zh>.*?)(?P=q)\s+(?P<r>["'])(?P<en>.*?)(?P=r)""")
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}")

every_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)


@every_template
def test_no_template_chooses_a_colour(path: Path) -> None:
    text = TAG.sub("", path.read_text())
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^<]*/icons)", re.sub(r'href="[^"]*"', "", text))
    assert "text-danger" not in text
    assert "rgb(" not in text


@every_template
def test_every_saying_has_both_languages(path: Path) -> None:
    """Chinese stands only inside `say`, and beside it its English."""
    text = path.read_text()
    for found in SAY.finditer(text):
        assert found["zh"].strip(), found[0]
        assert found["en"].strip(), found[0]
        assert not CHINESE.search(found["en"]), found[0]
    rest = TAG.sub("", SAY.sub("", text)).replace("践诺", "").replace("中文", "")
    assert not CHINESE.search(rest), [line for line in rest.splitlines() if CHINESE.search(line)]


def test_chinese_is_not_hidden_in_other_tags() -> None:
    wrong = [
        (path.name, tag)
        for path in TEMPLATES
        for tag in re.findall(r"\{%.*?%\}", path.read_text())
        if CHINESE.search(tag) and not SAY.match(tag)
    ]
    assert not wrong


def test_components_are_fed_by_templates_that_exist() -> None:
    named = {
        found
        for source in (ROOT / "web").rglob("*.py")
        for found in re.findall(r'template: ClassVar\[str\] = "(.*?)"', source.read_text())
    }
    here = {f"web/components/{p.name}" for p in (ROOT / "web/templates/web/components").glob("*")}
    assert named == here


def test_scripts_hold_no_colour_and_no_time_of_the_device() -> None:
    tick = (ROOT / "web/static/web/tick.js").read_text()
    assert "new Date(" not in tick
    assert tick.count("Date.now()") == 3  # to notice that the machine slept, never to tell time

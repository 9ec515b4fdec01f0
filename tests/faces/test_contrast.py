"""Contrast of the tokens by the formula of WCAG 2, in both themes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "jiannuo/web/static/web/tokens.css"

TEXT = 4.5
EDGE = 3.0
PAIRS = [
    ("ink", "surface", TEXT),
    ("ink-2", "surface", TEXT),
    ("ink-2", "brand-soft", TEXT),
    ("ink-3", "surface", TEXT),
    ("ink-3", "paper", TEXT),
    ("ink-3", "sunken", TEXT),
    ("ink-3", "brand-soft", TEXT),
    ("brand", "surface", TEXT),
    ("brand", "paper", TEXT),
    ("brand", "brand-soft", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-next", "next", TEXT),
    ("run", "run-bg", TEXT),
    ("ok", "surface", TEXT),
    ("ok", "ok-bg", TEXT),
    ("warn", "warn-bg", TEXT),
    ("crit", "crit-bg", TEXT),
    ("on-crit", "crit-solid", TEXT),
    ("past", "past-bg", TEXT),
    ("na", "surface", TEXT),
    ("unk", "unk-bg", TEXT),
    ("on-l1", "l1-solid", TEXT),
    ("l2", "l2-bg", TEXT),
    ("l3", "l3-bg", TEXT),
    ("l4", "l4-bg", TEXT),
    ("ink", "internal", TEXT),
    ("ink-2", "internal", TEXT),
    ("field", "surface", EDGE),
    ("focus", "paper", EDGE),
    ("warn-solid", "surface", EDGE),
    ("crit-solid", "surface", EDGE),
]


@cache
def tokens(theme: str) -> dict[str, str]:
    css = TOKENS.read_text()
    blocks = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    wanted = next(body for heads, body in blocks if f'[data-bs-theme="{theme}"]' in heads)
    return dict(re.findall(r"--jn-([\w-]+):\s*(#[0-9a-f]{6})", wanted))


def luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast_suffices(theme: str, front: str, back: str, least: float) -> None:
    of = tokens(theme)
    lighter, darker = sorted((luminance(of[front]), luminance(of[back])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_both_themes_set_the_same_tokens() -> None:
    assert set(tokens("light")) == set(tokens("dark"))

"""Which articles fit what a caller says: by the grams they share, the rare ones counting more.
Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log

#: What an article about another product weighs beside one about this, or about all.
OTHER, SAME = 0.4, 1.5
#: Of the weight of what was said, an article has to hold so much.
LEAST = 0.12


def fitting(
    said: Sequence[str],
    candidates: Mapping[str, str],
    about: Mapping[str, bool | None] | None = None,
) -> list[str]:
    """Keys of the candidates (key: folded text) that fit, the best first. `said`: the grams of what
    was said; `about`: whether one is about this very product; None: about all."""
    held = {key: {gram for gram in said if gram in text} for key, text in candidates.items()}
    often = Counter(gram for grams in held.values() for gram in grams)
    weight = {gram: 1 / (1 + log(often[gram])) if often[gram] else 1.0 for gram in set(said)}
    whole = sum(weight.values())
    scores = {
        key: _sum(weight, grams) / whole * _factor((about or {}).get(key))
        for key, grams in held.items()
        if grams and len(grams) > min(1, len(weight) - 1)
    }
    good = [key for key, score in scores.items() if score >= LEAST]
    return sorted(good, key=lambda key: (-scores[key], key))


def _sum(weight: Mapping[str, float], grams: Iterable[str]) -> float:
    return sum(weight[gram] for gram in grams)


def _factor(about: bool | None) -> float:
    return 1.0 if about is None else SAME if about else OTHER

"""Chinese names by how they are spoken: full pinyin and initials, every likely reading. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from itertools import islice, product
from typing import Any

from jiannuo.kernel.grams import Asked, asked, fold, folded

#: A name of so few characters is a person's, whose family name is read in its own way (单 is Shan):
#: all its readings count. In a longer one the words around a character say how it is read.
SHORT = 4
MOST = 12  # readings of one name

_LETTERS = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"\D+")
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_NUMBER = re.compile(r"\+?[0-9()（）\- ]+")


@cache
def _pypinyin() -> Any:
    """Loaded with the first name that is written: it takes half a second and 55 MB, and most
    commands write none."""
    return import_module("pypinyin")


def spoken(name: str) -> tuple[str, ...]:
    """How a name may be typed in letters: each full reading, then each row of initials; nothing
    for a name without a Chinese character."""
    plain = fold(name)
    if plain.isascii():
        return ()
    found = list(dict.fromkeys(_readings(plain)))
    full = ("".join(reading) for reading in found)
    initials = ("".join(syllable[:1] for syllable in reading) for reading in found)
    return tuple(dict.fromkeys(word for word in (*full, *initials) if word))


def _readings(name: str) -> Iterator[tuple[str, ...]]:
    """Rows of syllables; a letter or digit is one by itself."""
    heard = _pypinyin()
    likely: list[str] = []
    for run in _RUNS.findall(name):
        likely += list(run) if run.isascii() else heard.lazy_pinyin(run)
    yield _plain(likely)
    if len(name) <= SHORT and not any(c.isascii() for c in name):
        each = heard.pinyin(name, style=heard.Style.NORMAL, heteronym=True)
        yield from map(_plain, islice(product(*each), MOST))


def _plain(syllables: Iterable[str]) -> tuple[str, ...]:
    return tuple(found for one in syllables if (found := _LETTERS.sub("", one.lower())))


def findable(names: Iterable[str], numbers: Iterable[str] = (), others: Iterable[str] = ()) -> str:
    """What somebody or something is found by, folded: names as written and as spoken, telephone
    numbers as written and in digits, whatever else."""
    named, rung = list(names), list(numbers)
    spoken_ = [word for name in named for word in spoken(name)]
    return folded([*named, *spoken_, *rung, *(_DIGITS.sub("", n) for n in rung), *others])


def asked_by_number(typed: str) -> Asked | None:
    """What was typed as a telephone number, however a caller's display writes it: with the
    country's code or without, a landline without its city's. None for what is no number."""
    plain = fold(typed)
    digits = _DIGITS.sub("", plain)
    if not _NUMBER.fullmatch(plain) or not 4 <= len(digits) <= 20:
        return None
    home = re.sub(r"^(?:0086|86)(?=\d{8,})", "", digits) if len(digits) > 10 else digits
    forms = [digits, home]
    if re.match(r"01\d{10}$", home):  # a mobile behind the trunk's nought
        forms.append(home[1:])
    elif home.startswith("0") and len(home) >= 10:
        forms.append(home[-8:])
    elif len(home) in (9, 10, 11) and len(home) < len(digits) and not home.startswith("1"):
        forms += ["0" + home, home[-8:]]  # +86 28 ...: the city's nought fell
    return Asked(digits, (tuple(dict.fromkeys(forms)),))


def asked_of_persons(typed: str) -> Asked:
    """What was typed, as a number where it is one."""
    return asked_by_number(typed) or asked(typed)

"""Text found by any fragment of it: how text is folded, cut into grams, and asked for. Pure.

A text is kept folded (width, case and spaces no longer matter). Its grams are the two characters
that begin at each place, three where all are ASCII, one before a space. An index on the grams
gives the candidates, `strpos` on the folded text decides: what is found holds the fragment,
character for character, and whatever holds it is found.

The migrations run `FUNCTION`, so what it gives must not change once released: another cut is
another function.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

#: Of what somebody typed, so much is looked at; more is a text pasted into the wrong box.
LONGEST = 100
MOST_WORDS = 8
MOST_GRAMS = 24

FUNCTION = r"""
create function grams(folded text) returns tsvector immutable strict parallel safe
language sql as $$
  select array_to_tsvector(array_remove(array_agg(case
    when a in (' ', E'\n') then null
    when b is null or b in (' ', E'\n') then a
    when octet_length(a || b || c) = 3 and c not in (' ', E'\n') then a || b || c
    else a || b end), null))
  from (select string_to_array(folded, null) s offset 0) q, unnest(s, s[2:], s[3:]) as u(a, b, c)
$$;
"""
DROP = "drop function grams(text)"


def index(name: str, table: str, column: str) -> tuple[str, str]:
    """(SQL, its reverse) of the index that `Asked.where` needs on a column of folded text."""
    return (
        f"create index {name} on {table} using gin (grams({column}))",
        f"drop index if exists {name}",
    )


_NUL_AND_KIN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
#: Serials, addresses and numbers that are typed with or without what divides them.
_DIVIDED = re.compile(r"[0-9]{3,}(?:[- ][0-9]{3,})+(?![a-z0-9])|[a-z0-9]+(?:[-_/][a-z0-9]+)+")
_DIVIDER = re.compile(r"[-_/ ]")


def fold(text: str) -> str:
    """Plain width and case, single spaces, nothing invisible."""
    found = "".join(c for c in _NUL_AND_KIN.sub("", text) if not _invisible(c))
    found = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", found).casefold())
    return " ".join("".join(c for c in found if not _invisible(c)).split())


def _invisible(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character) in ("Cf", "Cs", "Cc")


def folded(parts: Iterable[str]) -> str:
    """What is kept of some texts that belong together, a line each; a serial or a number is on a
    line of its own once more, without its hyphens. No fragment reaches from line to line."""
    lines = [line for part in parts if (line := fold(part))]
    whole = [_DIVIDER.sub("", found) for line in lines for found in _DIVIDED.findall(line)]
    return "\n".join(dict.fromkeys([*lines, *whole]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed: its words, each with the forms that count as it. All must be there.

    `typed` is the folded whole. Falsy where there is nothing to look for.
    """

    typed: str
    words: tuple[tuple[str, ...], ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def query(self) -> str:
        """The words as a tsquery on the grams."""
        return " & ".join(f"({' | '.join(map(_grams_of, forms))})" for forms in self.words)

    def where(self, column: str, name: str = "w") -> tuple[str, dict[str, str]]:
        """An SQL condition that holds for exactly the texts that hold the words, and its values,
        whose names begin with `name`. `column` is ours, never typed."""
        recheck, values = self.recheck(column, name)
        indexed = f"grams({column}) @@ %({name}_grams)s::tsquery"
        return f"{indexed} and {recheck}", {f"{name}_grams": self.query, **values}

    def recheck(self, column: str, name: str = "w") -> tuple[str, dict[str, str]]:
        """The same condition without the index."""
        said: dict[str, str] = {}
        parts = []
        for n, forms in enumerate(self.words):
            said |= {f"{name}{n}_{m}": form for m, form in enumerate(forms)}
            each = (f"strpos({column}, %({name}{n}_{m})s) > 0" for m in range(len(forms)))
            parts.append(f"({' or '.join(each)})")
        return " and ".join(parts), said

    def rank(self, column: str) -> tuple[str, dict[str, str]]:
        """How well a text fits, as SQL: 0 where a line of it is what was typed, 1 where one begins
        so, 2 where one ends so, else 3."""
        forms = self.words[0] if len(self.words) == 1 else (self.typed,)
        line = f"chr(10) || {column} || chr(10)"
        each = [
            f"case when strpos({line}, chr(10) || %(r{n})s || chr(10)) > 0 then 0"
            f" when strpos({line}, chr(10) || %(r{n})s) > 0 then 1"
            f" when strpos({line}, %(r{n})s || chr(10)) > 0 then 2 else 3 end"
            for n in range(len(forms))
        ]
        return f"least({', '.join(each)})", {f"r{n}": form for n, form in enumerate(forms)}

    def holds(self, text: str) -> bool:
        """The same of a folded text at hand."""
        return all(any(form in text for form in forms) for forms in self.words)


def asked(typed: str) -> Asked:
    """What somebody typed, whatever it is, as words to look for."""
    plain = fold(typed[: 4 * LONGEST])[:LONGEST].strip()
    words = dict.fromkeys(plain.split(" ")) if plain else {}
    return Asked(plain, tuple(_forms(word) for word in list(words)[:MOST_WORDS]))


def cut(said: str) -> list[str]:
    """The grams of what somebody says at length, each once: for what shares some of them."""
    words = fold(said[: 40 * LONGEST]).split(" ")
    found = dict.fromkeys(gram for word in words for gram in _cut(word))
    return list(found)[: 8 * MOST_GRAMS]


def matching(grams: Iterable[str]) -> str:
    """Any of these grams, as a tsquery."""
    return " | ".join(map(_quoted, grams))


def _forms(word: str) -> tuple[str, ...]:
    if not _DIVIDED.fullmatch(word):
        return (word,)
    return (word, _DIVIDER.sub("", word))


def _grams_of(word: str) -> str:
    """The grams that every text with the word has; of one without any, those that begin so."""
    grams = list(dict.fromkeys(_cut(word)))[:MOST_GRAMS]
    return " & ".join(map(_quoted, grams)) or f"{_quoted(word)}:*"


def _cut(word: str) -> Iterator[str]:
    """Each gram that does not depend on what follows the word."""
    for place in range(len(word) - 1):
        three, two = word[place : place + 3], word[place : place + 2]
        if len(three) == 3 and three.isascii():
            yield three
        elif not two.isascii() or len(three) == 3:
            yield two


def _quoted(gram: str) -> str:
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text around a hit."""

    before: str
    hit: str
    after: str


def snippet(asked: Asked, parts: Iterable[str], around: int = 28) -> Snippet | None:
    """Where some texts, as they were written, hold the first word that any of them holds; None
    where it only shows when folded otherwise."""
    lines = [" ".join(part.split()) for part in parts]
    for forms in asked.words:
        for form in forms:
            for line in lines:
                if (found := _place(line, form)) is not None:
                    return _cut_out(line, *found, around)
    return None


def _place(line: str, form: str) -> tuple[int, int] | None:
    """From where to where of a line as it was written the folded form stands."""
    plain, back = "", list[int]()
    for n, character in enumerate(line):
        piece = fold(character) or (" " if character == " " else "")
        plain += piece
        back += [n] * len(piece)
    at = plain.find(form)
    return None if at < 0 else (back[at], back[at + len(form) - 1] + 1)


def _cut_out(line: str, start: int, end: int, around: int) -> Snippet:
    first, last = max(0, start - around), min(len(line), end + 2 * around)
    return Snippet(
        ("…" if first else "") + line[first:start],
        line[start:end],
        line[end:last] + ("…" if last < len(line) else ""),
    )

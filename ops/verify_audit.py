#!/usr/bin/env python3
"""Check an exported audit chain. Needs this file, the export and Python; nothing of jiannuo.

    jiannuo audit export audit.jsonl
    python3 verify_audit.py audit.jsonl --count N --head HASH

Each line of the export is one link: what was done, and `hash` = sha256(hash of the link before +
sha256(the line without its hash)). A link of another customer, in an export for one of them, has
that inner sum as `digest` instead of its words. Any change of a line breaks every hash after it.
Who can write the whole file can make a new chain, or leave off its end: only a count and a head
that were noted elsewhere, when `export` or `verify` printed them, show that.

Exit code 0: whole. 1: what is wrong is said. 2: the file cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fault(line: str, expected: int, before: str) -> tuple[str, str | None]:
    """The hash of one link, and what is wrong with it."""
    try:
        row = json.loads(line)
        n, told = row["n"], row.pop("hash")
    except (ValueError, KeyError, TypeError, AttributeError):
        return before, f"line {expected} is not a link of an audit chain"
    if n != expected:
        return told, f"link {expected} is missing or out of order: link {n} stands in its place"
    if canonical({**row, "hash": told}) != line:
        return told, f"link {n} is not written as an export writes it"
    digest = str(row["digest"]) if set(row) == {"n", "digest"} else sha256(canonical(row))
    if sha256(before + digest) != told:
        return told, f"link {n} does not follow: it, or a link before it, was changed"
    return told, None


def check(lines: Iterable[str], count: int | None, head: str | None) -> str:
    """What the chain is. Raises ValueError with what is wrong."""
    n, last, at_count, seen = 0, "0" * 64, "0" * 64, head is None
    for n, line in enumerate(lines, 1):
        last, problem = fault(line.rstrip("\n"), n, last)
        if problem:
            raise ValueError(problem)
        seen = seen or last == head
        at_count = last if n == count else at_count
    if count is not None and n < count:
        raise ValueError(f"the end is cut off: {n} links, {count} were noted")
    if not seen:
        raise ValueError("the noted head is nowhere in it: rewritten, cut off, or an older backup")
    if count and head and at_count != head:
        raise ValueError(f"link {count} is not the one that was noted: the chain was rewritten")
    return f"whole: {n} links, head {last}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an exported audit chain.")
    parser.add_argument("export", help="the file of `jiannuo audit export`; - reads the input")
    parser.add_argument("--count", type=int, help="how many links there were at least")
    parser.add_argument("--head", help="a hash that must be in the chain; at COUNT if given")
    given = parser.parse_args()
    try:
        if given.export == "-":
            said = check(sys.stdin, given.count, given.head)
        else:
            with Path(given.export).open(encoding="utf-8", newline="\n") as file:
                said = check(file, given.count, given.head)
    except ValueError as problem:  # among them: text that is not UTF-8
        sys.stderr.write(f"NOT WHOLE: {problem}\n")
        return 1
    except OSError as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

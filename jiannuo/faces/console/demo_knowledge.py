"""What the demo company knows, and where it helped."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jiannuo.cases import queries as cases
from jiannuo.faces.console.demo_company import Company, Deed
from jiannuo.journey.steps import take
from jiannuo.knowledge import phrases
from jiannuo.knowledge import queries as knowledge
from jiannuo.knowledge.queries import Product
from jiannuo.manual.actor import SYSTEM, Actor

#: On so many mornings the hotline sends whoever waits what fits his fault.
MORNINGS = 45
#: Of an article, what the step does not take.
OURS = ("days", "by", "state", "reason")


@cache
def _read() -> Mapping[str, Any]:
    text = Path(__file__).with_name("demo_knowledge.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def learned(made: Company) -> Iterator[Deed]:
    for row in _read()["phrase"]:
        yield made.ago(170, 9), partial(_say, made, row)
    for row in _read()["article"]:
        written: dict[str, str] = {}
        days = row["days"]
        yield made.ago(days, 17), partial(_write, made, row, written)
        if row.get("state") != "waiting":
            yield made.ago(days - 2, 10), partial(_decide, made, row, written)
    for day in range(MORNINGS, 0, -1):
        yield made.ago(day, 9), partial(_help, made)


def _say(made: Company, row: Mapping[str, Any]) -> None:
    phrases.keep(_first(made, "duty_manager"), row["key"], row["text"], house=True)


def _write(made: Company, row: Mapping[str, Any], written: dict[str, str]) -> None:
    said = {name: value for name, value in row.items() if name not in OURS}
    written["number"] = take("article_drafted", made.staff[row["by"]], **said).number


def _decide(made: Company, row: Mapping[str, Any], written: dict[str, str]) -> None:
    expert, number = _first(made, "expert"), written["number"]
    if row.get("state") == "sent_back":
        take("article_sent_back", expert, number, version=1, reason=row["reason"])
    else:
        take("article_approved", expert, number, version=1)


def _help(made: Company) -> None:
    """The first of the open cases that something known fits."""
    for case in cases.open_cases(SYSTEM, 20):
        found = knowledge.alike(case.text, Product(), 1)
        if found and not case.drill:
            take(
                "article_sent", _first(made, "hotline_agent"), case.number, article=found[0].called
            )
            return


def _first(made: Company, role: str) -> Actor:
    return made.staff[made.of_role(role)[0]]

"""`jiannuo doctor`: every check, with one sentence of what to do. Works without a database."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import click

from jiannuo.faces.console.tables import width
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.examining import Examined, examine, report
from jiannuo.oversight.doctor.finding import NAMES, STATES, Check, Report
from jiannuo.oversight.doctor.machine import here
from jiannuo.oversight.doctor.registry import CHECKS
from jiannuo.site.doctor import certificate, chain, database, migrations

#: Beside those of the house; the database itself is asked before all of them.
OWN = (database.FIT, migrations.CHECK)
ELSEWHERE = (certificate.CHECK,)
SLOW = (chain.CHECK,)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs. 输出 JSON，供程序读取")
@click.option("--full", is_flag=True, help="The whole audit chain too. 连审计链也逐条核验")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool, full: bool) -> None:
    """Look at everything, say what is wrong and what to do; exit 0: all well, 1: heed, 2: broken.

    体检：逐项查看，说明发现了什么、该怎么办；退出码 0 正常，1 注意，2 坏。
    """
    logging.getLogger("jiannuo.doctor").setLevel(logging.CRITICAL)  # the table tells it
    found = looked([*OWN, *CHECKS, *ELSEWHERE, *(SLOW if full else ())])
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=1))
    else:
        for line in _told(found):
            click.echo(line)
    ctx.exit(STATES.index(found.worst))


def looked(checks: list[Check]) -> Examined:
    """The database first: of what lies in it nothing can be said while it is away."""
    machine = here()
    first = report(database.REACH, machine)
    rest = examine(checks, machine, database=first.state != "bad")
    return Examined((first, *rest.reports), rest.unasked)


def _plain(found: Examined) -> dict[str, Any]:
    return {
        "state": found.worst,
        "checks": [
            {
                "code": one.code,
                "state": one.state,
                "name": _both(one.name),
                "found": _both(one.finding.found),
                "do": _both(one.finding.do) if one.finding.do else None,
            }
            for one in found.reports
        ],
        "not_asked": [check.code for check in found.unasked],
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _told(found: Examined) -> Iterator[str]:
    """Three columns, each check in both languages; where something is to be done, with an arrow."""
    for one in found.reports:
        yield from _row(one)
    if found.unasked:
        names = [check.name for check in found.unasked]
        yield ""
        yield f"数据库不在，这些没有查：{'、'.join(name.zh for name in names)}"
        yield f"Not asked while the database is away: {', '.join(name.en for name in names)}"
    counts = {state: found.count(state) for state in STATES}
    yield ""
    yield f"{counts['bad']} 项坏，{counts['warn']} 项注意，{counts['ok']} 项正常。"
    yield f"{counts['bad']} broken, {counts['warn']} to look at, {counts['ok']} ok."


STATE, NAME = 7, 15  # columns


def _row(one: Report) -> Iterator[str]:
    said, named = NAMES[one.state], one.name
    yield _line(said.zh, named.zh, one.finding.found.zh)
    yield _line(said.en, named.en, one.finding.found.en)
    if one.finding.do is not None:
        yield _line("", "", f"→ {one.finding.do.zh}")
        yield _line("", "", f"→ {one.finding.do.en}")


def _line(state: str, name: str, text: str) -> str:
    return state + " " * (STATE - width(state)) + name + " " * (NAME - width(name)) + text

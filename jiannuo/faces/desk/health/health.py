"""What the checks of the house found, the worst first, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.examining import Examined, examine
from jiannuo.oversight.doctor.finding import NAMES, STATES, Report
from jiannuo.oversight.doctor.machine import here
from jiannuo.oversight.doctor.registry import CHECKS
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Line:
    """One check; `do` is "" where nothing is to be done."""

    code: str
    state: str
    word: str
    name: str
    found: str
    do: str


@dataclass(frozen=True, slots=True)
class Health:
    state: str
    summary: str
    at: str
    lines: tuple[Line, ...]


def health(actor: Actor, reader: Reader) -> Health:
    """Every check, made now. Raises `Refusal` where he may not read them."""
    require(actor, "read_health")
    found = examine(CHECKS, here())
    worst_first = sorted(found.reports, key=lambda one: -STATES.index(one.state))
    return Health(
        found.worst,
        reader.say(_summary(found)),
        reader.exact(reader.at),
        tuple(_line(reader, one) for one in worst_first),
    )


def _summary(found: Examined) -> Text:
    bad, warn = found.count("bad"), found.count("warn")
    if not bad and not warn:
        return Text("全部正常", "All is well")
    parts = [
        Text(f"{bad} 项坏了", f"{bad} broken") if bad else None,
        Text(f"{warn} 项要注意", f"{warn} to look at") if warn else None,
    ]
    said = [part for part in parts if part]
    return Text("，".join(t.zh for t in said), ", ".join(t.en for t in said))


def _line(reader: Reader, one: Report) -> Line:
    do = one.finding.do
    return Line(
        one.code,
        one.state,
        reader.say(NAMES[one.state]),
        reader.say(one.name),
        reader.say(one.finding.found),
        reader.say(do) if do else "",
    )

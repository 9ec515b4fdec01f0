"""What the other components are fed: frozen values in the reader's language, one template each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jiannuo.manual.vocabulary import Level
from jiannuo.web.reader import Reader

SHAPES = {"L1": "l1", "L2": "l2", "L3": "l3", "L4": "l4"}


@dataclass(frozen=True, slots=True)
class LevelBadge:
    """A level: shape, hue and word; `long` adds table 2-2's few words."""

    template: ClassVar[str] = "web/components/level.html"

    shape: str
    word: str
    long: str = ""


def level_badge(reader: Reader, level: str | None, *, long: bool = False) -> LevelBadge:
    known = level in set(Level) and level not in ("consult", "other")
    return LevelBadge(
        SHAPES.get(level or "", "l0"),
        reader.word("level", level or "unknown"),
        reader.word("level_long", level) if long and known else "",
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: ours (round) or the customer's (square), what he is, how to reach him."""

    template: ClassVar[str] = "web/components/person.html"

    name: str
    small: str = ""
    phone: str = ""
    ours: bool = True

    @property
    def initial(self) -> str:
        return self.name[:1]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a line: a paper of the case (with a place to jump to) or a plain fact."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One event: when it happened, when it was written down, the sentence, its proof.

    `dot` is "st" for proven, "" for plain, "note" for what never leaves the house. `was`: the
    time that a correction took away. `hand`: who wrote it for him, and how he had heard of it;
    `correct`: where it can be corrected, for those who may.
    """

    template: ClassVar[str] = "web/components/timeline_row.html"

    id: str
    happened: str
    recorded: str
    text: str
    dot: str = ""
    late: bool = False
    why: str = ""
    seen: bool = False
    inside: bool = False
    was: str = ""
    evidence: tuple[Evidence, ...] = ()
    day: str = ""
    machine: str = ""
    hand: str = ""
    correct: str = ""


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge line with the duty that sets its price."""

    template: ClassVar[str] = "web/components/charge_row.html"

    what: str
    item: str
    qty: str
    unit: str
    amount: str
    rule: str
    lot: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A promise as the clocks table tells it, with its explanation folded under it. `started`,
    `stopped`: where the event stands that began it and the one that keeps it, if on this page."""

    template: ClassVar[str] = "web/components/ledger_row.html"

    id: str
    chip: object
    name: str
    clause: str
    house: bool
    start: str
    due: str
    stop: str
    took: str
    why: tuple[tuple[str, str], ...]
    reason: str = ""
    started: str = ""
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class PageState:
    """An empty, failed or lagging page: a fact, what comes next, what to press."""

    template: ClassVar[str] = "web/components/state.html"

    kind: str  # empty | crit | warn | unk
    fact: str
    next: str = ""
    href: str = ""
    verb: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button that leads somewhere; `icon` by its name in icons.svg. `within`: its form opens on
    the same page."""

    verb: str
    href: str
    icon: str = ""
    within: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do: who, what, why; `wait`: somebody else's turn, `over`: nothing is. The
    first button does it, the second is the other way."""

    template: ClassVar[str] = "web/components/next.html"

    who: str
    what: str
    why: str
    wait: bool = False
    over: bool = False
    last: str = ""
    buttons: tuple[Press, ...] = ()

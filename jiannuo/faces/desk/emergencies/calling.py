"""Whom an emergency has to reach by telephone, in which order, and how each call ended (7.5 B 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.promises import Kept
from jiannuo.manual import holding
from jiannuo.manual.events import Event
from jiannuo.people import queries as people
from jiannuo.people.queries import Standby
from jiannuo.web.clockview import ClockView
from jiannuo.web.reader import Reader

ORDER = (
    "emg_notify_duty_manager",
    "emg_notify_subcentre_head",
    "emg_notify_product_manager",
)


@dataclass(frozen=True, slots=True)
class Try:
    """A call or a message: when, to whom, how it ended; `told` where he knows."""

    at: str
    person: str
    how: str
    told: bool


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody to ring up for a role; `deputy`: not the first one."""

    name: str
    phone: str
    deputy: bool
    via: str


@dataclass(frozen=True, slots=True)
class CallTo:
    """A role that must be told. `done`: somebody of it was. `line`: whom to ring, in order."""

    role: str
    name: str
    chip: ClockView
    by: str
    due: datetime | None
    done: bool
    tries: tuple[Try, ...]
    line: tuple[Callee, ...]

    @property
    def first(self) -> Callee | None:
        """Whom to ring now: of those nobody has reached for in vain, else the first again."""
        tried = {one.person for one in self.tries}
        fresh = next((one for one in self.line if one.name not in tried), None)
        return fresh or (self.line[0] if self.line else None)


def calls_to(reader: Reader, view: CaseView, found: Sequence[Kept]) -> tuple[CallTo, ...]:
    """The three roles, in the order of the manual. A few questions for each that is open."""
    by_code = {kept.promise.code: kept for kept in found}
    return tuple(_call(reader, view, by_code[code]) for code in ORDER if code in by_code)


def _call(reader: Reader, view: CaseView, kept: Kept) -> CallTo:
    role = holding.TOLD[kept.promise.code]
    clock = kept.clock
    done = clock.stop is not None
    return CallTo(
        role=role,
        name=reader.word("role", role),
        chip=kept.chip,
        by=reader.by(clock.due) if clock.due else "",
        due=None if done or clock.excused else clock.due,
        done=done,
        tries=tuple(_try(reader, e) for e in _told(view, role)),
        line=() if done else tuple(_line(reader, view, role)),
    )


def _told(view: CaseView, role: str) -> list[Event]:
    log = view.story.log
    return [e for e in log.merged("notified", "notify_attempt") if e.d["role"] == role]


def _try(reader: Reader, event: Event) -> Try:
    told = event.kind == "notified"
    how = reader.word("how", event.d["how"])
    return Try(reader.clock(event.t), str(event.d["person"]), how, told)


def _line(reader: Reader, view: CaseView, role: str) -> list[Callee]:
    """On duty, then deputies, then whoever the escalation names (readings 19)."""
    office = customers.site(view.card.site).office if view.card.site else None
    standby: list[Standby] = people.standing_by(role, reader.at, office or None)
    return [
        Callee(one.name, one.phone, n > 0, reader.word("via", one.via))
        for n, one in enumerate(standby)
    ]

"""Histories lived in another system become cases like others: their events in the archive as of
the log's times, their clocks folded, and nobody is told anything (trap T45).

Rules of importing again: a case is known by its source and its number there. What the log shows
in addition is added. What contradicts what was imported changes nothing and is named: the
archive is not rewritten, a person corrects. No papers are made and nothing is decided on
entitlement: neither was ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection, transaction

from jiannuo.archive import importing as archive
from jiannuo.archive.commands import Entry, Subject
from jiannuo.archive.importing import WHY, Told
from jiannuo.cases import commands as case_commands
from jiannuo.cases import importing as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.importing import OldCase, Present
from jiannuo.clocks import commands as clock_commands
from jiannuo.clocks import importing as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.manual import marks
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import parsed
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.story import CaseFacts, CaseStory
from jiannuo.people import queries as people
from jiannuo.people.permits import require

IMPORTS = uuid5(NAMESPACE_OID, "jiannuo import")
#: Who stands in a log is nobody of ours, until somebody of that name is on the staff.
ELSEWHERE = frozenset({"imported"})
MARK = "imported"


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened, by the name that the log gives."""

    kind: str
    at: datetime
    by: str
    d: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """One case as another system tells it, oldest first, the report leading.

    `state`: that system's last word; `rows`: of how many rows; `made_sla`: its own verdict;
    `contact`: what the first contact rests on, "work" (a named person's first work) or "bound"
    (no later than the fix, nothing earlier is known), "" for none.
    """

    source: str
    number: str
    state: str
    rows: int
    past: tuple[Past, ...]
    contact: str = ""
    made_sla: bool | None = None

    @property
    def origin(self) -> str:
        return f"{self.source}:{self.number}"


@dataclass
class Brought:
    """What an import did, or would do. `refused`: number -> (reason, what is contradicted);
    `verdicts`: number -> "new", "changed" (more than before) or "same"."""

    new: int = 0
    added: int = 0
    same: int = 0
    events: int = 0
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)

    def __add__(self, other: Brought) -> Brought:
        return Brought(
            self.new + other.new,
            self.added + other.added,
            self.same + other.same,
            self.events + other.events,
            self.refused | other.refused,
            self.verdicts | other.verdicts,
        )


@transaction.atomic
def bring_in(
    actor: Actor,
    histories: Sequence[History],
    customer: UUID | None = None,
    *,
    apply: bool = True,
) -> Brought:
    """Bring in some histories, all or none of them; without `apply` only say what would be."""
    require(actor, "import")
    with connection.cursor() as cursor:  # two imports at once would both find nothing there
        cursor.execute("select pg_advisory_xact_lock(hashtext('jiannuo import'))")
    desk = _Desk(actor, customer, now())
    found = cases.present([history.origin for history in histories])
    known = archive.known([old.id for old in found.values()])
    unknown = [history for history in histories if history.origin not in found]
    taken = cases.taken([history.number for history in unknown])
    for history in histories:
        old = found.get(history.origin)
        if old is not None:
            desk.again(history, old, known.get(old.id, {}))
        elif history.number in taken:
            desk.done.refused[history.number] = ("number_taken", "")
        else:
            desk.first_time(history)
    if apply:
        desk.write()
    return desk.done


class _Desk:
    """One import: collects what is to be written, then writes it at once."""

    def __init__(self, actor: Actor, customer: UUID | None, at: datetime) -> None:
        self.actor, self.customer, self.at = actor, customer, at
        self.staff = {card.name: card.actor for card in people.everybody()}
        self.newest = customers.base_profile(at)
        self.project = customers.project_profile(None)
        self.done = Brought()
        self.told: list[Told] = []
        self.cases: list[OldCase] = []
        self.clocks: list[clocks.Old] = []
        self.grown: list[Present] = []

    def first_time(self, history: History) -> None:
        case = new_id()
        subject = Subject("case", case, self.customer)
        told = self._told(history, subject)
        profile = self._profile(told[0].entry.happened_at)
        story = CaseStory(profile, CaseFacts(history.number), _events(told))
        folded = fold_story(story)
        owner = Owner("case", case, history.number, self.customer)
        self.cases.append(
            OldCase(case, history.number, history.origin, self.customer, story, folded)
        )
        self.clocks.append((owner, profile, folded, self._owed(story)))
        self._take(told)
        self.done.new += 1
        self.done.verdicts[history.number] = "new"

    def again(self, history: History, old: Present, known: Mapping[UUID, str]) -> None:
        """A case that came in before: what is more is added, what is otherwise is named."""
        told = self._told(history, Subject("case", old.id, old.customer))
        now_told = {one.entry.uid for one in told}
        gone = Counter(kind for uid, kind in known.items() if uid not in now_told)
        gone.pop(MARK, None)  # each import that adds something leaves a mark of its own
        fresh = [one for one in told if one.entry.uid not in known]
        if gone:
            self.done.refused[history.number] = ("contradicts", ", ".join(sorted(gone)))
        elif fresh:
            self._take(fresh)
            self.grown.append(old)
            self.done.added += 1
            self.done.verdicts[history.number] = "changed"
        else:
            self.done.same += 1
            self.done.verdicts[history.number] = "same"

    def _take(self, told: Sequence[Told]) -> None:
        self.told += told
        self.done.events += len(told)

    def write(self) -> None:
        archive.record_all(self.told)
        cases.write(self.cases)
        clocks.write(self.clocks, self.at)
        for old in sorted(self.grown, key=lambda old: old.number):
            self._resettle(old)
        clocks.silence([old.id for old in self.grown], self.at)

    def _resettle(self, old: Present) -> None:
        view = case_queries.view_locked(old.number)
        folded = fold_story(view.story)
        owner = Owner("case", old.id, old.number, old.customer)
        clock_commands.settle(owner, view.profile, folded, self._owed(view.story))
        stands = case_commands.standing_of(view.story, folded, None)
        case_commands.refresh(old.id, stands)

    def _owed(self, story: CaseStory) -> list[marks.Mark]:
        """Alerts still to come; what lies behind us is told to nobody."""
        return [m for m in marks.of_case(story, self.project) if m.at > self.at]

    # -- events -------------------------------------------------------------------------------

    def _told(self, history: History, subject: Subject) -> list[Told]:
        """The events of a history, each with an id that follows from what it says, so that the
        same event is the same row however often it comes."""
        seen = Counter[tuple[str, datetime]]()
        told = []
        for past in history.past:
            seen[past.kind, past.at] += 1
            name = f"{past.kind} {past.at.isoformat()} {seen[past.kind, past.at]}"
            told.append(Told(self._by(past.by), subject, self._entry(history, name, past)))
        mark = Past(MARK, self.at, self.actor.name, _marked(history))
        name = f"{MARK} {history.rows} {history.state} {history.made_sla} {history.contact}"
        return [*told, Told(self.actor, subject, self._entry(history, name, mark))]

    def _entry(self, history: History, name: str, past: Past) -> Entry:
        uid = uuid5(IMPORTS, f"{history.origin} {name}")
        return Entry(uid, past.kind, past.at, self.at, parsed(past.kind, past.d), WHY)

    def _by(self, name: str) -> Actor:
        return self.staff.get(name) or Actor(name, ELSEWHERE)

    def _profile(self, at: datetime) -> Profile:
        """What counted then; the shipped edition counts where no version was published."""
        return self.newest if self.newest is shipped() else customers.base_profile(at)


def _marked(history: History) -> dict[str, Any]:
    d = {
        "source": history.source,
        "number": history.number,
        "state": history.state,
        "rows": history.rows,
        "contact": history.contact or None,
        "made_sla": history.made_sla,
    }
    return {name: value for name, value in d.items() if value is not None}


def _events(told: Sequence[Told]) -> list[Event]:
    return [
        Event(
            one.entry.kind,
            one.entry.happened_at,
            seq,
            one.by.by,
            one.entry.detail,
            one.entry.recorded_at,
            str(one.entry.uid),
        )
        for seq, one in enumerate(told)
    ]

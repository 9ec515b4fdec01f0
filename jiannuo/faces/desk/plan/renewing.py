"""Contracts that end: the last day covered, what was delivered, the one thing to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict
from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.customers.listing import ProjectLine, narrowed, project_lines, upkeep_ends
from jiannuo.customers.queries import ContractCard
from jiannuo.faces.desk.acting.matter import Plain
from jiannuo.faces.desk.plan.lines import lines
from jiannuo.faces.desk.plan.matter import PlanLists, may, verb
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.queries import OwedInspection
from jiannuo.journey import renewing, speaking
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle, Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.warranty import term
from jiannuo.manual.words import Text
from jiannuo.manual.workdays import Workdays
from jiannuo.people.permits import require
from jiannuo.training import queries as training
from jiannuo.web.components import NextStep, Press, TimelineRow
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

NO_DAYS = Workdays()
DAYS = (30, 90, 180, 365)
USUAL = 90
BACK = timedelta(days=365)  # so long ended contracts that nobody renewed stay in the list


@dataclass(frozen=True)
class RenewalLists(PlanLists):
    def of(self, kind: str, field: str) -> Sequence[Choice]:
        if field == "person":
            return super().of(kind, "agreed_with")
        return super().of(kind, field)


@dataclass(frozen=True)
class RenewalMatter(Plain):
    """A contract, as far as its renewal is concerned."""

    reader: Reader
    contract: ContractCard

    @property
    def ref(self) -> str:
        return self.contract.number

    @property
    def title(self) -> str:
        return self.contract.customer_name

    @property
    def back(self) -> str:
        return reverse("desk:renewal_show", args=[self.contract.id])

    @property
    def back_words(self) -> Text:
        return Text("回到这份合同", "Back to the contract")

    @cached_property
    def profile(self) -> Profile:
        return customers.project_profile(self.contract.id)

    @cached_property
    def log(self) -> Chronicle:
        return renewing.logs_of([self.contract.id])[self.contract.id]

    @property
    def events(self) -> Sequence[Event]:
        return self.log.events

    @cached_property
    def options(self) -> RenewalLists:
        return RenewalLists(self.reader, self.contract.customer)

    def href(self, kind: str) -> str:
        return reverse("desk:renewal_open", args=[self.contract.id, kind])

    def for_customer(self, actor: Actor, kind: str, person: str, heard: str) -> Actor:
        return speaking.of(actor, self.contract.customer, kind, person, heard)

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done:
        return take(kind, actor, self.ref, when, contract=self.contract.id, **fields)

    def usual(self, kind: str, name: str) -> list[str]:
        if (kind, name) == ("renewal_quoted", "until"):
            return [(self.reader.today + timedelta(days=30)).isoformat()]
        return ["call"] if (kind, name) == ("renewal_reminded", "how") else []


def renewal_matter(reader: Reader, contract: UUID) -> RenewalMatter:
    """Raises Http404 for a contract that is not there."""
    try:
        return RenewalMatter(reader, customers.contract(contract))
    except LookupError:
        raise Http404 from None


@dataclass(frozen=True, slots=True)
class RenewalRow:
    customer: str
    number: str
    href: str
    until: str
    left: str
    ended: bool
    delivered: str
    state: str
    press: Press | None


@dataclass(frozen=True, slots=True)
class RenewalList:
    next: NextStep
    rows: tuple[RenewalRow, ...]
    days: tuple[tuple[str, str, bool], ...]
    find: str


@dataclass(frozen=True, slots=True)
class RenewalPage:
    title: str
    number: str
    until: str
    left: str
    next: NextStep
    delivered: tuple[tuple[str, str], ...]
    more: tuple[Press, ...]
    history: tuple[TimelineRow, ...]
    back: str


def renewal_list(actor: Actor, reader: Reader, query: QueryDict) -> RenewalList:
    require(actor, "read_cases")
    text, find = query.get("days", ""), query.get("find", "")[:100]
    days = int(text) if text in map(str, DAYS) else USUAL
    ending = _ending(reader, find, days)
    told = renewing.logs_of([line.contract for line, _ in ending])
    owed = inspections.owed_between(
        date(2000, 1, 1), reader.today, [line.contract for line, _ in ending]
    )
    counts = cases.counts_of(line.contract for line, _ in ending)
    rows = [
        _row(actor, reader, line, end, told[line.contract], owed.get(line.contract, ()), counts)
        for line, end in ending
    ]
    choices = [
        (f"{reverse('desk:renewal_list')}?days={n}&find={find}", str(n), n == days) for n in DAYS
    ]
    return RenewalList(_list_next(reader, rows, days), tuple(rows), tuple(choices), find)


def _ending(reader: Reader, find: str, days: int) -> list[tuple[ProjectLine, date]]:
    """Contracts whose cover ends within so many days, or ended not long ago and nobody renewed
    them; the first to end first. A maintenance contract that runs on is the cover."""
    profile = customers.base_profile(reader.at)
    last, first = reader.today + timedelta(days=days), reader.today - BACK
    lines_ = narrowed(project_lines(inspected=False), "", find)
    upkeep = upkeep_ends(line.contract for line in lines_)
    found = []
    for line in lines_:
        end = term(profile, line.accepted_on, line.months, NO_DAYS).end
        end = max(end, upkeep.get(line.contract, end))
        if first <= end <= last:
            found.append((line, end))
    return sorted(found, key=lambda pair: pair[1])


def _row(
    actor: Actor,
    reader: Reader,
    line: ProjectLine,
    end: date,
    log: Chronicle,
    owed: Sequence[OwedInspection],
    counts: Mapping[UUID, int],
) -> RenewalRow:
    done = sum(o.signed is not None for o in owed)
    delivered = Text(
        f"巡检 {done} / {len(owed)}，报修 {counts.get(line.contract, 0)} 单",
        f"inspections {done} / {len(owed)}, {counts.get(line.contract, 0)} cases",
    )
    kind, state = _stand(reader, log)
    press = None
    if kind and may(actor, kind):
        href = reverse("desk:renewal_open", args=[line.contract, kind])
        press = Press(verb(reader, kind), href, within=True)
    return RenewalRow(
        line.customer_name,
        line.number,
        reverse("desk:renewal_show", args=[line.contract]),
        reader.on(end),
        left(reader, end),
        end < reader.today,
        reader.say(delivered),
        state,
        press,
    )


def left(reader: Reader, end: date) -> str:
    days = (end - reader.today).days
    if days < 0:
        return reader.say(Text(f"过了 {-days} 天", f"{-days} d ago"))
    return reader.say(Text(f"余 {days} 天", f"{days} d left"))


def _stand(reader: Reader, log: Chronicle) -> tuple[str, str]:
    """The step that comes next, and how it stands."""
    last = log.events[-1] if log.events else None
    if last is None:
        return "renewal_reminded", reader.say(Text("还没提醒", "not reminded"))
    day = reader.on(reader.local(last.t).date())
    if last.kind == "renewal_declined":
        return "", reader.say(Text(f"{day} 客户不续", f"declined {day}"))
    if last.kind == "renewal_quoted":
        total = last.d["total"]
        return "renewal_reminded", reader.say(
            Text(f"{day} 已报价 {total} 元", f"quoted {total} on {day}")
        )
    return "renewal_quoted", reader.say(Text(f"{day} 已提醒", f"reminded {day}"))


def _list_next(reader: Reader, rows: Sequence[RenewalRow], days: int) -> NextStep:
    say = reader.say
    waits = [row for row in rows if row.press is not None]
    if not rows:
        what = Text(f"{days} 天内没有到期的合同", f"No contract ends within {days} days")
        return NextStep("", say(what), "", over=True)
    who = say(Text("销售", "sales"))
    if not waits:
        what = Text(f"{len(rows)} 份合同到期，由销售跟进", f"{len(rows)} end; sales follow them up")
        return NextStep(who, say(what), "", wait=True)
    first = waits[0]
    what = Text(f"{first.customer}：{first.until} 到期", f"{first.customer} ends {first.until}")
    why = f"{first.left} · {first.state} · {first.delivered}"
    return NextStep(who, say(what), why, buttons=(first.press,) if first.press else ())


def renewal_page(actor: Actor, matter: RenewalMatter) -> RenewalPage:
    require(actor, "read_cases")
    reader, card = matter.reader, matter.contract
    end = term(matter.profile, card.accepted_on, card.months, card.workdays).end
    end = max([end, *(m.end for m in card.maintenance)])
    kind, state = _stand(reader, matter.log)
    presses = [
        Press(verb(reader, one), matter.href(one), within=True)
        for one in dict.fromkeys((kind, "renewal_quoted", "renewal_reminded"))
        if one and may(actor, one)
    ][:2]
    more = [
        Press(reader.word("action", one), matter.href(one), within=True)
        for one in ("renewal_reminded", "renewal_quoted", "renewal_declined")
        if may(actor, one)
    ]
    say = reader.say
    what = Text(f"{reader.on(end)} 到期", f"Ends on {reader.on(end)}")
    step = NextStep(
        say(Text("销售", "sales")),
        say(what),
        state,
        wait=not presses and bool(kind),
        over=not kind,
        buttons=tuple(presses) if kind else (),
    )
    return RenewalPage(
        title=matter.title,
        number=card.number,
        until=reader.on(end),
        left=left(reader, end),
        next=step,
        delivered=tuple(_delivered(reader, card)),
        more=tuple(more),
        history=tuple(lines(reader, matter.profile, matter.events)),
        back=reverse("desk:renewal_list"),
    )


def _delivered(reader: Reader, card: ContractCard) -> list[tuple[str, str]]:
    """What the customer got for his money so far."""
    owed = [o for o in inspections.owed(card.id) if o.quarter.start <= reader.today]
    done = sum(o.signed is not None for o in owed)
    sessions = training.sessions([card.customer])
    held = sum(one.held_at is not None for one in sessions)
    count = cases.counts_of([card.id]).get(card.id, 0)
    say = reader.say
    return [
        (say(Text("验收", "Accepted")), reader.on(card.accepted_on)),
        (say(Text("质保", "Warranty")), say(Text(f"{card.months} 个月", f"{card.months} months"))),
        (say(Text("巡检", "Inspections")), f"{done} / {len(owed)}"),
        (say(Text("报修", "Cases")), say(Text(f"{count} 单", str(count)))),
        (say(Text("培训", "Training")), f"{held} / {len(sessions)}"),
    ]

"""One inspection: when, who, how far the checklist is, what was found, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.faces.desk.plan.cells import Cell, cell, state_of
from jiannuo.faces.desk.plan.lines import lines
from jiannuo.faces.desk.plan.matter import InspectionMatter, may, verb
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.sheet import Finding, Part
from jiannuo.journey import checklist
from jiannuo.journey.inspection import log_of
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed, require
from jiannuo.web.components import NextStep, Person, Press, TimelineRow
from jiannuo.web.reader import Reader

KINDS = (
    "inspection_dates_proposed",
    "inspection_scheduled",
    "inspection_postponed",
    "inspection_missed",
    "inspection_waived",
    "advice_given",
    "inspection_plan_sent",
)


@dataclass(frozen=True, slots=True)
class PartLine:
    name: str
    small: str
    href: str
    done: int
    of: int
    bad: int

    @property
    def finished(self) -> bool:
        return self.done == self.of


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A finding with what came of it: a case, a word of advice, or the buttons for them."""

    key: str
    text: str
    where: str
    case: str
    case_href: str
    advised: bool
    may_report: bool
    advise: str


@dataclass(frozen=True, slots=True)
class InspectionPage:
    title: str
    number: str
    quarter: str
    cell: Cell
    until: str
    planned: str
    engineer: str
    proposed: str
    plan_sent: str
    make_up: str
    next: NextStep
    parts: tuple[PartLine, ...]
    done: int
    of: int
    findings: tuple[FoundLine, ...]
    may_check: bool
    check_href: str
    report_href: str
    case_href: str
    versions: tuple[tuple[str, str, str], ...]
    more: tuple[Press, ...]
    contacts: tuple[Person, ...]
    others: tuple[tuple[str, Cell], ...]
    history: tuple[TimelineRow, ...]
    signed: bool


def inspection_page(actor: Actor, reader: Reader, matter: InspectionMatter) -> InspectionPage:
    require(actor, "read_cases")
    return _Maker(actor, reader, matter).page()


class _Maker:
    def __init__(self, actor: Actor, reader: Reader, matter: InspectionMatter) -> None:
        self.actor, self.reader, self.matter = actor, reader, matter
        self.owed, self.sheet = matter.owed, matter.sheet
        self.log = Chronicle(matter.events)
        self.state = state_of(self.owed, reader.today)

    def page(self) -> InspectionPage:
        reader, owed, matter = self.reader, self.owed, self.matter
        parts = [self._part(part) for part in self.sheet.parts]
        proposed = self.log.last("inspection_dates_proposed")
        days = [reader.weekday(proposed.d[n]) for n in DAYS if n in proposed.d] if proposed else []
        return InspectionPage(
            title=matter.title,
            number=matter.contract.number,
            quarter=matter.quarter,
            cell=cell(reader, owed, ""),
            until=self._until(),
            planned=reader.weekday(owed.planned) if owed.planned else "",
            engineer=owed.engineer,
            proposed=reader.listed(days),
            plan_sent=self._plan_sent(),
            make_up=reader.weekday(owed.make_up) if owed.make_up else "",
            next=self._next(),
            parts=tuple(parts),
            done=sum(part.done for part in parts),
            of=sum(part.of for part in parts),
            findings=tuple(self._found(one) for one in self.sheet.findings),
            may_check=self.checking,
            check_href=matter.check_href(),
            report_href=reverse("desk:report_show", args=matter.args),
            case_href=reverse("desk:finding_open", args=matter.args),
            versions=tuple(self._versions()),
            more=tuple(self._more()),
            contacts=tuple(self._contacts()),
            others=tuple(self._others()),
            history=tuple(lines(reader, matter.profile, matter.events)),
            signed=owed.signed is not None,
        )

    @property
    def checking(self) -> bool:
        return allowed(self.actor, "inspection_checked") and self.owed.open

    def _until(self) -> str:
        due, days = self.owed.quarter.due, (self.owed.quarter.due - self.reader.today).days
        day = self.reader.on(due)
        if not self.owed.open:
            return self.reader.say(Text(f"{day} 止", f"until {day}"))
        if days < 0:
            return self.reader.say(
                Text(f"{day} 到期，过了 {-days} 天", f"due {day}, {-days} d ago")
            )
        return self.reader.say(Text(f"{day} 止，余 {days} 天", f"until {day}, {days} d left"))

    def _plan_sent(self) -> str:
        found = log_of(self.matter.contract.id, self.matter.year).last("inspection_plan_sent")
        return self.reader.on(self.reader.local(found.t).date()) if found else ""

    def _part(self, part: Part) -> PartLine:
        device = part.device
        small = " · ".join(x for x in (device.model, device.category) if x) if device else ""
        href = self.matter.check_href(part.ref) if self.checking else ""
        name = self.reader.say(part.name)
        return PartLine(name, small, href, part.done, len(part.items), part.bad)

    # -- what was found ---------------------------------------------------------------------

    @cached_property
    def _cases(self) -> dict[str, str]:
        """Numbers of the cases that came of findings."""
        found = checklist.cases_of(self.matter.contract.id, self.matter.quarter, self.sheet)
        numbers = cases.numbers_of(found.values()) if found else {}
        return {key: numbers[case] for key, case in found.items() if case in numbers}

    @cached_property
    def _advised(self) -> set[str]:
        return {e.d["topic"] for e in self.log.all("advice_given")}

    def _found(self, one: Finding) -> FoundLine:
        case = self._cases.get(one.key, "")
        advise = ""
        if allowed(self.actor, "advice_given"):
            advise = f"{self.matter.href('advice_given')}?topic={one.item.topic}"
        where = self.reader.say(one.part.name) if one.part.device else ""
        return FoundLine(
            one.key,
            self.reader.say(one.text),
            where,
            case,
            reverse("desk:case_show", args=[case]) if case else "",
            one.item.topic in self._advised,
            not case and allowed(self.actor, "report_finding"),
            advise,
        )

    def _versions(self) -> Iterator[tuple[str, str, str]]:
        for event in self.log.all("software_noted"):
            yield event.d["device"], event.d.get("before", ""), event.d["version"]

    # -- what comes next --------------------------------------------------------------------

    def _next(self) -> NextStep:
        steps = {
            "waived": self._waived,
            "done": self._signed,
            "late": self._signed,
            "madeup": self._signed,
            "missed": self._missed,
        }
        if self.state in steps:
            return steps[self.state]()
        if self.sheet.begun:
            return self._checked()
        if self.owed.planned is not None:
            return self._dated()
        if self.state == "explained":
            return self._schedule()
        return self._schedule() if self.owed.proposed is not None else self._propose()

    def _say(self, zh: str, en: str) -> str:
        return self.reader.say(Text(zh, en))

    def _press(self, kind: str) -> Press:
        return Press(verb(self.reader, kind), self.matter.href(kind), within=True)

    def _presses(self, *kinds: str) -> tuple[Press, ...]:
        return tuple(self._press(kind) for kind in kinds if may(self.actor, kind))

    def _propose(self) -> NextStep:
        what = self._say("给客户发可选日期", "Propose dates to the customer")
        why = self._say(
            "客户选一天，我们派人去", "the customer chooses a day, somebody of ours goes"
        )
        presses = self._presses("inspection_dates_proposed", "inspection_scheduled")
        who = self._say("值班经理或工程师", "duty manager or engineer")
        return NextStep(who, what, why, wait=not presses, buttons=presses)

    def _schedule(self) -> NextStep:
        what = self._say("定下哪一天、谁去", "Settle the day and who goes")
        why = self._say("日期已发给客户，等他选", "the dates are with the customer")
        if self.owed.make_up is not None:
            day = self.reader.weekday(self.owed.make_up)
            why = self._say(f"补做日 {day}", f"to be made up on {day}")
        presses = self._presses("inspection_scheduled", "inspection_dates_proposed")
        return NextStep(self.matter.title, what, why, wait=not presses, buttons=presses)

    def _dated(self) -> NextStep:
        assert self.owed.planned is not None
        day = self.reader.weekday(self.owed.planned)
        what = self._say(f"{day} 去巡检", f"Inspect on {day}")
        if self.state == "passed":
            what = self._say(
                f"约定日 {day} 已过，开始检查或改期", f"{day} has passed: look or move it"
            )
        why = self._say(
            f"共 {len(self.sheet.parts)} 处要看", f"{len(self.sheet.parts)} parts to look at"
        )
        begin = Press(self._say("开始检查", "Begin"), self.matter.check_href())
        presses = ((begin,) if self.checking else ()) + self._presses("inspection_postponed")
        return NextStep(self.owed.engineer, what, why, wait=not presses, buttons=presses)

    def _checked(self) -> NextStep:
        left = self.sheet.unfinished
        if left:
            what = self._say(f"还有 {len(left)} 处没查完", f"{len(left)} parts are not finished")
            why = self.reader.listed(self.reader.say(part.name) for part in left[:4])
            go = Press(self._say("接着检查", "Go on"), self.matter.check_href(left[0].ref))
            return NextStep(
                self.owed.engineer, what, why, wait=not self.checking, buttons=(go,) * self.checking
            )
        what = self._say("请客户签巡检报告", "Get the report signed")
        why = self._say("打印给客户签字，签好后录入", "print it, have it signed, then enter it")
        sign = self._presses("inspection_signed")
        report = Press(
            self._say("打印报告", "Print"), reverse("desk:report_show", args=self.matter.args)
        )
        return NextStep(self.matter.title, what, why, wait=not sign, buttons=(*sign, report))

    def _signed(self) -> NextStep:
        open_ = [
            one
            for one in self.sheet.findings
            if one.key not in self._cases and one.item.topic not in self._advised
        ]
        report = Press(
            self._say("看报告", "The report"), reverse("desk:report_show", args=self.matter.args)
        )
        assert self.owed.signed is not None
        day = self.reader.on(self.owed.signed)
        if open_:
            what = self._say(f"处理 {len(open_)} 项发现", f"Deal with {len(open_)} findings")
            why = self._say("转报修，或给客户建议", "make it a case, or advise the customer")
            go = Press(self._say("看发现", "Findings"), "#findings")
            return NextStep("", what, why, buttons=(go, report))
        what = self._say(f"{day} 已签字，报告已存档", f"Signed on {day}, the report is on file")
        return NextStep("", what, "", over=True, buttons=(report,))

    def _waived(self) -> NextStep:
        found = self.log.last("inspection_waived")
        why = found.d["reason"] if found else ""
        what = self._say(
            "客户书面同意，这一季不做", "Waived with the customer's consent in writing"
        )
        return NextStep("", what, why, over=True)

    def _missed(self) -> NextStep:
        what = self._say("写明未做的原因，定补做日", "Say why nobody went, and when it is made up")
        why = self._say(
            "这一格永久保留；写明后不再是红色", "it stays for ever; it is red until then"
        )
        presses = self._presses("inspection_missed")
        if self.checking:
            presses += (Press(self._say("直接补做", "Do it now"), self.matter.check_href()),)
        who = self._say("值班经理", "duty manager")
        return NextStep(who, what, why, wait=not presses, buttons=presses)

    def _more(self) -> Iterator[Press]:
        """Every other step that he may take now, by its whole name."""
        fits = {
            "inspection_postponed": self.owed.planned is not None and self.owed.open,
            "inspection_missed": self.owed.open and self.owed.quarter.due < self.reader.today,
            "advice_given": self.sheet.begun or self.owed.signed is not None,
            "inspection_plan_sent": True,
        }
        for kind in KINDS:
            if fits.get(kind, self.owed.open) and may(self.actor, kind):
                name = self.reader.word("action", kind)
                yield Press(name, self.matter.href(kind), within=True)

    # -- beside -----------------------------------------------------------------------------

    def _contacts(self) -> Iterator[Person]:
        for one in self.matter.options.contacts[:6]:
            roles = self.reader.listed(self.reader.word("role", r) for r in sorted(one.roles))
            yield Person(one.name, one.title or roles, one.phone, ours=False)

    def _others(self) -> Iterator[tuple[str, Cell]]:
        """The other quarters, of those to come only the next."""
        owed = [
            o for o in inspections.owed(self.matter.contract.id) if o.subject != self.owed.subject
        ]
        coming = [o for o in owed if o.quarter.start > self.reader.today][1:]
        for one in owed:
            if one not in coming:
                args = [self.matter.contract.id, one.quarter.name]
                href = reverse("desk:inspection_show", args=args)
                yield one.quarter.name, cell(self.reader, one, href)


DAYS = ("first", "second", "third")

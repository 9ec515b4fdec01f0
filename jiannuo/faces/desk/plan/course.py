"""One session of a training: who comes, who came, what they scored, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.matter import Plain
from jiannuo.faces.desk.acting.standing import Way
from jiannuo.faces.desk.plan.lines import lines
from jiannuo.faces.desk.plan.matter import PlanLists, may, verb
from jiannuo.journey import speaking
from jiannuo.journey.gatekeeper import reason_text
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle, Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.training import queries as training
from jiannuo.training.queries import SessionLine
from jiannuo.training.rules import HEADINGS
from jiannuo.web.components import NextStep, Press, TimelineRow
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

HEADINGS_EN = {
    "goals": "Goals",
    "audience": "Audience (leaders, maintenance, operators)",
    "syllabus": "Syllabus",
    "hours": "Hours",
    "place": "Place",
    "trainer": "Trainer",
    "materials": "Materials",
    "assessment": "Assessment",
    "certificate": "Certificate",
    "cost": "Cost (free)",
}
USUAL = {
    "cost": "免费",
    "assessment": "理论与实操考核，80 分及格",
    "certificate": "及格者发结业证书",
    "audience": "决策人员、维护人员、操作人员",
}


@dataclass(frozen=True)
class CourseLists(PlanLists):
    """The people of a session beside those of the customer."""

    session: SessionLine | None = None

    def of(self, kind: str, field: str) -> Sequence[Choice]:
        if field == "trainer":
            return self.colleagues(frozenset({"trainer", "engineer"}))
        return super().of(kind, field)

    def entries(self, kind: str, field: str) -> Sequence[Choice]:
        if field == "headings":
            return [
                Choice(name, self.reader.say(Text(zh, HEADINGS_EN[name])))
                for name, zh in HEADINGS.items()
            ]
        if self.session is None:
            return ()
        return [Choice(one.name, one.name) for one in self.session.attendees]


@dataclass(frozen=True)
class CourseMatter(Plain):
    """A session of a customer, as far as a step of it is concerned; a new one has no row yet."""

    reader: Reader
    customer: UUID
    name: str
    code: str
    session: SessionLine | None

    @property
    def ref(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        return self.name

    @property
    def args(self) -> list[Any]:
        return [self.customer, self.code]

    @property
    def back(self) -> str:
        return reverse("desk:course_show", args=self.args)

    @property
    def back_words(self) -> Text:
        return Text("回到这次培训", "Back to the session")

    @cached_property
    def profile(self) -> Profile:
        contract = customers.contract_of(self.customer)
        return customers.project_profile(contract.id if contract else None)

    @cached_property
    def events(self) -> Sequence[Event]:
        if self.session is None:
            return ()
        return training.logs(self.customer)[self.code].events

    @cached_property
    def options(self) -> CourseLists:
        return CourseLists(self.reader, self.customer, self.session)

    def href(self, kind: str) -> str:
        return reverse("desk:course_open", args=[*self.args, kind])

    def for_customer(self, actor: Actor, kind: str, person: str, heard: str) -> Actor:
        return speaking.of(actor, self.customer, kind, person, heard)

    def ways_out(self, actor: Actor, reasons: Sequence[str]) -> tuple[Way, ...]:
        say = self.reader.say
        named = {f"missing:{n}": Text(f"缺「{zh}」", HEADINGS_EN[n]) for n, zh in HEADINGS.items()}
        return tuple(Way(say(named.get(r) or Text(*reason_text(r)))) for r in reasons)

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done:
        return take(kind, actor, self.code, when, customer=self.customer, **fields)

    def usual(self, kind: str, name: str) -> list[str]:
        head, _, key = name.partition(":")
        if head == "headings":
            return [USUAL[key]] if key in USUAL else []
        if kind == "training_planned" and name == "hours":
            return ["4"]
        if kind == "training_planned" and name == "place":
            sites = customers.sites(self.customer)
            return [sites[0].name] if sites else []
        if kind == "training_planned" and name == "kind":
            kinds = {s.kind for s in training.sessions([self.customer])}
            return ["practice"] if "theory" in kinds and "practice" not in kinds else ["theory"]
        return []


def course_matter(reader: Reader, customer: UUID, code: str, *, new: bool = False) -> CourseMatter:
    """Raises Http404 for a customer or a session that is not there."""
    names = customers.names([customer])
    session = training.session(customer, code) if names else None
    if not names or (session is None and not new):
        raise Http404
    return CourseMatter(reader, customer, names[customer], code, session)


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    n: int
    name: str
    score: str
    result: str
    passed: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class CoursePage:
    title: str
    code: str
    kind: str
    day: str
    hours: str
    trainer: str
    place: str
    announced: str
    held: str
    mark: int
    next: NextStep
    people: tuple[AttendeeRow, ...]
    rating: str
    signin_href: str
    certificate_href: str
    passed: int
    more: tuple[Press, ...]
    history: tuple[TimelineRow, ...]
    back: str


def course_page(actor: Actor, reader: Reader, matter: CourseMatter) -> CoursePage:
    require(actor, "read_cases")
    return _Maker(actor, reader, matter).page()


class _Maker:
    def __init__(self, actor: Actor, reader: Reader, matter: CourseMatter) -> None:
        assert matter.session is not None
        self.actor, self.reader, self.matter, self.session = actor, reader, matter, matter.session
        self.mark: int = matter.profile.value("house.training_pass_mark")
        self.log = Chronicle(matter.events)

    def page(self) -> CoursePage:
        reader, one, matter = self.reader, self.session, self.matter
        rows = [attendee_row(reader, a.n, a.name, a.score, self.mark) for a in one.attendees]
        return CoursePage(
            title=matter.title,
            code=one.code,
            kind=reader.word("session", one.kind) if one.kind else "",
            day=reader.weekday(one.planned_on) if one.planned_on else "",
            hours=one.hours,
            trainer=one.trainer,
            place=one.place,
            announced=reader.on(one.announced_on) if one.announced_on else "",
            held=reader.clock(one.held_at) if one.held_at else "",
            mark=self.mark,
            next=self._next(),
            people=tuple(rows),
            rating=rating(self.log),
            signin_href=reverse("desk:signin_show", args=matter.args),
            certificate_href=reverse("desk:certificate_show", args=matter.args),
            passed=sum(row.passed for row in rows),
            more=tuple(self._more()),
            history=tuple(lines(reader, matter.profile, matter.events)),
            back=reverse("desk:training_show", args=[matter.customer]),
        )

    def _say(self, zh: str, en: str) -> str:
        return self.reader.say(Text(zh, en))

    def _next(self) -> NextStep:
        one = self.session
        failed = [a.name for a in one.attendees if a.score is not None and a.score < self.mark]
        kind, what, why = self._step(failed)
        presses: tuple[Press, ...] = ()
        if kind and may(self.actor, kind):
            presses = (Press(verb(self.reader, kind), self.matter.href(kind), within=True),)
        if kind == "training_held":
            sheet = Press(
                self._say("打印签到表", "Sign-in sheet"),
                reverse("desk:signin_show", args=self.matter.args),
            )
            presses += (sheet,)
        if not kind:
            return NextStep(one.trainer, what, why, over=True)
        return NextStep(one.trainer, what, why, wait=not presses, buttons=presses)

    def _step(self, failed: Sequence[str]) -> tuple[str, str, str]:
        """The step that comes next, what it is, and why."""
        one, today = self.session, self.reader.today
        if one.held_at is None:
            if one.planned_on is None:
                return "training_planned", self._say("定下哪一天", "Settle the day"), ""
            day = self.reader.weekday(one.planned_on)
            if one.announced_on is None and one.planned_on > today:
                why = self._say("至少提前两天", "two days ahead at least")
                return "training_announced", self._say("把通知发给客户", "Announce it"), why
            what = self._say(f"{day} 上课，课后登记到场", f"Held on {day}: note who was there")
            return "training_held", what, self._say("先打印签到表", "print the sign-in sheet first")
        if not one.assessed:
            if one.kind == "practice" or self.log.has("training_rated"):
                return "training_assessed", self._say("登记考核成绩", "Note the scores"), ""
            why = self._say("理论课可以和实操一起考", "theory may be tested with the practice")
            return (
                "training_assessed",
                self._say("登记成绩，或与实操一起考", "Note the scores"),
                why,
            )
        if not self.log.has("training_rated"):
            return "training_rated", self._say("请学员评价", "Ask what they thought of it"), ""
        if failed:
            names = self.reader.listed(failed)
            return "", self._say(f"再培训：{names}", f"Train again: {names}"), self._again()
        return "", self._say("这次培训已结束", "This session is over"), ""

    def _again(self) -> str:
        return self._say("在项目的培训页安排下一次", "plan the next session on the project's page")

    def _more(self) -> Iterator[Press]:
        held = self.session.held_at is not None
        fits = {
            "training_planned": not held,
            "training_announced": not held,
            "training_held": True,
            "training_assessed": held,
            "training_rated": held,
        }
        for kind, fit in fits.items():
            if fit and may(self.actor, kind):
                yield Press(self.reader.word("action", kind), self.matter.href(kind), within=True)


def attendee_row(reader: Reader, n: int, name: str, score: int | None, mark: int) -> AttendeeRow:
    passed, failed = score is not None and score >= mark, score is not None and score < mark
    words = Text("及格", "passed") if passed else Text("须再培训", "to train again")
    result = reader.say(words) if score is not None else ""
    return AttendeeRow(n, name, str(score) if score is not None else "", result, passed, failed)


def rating(log: Chronicle) -> str:
    """The mean mark of the customer's people, of five; "" where nobody rated it."""
    last = log.last("training_rated")
    marks = [int(mark) for mark in last.d["marks"].values()] if last else []
    return f"{sum(marks) / len(marks):.1f}" if marks else ""


def certificate_number(contract: str, code: str, n: int) -> str:
    return f"{contract}-{code}-{n:02}"

"""The training of the projects: who was promised one, how far it is, who has to be trained again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.customers.listing import narrowed, project_lines
from jiannuo.faces.desk.plan.course import AttendeeRow, attendee_row, rating
from jiannuo.faces.desk.plan.matter import may
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.training import queries as training
from jiannuo.training.queries import SessionLine
from jiannuo.training.rules import HEADINGS, scores, summary
from jiannuo.web.components import NextStep, Press
from jiannuo.web.reader import Reader

PAGE = 50


@dataclass(frozen=True, slots=True)
class SessionRow:
    code: str
    kind: str
    day: str
    trainer: str
    state: str
    href: str
    verb: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in the list; `mark`: "ok", "warn" or "" for the tag of its state."""

    customer: str
    number: str
    href: str
    state: str
    mark: str
    planned: int
    held: int
    failed: str


@dataclass(frozen=True, slots=True)
class TrainingList:
    next: NextStep
    soon: tuple[SessionRow, ...]
    rows: tuple[ProjectRow, ...]
    count: int
    find: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class TrainingPage:
    title: str
    number: str
    next: NextStep
    sessions: tuple[SessionRow, ...]
    people: tuple[AttendeeRow, ...]
    headings: tuple[tuple[str, str], ...]
    agreed: str
    published: str
    publish_href: str
    agree_href: str
    mark: int
    passed: int
    rating: str


def training_list(actor: Actor, reader: Reader, find: str, page: int) -> TrainingList:
    require(actor, "read_cases")
    lines = narrowed(project_lines(inspected=False), "", find)
    by_customer: dict[UUID, list[SessionLine]] = {}
    for one in training.sessions({line.customer for line in lines}):
        if one.customer is not None and one.real:
            by_customer.setdefault(one.customer, []).append(one)
    mark: int = customers.base_profile(reader.at).value("house.training_pass_mark")
    names = {line.customer: line.customer_name for line in lines}
    rows = []
    for line in {line.customer: line for line in lines}.values():
        rows.append(
            _project(reader, line.customer_name, line.number, line.customer, by_customer, mark)
        )
    rows.sort(key=lambda row: (ORDER.get(row.mark, 3), row.customer))
    soon = [
        _session_row(reader, one, names[one.customer])
        for one in sorted(
            (s for found in by_customer.values() for s in found), key=lambda s: str(s.planned_on)
        )
        if one.customer is not None and one.held_at is None and one.planned_on is not None
    ]
    begin = (max(1, page) - 1) * PAGE
    href = f"{reverse('desk:training_list')}?find={find}&page="
    return TrainingList(
        _list_next(reader, soon, rows),
        tuple(soon[:8]),
        tuple(rows[begin : begin + PAGE]),
        len(rows),
        find,
        f"{href}{page - 1}" if page > 1 else "",
        f"{href}{page + 1}" if begin + PAGE < len(rows) else "",
    )


ORDER = {"warn": 0, "": 1, "ok": 2}


def _project(
    reader: Reader,
    name: str,
    number: str,
    customer: UUID,
    by_customer: dict[UUID, list[SessionLine]],
    mark: int,
) -> ProjectRow:
    """As the rows have it: the last score of everybody counts."""
    found = by_customer.get(customer, [])
    last = {a.name: a.score for s in found for a in s.attendees if a.score is not None}
    failed = [who for who, score in last.items() if score < mark]
    held = sum(s.held_at is not None for s in found)
    kinds = {s.kind for s in found if s.held_at is not None}
    if failed:
        state, tag = Text(f"再培训 {len(failed)} 人", f"{len(failed)} to train again"), "warn"
    elif not found:
        state, tag = Text("还没有安排", "nothing planned"), ""
    elif held < len(found):
        state, tag = Text("进行中", "under way"), ""
    elif last and {"theory", "practice"} <= kinds:
        state, tag = Text("已兑现", "kept"), "ok"
    else:
        missing = Text("还缺实操", "practice is missing") if "practice" not in kinds else None
        state, tag = missing or Text("还没考核", "not tested"), ""
    href = reverse("desk:training_show", args=[customer])
    return ProjectRow(
        name, number, href, reader.say(state), tag, len(found), held, reader.listed(failed)
    )


def _session_row(reader: Reader, one: SessionLine, name: str = "") -> SessionRow:
    href = reverse("desk:course_show", args=[one.customer, one.code])
    kind = reader.word("session", one.kind) if one.kind else ""
    day = reader.weekday(one.planned_on) if one.planned_on else ""
    state, mark = _session_state(reader, one)
    return SessionRow(one.code, kind or name, day, one.trainer, state, href, name, mark)


def _session_state(reader: Reader, one: SessionLine) -> tuple[str, str]:
    say, today = reader.say, reader.today
    if one.held_at is not None:
        return (
            (say(Text("已考核", "tested")), "ok")
            if one.assessed
            else (say(Text("已上课", "held")), "")
        )
    if one.planned_on is not None and one.planned_on < today:
        return say(Text("过了日期，还没登记", "the day has passed")), "warn"
    if one.announced_on is None:
        return say(Text("还没通知客户", "not announced")), "warn"
    return say(Text("已通知", "announced")), ""


def _list_next(reader: Reader, soon: Sequence[SessionRow], rows: Sequence[ProjectRow]) -> NextStep:
    say = reader.say
    waits = [one for one in soon if one.mark == "warn"]
    if waits:
        first = waits[0]
        what = Text(f"{first.verb} {first.kind}：{first.state}", f"{first.verb}: {first.state}")
        press = Press(say(Text("去处理", "Go")), first.href)
        return NextStep(first.trainer, say(what), first.day, buttons=(press,))
    failed = [row for row in rows if row.mark == "warn"]
    if failed:
        what = Text(f"再培训：{failed[0].failed}", f"Train again: {failed[0].failed}")
        press = Press(say(Text("去安排", "Plan it")), failed[0].href)
        return NextStep("", say(what), failed[0].customer, buttons=(press,))
    none = [row for row in rows if not row.planned]
    if none:
        what = Text(f"{len(none)} 个项目还没安排培训", f"{len(none)} projects have no training yet")
        press = Press(say(Text("从第一个开始", "Begin")), none[0].href)
        return NextStep("", say(what), none[0].customer, buttons=(press,))
    return NextStep("", say(Text("没有要处理的培训", "Nothing to do")), "", over=True)


# -- one project ----------------------------------------------------------------------------------


def training_page(actor: Actor, reader: Reader, customer: UUID) -> TrainingPage:
    """Raises Http404 for a customer that is not there."""
    require(actor, "read_cases")
    if customer not in customers.names([customer]):
        raise Http404
    return _Maker(actor, reader, customer).page()


class _Maker:
    def __init__(self, actor: Actor, reader: Reader, customer: UUID) -> None:
        self.actor, self.reader, self.customer = actor, reader, customer
        self.contract = customers.contract_of(customer)
        profile = customers.project_profile(self.contract.id if self.contract else None)
        self.mark: int = profile.value("house.training_pass_mark")
        self.logs = training.logs(customer)
        every = training.sessions([customer])
        self.sessions = [one for one in every if one.real]
        self.first_code = every[0].code if every else "T1"
        self.last = scores(self.logs.values())

    def page(self) -> TrainingPage:
        reader = self.reader
        published = self._latest("training_plan_published")
        agreed = self._latest("training_plan_agreed")
        said = published.d["headings"] if published else {}
        people = [
            attendee_row(reader, n, name, score, self.mark)
            for n, (name, score) in enumerate(self.last.items(), 1)
        ]
        marks = [value for log in self.logs.values() if (value := rating(log))]
        return TrainingPage(
            title=customers.customer_name(self.customer),
            number=self.contract.number if self.contract else "",
            next=self._next(published is not None, agreed is not None),
            sessions=tuple(_session_row(reader, one) for one in self.sessions),
            people=tuple(people),
            headings=tuple((zh, str(said[name])) for name, zh in HEADINGS.items() if name in said),
            agreed=reader.clock(agreed.t) if agreed else "",
            published=reader.clock(published.t) if published else "",
            publish_href=self._href("training_plan_published"),
            agree_href=self._href("training_plan_agreed"),
            mark=self.mark,
            passed=sum(one.passed for one in people),
            rating="、".join(marks),
        )

    def _latest(self, kind: str) -> Event | None:
        found = [e for log in self.logs.values() for e in log.all(kind)]
        return max(found, key=lambda e: e.place) if found else None

    def _href(self, kind: str, code: str = "") -> str:
        if not may(self.actor, kind):
            return ""
        return reverse("desk:course_open", args=[self.customer, code or self.first_code, kind])

    def _new_code(self) -> str:
        taken = {one.code for one in self.sessions if one.planned_on is not None}
        return next(f"T{n}" for n in range(1, 1000) if f"T{n}" not in taken)

    def _next(self, published: bool, agreed: bool) -> NextStep:
        say, press = self.reader.say, self._plan_one()
        result = summary(self.logs, self.mark) if self.logs else None
        if result is not None and result.commitment_closed:
            kept = say(Text("培训承诺已兑现", "The training promise is kept"))
            return NextStep("", kept, self._passed(), over=True, buttons=press)
        if result is not None and result.failed:
            names = self.reader.listed(result.failed)
            again = say(Text(f"给 {names} 再培训", f"Train {names} again"))
            below = say(Text(f"低于 {self.mark} 分", f"below {self.mark}"))
            return NextStep("", again, below, wait=not press, buttons=press)
        waiting = [one for one in self.sessions if one.planned_on and one.held_at is None]
        if waiting:
            row = _session_row(self.reader, waiting[0])
            go = Press(say(Text("看这次", "Look")), row.href)
            return NextStep(row.trainer, f"{row.day} {row.kind}", row.state, buttons=(go,))
        kinds = {one.kind for one in self.sessions if one.held_at is not None}
        test = (Text("登记考核成绩", "Note the scores"), "", press)
        what, why, presses = next(self._early(published, agreed, kinds), test)
        return NextStep("", say(what), why, wait=not presses, buttons=presses)

    def _plan_one(self) -> tuple[Press, ...]:
        plan = self._href("training_planned", self._new_code())
        verb = self.reader.say(Text("安排一次", "Plan one"))
        return (Press(verb, plan, within=True),) if plan else ()

    def _early(
        self, published: bool, agreed: bool, kinds: set[str]
    ) -> Iterator[tuple[Text, str, tuple[Press, ...]]]:
        say, press = self.reader.say, self._plan_one()
        if not published and not agreed and not kinds:
            href = self._href("training_plan_published")
            ten = say(Text("十项都要有", "all ten headings"))
            own = (Press(say(Text("写方案", "Write it")), href, within=False),) if href else ()
            yield Text("写培训方案", "Write the training plan"), ten, own + press
        if not agreed and not kinds:
            href = self._href("training_plan_agreed")
            own = (Press(say(Text("客户同意", "Agreed")), href, within=True),) if href else ()
            yield Text("请客户同意方案", "Have the plan agreed"), "", own + press
        missing = [kind for kind in ("theory", "practice") if kind not in kinds]
        if missing:
            names = self.reader.listed(self.reader.word("session", kind) for kind in missing)
            yield Text(f"安排{names}", f"Plan: {names}"), "", press

    def _passed(self) -> str:
        n, m = sum(score >= self.mark for score in self.last.values()), len(self.last)
        return self.reader.say(Text(f"{m} 人考核，{n} 人及格", f"{n} of {m} passed"))

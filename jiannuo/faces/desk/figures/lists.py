"""The rows behind a number, in the reader's words: promises, cases, other duties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.faces.desk.figures.filters import Choice, Filters, filters
from jiannuo.faces.desk.figures.register import promises_of_the_manual
from jiannuo.faces.desk.figures.saying import ALL, NONE, reason, sentence
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event, standing
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.oversight import evidence, kept
from jiannuo.oversight.evidence import PAGE, Asked, PromiseRow
from jiannuo.oversight.register import house_profile
from jiannuo.people.permits import require
from jiannuo.web.components import LevelBadge, PageState, level_badge
from jiannuo.web.reader import Reader

PARTS = {
    "due": Text("到期的", "Due"),
    "kept": Text("做到的", "Kept"),
    "broken": Text("没做到的", "Not kept"),
    "na": Text("不适用的", "Not applicable"),
    "running": Text("还在走的", "Running"),
    "untold": Text("无从判断的", "Cannot be told"),
    "full": Text("真修复的", "Truly fixed"),
    "loaner": Text("备用机做到的", "Kept by a loaner"),
    "unhelped": Text("没有真修复的", "Not truly fixed"),
    "net": Text("扣除等待就做到的", "Kept without the waits"),
}
ALWAYS = ("due", "kept", "broken", "na", "running")
REASONS = ("waited", "deviation", "late_entry", "open", "none")


@dataclass(frozen=True, slots=True)
class Row:
    """One promise of one case. `anchor`: where its clock stands on the page of the case."""

    case: str
    anchor: str
    ref: str
    text: str
    place: str
    level: LevelBadge
    promise: str
    clause: str
    verdict: str
    kind: str  # "kept" | "broken" | "na" | "running" | "untold"
    late: str
    due: str
    stopped: str
    took: str
    who: str
    reason: str
    said: tuple[str, ...]
    reported: str


@dataclass(frozen=True, slots=True)
class ListPage:
    """`count`: how many rows the number has, on this page or not."""

    filters: Filters
    title: str
    sentence: str
    clause: str
    house: bool
    course: str
    parts: tuple[Choice, ...]
    part: str
    reasons: tuple[Choice, ...]
    count: int
    rows: tuple[Row, ...]
    next: str
    back: str
    state: PageState | None
    sheet: str


def promise_list(
    actor: Actor, reader: Reader, asked: Mapping[str, str], code: str, part: str = ""
) -> ListPage:
    """The rows of one promise, or of all promises of the manual ("contract"). Raises `Refusal`
    for a promise that is not there, and where he may not read figures."""
    require(actor, "read_figures")
    profile, chosen = house_profile(reader.at), filters(reader, asked)
    promise = profile.by_code.get(code)
    if promise is None and code != ALL:
        raise Refusal("no_such_page", f"没有名为 {code} 的承诺", f"there is no promise {code}")
    wanted, at = asking(profile, asked, code, part), moment(reader, asked)
    rows, after = rows_of(reader, profile, chosen, wanted, at, asked.get("after", ""))
    title = (
        Text(promise.zh, promise.en) if promise else Text("手册的承诺", "Promises of the manual")
    )
    said = sentence(code)
    return ListPage(
        filters=chosen,
        title=reader.say(title),
        sentence=f"「{said}」" if said else "",
        clause=reader.clause(promise.clause) if promise else "",
        house=bool(promise and promise.house),
        course=_course(reader, profile, chosen, code, wanted.basis) if promise else "",
        parts=_parts(reader, chosen, wanted),
        part=reader.say(PARTS[wanted.part]),
        reasons=_reasons(reader, chosen, wanted) if wanted.part == "broken" else (),
        count=evidence.count(profile, chosen.slice, wanted, at),
        rows=rows,
        next=_next(chosen, wanted, at, after) if after else "",
        back=chosen.link(),
        state=None if rows else _empty(reader, chosen, wanted),
        sheet=chosen.link(**_kept_words(wanted), promise=code),
    )


def asking(profile: Profile, asked: Mapping[str, str], code: str, part: str = "") -> Asked:
    """Which rows an address asks for; what it says wrongly is what it says not."""
    named = part or asked.get("part", "")
    why = asked.get("why", "")
    return Asked(
        promises=promises_of_the_manual(profile) if code == ALL else (code,) if code else (),
        part=named if named in PARTS else "broken",
        basis="c" if asked.get("by") == "fix" else "r",
        reason=("" if why == "none" else why) if why in REASONS else None,
    )


def _kept_words(wanted: Asked) -> dict[str, str]:
    why = {} if wanted.reason is None else {"why": wanted.reason or "none"}
    by = {"by": "fix"} if wanted.basis == "c" else {}
    return {"part": wanted.part, **by, **why}


def _next(chosen: Filters, wanted: Asked, at: datetime, after: str) -> str:
    return chosen.link(**_kept_words(wanted), after=after, at=at.isoformat())


def moment(reader: Reader, asked: Mapping[str, str]) -> datetime:
    """The moment of the first page: the later ones are judged by it too, or a row that grows later
    every second would fall between two of them."""
    try:
        found = datetime.fromisoformat(asked.get("at", ""))
    except ValueError:
        return reader.at
    return found if found.tzinfo and found <= reader.at else reader.at


def rows_of(
    reader: Reader,
    profile: Profile,
    chosen: Filters,
    wanted: Asked,
    as_of: datetime,
    after: str,
    limit: int = PAGE,
) -> tuple[tuple[Row, ...], str]:
    """A page of rows and what comes after it; a place that no page gave is the first one."""
    try:
        found = evidence.promises(profile, chosen.slice, wanted, as_of, after, limit)
    except (ValueError, OverflowError):
        found = evidence.promises(profile, chosen.slice, wanted, as_of, "", limit)
    told = _told([row.subject for row in found.rows if row.case])
    return tuple(_row(reader, profile, row, told) for row in found.rows), found.after


@dataclass(frozen=True, slots=True)
class _Told:
    """What is written of some cases."""

    events: Mapping[UUID, Sequence[Event]]
    deviations: Mapping[UUID, Sequence[evidence.Deviation]]
    late: Mapping[UUID, Sequence[str]]


def _told(cases: Sequence[UUID]) -> _Told:
    events: dict[UUID, list[Event]] = {}
    for subject, event in archive.of_kinds("case", [*holding.KINDS, "correction"], cases):
        events.setdefault(subject, []).append(event)
    return _Told(
        {subject: standing(found) for subject, found in events.items()},
        evidence.deviations(cases),
        evidence.late_entries(cases),
    )


def _row(reader: Reader, profile: Profile, row: PromiseRow, told: _Told) -> Row:
    promise = profile.by_code.get(row.promise)
    kind = _kind(row)
    return Row(
        case=row.case,
        anchor=f"p-{row.promise}" if row.subject_kind == "case" else "",
        ref=row.ref or row.case,
        text=row.text,
        place=" · ".join(part for part in (row.customer, row.site) if part),
        level=level_badge(reader, None if row.level == "unknown" else row.level),
        promise=reader.say(Text(promise.zh, promise.en)) if promise else row.promise,
        clause=reader.clause(promise.clause) if promise else "",
        verdict=_verdict(reader, row, kind),
        kind=kind,
        late=reader.late(row.late) if row.late else "",
        due=reader.clock(row.due_at) if row.due_at else NONE,
        stopped=reader.clock(row.stopped_at) if row.stopped_at else "",
        took=reader.took(row.elapsed, seconds=row.elapsed < timedelta(hours=1))
        if row.elapsed is not None
        else "",
        who=holding.holder(told.events.get(row.subject, ())),
        reason=reader.say(reason("open" if row.verdict == "open" else row.reason))
        if kind == "broken"
        else "",
        said=tuple(_said(reader, row, told)) if kind == "broken" else (),
        reported=reader.clock(row.reported_at),
    )


def _kind(row: PromiseRow) -> str:
    if row.verdict == "open":
        return "broken" if row.late is not None else "running"
    return "kept" if row.verdict in ("kept", "loaner") else row.verdict


def _verdict(reader: Reader, row: PromiseRow, kind: str) -> str:
    words = {
        "kept": "met_by_loaner" if row.verdict == "loaner" else "met",
        "running": "running",
        "na": "not_applicable",
        "broken": "breached",
    }
    if kind == "untold":
        return reader.say(Text("无从判断", "cannot be told"))
    found = reader.word("verdict", words[kind])
    return (
        f"{found}：{reader.word('excuse', row.excused)}" if kind == "na" and row.excused else found
    )


def _said(reader: Reader, row: PromiseRow, told: _Told) -> list[str]:
    """The reasons in the words in which they were given."""
    found = []
    for event in told.events.get(row.subject, ()):
        if event.kind == "waiting_started":
            why = reader.word("word", event.d["reason"])
            note = event.d.get("note") or ""
            found.append(
                reader.say(Text(f"等{why}", f"waited for {why}")) + (f"：{note}" if note else "")
            )
    for line in told.deviations.get(row.subject, ()):
        found.append(
            reader.word("excuse", line.note) if line.note else reader.word("action", line.action)
        )
    found += told.late.get(row.subject, ())
    return list(dict.fromkeys(found))[:3]


def _parts(reader: Reader, chosen: Filters, wanted: Asked) -> tuple[Choice, ...]:
    shown = ALWAYS if wanted.part in ALWAYS else (*ALWAYS, wanted.part)
    words = _kept_words(replace(wanted, reason=None))
    return tuple(
        Choice(
            part,
            reader.say(PARTS[part]),
            part == wanted.part,
            chosen.link(**{**words, "part": part}),
        )
        for part in shown
    )


def _reasons(reader: Reader, chosen: Filters, wanted: Asked) -> tuple[Choice, ...]:
    words = _kept_words(replace(wanted, reason=None))
    every = Choice(
        "", reader.say(Text("全部原因", "Any reason")), wanted.reason is None, chosen.link(**words)
    )
    return (
        every,
        *(
            Choice(
                code,
                reader.say(reason(code)),
                wanted.reason is not None and (wanted.reason or "none") == code,
                chosen.link(**words, why=code),
            )
            for code in REASONS
        ),
    )


def _course(reader: Reader, profile: Profile, chosen: Filters, code: str, basis: str) -> str:
    """How long it took: never without of how many."""
    found = kept.course(profile, chosen.slice, code, basis)
    if not found.measured or found.median is None or found.p90 is None:
        return ""
    median, p90 = (reader.took(span, seconds=False) for span in (found.median, found.p90))
    said = Text(
        f"用时中位数 {median}，九成在 {p90}以内（量得 {found.measured} 次）",
        f"Median {median}, nine in ten within {p90} (of {found.measured})",
    )
    return reader.say(said)


def _empty(reader: Reader, chosen: Filters, wanted: Asked) -> PageState:
    part = PARTS[wanted.part]
    fact = Text(f"{chosen.title}：没有{part.zh}", f"{chosen.title}: none ({part.en.lower()})")
    return PageState(
        "empty",
        reader.say(fact),
        reader.say(Text("换一期，或看到期的全部。", "Choose another period, or all that was due.")),
    )


def miss_list(actor: Actor, reader: Reader, asked: Mapping[str, str]) -> ListPage:
    """Everything that was not kept, house targets too, the latest first."""
    require(actor, "read_figures")
    profile, chosen = house_profile(reader.at), filters(reader, asked)
    wanted, at = asking(profile, asked, "", "broken"), moment(reader, asked)
    rows, after = rows_of(reader, profile, chosen, wanted, at, asked.get("after", ""))
    return ListPage(
        filters=chosen,
        title=reader.say(Text("没做到的", "Not kept")),
        sentence="",
        clause="",
        house=False,
        course="",
        parts=(),
        part=reader.say(PARTS["broken"]),
        reasons=_reasons(reader, chosen, wanted),
        count=evidence.count(profile, chosen.slice, wanted, at),
        rows=rows,
        next=_next(chosen, wanted, at, after) if after else "",
        back="",
        state=None if rows else _empty(reader, chosen, wanted),
        sheet=chosen.link(**_kept_words(wanted)),
    )

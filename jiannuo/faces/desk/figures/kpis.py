"""The KPIs: each with its number, its denominator, the period before and the last twelve months;
and the cases that count and those that do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jiannuo.faces.desk.figures import charts
from jiannuo.faces.desk.figures.charts import Point, Spark
from jiannuo.faces.desk.figures.filters import Filters, filters
from jiannuo.faces.desk.figures.register import months_of
from jiannuo.faces.desk.figures.saying import (
    NONE,
    Kpi,
    freshness,
    groups,
    kpis,
    unknown,
    valued,
)
from jiannuo.manual.actor import Actor
from jiannuo.manual.figures import Figure, percent
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, length
from jiannuo.oversight import emergencies, kept, measures, tallying
from jiannuo.oversight.kept import Count, Register
from jiannuo.oversight.measures import Sums
from jiannuo.oversight.register import house_profile
from jiannuo.oversight.slices import Slice, month
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader

APART = ("emergency", "contract")  # figures that are no sum over months


@dataclass(frozen=True, slots=True)
class Line:
    """`base`: the denominator in words ("8 / 9"); `promise`, `part`, `by`: what a number opens,
    for a figure of promises."""

    code: str
    name: str
    note: str
    value: str
    num: str
    den: str
    before: str
    spark: Spark | None
    promise: str
    duty: str
    part: str
    base: str
    by: str
    house: bool


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ModelLine:
    name: str
    model: str
    units: int
    device_days: int
    faults: int
    days: str


@dataclass(frozen=True, slots=True)
class KpiPage:
    filters: Filters
    groups: tuple[Group, ...]
    unknown: tuple[tuple[str, str], ...]
    medians: tuple[tuple[str, str], ...]
    models: tuple[ModelLine, ...]
    cases: int
    waiting: str


@dataclass(frozen=True, slots=True)
class _Period:
    """All that one period says."""

    closed: Register
    reported: Register
    cases: Sums
    others: Mapping[str, Figure]

    def figure(self, kpi: Kpi) -> Figure:
        if kpi.code in self.others:
            return self.others[kpi.code]
        if not kpi.promise:
            return measures.of_cases(self.cases)[kpi.code]
        found = self.closed if kpi.basis == "c" else self.reported
        return of_promise(kpi, found.of(kpi.promise))


def of_promise(kpi: Kpi, count: Count) -> Figure:
    parts = {
        "kept": count.kept,
        "full": count.kept_fully,
        "loaner": count.loaner,
        "due": count.due,
        "unhelped": count.loaner + count.broken,
    }
    return percent(parts[kpi.part], parts[kpi.base])


def kpi_page(actor: Actor, reader: Reader, asked: Mapping[str, str]) -> KpiPage:
    """Raises `Refusal` where he may not read figures."""
    require(actor, "read_figures")
    profile, chosen = house_profile(reader.at), filters(reader, asked)
    wanted = measures.counted(chosen.slice)
    now = _period(profile, wanted, reader.at)
    earlier = wanted.before
    before = _period(profile, earlier, reader.at) if earlier else None
    months = _Months(reader, profile, wanted)
    lines = {
        code: _line(reader, profile, kpi, now, before, months)
        for code, kpi in kpis().items()
        if kpi.group
    }
    return KpiPage(
        filters=chosen,
        groups=tuple(
            Group(reader.say(name), tuple(lines[c] for c, k in kpis().items() if k.group == code))
            for code, name in groups().items()
        ),
        unknown=tuple((reader.say(name), reader.say(why)) for name, why in unknown()),
        medians=_medians(reader, profile, wanted),
        models=_models(reader, profile, wanted),
        cases=now.cases.cases,
        waiting=freshness(reader, tallying.waiting()),
    )


def _period(profile: Profile, wanted: Slice, as_of: datetime) -> _Period:
    return _Period(
        kept.register(profile, wanted, as_of, "c"),
        kept.register(profile, wanted, as_of, "r"),
        measures.total(measures.by_level(profile, wanted)),
        {
            "emergencies": emergencies.emergencies(profile, wanted),
            **emergencies.of_contracts(profile, wanted, as_of),
        },
    )


class _Months:
    """Twelve months of every figure, each asked for once."""

    def __init__(self, reader: Reader, profile: Profile, wanted: Slice) -> None:
        self.reader = reader
        self.days = months_of(wanted, reader)
        year = replace(wanted, first=self.days[0], last=month(self.days[-1])[1])
        self.closed = kept.by_month(profile, year, reader.at, "c")
        self.reported = kept.by_month(profile, year, reader.at, "r")
        self.cases = measures.by_month(profile, year)

    def figure(self, kpi: Kpi, day: date) -> Figure:
        if kpi.promise:
            found = self.closed if kpi.basis == "c" else self.reported
            return of_promise(kpi, found.get((day, kpi.promise), Count()))
        return measures.of_cases(self.cases.get(day, Sums()))[kpi.code]

    def spark(self, kpi: Kpi) -> Spark | None:
        if kpi.promise in APART:
            return None
        points = [self._point(kpi, day) for day in self.days]
        name = self.reader.say(kpi.name)
        said = self.reader.say(Text("；", "; ")).join(
            p.words for p in points if p.value is not None
        )
        return charts.spark(points, f"{name}: {said}")

    def _point(self, kpi: Kpi, day: date) -> Point:
        figure = self.figure(kpi, day)
        value = None if figure.value is None else float(figure.value)
        words = f"{day:%Y-%m} {valued(self.reader, figure, kpi.unit)} ({figure.num}/{figure.den})"
        return Point(f"{day:%m}", value, words)


def _line(
    reader: Reader,
    profile: Profile,
    kpi: Kpi,
    now: _Period,
    before: _Period | None,
    months: _Months,
) -> Line:
    figure = now.figure(kpi)
    then = before.figure(kpi) if before else None
    promise = profile.by_code.get(kpi.promise)
    return Line(
        code=kpi.code,
        name=reader.say(kpi.name),
        note=reader.say(kpi.note) if kpi.note else "",
        value=valued(reader, figure, kpi.unit),
        num=str(figure.num),
        den=str(figure.den),
        before=f"{valued(reader, then, kpi.unit)} ({then.num} / {then.den})"
        if then and then.den
        else NONE,
        spark=months.spark(kpi),
        promise="" if kpi.promise in APART else kpi.promise,
        duty=kpi.part if kpi.promise == "contract" else "",
        part=kpi.part,
        base=kpi.base,
        by="fix" if kpi.basis == "c" else "",
        house=bool(promise and promise.house),
    )


def _medians(reader: Reader, profile: Profile, wanted: Slice) -> tuple[tuple[str, str], ...]:
    """The median beside the mean, by level: one long case moves a mean and not a median."""
    found = measures.median_fix(profile, wanted)
    names = {"": reader.say(Text("全部", "All"))}
    return tuple(
        (
            names.get(level) or reader.word("level", level),
            reader.say(length(found[level], seconds=False)),
        )
        for level in ("", "L1", "L2", "L3", "L4", "unknown")
        if level in found
    )


def _models(reader: Reader, profile: Profile, wanted: Slice) -> tuple[ModelLine, ...]:
    if wanted.first is None or wanted.last is None:
        return ()
    return tuple(
        ModelLine(
            one.name,
            str(one.model),
            one.units,
            one.device_days,
            one.faults,
            reader.say(Text(f"{one.days} 天", f"{one.days} d")) if one.days is not None else NONE,
        )
        for one in emergencies.lasting(profile, wanted, reader.at)
    )


def took(reader: Reader, seconds: int) -> str:
    return reader.took(timedelta(seconds=seconds), seconds=False)

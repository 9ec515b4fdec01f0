"""What is counted says what the events say, whichever way and however often it is counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from jiannuo.customers import queries as customers
from jiannuo.faces.rehearsal.playing import Played, play
from jiannuo.faces.rehearsal.reading import read_master, read_story
from jiannuo.faces.rehearsal.telling import Story
from jiannuo.manual.profile import Profile
from jiannuo.oversight import courses, emergencies, kept, measures, register, tallying
from jiannuo.oversight.queries import Period, kpis
from jiannuo.oversight.register import Span
from jiannuo.oversight.slices import Slice

OWN = Path(__file__).parents[1] / "scenarios" / "stories"
HOME = Path(__file__).parents[3] / "shared" / "scenarios"
#: An emergency, a loaner, a quarter of work, a merge, a withdrawal with a drill, a random one.
STORIES = [
    path for wanted in ("s04", "s05", "s08", "s09", "s10") for path in HOME.glob(f"{wanted}*.yaml")
] + [OWN / "r01.yaml"]
LONG = (date(2020, 1, 1), date(2030, 12, 31))


@pytest.fixture(
    scope="module",
    params=[pytest.param(p, marks=pytest.mark.xdist_group(p.stem), id=p.stem) for p in STORIES],
)
def told(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Played, Story]]:
    """A story on stage, counted after its last event."""
    path: Path = request.param
    story = read_story(path, read_master(path.parent / "_master.yaml"))
    with django_db_blocker.unblock(), transaction.atomic():
        played = play(story)
        tallying.refresh_all()
        yield played, story
        transaction.set_rollback(True)


Line = tuple[int, int, int, int, int, int]


def by_events(profile: Profile, as_of: datetime, source: str) -> dict[tuple[str, str], Line]:
    found = register.lines(profile, as_of, Span(*LONG), source)
    return {
        (line.promise, line.level): (
            line.kept,
            line.broken,
            line.untold,
            line.not_applicable,
            line.running,
            line.judged,
        )
        for line in found
    }


def by_counts(profile: Profile, wanted: Slice, as_of: datetime) -> dict[tuple[str, str], Line]:
    found = kept.register(profile, wanted, as_of)
    return {
        key: (c.kept, c.broken, c.untold, c.not_applicable, c.running, c.due)
        for key, c in found.lines.items()
    }


@pytest.mark.parametrize("source", ["all", "own", "imported"])
def test_the_register_is_that_of_the_clocks(told: tuple[Played, Story], source: str) -> None:
    as_of = told[1].as_of
    profile = register.house_profile(as_of)
    whole = Slice(*LONG, source=source)
    assert by_counts(profile, whole, as_of) == by_events(profile, as_of, source)
    ragged = replace(whole, first=LONG[0] + timedelta(days=1))
    assert not ragged.summed
    assert by_counts(profile, ragged, as_of) == by_events(profile, as_of, source)


def test_the_kpis_are_those_of_the_events(told: tuple[Played, Story]) -> None:
    _, story = told
    as_of = story.as_of
    profile = register.house_profile(as_of)
    asked = story.facts.get("kpi_period") or {"from": "2024-01-01", "to": "2028-12-31"}
    period = Period(date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"]))
    expected = kpis(profile, period, as_of)
    for wanted in (Slice(period.first, period.last), Slice(period.first, period.last, office="")):
        found = measures.figures(profile, wanted, as_of)
        assert {name: found[name] for name in expected} == expected


def test_a_customer_s_kpis_are_those_of_his_contract(told: tuple[Played, Story]) -> None:
    played, story = told
    contract, as_of = played.stage.contract, story.as_of
    if contract is None or "kpi_period" not in story.facts:
        pytest.skip("the story asks for no figures of a contract")
    profile = register.house_profile(as_of)
    asked = story.facts["kpi_period"]
    first, last = date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
    expected = kpis(profile, Period(first, last), as_of, contract)
    wanted = Slice(first, last, customer=customers.contract(contract).customer)
    found = measures.figures(profile, wanted, as_of)
    found |= emergencies.of_contracts(profile, wanted, as_of)
    assert {name: found[name] for name in expected} == expected


def test_counting_again_changes_nothing(told: tuple[Played, Story]) -> None:
    before = snapshot()
    with transaction.atomic():
        tallying.anew()
        while tallying.refresh(3):
            pass
        assert snapshot() == before
        transaction.set_rollback(True)


def test_nothing_is_left_of_what_was_taken_out(told: tuple[Played, Story]) -> None:
    """Each case is counted three times in different company; the sums are those of the facts."""
    before = snapshot()
    with transaction.atomic(), connection.cursor() as cursor:
        for size in (1, 2, 5):
            cursor.execute(
                "insert into oversight_stale (subject_kind, subject)"
                " select 'case', id from cases_case order by md5(id::text || %s)",
                [str(size)],
            )
            while tallying.refresh(size):
                pass
        assert snapshot() == before
        transaction.set_rollback(True)


def test_what_cannot_be_counted_stops_nothing_else(
    told: tuple[Played, Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real = snapshot(), courses.courses
    with connection.cursor() as cursor:
        cursor.execute("select id from cases_case order by id limit 1")
        bad = cursor.fetchone()[0]

    def spoiled(ids: Sequence[UUID], profile: Profile) -> list[dict[str, Any]]:
        if bad in ids:
            raise ValueError("a spoiled case")
        return real(ids, profile)

    with transaction.atomic():
        tallying.anew()
        monkeypatch.setattr(courses, "courses", spoiled)
        for _ in range(3):
            tallying.refresh()
        assert tallying.waiting() == 1
        monkeypatch.setattr(courses, "courses", real)
        tallying.refresh_all()
        assert snapshot() == before
        transaction.set_rollback(True)


def snapshot() -> list[list[tuple[object, ...]]]:
    """The sums that are not nothing, and the facts."""
    found = []
    with connection.cursor() as cursor:
        for table, drop in (
            ("promisemonth", "- 'id'"),
            ("casemonth", "- 'id'"),
            ("promisefact", ""),
            ("casefact", ""),
        ):
            cursor.execute(
                f"select r::text from (select to_jsonb(t) {drop} r from oversight_{table} t) x"
                " order by 1"
            )
            found.append(cursor.fetchall())
    return found

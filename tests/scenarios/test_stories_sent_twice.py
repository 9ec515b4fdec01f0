"""The written stories over a bad line: a step is refused to a stranger, breaks off at its last
write, is taken, is sent again at once and again at the end. The story ends as it always does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from jiannuo.faces.rehearsal import playing
from jiannuo.faces.rehearsal.blocks import blocks
from jiannuo.faces.rehearsal.comparing import compare
from jiannuo.faces.rehearsal.playing import Played, play
from jiannuo.faces.rehearsal.reading import read_master, read_story
from jiannuo.journey.step import Done
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from tests.scenarios.test_stories import STORIES

pytestmark = pytest.mark.slow

STRANGER = Actor("路人", frozenset(), uuid4())
#: Kinds of steps that were broken off in a story before: once each, it takes its time.
broken: set[str] = set()
ASK = playing.ask
WRITES = re.compile(r"\binsert into\b|\bdelete from\b|(?<!for )\bupdate\b", re.IGNORECASE)


class CutOff(Exception):
    """The line went dead."""


@dataclass
class BadLine:
    """What a bad line does to each step, and what was sent over it."""

    sent: list[tuple[str, Callable[[], Done], Done]] = field(default_factory=list)

    def take(self, kind: str, actor: Actor, /, *args: Any, **fields: Any) -> Done:
        *ref, when = args
        once = replace(when, op=uuid4())

        def step(who: Actor = actor) -> Done:
            return take(kind, who, *ref, once, **fields)

        if kind not in broken:
            broken.add(kind)
            break_off(step)
        done = step()
        self.sent.append((kind, step, done))
        assert_known(step, done)
        return done

    def ask(self, *args: Any) -> Any:
        before = rows_written()
        answer = ASK(*args)
        assert rows_written() == before
        return answer


def assert_known(step: Callable[[], Done], done: Done) -> None:
    """Sent again it is the same step, and writes nothing."""
    before = rows_written()
    again = step()
    assert (again.again, again.event, again.number) == (True, done.event, done.number)
    assert rows_written() == before


def break_off(step: Callable[..., Done]) -> None:
    """Refused to a stranger and cut off after its last write, it leaves everything as it was."""
    before = contents()
    with pytest.raises(Refusal):
        step(STRANGER)
    count = Writes()
    with transaction.atomic():
        with connection.execute_wrapper(count):
            step()
        transaction.set_rollback(True)
    with connection.execute_wrapper(Writes(cut_at=count.seen)), pytest.raises(CutOff):
        step()
    assert contents() == before


@dataclass
class Writes:
    """Counts the statements that write; the connection is cut after the one of `cut_at`."""

    cut_at: int = 0
    seen: int = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if WRITES.search(sql):
            self.seen += 1
            if self.seen == self.cut_at:
                raise CutOff
        return found


def rows_written() -> int:
    """By this transaction so far, in all tables, taken back or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_xact_user_tables"
        )
        return int(cursor.fetchone()[0])


def contents() -> list[str]:
    """Every table as it stands."""
    tables = [model._meta.db_table for model in apps.get_models()]
    with connection.cursor() as cursor:
        cursor.execute(
            " union all ".join(
                f"select '{name} ' || md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
                f" from {name} t"
                for name in tables
            )
        )
        return sorted(row for (row,) in cursor.fetchall())


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(p, marks=pytest.mark.xdist_group(f"{p.stem} twice"), id=p.stem)
        for p in STORIES
    ],
)
def told(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Played, BadLine]]:
    story = read_story(request.param, read_master(request.param.parent / "_master.yaml"))
    line = BadLine()
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(playing, "take", line.take)
        patch.setattr(playing, "ask", line.ask)
        yield play(story), line
        transaction.set_rollback(True)


def test_a_story_over_a_bad_line_ends_as_it_must(told: tuple[Played, BadLine], db: None) -> None:
    played, line = told
    assert len(line.sent) + len(played.answers) == len(played.stage.story.told)
    found = compare(played.stage.story.expected or {}, blocks(played))
    assert [d for agreement in found for d in agreement.differences] == []


def test_what_is_sent_again_when_all_is_over_is_known(
    told: tuple[Played, BadLine], db: None
) -> None:
    """What was done since turns no repetition into a refusal."""
    played, line = told
    refused = []
    with held_at(played.stage.story.as_of):
        for kind, step, done in line.sent:
            try:
                assert_known(step, done)
            except Refusal as problem:
                refused.append((kind, problem.code))
    assert refused == []

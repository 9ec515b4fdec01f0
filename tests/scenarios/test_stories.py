"""Written stories, played through the journey on the real database.

The eleven acceptance stories lie beside the checkout. The ten under `stories/` are ours: made at
random, their expectations worked out by an independent reading of the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.clocks import queries as clocks
from jiannuo.faces.rehearsal.blocks import blocks
from jiannuo.faces.rehearsal.comparing import compare
from jiannuo.faces.rehearsal.playing import Played, play
from jiannuo.faces.rehearsal.reading import read_master, read_story
from jiannuo.journey.claims import settle_claim
from jiannuo.journey.repair_orders import settle_order
from jiannuo.journey.replacement import settle_serial
from jiannuo.journey.settling import settle
from jiannuo.kernel.moment import held_at
from jiannuo.manual.clocks import Clock, fold_story
from jiannuo.parts import queries as parts

OWN = Path(__file__).parent / "stories"
HOME = Path(__file__).parents[3] / "shared" / "scenarios"
STORIES = [*sorted(HOME.glob("s*.yaml")), *sorted(OWN.glob("r*.yaml"))]

#: What is derived from events, and would be written again by a fold that says otherwise.
DERIVED = (
    "clocks_clock",
    "clocks_trigger",
    "papers_paper",
    "charges_entitlement",
    "cases_deviation",
)


@pytest.fixture(
    scope="module",
    params=[pytest.param(p, marks=pytest.mark.xdist_group(p.stem), id=p.stem) for p in STORIES],
)
def played(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Played]:
    """A story on stage after its last event; gone when the next one begins."""
    path: Path = request.param
    story = read_story(path, read_master(path.parent / "_master.yaml"))
    with django_db_blocker.unblock(), transaction.atomic():
        yield play(story)
        transaction.set_rollback(True)


def test_the_stories_are_there() -> None:
    assert len(list(OWN.glob("r*.yaml"))) == 10
    if not HOME.exists():
        pytest.skip("the acceptance stories lie beside the checkout, in ../shared/scenarios")
    assert len(list(HOME.glob("s*.yaml"))) >= 11


def test_a_story_ends_as_it_must(played: Played, db: None) -> None:
    found = compare(played.stage.story.expected or {}, blocks(played))
    assert [d for agreement in found for d in agreement.differences] == []


def test_the_stored_clocks_of_a_story_are_what_its_events_say(played: Played, db: None) -> None:
    for view in cases.views():
        fresh = {clock.promise: clock for clock in fold_story(view.story)}
        assert stored(view.card.id, drill=view.card.drill) == fresh, view.card.number


def stored(subject: UUID, *, drill: bool) -> dict[str, Clock]:
    return {c.promise: c for c in clocks.clocks_of([subject], drill=drill)[subject]}


def test_settling_a_story_again_changes_nothing(played: Played, db: None) -> None:
    before = contents()
    with held_at(played.stage.story.as_of):
        for view in cases.views():
            settle(view, neighbours=False)
        for claim in cases.claims():
            settle_claim(claim.number)
        for advance in parts.advances():
            settle_serial(advance.serial)
        for order in parts.repairs():
            settle_order(order)
    assert contents() == before


def contents() -> dict[str, list[str]]:
    found = {}
    with connection.cursor() as cursor:
        for table in DERIVED:
            cursor.execute(f"select t::text from {table} t order by 1")
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def test_nothing_of_a_story_fell_due_unswept_or_untold(played: Played, db: None) -> None:
    assert clocks.overdue_unswept(played.stage.story.as_of) == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from clocks_fired f where f.outcome = 'told' and not exists ("
            " select from notices_notice n where n.trigger = f.trigger_id and n.key like"
            " 'trigger:' || f.trigger_id || ':' || f.generation || ':' || f.stage || ':%')"
        )
        assert cursor.fetchone() == (0,)


def test_every_event_of_a_story_has_its_audit_row(played: Played, db: None) -> None:
    assert archive.verify_chain() is None
    assert archive.waiting() > 0

"""No fault of the caller's: the database away, full or busy, and failures of our own."""

from __future__ import annotations

import pytest
from django.db import connection

from jiannuo.archive.models import AuditRow, Event
from jiannuo.journey.step import Done
from jiannuo.journey.steps import STEPS
from tests.faces.api.programs import FAULT, Programs, program_of, refused, told
from tests.world import World


def fails(state: str) -> None:
    """From now on no event can be written: the database says why."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create function fails() returns trigger language plpgsql as $$ begin"
            f" raise exception 'no' using errcode = '{state}'; end $$"
        )
        cursor.execute(
            "create trigger fails after insert on archive_event execute function fails()"
        )


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "disk_full"),
        ("53300", "database_away"),
        ("57P01", "database_away"),
        ("40P01", "database_busy"),
        ("57014", "database_busy"),
    ],
)
def test_what_the_database_cannot_do_now_is_asked_for_again_later(
    acting: Programs, number: str, state: str, code: str
) -> None:
    before = Event.objects.count(), AuditRow.objects.count()
    program = acting("李伟")
    fails(state)
    answer = program.step(number, "engineer_contact", "k")
    refused(answer, 503, code)
    assert int(answer.headers["Retry-After"]) > 0
    assert (Event.objects.count(), AuditRow.objects.count()) == before
    with connection.cursor() as cursor:
        cursor.execute("drop trigger fails on archive_event")
    assert told(program.step(number, "engineer_contact", "k"), 201)["again"] is False


def test_a_failure_of_ours_is_told_without_its_inside(
    acting: Programs, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Done:
        raise RuntimeError("secret inside")

    program = acting("李伟")
    monkeypatch.setitem(STEPS, "noted", fail)
    answer = program.step(number, "noted", text="x")
    refused(answer, 500, "broken")
    assert "secret" not in answer.content.decode()


def test_a_connection_that_broke_is_one_answer_and_then_all_is_well(crowded: World) -> None:
    agent = program_of("周敏")
    connection.ensure_connection()
    connection.connection.close()
    answer = agent.post("/cases", FAULT, "k")
    refused(answer, 503, "database_away")
    assert answer.headers["Retry-After"]
    connection.close()
    assert told(agent.post("/cases", FAULT, "k"), 201)["again"] is False

"""The stock ledger: what is taken was there, what is moved is moved once, nothing is unmoved."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.parts import commands
from jiannuo.parts.commands import Move
from jiannuo.parts.models import StockLevel, StockMove
from tests.crowd import at_once

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
STORES = Actor("库管", frozenset({"warehouse"}), uuid4())


def shelf(pieces: int) -> UUID:
    """A part with so many pieces on the shelf."""
    part = commands.stock_part(STORES, "风扇")
    if pieces:
        commands.move(uuid4(), part, Move("received", pieces, NOON, lot="L1", cost=Decimal("9.5")))
    return part


def take(part: UUID, pieces: int = 1, op: UUID | None = None) -> tuple[int, int]:
    return commands.move(op or uuid4(), part, Move("issued", pieces, NOON))


def on_hand(part: UUID) -> int:
    return StockLevel.objects.get(part=part).on_hand


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_take_ten_pieces_at_once_ten_get_one() -> None:
    part = shelf(10)
    answers = at_once(20, lambda _: take(part))
    got = [answer for answer in answers if isinstance(answer, tuple)]
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert (len(got), len(refused)) == (10, 10), answers
    assert {answer.code for answer in refused} == {"not_in_stock"}
    assert sorted(got) == [(left + 1, left) for left in range(10)]
    assert on_hand(part) == 0
    assert StockMove.objects.filter(kind="issued").count() == 10


@pytest.mark.django_db(transaction=True)
def test_one_operation_sent_eight_times_at_once_is_one_move() -> None:
    part, op = shelf(10), uuid4()
    answers = at_once(8, lambda _: take(part, 3, op))
    assert sorted(answers, key=str) == [(10, 7)] * 8
    assert on_hand(part) == 7
    assert StockMove.objects.filter(op=op).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_first_moves_of_a_new_part_do_not_trip_over_each_other() -> None:
    part = shelf(0)
    line = Move("received", 2, NOON, lot="L1", cost=Decimal(1))
    answers = at_once(8, lambda _: commands.move(uuid4(), part, line))
    assert all(isinstance(answer, tuple) for answer in answers), answers
    assert on_hand(part) == 16


@pytest.mark.django_db
def test_an_operation_sent_again_later_answers_as_it_did() -> None:
    part, op = shelf(10), uuid4()
    first = take(part, 3, op)
    take(part, 4)
    assert take(part, 3, op) == first == (10, 7)
    assert on_hand(part) == 3


@pytest.mark.django_db
def test_an_operation_is_not_used_again_for_something_else() -> None:
    part, op = shelf(10), uuid4()
    take(part, 3, op)
    with pytest.raises(Refusal) as told:
        take(part, 4, op)
    assert told.value.code == "used_operation"


@pytest.mark.django_db
def test_more_than_there_is_cannot_be_taken_by_any_way() -> None:
    part = shelf(2)
    with pytest.raises(Refusal) as told:
        take(part, 3)
    assert told.value.requirement == "R-4-1"
    with pytest.raises(IntegrityError, match="parts_level_is_not_negative"), transaction.atomic():
        StockMove.objects.create(
            op=uuid4(),
            part_id=part,
            location=commands.STORE,
            qty=-3,
            kind="issued",
            happened_at=NOON,
            recorded_at=NOON,
        )
    assert on_hand(part) == 2


@pytest.mark.parametrize("pieces", [0, -1])
@pytest.mark.django_db
def test_nothing_is_no_quantity(pieces: int) -> None:
    part = shelf(2)
    with pytest.raises(Refusal, match="no_quantity"):
        take(part, pieces)


@pytest.mark.parametrize(
    ("attack", "why"),
    [
        ("update parts_stockmove set qty = qty + 1", "append-only"),
        ("delete from parts_stockmove", "append-only"),
        ("truncate parts_stockmove", "append-only"),
        ("update parts_stocklevel set on_hand = 99", "only the ledger changes a stock level"),
        ("delete from parts_stocklevel", "only the ledger changes a stock level"),
        (
            "insert into parts_stocklevel (part_id, location, condition, on_hand)"
            " select id, 'elsewhere', 'new', 5 from parts_part",
            "only the ledger changes a stock level",
        ),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_the_ledger_is_only_added_to_and_the_levels_follow_it(attack: str, why: str) -> None:
    part = shelf(5)
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match=why):
        cursor.execute(attack)
    assert on_hand(part) == 5

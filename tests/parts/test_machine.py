"""Whatever is moved on and off a shelf, in any order: the ledger, the level and a plain number agree."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.parts import commands
from jiannuo.parts.commands import Move
from jiannuo.parts.models import StockLevel, StockMove
from tests.machines import RolledBack, play

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
STORES = Actor("库管", frozenset({"warehouse"}), uuid4())


class Shelf(RolledBack):
    def __init__(self) -> None:
        super().__init__()
        self.part, self.pieces = commands.stock_part(STORES, "风扇"), 0
        self.made: list[tuple[UUID, Move, tuple[int, int]]] = []

    def _moved(self, line: Move, change: int) -> None:
        op, before = uuid4(), self.pieces
        self.pieces += change
        answer = commands.move(op, self.part, line)
        assert answer == (before, self.pieces)
        self.made.append((op, line, answer))

    @rule(qty=st.integers(1, 5))
    def receive(self, qty: int) -> None:
        self._moved(Move("received", qty, NOON, lot="L", cost=Decimal("9.5")), qty)

    @rule(qty=st.integers(1, 6))
    def issue(self, qty: int) -> None:
        line = Move("issued", qty, NOON)
        if qty <= self.pieces:
            self._moved(line, -qty)
            return
        with pytest.raises(Refusal) as refused:
            commands.move(uuid4(), self.part, line)
        assert refused.value.code == "not_in_stock"

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """The same operation: the same answer, and nothing moves."""
        op, line, answer = data.draw(st.sampled_from(self.made))
        assert commands.move(op, self.part, line) == answer

    @invariant()
    def the_shelf_is_what_was_moved(self) -> None:
        level = StockLevel.objects.filter(part=self.part).values_list("on_hand", flat=True).first()
        moved = StockMove.objects.filter(part=self.part).aggregate(sum=Sum("qty", default=0))
        assert (level or 0) == moved["sum"] == self.pieces >= 0


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_is_moved_the_shelf_is_what_the_ledger_says() -> None:
    play(Shelf, 8)

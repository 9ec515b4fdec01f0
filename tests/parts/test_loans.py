"""A loaner is in one place at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from jiannuo.cases.commands import NewCase, open_case
from jiannuo.equipment.commands import NewUnit, register_loaner
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.parts.commands import lend, take_back
from jiannuo.parts.models import Loan
from tests.crowd import at_once

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ADMIN = Actor("管理员", frozenset({"admin"}), uuid4())


def case() -> UUID:
    return open_case(NewCase("fault", "phone", NOON, 1))[0]


def loaner() -> UUID:
    return register_loaner(ADMIN, NewUnit("LOAN-1"))


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_lend_one_loaner_at_once_one_does() -> None:
    unit, cases = loaner(), [case() for _ in range(8)]
    answers = at_once(8, lambda number: lend(unit, cases[number], None, NOON))
    assert answers.count(None) == 1, answers
    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert refused == ["loaner_is_out"] * 7, answers
    assert Loan.objects.count() == 1


@pytest.mark.django_db
def test_a_loaner_that_came_back_is_lent_again_from_then_on() -> None:
    unit, first, second = loaner(), case(), case()
    lend(unit, first, None, NOON)
    take_back(unit, first, NOON + DAY, data_erased=True)
    with pytest.raises(Refusal, match="loaner_is_out"):
        lend(unit, second, None, NOON + DAY / 2)
    lend(unit, second, None, NOON + DAY)
    assert Loan.objects.filter(unit=unit).count() == 2


@pytest.mark.django_db
def test_a_loaner_may_come_back_in_the_minute_it_went_out() -> None:
    unit, first = loaner(), case()
    lend(unit, first, None, NOON)
    take_back(unit, first, NOON, data_erased=True)
    assert Loan.objects.get().state == "returned"
    with pytest.raises(Refusal, match="no_loan"):
        take_back(unit, first, NOON, data_erased=True)


@pytest.mark.django_db
def test_no_two_loans_of_one_unit_overlap_by_any_way() -> None:
    unit, first = loaner(), case()
    Loan.objects.create(unit_id=unit, case_id=first, period=DateTimeTZRange(NOON, NOON + DAY))
    with (
        pytest.raises(IntegrityError, match="parts_loans_of_a_unit_do_not_overlap"),
        transaction.atomic(),
    ):
        Loan.objects.create(
            unit_id=unit, case_id=first, period=DateTimeTZRange(NOON + DAY / 2, None)
        )
    Loan.objects.create(unit_id=unit, case_id=first, period=DateTimeTZRange(NOON + DAY, None))

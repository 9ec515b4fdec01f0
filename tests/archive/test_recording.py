"""Sent twice is recorded once; the fact and its audit row stand or fall together."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from jiannuo.archive.commands import Subject, record
from jiannuo.archive.models import AuditRow, Event, Unsealed
from tests.archive.recording import ZHOU, entry, record_one
from tests.crowd import at_once


@pytest.mark.django_db(transaction=True)
def test_one_operation_sent_eight_times_at_once_is_one_event() -> None:
    once, subject = entry(), Subject("case", uuid4())

    def send(_: int) -> int | None:
        with transaction.atomic():
            return record(ZHOU, subject, once)

    answers = at_once(8, send)
    written = [answer for answer in answers if answer is not None]
    assert len(written) == 1, answers
    assert [event.pk for event in Event.objects.all()] == written
    assert AuditRow.objects.count() == 1
    assert Unsealed.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_is_rolled_back_was_never_audited() -> None:
    with transaction.atomic():
        record_one()
        transaction.set_rollback(True)
    assert not AuditRow.objects.exists()
    assert not Unsealed.objects.exists()


@pytest.mark.django_db
def test_an_event_and_its_audit_row_carry_the_same_customer() -> None:
    customer = uuid4()
    record_one(customer=customer)
    assert Event.objects.get().customer_id == AuditRow.objects.get().customer_id == customer

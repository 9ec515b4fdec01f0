"""What waits of one subject is addressed by one process, all of it together."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import transaction

from jiannuo.notices import addressing
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Notice
from tests.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ONE, OTHER = UUID(int=1), UUID(int=2)


def note(key: str, subject: UUID, urgency: int = 3) -> Note:
    return Note(key, "deviation", "case", subject, "duty_manager", urgency=urgency)


def claimed(limit: int = 100) -> list[str]:
    return [notice.key for notice in addressing.claim(limit)]


def test_two_workers_never_share_what_waits_of_one_subject() -> None:
    post([note("a", ONE), note("b", ONE), note("c", OTHER)])
    both = threading.Barrier(2, timeout=10)

    def worker(place: int) -> list[str]:
        with transaction.atomic():
            if place:
                both.wait()  # the first one holds a subject by now
            found = claimed(limit=1)
            if not place:
                both.wait()
                both.wait()
            else:
                both.wait()
        return found

    assert at_once(2, worker) == [["a", "b"], ["c"]]


def test_the_subject_of_the_most_urgent_notice_is_first_and_its_reminders_come_along() -> None:
    post([note("calm", OTHER), note("reminder", ONE), note("urgent", ONE, urgency=1)])
    with transaction.atomic():
        assert claimed(limit=1) == ["urgent", "reminder"]
        assert claimed() == ["urgent", "calm", "reminder"]


def test_who_addresses_waits_for_nobody() -> None:
    """A step that cancels a notice in this moment holds up no other."""
    post([note("a", ONE), note("b", ONE)])
    held, done = threading.Event(), threading.Event()

    def worker(place: int) -> list[str]:
        with transaction.atomic():
            if place:
                assert held.wait(10)
                found = claimed()
                done.set()
                return found
            from_step = Notice.objects.select_for_update().get(key="a")
            held.set()
            assert done.wait(10)
            return [from_step.key]

    assert at_once(2, worker) == [["a"], ["b"]]


def test_a_key_that_no_header_can_carry_is_left_at_home() -> None:
    post([note("shift_given:1:刘洋", ONE), note("x" * 200, ONE), note("plain", ONE)])
    with transaction.atomic():
        kept = [addressing._key(notice) for notice in addressing.claim()]
        ids = [notice.id for notice in addressing.claim()]
    assert kept == [f"notice:{ids[0]}", f"notice:{ids[1]}", "plain"]

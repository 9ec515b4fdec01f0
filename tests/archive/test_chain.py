"""The chain: all that is committed, each once, in an order without gaps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from jiannuo.archive.commands import Subject, seal
from jiannuo.archive.importing import Told, record_all
from jiannuo.archive.models import AuditLink, AuditRow, Event, Unsealed
from jiannuo.archive.queries import head, links, verify_chain, waiting
from tests.archive.recording import ZHOU, entry, record_one, record_some
from tests.crowd import at_once
from tests.wall.world import two_customers

pytestmark = pytest.mark.django_db(transaction=True)

ROW = """
insert into archive_auditrow (at, by_name, action, subject_kind, subject, op, payload)
select at, by_name, action, subject_kind, subject, gen_random_uuid(), payload
from archive_auditrow limit 1 returning id
"""


def test_sealing_goes_on_where_it_ended() -> None:
    record_some(5)
    assert waiting() == 5
    assert [seal(limit=2), seal(limit=2), seal(limit=2), seal(limit=2)] == [2, 2, 1, 0]
    record_some(2)
    assert seal() == 2
    assert [link.n for link in links()] == [1, 2, 3, 4, 5, 6, 7]
    assert head().n == 7
    assert waiting() == 0
    assert verify_chain() is None


def test_an_empty_chain_is_whole() -> None:
    assert seal() == 0
    assert verify_chain() is None
    assert head().n == 0


def test_a_transaction_that_commits_late_is_sealed_late(database_url: str) -> None:
    record_one()
    with psycopg.connect(database_url) as slow:
        slow.execute(ROW)
        record_one()
        assert seal() == 2, "a row that nobody can see yet holds nothing up"
        slow.commit()
    assert seal() == 1
    first, late, second = AuditRow.objects.order_by("id").values_list("id", flat=True)
    found = [(link.n, link.body["id"]) for link in links()]
    assert found == [(1, first), (2, second), (3, late)]
    assert _broken_only() is None


def test_what_was_rolled_back_leaves_no_gap(database_url: str) -> None:
    record_one()
    with psycopg.connect(database_url) as gone:
        gone.execute(ROW)
        gone.rollback()
    record_one()
    assert seal() == 2
    assert [link.n for link in links()] == [1, 2]
    assert verify_chain() is None


def test_sealing_is_undone_with_its_transaction() -> None:
    record_some(2)
    with transaction.atomic():
        assert seal() == 2
        transaction.set_rollback(True)
    assert waiting() == 2
    assert seal() == 2


def test_many_sealers_make_one_chain() -> None:
    record_some(60)
    sealed = at_once(6, lambda _: sum(seal(limit=5) for _ in range(4)))
    assert all(isinstance(count, int) for count in sealed), sealed
    while seal():
        pass
    assert AuditLink.objects.count() == 60
    assert verify_chain() is None


def test_what_the_journey_and_an_import_record_agrees_with_its_audit_rows() -> None:
    settled, _ = two_customers()
    told = Told(ZHOU, Subject("case", settled.case, settled.customer), entry())
    assert record_all([told]) == 1
    while seal():
        pass
    assert verify_chain() is None
    assert [link.body["customer"] for link in links()].count(str(settled.customer)) == 2


def _row(number: int) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(link__n=number)


@contextmanager
def _unguarded(*tables: str) -> Iterator[None]:
    """What only who rules the database can do, and what the chain is there for."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("only a superuser can put foreign keys aside")
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger all")
        yield
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger all")


def test_a_changed_audit_row_is_found() -> None:
    record_some(3, sealed=True)
    with _unguarded("archive_auditrow"):
        _row(2).update(payload="{}")
    assert verify_chain() == "link 2 does not follow: an audit row was changed"


@pytest.mark.parametrize(
    ("column", "value"), [("by_id", None), ("customer_id", "0" * 32), ("by_name", "李伟")]
)
def test_the_chain_says_who_and_whose(column: str, value: str | None) -> None:
    record_some(2, sealed=True)
    with _unguarded("archive_auditrow"):
        _row(1).update(**{column: value})
    assert verify_chain() == "link 1 does not follow: an audit row was changed"


@pytest.mark.parametrize("number", [2, 3], ids=["in the middle", "at the end"])
def test_a_deleted_audit_row_is_found(number: int) -> None:
    record_some(3, sealed=True)
    with _unguarded("archive_auditrow"):
        _row(number)._raw_delete("default")
    assert verify_chain() == f"link {number} has lost its audit row"


def test_a_deleted_link_is_found() -> None:
    record_some(3, sealed=True)
    with _unguarded("archive_auditlink"):
        AuditLink.objects.filter(pk=2).delete()
    assert verify_chain() == "link 2 is missing"


def test_an_audit_row_kept_out_of_the_chain_is_found() -> None:
    record_some(2)
    left_out = Unsealed.objects.order_by("row_id").last()
    assert left_out is not None
    Unsealed.objects.filter(pk=left_out.pk).delete()
    assert seal() == 1
    assert verify_chain() == f"audit row {left_out.pk} is neither in the chain nor waiting for it"


def test_a_cut_end_is_found() -> None:
    record_some(3, sealed=True)
    with _unguarded("archive_auditlink"):
        AuditLink.objects.filter(pk=3).delete()
    assert "is neither in the chain nor waiting for it" in (verify_chain() or "")


def test_an_event_that_says_something_else_than_was_recorded_is_found() -> None:
    record_some(2, sealed=True)
    event = Event.objects.order_by("id")[1]
    with _unguarded("archive_event"):
        Event.objects.filter(pk=event.pk).update(happened_at="2026-03-02T09:00:00Z")
    assert verify_chain() == f"event {event.uid} is not what was recorded"


def test_an_event_added_behind_our_back_is_found() -> None:
    record_some(1, sealed=True)
    event = Event.objects.get()
    event.pk, event.uid = None, "018f0000-0000-7000-8000-000000000000"
    event.save(force_insert=True)
    assert verify_chain() == f"event {event.uid} has no audit row"


def test_a_deleted_event_is_found() -> None:
    record_some(1, sealed=True)
    event = Event.objects.get()
    with _unguarded("archive_event", "archive_call"):
        Event.objects.filter(pk=event.pk)._raw_delete("default")
    assert verify_chain() == f"event {event.uid} was deleted"
    with _unguarded("archive_event", "archive_call"), connection.cursor() as cursor:
        cursor.execute("delete from archive_call")


def _broken_only() -> str | None:
    """The chain alone: rows written by hand have no events beside them."""
    found = verify_chain()
    return None if found and found.startswith("event ") else found

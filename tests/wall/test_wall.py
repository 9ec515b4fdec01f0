"""A customer's session sees its own rows, adds its own rows, and that is all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError

from jiannuo.archive import commands as archive
from jiannuo.archive import queries as archived
from jiannuo.archive.commands import Subject
from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.kernel.refusal import Refusal
from jiannuo.notices.commands import Note, post
from jiannuo.people import portal
from jiannuo.people.portal import as_customer
from jiannuo.visits import queries as visits
from tests.archive.recording import entry
from tests.wall.catalogue import Table, tables
from tests.wall.world import Settled, two_customers

DENIED = "permission denied"
WALLED = "violates row-level security policy"


@pytest.fixture
def both(db: None) -> tuple[Settled, Settled]:
    return two_customers()


def counted(table: Table, *customer: UUID) -> int:
    """Rows of a table as this session sees them, or those of one customer."""
    where = f"where {table.whose} = %s" if customer else ""
    return int(asked(f"select count(*) from {table.name} t {where}", *customer))


def asked(query: str, *values: UUID | str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def refused(command: Callable[[], object], why: str) -> None:
    with pytest.raises(ProgrammingError, match=why), transaction.atomic():
        command()


LATER = ("archive_auditlink", "cases_draft")


def test_a_customer_sees_all_his_rows_and_nobody_elses(both: tuple[Settled, Settled]) -> None:
    ours, theirs = (settled.customer for settled in both)
    for table in tables().values():
        if not table.whose:
            continue
        mine = counted(table, ours)
        # The chain has its rows when they are sealed; a draft is nobody's before it is a case.
        assert (mine and counted(table, theirs)) or table.name in LATER, table.name
        with as_customer(ours):
            if "select" in table.may:
                lent = int(table.name == "equipment_installedunit")
                assert counted(table) == mine + lent, table.name
            else:
                refused(partial(counted, table), DENIED)


def test_without_a_customer_nothing_is_seen(both: tuple[Settled, Settled]) -> None:
    readable = [table for table in tables().values() if table.whose and "select" in table.may]
    for setting in (None, "", str(uuid4())):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local role jiannuo_portal")
            if setting is not None:
                cursor.execute("select set_config('jiannuo.customer', %s, true)", [setting])
            assert {table.name: counted(table) for table in readable} == {
                table.name: 0 for table in readable
            }
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    "query",
    [
        "select unit_cost from parts_stockmove",
        "select on_hand from parts_stocklevel",
        "select phone from people_staff",
        "select * from people_staff",
        "select * from people_absence",
        "select password from auth_user",
        "select session_data from people_session",
        "select reason from cases_deviation",
        "select tell from clocks_trigger",
        "select payload from notices_notice",
        "select payload from archive_auditrow",
        "select nextval('cases_number')",
        "create table mine (id int)",
        "create role jiannuo_mine",
    ],
)
@pytest.mark.django_db
def test_what_is_ours_stays_ours(query: str) -> None:
    with as_customer(uuid4()):
        refused(lambda: asked(query), DENIED)


def test_no_row_is_changed_or_taken_away(both: tuple[Settled, Settled]) -> None:
    ours = both[0].customer
    for table in tables().values():
        with as_customer(ours):
            refused(partial(asked, f"delete from {table.name}"), DENIED)
            refused(partial(asked, f"truncate {table.name} cascade"), DENIED)
    with as_customer(ours):
        refused(lambda: asked("update cases_case set text = ''"), DENIED)
        refused(lambda: asked("update customers_contract set months = 120"), DENIED)


def test_a_customer_adds_what_he_did_with_its_audit_row(both: tuple[Settled, Settled]) -> None:
    ours, _ = both
    waiting = archived.waiting()
    again = entry()
    with as_customer(ours.customer):
        subject = Subject("case", ours.case, ours.customer)
        assert archive.record(ours.person, subject, again)
        assert archive.record(ours.person, subject, again) is None
        note = Note("k1", "told", "case", ours.case, "duty_manager", ours.customer)
        post([note, note])
    assert archived.event_of(again.uid)
    assert archived.waiting() == waiting + 1, "it waits for the chain, unseen by him"
    assert asked("select count(*) from notices_notice where key = 'k1'") == 1


@pytest.mark.parametrize("whose", ["theirs", "nobody's"])
def test_no_row_is_added_for_another(both: tuple[Settled, Settled], whose: str) -> None:
    ours, theirs = both
    customer = theirs.customer if whose == "theirs" else None
    subject = Subject("case", theirs.case, customer)
    note = Note("k2", "told", "case", theirs.case, "duty_manager", customer)
    with as_customer(ours.customer):
        refused(lambda: archive.record(ours.person, subject, entry()), WALLED)
        refused(lambda: post([note]), WALLED)


def test_queries_of_the_rooms_end_at_the_wall(both: tuple[Settled, Settled]) -> None:
    ours, theirs = both
    with as_customer(ours.customer):
        assert customers.customers() == [(ours.customer, "东海电力")]
        assert cases.numbers() == [ours.number]
        assert [line.engineer for line in visits.of_case(ours.case)] == ["李伟"]
        assert visits.of_case(theirs.case) == []
        assert equipment.find("SN-B-1") is None
        assert archived.timeline([ours.case, theirs.case]) == archived.timeline([ours.case])
        with pytest.raises(Refusal, match="no_case"):
            cases.card(theirs.number)


def test_a_loaner_is_seen_while_it_is_lent(both: tuple[Settled, Settled]) -> None:
    ours, _ = both
    with as_customer(ours.customer):
        assert equipment.find("LOAN-A") is not None
        assert equipment.find("LOAN-B") is None
    asked(
        "update parts_loan set state = 'returned', period = tstzrange(lower(period),"
        " lower(period) + '1 day') where unit_id = %s returning 1",
        ours.loaner,
    )
    with as_customer(ours.customer):
        assert equipment.find("LOAN-A") is None


def state() -> tuple[str, str]:
    return (
        asked("select current_user::text"),
        asked("select coalesce(current_setting('jiannuo.customer', true), '')"),
    )


@pytest.mark.django_db(transaction=True)
def test_role_and_customer_are_gone_after_the_transaction() -> None:
    before = state()
    customer = uuid4()
    with transaction.atomic():
        with as_customer(customer):
            assert state() == ("jiannuo_portal", str(customer))
        assert state() == before
    assert state() == before
    with transaction.atomic(), as_customer(customer):
        transaction.set_rollback(True)
    assert state() == before
    with pytest.raises(ZeroDivisionError), transaction.atomic(), as_customer(customer):
        raise ZeroDivisionError
    assert state() == before


@pytest.mark.django_db(transaction=True)
def test_the_transactions_end_alone_takes_role_and_customer_away() -> None:
    before = state()
    with transaction.atomic():
        portal._exchange("jiannuo_portal", str(uuid4()))
    assert state() == before


@pytest.mark.django_db
def test_an_error_inside_gives_the_role_back_to_a_transaction_that_goes_on() -> None:
    before = state()
    with pytest.raises(DatabaseError, match="division by zero"), as_customer(uuid4()):
        asked("select 1 / 0")
    assert state() == before


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nobody_acts_for_a_customer() -> None:
    with (
        pytest.raises(TransactionManagementError, match="needs a transaction"),
        as_customer(uuid4()),
    ):
        pass


@pytest.mark.django_db
def test_one_customers_block_holds_no_other_customers() -> None:
    customer = uuid4()
    with as_customer(customer):
        with as_customer(customer):
            pass
        inside = state()
        assert inside == ("jiannuo_portal", str(customer))
        with (
            pytest.raises(TransactionManagementError, match="another customer's"),
            as_customer(uuid4()),
        ):
            pass
        assert state() == inside

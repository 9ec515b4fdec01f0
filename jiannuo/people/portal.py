"""Requests of customers' people: the database itself lets them see their own customer's rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from jiannuo.kernel.wall import PORTAL, SETTING


@contextmanager
def as_customer(customer: UUID) -> Iterator[None]:
    """Act as the portal's role for one customer inside this block of the running transaction.

    Role and customer are local to the transaction, so a pooler may hand the connection to anybody
    afterwards. The block is a savepoint: an error inside gives the role back as leaving does.
    Raises `TransactionManagementError` outside a transaction, where the setting would be gone
    before the first query, and inside another customer's block.

    What a customer's person *does* is a step of the journey, and a step looks at more than he may
    see (rosters, stock, like faults elsewhere): look his case up in here, take the step outside;
    the step asks the actor's customer itself.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("as_customer needs a transaction")
    with transaction.atomic():
        role, standing = _exchange(PORTAL, str(customer))
        if standing and standing != str(customer):
            raise TransactionManagementError("this is another customer's block already")
        yield
        if not transaction.get_rollback():  # else the savepoint's end undoes it
            _exchange(role, standing)


def _exchange(role: str, customer: str) -> tuple[str, str]:
    """Set both for the rest of the transaction; what they were before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('role'), coalesce(current_setting(%s, true), '')", [SETTING]
        )
        role_before, customer_before = cursor.fetchone()
        cursor.execute(
            "select set_config('role', %s, true), set_config(%s, %s, true)",
            [role, SETTING, customer],
        )
    return str(role_before), str(customer_before)

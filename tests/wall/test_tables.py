"""Every table is walled or has a reason why not."""

from __future__ import annotations

import pytest
from django.db import connection

from jiannuo.kernel.wall import PORTAL
from tests.wall.catalogue import tables

#: Tables without a customer's row, and why.
NOBODYS = {
    "archive_unread": "how far the worker has read",
    "archive_unsealed": "numbers of audit rows",
    "account_emailaddress": "allauth's: unused",
    "account_emailconfirmation": "allauth's: unused",
    "auth_group": "Django's: unused",
    "auth_group_permissions": "Django's: unused",
    "auth_permission": "Django's: unused",
    "auth_user": "logins; who somebody is stands in his contact or staff row",
    "axes_accessattempt": "wrong passwords by login and address; forgotten once he waited",
    "axes_accessattemptexpiration": "axes's: unused",
    "axes_accessfailurelog": "axes's: unused",
    "axes_accesslog": "axes's: unused",
    "auth_user_groups": "Django's: unused",
    "auth_user_user_permissions": "Django's: unused",
    "clocks_beat": "our worker processes",
    "clocks_jump": "our server's clock",
    "clocks_recount": "our nightly recount",
    "customers_calendaryear": "days off, the same for everybody",
    "customers_profiledraft": "versions of the manual that are being written",
    "customers_profiletrial": "counts of ours; the portal has no grant on it",
    "customers_serviceprofile": "the manual in its versions, the same for everybody",
    "django_content_type": "Django's: names of tables",
    "django_migrations": "Django's: names of migrations",
    "equipment_productmodel": "what manufacturers make",
    "mfa_authenticator": "second factors of logins",
    "inspections_checklist": "what our people look at",
    "knowledge_article": "what our people know of products; the portal has no grant on it",
    "knowledge_edition": "the same in its versions",
    "imports_import": "lists that our people brought; the portal has no grant on them",
    "imports_learned": "which columns our lists have",
    "imports_line": "lists that our people brought; the portal has no grant on them",
    "knowledge_phrase": "our people's words",
    "notices_channelsetup": "our gateways",
    "notices_delivery": "what we send to whom; the portal has no grant on it",
    "notices_heard": "reports of our gateways",
    "notices_preference": "how our people like to be told",
    "notices_wording": "our words",
    "notices_guess": "wrong codes by where they were tried; forgotten after ten minutes",
    "oversight_casemonth": "sums; the portal has no grant on it",
    "oversight_promisemonth": "sums; the portal has no grant on it",
    "oversight_stale": "ids of what is to be counted",
    "parts_location": "our places",
    "parts_minimum": "how little is too little of ours",
    "parts_part": "kinds of spares",
    "parts_stocklevel": "our shelves",
    "people_absence": "our people",
    "people_office": "our offices",
    "people_override": "our people",
    "people_presence": "which of our people look at what",
    "people_roster": "our people",
    "people_session": "who is signed in: read before anybody is known",
    "people_shift": "our people",
    "people_staff": "our people",
    "people_token": "keys of our programs",
    "people_handover": "our people",
    "people_swap": "our people",
}

#: All that the portal may do beside reading walled tables.
WRITES = {
    "archive_event": {"select", "insert"},
    "archive_passage": {"select", "insert"},
    "archive_auditrow": {"insert"},
    "notices_notice": {"insert"},
}
READS_OF_NOBODYS = {
    "customers_calendaryear",
    "customers_serviceprofile",
    "equipment_productmodel",
    "people_office",
}
COLUMNS = {"people_staff": {"select of id", "select of name"}}

#: Customers' tables of which the portal reads nothing at all.
OURS_TO_READ = {
    "archive_auditlink",
    "archive_auditrow",
    "cases_deviation",
    "cases_draft",
    "clocks_fired",
    "clocks_trigger",
    "knowledge_use",
    "notices_notice",
    "notices_recipient",
    "oversight_casefact",
    "oversight_promisefact",
    "parts_reservation",
    "parts_stockmove",
}

pytestmark = pytest.mark.django_db


def test_every_table_with_customers_rows_is_walled() -> None:
    bare = [
        table.name
        for table in tables().values()
        if table.whose and not (table.walled and (table.policy or not table.may))
    ]
    assert not bare, f"wall them in a migration of their room (jiannuo/kernel/wall.py): {bare}"


def test_every_other_table_says_why_it_is_nobodys() -> None:
    found = tables()
    assert {name for name, table in found.items() if not table.whose} == set(NOBODYS)
    assert not [name for name in NOBODYS if found[name].walled]


def test_the_portal_may_do_what_is_listed_and_nothing_else() -> None:
    found = tables()
    expected = {
        name: WRITES.get(name, set())
        or ({"select"} if table.whose and name not in OURS_TO_READ else set())
        or ({"select"} if name in READS_OF_NOBODYS else set())
        for name, table in found.items()
    }
    assert {name: set(table.may) for name, table in found.items()} == expected


def test_the_portal_reads_single_columns_only_where_listed() -> None:
    found = {name: set(table.columns) for name, table in tables().items() if table.columns}
    assert found == COLUMNS


def test_no_view_or_function_of_ours_looks_over_the_wall() -> None:
    """A view reads with its owner's rights, and so does a function marked so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.proname::text from pg_proc p"
            " where p.pronamespace = current_schema::regnamespace and p.prosecdef"
            "   and has_function_privilege(%s, p.oid, 'execute')"
            "   and p.prorettype <> 'trigger'::regtype"
            " union all select c.relname from pg_class c"
            " where c.relnamespace = current_schema::regnamespace and c.relkind in ('v', 'm')",
            [PORTAL],
        )
        assert cursor.fetchall() == []

"""The copies that tests run on."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_test_sees_a_migrated_database_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_database(), count(*) from django_migrations")
        name, count = cursor.fetchone()
    assert name.startswith("jiannuo_test_")
    assert count > 0

"""What was recorded stays: no update, no delete, no emptying, not even for the tables' owner."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection

from tests.archive.recording import record_some

EVIDENCE = {"archive_event": "id", "archive_call": "id", "archive_auditrow": "id"} | {
    "archive_auditlink": "n"
}


@pytest.mark.parametrize("attack", ["update {0} set {1} = {1}", "delete from {0}", "truncate {0}"])
@pytest.mark.django_db(transaction=True)
def test_evidence_is_only_added_to(attack: str) -> None:
    record_some(2, sealed=True)
    for table, column in EVIDENCE.items():
        with (
            connection.cursor() as cursor,
            pytest.raises(IntegrityError, match=f"{table} is append-only"),
        ):
            cursor.execute(attack.format(f"{table}", column) + " cascade" * ("trunc" in attack))

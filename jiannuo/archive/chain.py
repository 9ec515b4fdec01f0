"""How an audit row is written down and chained: the one form that sealer and checker share.

`ops/verify_audit.py` repeats it on purpose: who checks us must not have to run our code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

GENESIS = "0" * 64

#: What the chain protects, in the order in which `body` takes it.
COLUMNS = (
    "r.id, r.at, r.by_id, r.by_name, r.action, r.subject_kind, r.subject, r.customer_id, r.op,"
    " r.payload"
)


def canonical(row: Mapping[str, Any]) -> str:
    """Sorted keys, no white space, Unicode as it is."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def body(n: int, row: Sequence[Any]) -> dict[str, Any]:
    """Link `n` in plain words: COLUMNS of its audit row."""
    id_, at, by_id, by, action, subject_kind, subject, customer, op, payload = row
    return {
        "n": n,
        "id": id_,
        "at": at.astimezone(UTC).isoformat(),
        "by_id": by_id and str(by_id),
        "by": by,
        "action": action,
        "subject_kind": subject_kind,
        "subject": str(subject),
        "customer": customer and str(customer),
        "op": str(op),
        "payload": payload,
    }


def digest(link: Mapping[str, Any]) -> str:
    """What of a link goes into its hash. Who may not read the link is given this in its place,
    so that one customer's export can be checked without the others' rows."""
    return hashlib.sha256(canonical(link).encode()).hexdigest()


def hashed(before: str, digested: str) -> str:
    """The hash of a link: sha256 over the previous link's hash and its own digest."""
    return hashlib.sha256((before + digested).encode()).hexdigest()

"""Things recorded, for the tests of the archive."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from jiannuo.archive.commands import Entry, Rung, Subject, log_call, record, seal
from jiannuo.manual.actor import Actor

ZHOU = Actor("周敏", frozenset({"hotline_agent"}), uuid4())
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def entry(text: str = "核心交换机不通", uid: UUID | None = None) -> Entry:
    detail = {"channel": "phone", "kind": "fault", "text": text}
    return Entry(uid or uuid4(), "reported", AT, AT, detail)


def record_one(text: str = "核心交换机不通", customer: UUID | None = None) -> int:
    """An event with its call and its audit row; its number."""
    subject = Subject("case", uuid4(), customer)
    seq = record(ZHOU, subject, entry(text))
    assert seq is not None
    log_call(subject, seq, Rung("inbound", "王芳", "周敏", AT, answered=True))
    return seq


def record_some(count: int, *, sealed: bool = False, customer: UUID | None = None) -> None:
    for number in range(count):
        record_one(f"第 {number} 件", customer)
    if sealed:
        while seal():
            pass

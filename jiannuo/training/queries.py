"""Reads of training."""

from __future__ import annotations

from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.manual.events import Chronicle, standing
from jiannuo.training.commands import of_customer
from jiannuo.training.rules import TrainingSummary, summary


def logs(customer: UUID | None) -> dict[str, Chronicle]:
    """Standing events of every session of a customer, by its code."""
    rows = dict(of_customer(customer).order_by("code").values_list("id", "code"))
    streams = archive.stream(*rows)
    return {code: Chronicle(standing(streams[key])) for key, code in rows.items()}


def result(customer: UUID | None, pass_mark: int) -> TrainingSummary | None:
    """The training promise as it stands; None where there is no session."""
    found = logs(customer)
    return summary(found, pass_mark) if found else None

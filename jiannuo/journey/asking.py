"""May it be done? The same question for every kind of subject; nothing changes by asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.journey import gatekeeper, inspection, workshop
from jiannuo.manual.actor import Actor
from jiannuo.manual.gates import Answer


def about_case(
    actor: Actor,
    case: str,
    action: str,
    context: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Answer:
    """`at`: the moment asked about, now if not said."""
    return gatekeeper.ask(actor, case, action, context, at)


def about_repair(actor: Actor, repair_order: str) -> Answer:
    return workshop.ask_to_repair(actor, repair_order)


def about_inspection(actor: Actor, contract: UUID, context: Mapping[str, Any]) -> Answer:
    return inspection.ask_to_finish(actor, contract, context["topics"])

"""Clocks of what was lived elsewhere. Importing tells nobody anything (trap T45)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from jiannuo.clocks.arming import Owner, due_trigger, mark_trigger, skip
from jiannuo.clocks.commands import values_of
from jiannuo.clocks.models import Clock as Row
from jiannuo.clocks.models import Trigger
from jiannuo.manual.clocks import Clock
from jiannuo.manual.marks import Mark
from jiannuo.manual.profile import Profile

#: A subject that is new here, its profile, its clocks, and the alerts it still owes.
Old = tuple[Owner, Profile, Sequence[Clock], Sequence[Mark]]


def write(subjects: Sequence[Old], at: datetime) -> None:
    """Write the clocks of subjects that are new here.

    A promise that still runs at `at` is armed like any other's. A moment that has passed is
    kept as fired without ever firing: no notice, no alert, and no sweep that would make up
    for it when somebody next touches the case.
    """
    rows, triggers = list[Row](), list[Trigger]()
    for owner, profile, clocks, marks in subjects:
        for clock in clocks:
            row = Row(promise=clock.promise, subject=owner.id, **values_of(owner, profile, clock))
            rows.append(row)
            if (trigger := due_trigger(owner, profile, row)) is not None:
                triggers.append(trigger)
        triggers += [mark_trigger(owner, profile, mark, at) for mark in marks]
    for trigger in triggers:
        skip(trigger, at)
    Row.objects.bulk_create(rows, batch_size=2000)
    Trigger.objects.bulk_create(triggers, batch_size=2000)


def silence(subjects: Collection[UUID], at: datetime) -> None:
    """What an import brought to light too late for anybody to be told."""
    rows = Trigger.objects.filter(subject__in=list(subjects), state="armed", fire_at__lte=at)
    for row in rows.select_for_update().order_by("id"):
        skip(row, at)
        row.save()

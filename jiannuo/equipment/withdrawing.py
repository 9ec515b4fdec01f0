"""A device that was registered by mistake goes out of the register."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from jiannuo.equipment.models import Coverage, InstalledUnit, Placement, Position
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require
from jiannuo.people.withdrawing import in_use


def withdraw(actor: Actor, unit: UUID) -> str:
    """Its serial. Raises `Refusal` ("in_use") where a case, a loan or a board rests on it."""
    require(actor, "taken_back")
    row = InstalledUnit.objects.select_for_update().filter(pk=unit).first()
    if row is None:
        raise Refusal("gone_already", "已经不在了", "it is gone already")
    stood = list(Placement.objects.filter(unit=row).values_list("position", flat=True))
    try:
        with transaction.atomic():
            Placement.objects.filter(unit=row).delete()
            Coverage.objects.filter(unit=row).delete()
            row.delete()
            Position.objects.filter(pk__in=stood, placements__isnull=True).delete()
    except ProtectedError as error:
        raise in_use(error.protected_objects) from None
    return row.serial

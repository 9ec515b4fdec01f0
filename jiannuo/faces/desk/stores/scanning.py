"""What was scanned: a case, a repair order's tag, a loaner, a device, a part, or nothing we know."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.parts import queries as parts
from jiannuo.parts import stores
from jiannuo.parts.queries import RepairCard
from jiannuo.parts.stores import Place, StoreLine

LONGEST = 200  # characters; no label holds more


@dataclass(frozen=True, slots=True)
class Scan:
    """What a text means: one of these is there, `parts` may be several; none: nobody knows it."""

    text: str
    case: CaseView | None = None
    repair: RepairCard | None = None
    unit: UnitCard | None = None
    parts: tuple[StoreLine, ...] = ()
    place: Place | None = None

    @property
    def part(self) -> StoreLine | None:
        return self.parts[0] if len(self.parts) == 1 else None


def cleaned(text: str) -> str:
    """As a keyboard would have typed it: full-width forms folded, what cannot be seen left out. Of
    a label's QR code, which is an address of ours, what it is about."""
    plain = unicodedata.normalize("NFKC", text)
    shown = "".join(c for c in plain if c.isprintable()).strip()[:LONGEST]
    if shown.lower().startswith(("http://", "https://")):
        return _of_label(shown)
    return shown


def _of_label(address: str) -> str:
    try:
        return parse_qs(urlsplit(address).query).get("scan", [""])[0].strip() or address
    except ValueError:
        return address


def scanned(actor: Actor, text: str) -> Scan:
    """The most particular thing that a text may mean."""
    found = cleaned(text)
    if not found:
        return Scan("")
    view = _case(actor, found)
    if view is not None:
        return Scan(found, case=view)
    unit = equipment.find(found) if equipment.key_of(found) else None
    if unit is not None and unit.role == "loaner":
        return Scan(found, unit=unit)
    repair = parts.repair_named(found)
    if repair is not None:
        return Scan(found, repair=repair, unit=unit)
    if unit is not None:
        return Scan(found, unit=unit)
    place = next((one for one in stores.places() if one.code == found), None)
    if place is not None and place.code != stores.STORE:
        return Scan(found, place=place)
    return Scan(found, parts=tuple(stores.known(found)))


def _case(actor: Actor, text: str) -> CaseView | None:
    try:
        return cases.view_for(actor, text)
    except Refusal:
        return None

"""What the keeper of the stores sees: places, shelves, bookings, what is asked for. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet, Sum

from jiannuo.archive import queries as archive
from jiannuo.manual.events import Event, standing
from jiannuo.parts.ledger import STORE, last_moves
from jiannuo.parts.models import (
    Location,
    Minimum,
    Part,
    StockMove,
)

__all__ = ["STORE", "last_moves"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where pieces lie. `name` is "" for a main store that nobody named."""

    code: str
    name: str
    kind: str
    holder: str


def places() -> list[Place]:
    """Every place, the main store first."""
    rows = Location.objects.order_by("kind", "name")
    found = [Place(row.code, row.name, row.kind, row.holder) for row in rows]
    main = next((place for place in found if place.code == STORE), Place(STORE, "", "depot", ""))
    return [main, *(place for place in found if place.code != STORE)]


def minimum(part: UUID, location: str) -> int | None:
    """What must lie of a part at a place, where anybody said so."""
    if location == STORE:
        return Part.objects.values_list("minimum", flat=True).get(pk=part)
    rows = Minimum.objects.filter(part_id=part, location=location)
    return rows.values_list("least", flat=True).first()


@dataclass(frozen=True, slots=True)
class Kept:
    """Pieces kept for a project."""

    project: str
    customer: str
    contract: UUID
    location: str
    qty: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lies of a part at one place. `kept`: for projects, of those on hand."""

    location: str
    on_hand: int
    kept: int
    minimum: int | None

    @property
    def free(self) -> int:
        return max(0, self.on_hand - self.kept)

    @property
    def short(self) -> int:
        """How many are missing to the minimum."""
        return max(0, (self.minimum or 0) - self.on_hand)


@dataclass(frozen=True, slots=True)
class StoreLine:
    """A part with everything that lies of it."""

    id: UUID
    name: str
    fits: tuple[str, ...]
    codes: tuple[str, ...]
    shelves: tuple[Shelf, ...]
    reserved: tuple[Kept, ...]

    @property
    def on_hand(self) -> int:
        return sum(shelf.on_hand for shelf in self.shelves)

    @property
    def short(self) -> int:
        return sum(shelf.short for shelf in self.shelves)

    def at(self, location: str) -> Shelf:
        none = Shelf(location, 0, 0, None)
        return next((shelf for shelf in self.shelves if shelf.location == location), none)

    def elsewhere(self, location: str) -> Shelf | None:
        """Another place that has common pieces to spare, the fullest first."""
        found = [s for s in self.shelves if s.location != location and s.free > (s.minimum or 0)]
        return max(found, key=lambda shelf: shelf.free, default=None)


def lines(find: str = "") -> list[StoreLine]:
    """Parts by name; `find`: only those whose name, code or model holds it."""
    rows = Part.objects.order_by("name")
    return _lines(rows.filter(_holding(find.strip())) if find.strip() else rows)


def line(part: UUID) -> StoreLine | None:
    return next(iter(_lines(Part.objects.filter(pk=part))), None)


def lines_named(names: Iterable[str]) -> dict[str, StoreLine]:
    return {found.name: found for found in _lines(Part.objects.filter(name__in=list(names)))}


def known(text: str, limit: int = 9) -> list[StoreLine]:
    """What a scan may mean: the part of this code, of this name, else those that hold it."""
    for where in (Q(codes__contains=[text]), Q(name__iexact=text)):
        found = _lines(Part.objects.filter(where).order_by("name"))
        if found:
            return found
    return _lines(Part.objects.filter(_holding(text)).order_by("name")[:limit]) if text else []


def _holding(text: str) -> Q:
    return Q(name__icontains=text) | Q(codes__contains=[text]) | Q(fits__contains=[text])


def _lines(rows: QuerySet[Part]) -> list[StoreLine]:
    found = rows.prefetch_related("levels", "minima", "reservations__contract__customer")
    return [_line(row) for row in found]


def _line(row: Part) -> StoreLine:
    least = {m.location: m.least for m in row.minima.all()}
    if row.minimum is not None:
        least[STORE] = row.minimum
    kept: dict[str, int] = defaultdict(int)
    for one in row.reservations.all():
        kept[one.location] += one.qty
    here = {level.location: level.on_hand for level in row.levels.all()}
    wanted = sorted({STORE, *here, *least}, key=lambda place: (place != STORE, place))
    shelves = tuple(
        Shelf(place, here.get(place, 0), kept[place], least.get(place))
        for place in wanted
        if here.get(place) or least.get(place) or place == STORE
    )
    reserved = tuple(
        Kept(r.contract.number, r.contract.customer.name, r.contract_id, r.location, r.qty)
        for r in sorted(row.reservations.all(), key=lambda r: r.contract.number)
        if r.qty
    )
    return StoreLine(row.id, row.name, tuple(row.fits), tuple(row.codes), shelves, reserved)


# -- bookings ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Booking:
    """One line of the ledger as people read it. `undone`: it was moved back later."""

    event: UUID
    part: UUID
    name: str
    kind: str
    qty: int
    location: str
    case: str
    lot: str
    at: datetime
    by: str
    told: Event | None
    undone: bool


def bookings(limit: int = 8, part: UUID | None = None, location: str = "") -> list[Booking]:
    """The last bookings, newest first; a transfer is one, at the place it left."""
    rows = StockMove.objects.filter(line=0).select_related("part", "case", "undone_by")
    if part is not None:
        rows = rows.filter(part_id=part)
    if location:
        rows = rows.filter(location=location)
    found = list(rows.order_by("-id")[:limit])
    told = archive.events_of(row.op for row in found)
    return [_booking(row, told.get(row.op)) for row in found]


def _booking(row: StockMove, line: archive.Line | None) -> Booking:
    event = line.happening if line else None
    return Booking(
        event=row.op,
        part=row.part_id,
        name=row.part.name,
        kind=row.kind,
        qty=row.qty,
        location=row.location,
        case=row.case.number if row.case else "",
        lot=row.lot,
        at=row.happened_at,
        by=event.by.name if event else "",
        told=event,
        undone=hasattr(row, "undone_by"),
    )


# -- what is asked for ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Pieces that a case asked for and did not get yet; `by` whom, since when."""

    case: UUID
    part: str
    qty: int
    by: str
    at: datetime


def asked(cases: Sequence[UUID]) -> list[Asked]:
    """What engineers asked for on some cases, less what was issued to them, oldest first."""
    wanted: dict[tuple[UUID, str], list[Event]] = defaultdict(list)
    streams: dict[UUID, list[Event]] = defaultdict(list)
    for case, event in archive.of_kinds("case", ["part_requested", "correction"], cases):
        streams[case].append(event)
    for case, events in streams.items():
        for event in standing(events):
            if event.kind == "part_requested":
                wanted[case, event.d["part"]].append(event)
    given = _issued([case for case, _ in wanted])
    found = [
        Asked(case, part, _missing(events, given.get((case, part), 0)), last.by.name, last.t)
        for (case, part), events in wanted.items()
        for last in events[-1:]
    ]
    return sorted((one for one in found if one.qty > 0), key=lambda one: one.at)


def _missing(events: Sequence[Event], given: int) -> int:
    return sum(int(event.d["qty"]) for event in events) - given


def _issued(cases: Sequence[UUID]) -> Mapping[tuple[UUID, str], int]:
    """Pieces handed out to some cases, by part; what came back unused was handed out all the
    same, what was undone was not."""
    rows = StockMove.objects.filter(case_id__in=cases, kind="issued", undone_by__isnull=True)
    found = rows.values_list("case_id", "part__name").annotate(sum=Sum("qty")).order_by()
    return {(case, part): -total for case, part, total in found}


@dataclass(frozen=True, slots=True)
class OnOrder:
    """What the maker promised for the shelf."""

    qty: int
    maker: str
    vendor_ref: str
    promised: date


def on_order(parts: Sequence[UUID]) -> dict[UUID, OnOrder]:
    """The last order of some parts that nothing came in for yet."""
    said = archive.of_kinds("stock", ["stock_ordered"], list(parts)) if parts else []
    last = dict(said)
    arrived = StockMove.objects.filter(part_id__in=list(last), kind="received")
    when = dict(arrived.values_list("part_id").annotate(at=Max("happened_at")).order_by())
    return {
        part: OnOrder(e.d["qty"], e.d["maker"], e.d.get("vendor_ref") or "", e.d["promised"])
        for part, e in last.items()
        if part not in when or when[part] < e.t
    }


@dataclass(frozen=True, slots=True)
class Held:
    """Pieces that a case was given and did not give back."""

    case: str
    customer: str
    qty: int


def held_by_cases(part: UUID) -> list[Held]:
    """Which cases hold pieces of a part, the last first."""
    rows = StockMove.objects.filter(part_id=part, case__isnull=False)
    found = rows.values_list("case__number", "case__customer__name").annotate(
        sum=Sum("qty"), last=Max("id")
    )
    return [
        Held(number, customer or "", -total)
        for number, customer, total, _ in found.order_by("-last")
        if total < 0
    ][:12]


def counted(parts: Sequence[UUID], location: str) -> dict[UUID, Event]:
    """The last count of some parts at a place."""
    told = archive.of_kinds("stock", ["stock_counted"], list(parts)) if parts else []
    return {part: e for part, e in told if (e.d.get("location") or STORE) == location}


def received(names: Iterable[str]) -> dict[tuple[str, str, str], int]:
    """Lots that came in: pieces by part, place and lot; those moved back are none."""
    rows = StockMove.objects.filter(part__name__in=list(names), kind="received")
    rows = rows.filter(undone_by__isnull=True)
    found = rows.values_list("part__name", "location", "lot").annotate(sum=Sum("qty"))
    return {(part, place, lot): qty for part, place, lot, qty in found}


def minima(names: Iterable[str]) -> dict[tuple[str, str], int]:
    """What must lie of some parts, by part and place."""
    wanted = list(names)
    parts_ = Part.objects.filter(name__in=wanted, minimum__isnull=False)
    found = {(name, STORE): least for name, least in parts_.values_list("name", "minimum") if least}
    rows = Minimum.objects.filter(part__name__in=wanted)
    for name, place, least in rows.values_list("part__name", "location", "least"):
        found[name, place] = least
    return found

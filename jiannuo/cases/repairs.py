"""The count of repairs (A9): which devices had which problem repaired how often.

Other rooms ask it through `queries`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.cases import reading, rows
from jiannuo.cases.models import Case, CaseDevice
from jiannuo.cases.view import CaseView
from jiannuo.manual.profile import Profile
from jiannuo.manual.repairs import Recurrence, Repair, Tally, tally
from jiannuo.manual.story import Place


def cases_of_devices(serials: Iterable[str]) -> list[UUID]:
    found = CaseDevice.objects.filter(unit__serial__in=list(serials)).order_by("case_id")
    return list(dict.fromkeys(found.values_list("case_id", flat=True)))


def asking(serials: Iterable[str]) -> list[str]:
    """Numbers of the cases of some devices that ask whether two repairs failed (A9)."""
    ids = archive.told("case", ["same_problem_confirmed"], cases_of_devices(serials))
    return list(Case.objects.filter(pk__in=ids).values_list("number", flat=True))


#: What the count of repairs is made of.
COUNTED = ("resolved", "same_problem_confirmed", "replaced")


def tallies(profile: Profile, serials: Iterable[str] | None = None) -> list[Tally]:
    """Repairs counted by device and problem (A9), over all real and unmerged cases."""
    wanted = None if serials is None else list(serials)
    repairs: list[Repair] = []
    again: list[Recurrence] = []
    replaced: dict[str, Place] = {}
    for seen in _counted(wanted):
        repairs += _repairs(seen)
        again += [
            Recurrence(e.d["device"], e.d["problem"], e.place, seen.card.number)
            for e in seen.story.log.all("same_problem_confirmed")
        ]
        for event in seen.story.log.all("replaced"):
            replaced[event.d["old"]] = min(replaced.get(event.d["old"], event.place), event.place)
    found = tally(profile, repairs, again, replaced)
    return [t for t in found if wanted is None or t.device in wanted]


def _counted(serials: list[str] | None) -> Iterator[CaseView]:
    """The cases of some devices, of all where none are named, that say anything to the count."""
    if serials is None:
        ids = archive.told("case", COUNTED[1:])
        where = "(c.id = any(%(ids)s) or exists (select from cases_casedevice d where d.case_id = c.id))"
    else:
        ids, where = archive.told("case", COUNTED, cases_of_devices(serials)), "c.id = any(%(ids)s)"
    for found in rows.pages(f"{where} and not c.drill and c.into_id is null", {"ids": ids}):
        yield from reading.views(found)


def _repairs(seen: CaseView) -> list[Repair]:
    found = []
    for event in seen.story.log.all("resolved"):
        if not event.d.get("repair") or not event.d.get("problem"):
            continue
        for serial in seen.card.devices:
            counts = event.d["cause"] == "quality" and seen.entitled(serial) == "in_warranty"
            found.append(Repair(serial, event.d["problem"], event.place, counts))
    return found

"""After every step: clocks, alerts, the case's row and its papers follow from the events."""

from __future__ import annotations

from uuid import UUID

from jiannuo.cases import commands as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.commands import NewCase
from jiannuo.cases.view import CaseView
from jiannuo.charges import commands as charges
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.equipment import commands as equipment
from jiannuo.equipment import queries as units
from jiannuo.journey.repair_orders import open_for_faulty
from jiannuo.manual import marks
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.events import Event
from jiannuo.manual.vocabulary import COVERED
from jiannuo.manual.warranty import Term, renewal, term
from jiannuo.papers import commands as papers
from jiannuo.papers.kind import Ground


def owner_of(view: CaseView) -> Owner:
    card = view.card
    urgency = URGENCY.get(view.story.levels.shown or "", 3)
    return Owner("case", card.id, card.number, card.customer, card.drill, urgency)


#: Fault levels that know no night; everything else is a 3.
URGENCY = {"L1": 1, "L2": 2}


def settle_new(view: CaseView, new: NewCase) -> None:
    """Write a case that was just reported, with everything that follows from its report.

    One insert a table: nothing of it is stored yet, so nothing is looked up or updated.
    """
    story = view.story
    folded = fold_story(story)
    entitled = view.entitled() if story.kind == "fault" else ""
    cases.open_case(new, cases.standing_of(story, folded, entitled))
    owed = [*marks.of_case(story, view.founding), *marks.tasks_of_case(story)]
    clocks.settle(owner_of(view), view.profile, folded, owed, fresh=True)
    if story.kind == "fault" and not view.card.drill:
        _settle_entitlement(view, fresh=True)
    papers.sync(Ground(view, folded, 0), fresh=True)


def settle(view: CaseView, *, neighbours: bool = True, after: str = "") -> None:
    """Bring everything kept about a case up to its events. Its caller holds the case.

    `neighbours`: settle other cases too whose promises may hang on this one. `after`: the kind of
    event behind it where that stands on a case merged into this one, else its own last.
    """
    story, card = view.story, view.card
    last = after or (view.events[-1].kind if view.events else "")
    _settle_coverage(view)
    open_for_faulty(view)
    folded = fold_story(story)
    owed = [*marks.of_case(story, view.founding), *marks.tasks_of_case(story)]
    clocks.settle(owner_of(view), view.profile, folded, owed)
    entitled = None
    if story.kind == "fault" and last in DECIDES:
        entitled = view.entitled()
        if not card.drill:
            _settle_entitlement(view)
    deviations = cases.refresh(card.id, cases.standing_of(story, folded, entitled))
    papers.sync(Ground(view, folded, deviations))
    if card.into is not None:  # what the survivor took over may have changed
        survivor = case_queries.card_of(card.into).number
        settle(case_queries.view_locked(survivor), neighbours=neighbours, after=last)
    elif neighbours and last in TOUCHES_OTHERS:
        _settle_neighbours(view)


#: Events that may change what a report was entitled to.
DECIDES = frozenset({"converted", "device_added", "merged", "replaced", "correction"})

#: Events that may change the count of repairs, and so what another case owes (A9).
TOUCHES_OTHERS = frozenset(
    {"resolved", "correction", "device_added", "merged", "replaced", "same_problem_confirmed"}
)


def _settle_neighbours(view: CaseView) -> None:
    """Other cases of the same devices that ask whether two repairs failed."""
    for number in sorted(case_queries.asking(view.card.devices)):
        if number != view.card.number:
            settle(case_queries.view_locked(number), neighbours=False)


def touched(number: str, kind: str) -> set[str]:
    """The cases, by number, that a step of this kind settles: itself, what it was merged into,
    and those that count the same repairs. To be held together, before any is read."""
    if kind not in TOUCHES_OTHERS:
        return {number}
    card = case_queries.card(number)
    into = case_queries.card_of(card.into) if card.into is not None else card
    devices = {*card.devices, *into.devices}
    return {number, into.number, *case_queries.asking(devices)}


def _settle_entitlement(view: CaseView, *, fresh: bool = False) -> None:
    """Keep each decision with what it was made of; a new one only when it differs."""
    for serial in view.card.devices or ("",):
        charges.decide(
            view.card.id,
            view.card.customer,
            view.entitled(serial or None),
            view.reported_at,
            serial=serial,
            fresh=fresh,
            inputs={
                "contract": str(view.card.contract or ""),
                "day": view.profile.local(view.reported_at).date().isoformat(),
                "project_end": str(view.cover.project.end) if view.cover else "",
                "profile": view.profile.version,
            },
        )


def _settle_coverage(view: CaseView) -> None:
    """Warranties that begin with a part fitted or a device replaced in a covered case (A10)."""
    log = view.story.log
    begins = [
        event
        for event in log.merged("part_used", "replaced")
        if event.kind == "replaced" or event.d.get("serials") or log.has("correction")
    ]
    if not begins or view.card.drill or view.cover is None:
        return
    for event in begins:
        wanted = dict(_begun(view, event))
        source = UUID(event.id)
        kept = dict(units.spells(source))
        if kept == wanted:
            continue
        if kept:
            equipment.void_coverage(source, "corrected")
        for serial, spell in wanted.items():
            unit = units.find(serial)
            if unit is not None:
                basis = "replacement" if event.kind == "replaced" else "fitted"
                equipment.cover(unit.id, basis, spell, source)


def _begun(view: CaseView, event: Event) -> list[tuple[str, Term]]:
    d, cover = event.d, view.cover
    device = d.get("old") or d.get("device") or view.card.device
    if cover is None or view.entitled(device) not in COVERED:
        return []
    day = view.profile.local(event.t).date()
    if event.kind == "replaced":
        return [(d["new"], renewal(view.profile, cover, d["old"], day))]
    if d["supplier"] != "vendor":
        return []
    months = cover.months_of(device) if device else cover.project.months
    spell = term(view.profile, day, months)
    return [(serial, spell) for serial in d.get("serials") or ()]

"""A roster is drawn for the weeks to come and published; leave that ends early (7.1 B 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.customers import queries as customers
from jiannuo.journey import house
from jiannuo.journey.roster import watch_gaps
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people import commands as people
from jiannuo.people import queries, weekly
from jiannuo.people.permits import require
from jiannuo.people.rules import Duty
from jiannuo.people.stands import Slots, again, in_turn, to_come
from jiannuo.people.weekly import Draft

DUTY = "R-7.1-B-1"
#: Further ahead nobody knows who works here.
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to a day, both included, for one office or ("") all of them."""

    first: date
    last: date
    office: str = ""


def repeated(days: Days, roster: str, source: date) -> Draft:
    """The week of a roster that begins on `source`, as it was drawn, again and again. What was
    changed for a day was for that day. Raises `Refusal`."""
    zone = customers.base_profile(now()).zone
    drawn = queries.roster(roster)
    duties = weekly.drawn_duties(drawn.code)
    found = again(duties, source, days.first, days.last, zone)
    return _draft(days, found)


def taking_turns(days: Days, slots: Sequence[Slots]) -> Draft:
    """Each desk's shifts are taken by its people one after the other. Raises `Refusal`."""
    zone = customers.base_profile(now()).zone
    names = {one.name for one in queries.everybody()}
    for name in (name for one in slots for name in one.crew if name not in names):
        raise Refusal(
            "no_such_person",
            f"没有名为 {name} 的在职员工，请核对名字",
            f"nobody who works here is called {name}; check the name",
        )
    return _draft(days, in_turn(slots, days.first, days.last, zone))


def _draft(days: Days, found: Sequence[Duty]) -> Draft:
    """What is still to come of it: the past is nobody's to plan."""
    if days.last < days.first or days.last - days.first > LONGEST:
        raise Refusal(
            "bad_days",
            "结束日期应在开始日期之后、一年之内",
            "the last day lies after the first, within a year of it",
            requirement=DUTY,
        )
    duties = to_come(found, now())
    if not duties:
        raise Refusal(
            "nothing_to_draw",
            "这样排不出任何班次：请看照搬的那一周有没有班、日期是不是已经过去",
            "no shift comes of it: see whether that week has any, and whether the days are past",
            requirement=DUTY,
        )
    desks = tuple(dict.fromkeys(duty.desk for duty in duties))
    span = duties[0].start, max(duty.end for duty in duties)
    return Draft(span, desks, duties, days.office)


@transaction.atomic
def draw(actor: Actor, draft: Draft, when: When = NOW) -> Done:
    """A roster is written down and counts at once. Where it overlaps an older one it is asked
    first; what was before it begins stays as it was."""
    if sent_before(when, "roster_published"):
        return outcome(None, when, "")
    office = draft.office or None
    duties = to_come(draft.duties, now())
    span = max(draft.span[0], now()), draft.span[1]
    code = weekly.new_code(f"{span[0]:%Y%m%d}-{draft.office or 'all'}")
    people.draw_roster(actor, code, span, draft.desks, duties, office)
    return replace(house.publish_roster(actor, code, when), number=code)


@transaction.atomic
def end_absence(
    actor: Actor,
    roster: str,
    when: When = NOW,
    *,
    person: str,
    from_: datetime,
    back: datetime,
    reason: str,
) -> Done:
    """Somebody is back before he was to be: from then on his shifts are his again."""
    require(actor, "absence_ended")
    at = now()
    fields = given(person=person, **{"from": from_}, back=max(back, at), reason=reason)
    subject = Subject("roster", queries.known_staff(person).id)
    event = on_subject(actor, subject, customers.base_profile(at), "absence_ended", fields, when)
    if event is not None:
        left = people.end_absence(person, event.d["from"], event.d["back"])
        for code, roster_id in queries.published_rosters(*left):
            watch_gaps(roster_id, code)
    return outcome(event, when, roster)

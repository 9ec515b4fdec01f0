"""Who is told: from the role a notice names to people, by roster, case and customer. What cannot
be addressed is set aside, and the house hears of it; it holds up nothing else."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from jiannuo.clocks import queries as clocks
from jiannuo.clocks.guard import HOUSE, database_time
from jiannuo.customers import queries as customers
from jiannuo.journey.whom import CANARY, CUSTOMER_ROLES, Round
from jiannuo.kernel.moment import held
from jiannuo.manual.ladders import DEPUTY
from jiannuo.manual.words import word
from jiannuo.notices import addressing as outbox
from jiannuo.notices import set_up
from jiannuo.notices.addressing import Addressed, Waiting
from jiannuo.notices.commands import Note, post
from jiannuo.notices.rules import INBOX, Manners, Person
from jiannuo.notices.sending import ALARMS
from jiannuo.people import reaching

log = logging.getLogger("jiannuo.addressing")

#: So far behind, the sweep is catching up; and so long a notice waits for it.
BEHIND, PATIENCE = timedelta(seconds=2), timedelta(seconds=10)
#: Who hears that a notice reached nobody.
HEAR_OF_TROUBLE = ("admin", "duty_manager")
NO_WAY = "没有启用能通到此人的渠道，或没有登记号码、邮箱"


def address_in_time(limit: int = 100) -> int:
    """As `address`. While the sweep catches up after an outage a notice waits until it is
    through, though never longer than `PATIENCE`: what one person hears of one thing is one
    message then, and of many things one."""
    if clocks.catching_up(BEHIND):
        return address(limit, before=database_time() - PATIENCE)
    return address(limit)


@transaction.atomic
def address(limit: int = 100, before: datetime | None = None) -> int:
    """Name the people behind the notices that wait, of so many subjects, the most urgent first;
    how many notices that were. `before`: only where something waits since then.

    Who is on duty is asked now, not when the notice was posted: the shift may have changed.
    """
    waiting = outbox.claim(limit, before)
    if not waiting:
        return 0
    at = held() or database_time()
    return _settle(waiting, Manners.of(customers.base_profile(at)), at)


def left(told: Iterable[UUID]) -> set[UUID]:
    """Those of some people, ours or a customer's, who have left since they were named."""
    asked = set(told) - {CANARY.id}
    ours = reaching.by_id(asked)
    return asked - ours.keys() - customers.contacts_here(asked)


@transaction.atomic
def tell_others(person: UUID) -> int:
    """He has left: nothing more goes out to him, and what was for his role is addressed anew; how
    many notices."""
    return outbox.take_back(person)


def _settle(waiting: Sequence[Waiting], manners: Manners, at: datetime) -> int:
    """All of them in one go; where that fails in smaller parts, at last one by one."""
    try:
        with transaction.atomic():
            _write(waiting, manners, at)
    except Exception as problem:
        if len(waiting) == 1:
            return _set_aside(waiting[0], problem, at)
        log.warning("%d notices could not be addressed in one go: %s", len(waiting), problem)
        return sum(_settle(part, manners, at) for part in _smaller(waiting))
    return len(waiting)


def _smaller(waiting: Sequence[Waiting]) -> list[list[Waiting]]:
    """Subject by subject, since what one person hears of one thing is one call (T40)."""
    parts = defaultdict[UUID, list[Waiting]](list)
    for notice in waiting:
        parts[notice.subject].append(notice)
    return list(parts.values()) if len(parts) > 1 else [[notice] for notice in waiting]


def _write(waiting: Sequence[Waiting], manners: Manners, at: datetime) -> None:
    round_ = Round(waiting, at)
    found = [Addressed(n, round_.people(n), round_.words(n)) for n in waiting]
    cut_off = outbox.write(found, manners, at)
    post(alarm for one in found for alarm in _alarms(one, at))
    post(_cut_off(found, cut_off, at))


def _set_aside(notice: Waiting, problem: Exception, at: datetime) -> int:
    """It cannot be addressed. A database that is busy or away is no fault of the notice: it stays
    where it is, to be tried again."""
    log.error("%s cannot be addressed", notice.key, exc_info=problem)
    if isinstance(problem, (OperationalError, InterfaceError)):
        return 0
    trouble = type(problem).__name__
    outbox.set_aside(notice, trouble, at)
    if notice.kind not in ALARMS:
        post(_lost(notice, trouble))
    return 1


def _lost(notice: Waiting, trouble: str) -> Iterable[Note]:
    """About the house, not the case: what is wrong with that must not stop the alarm as well."""
    facts = {
        "case": notice.payload.get("case") or notice.payload.get("ref") or "",
        "person": word("role", notice.to_role.removesuffix(DEPUTY)).zh,
        "trouble": f"系统出错（{trouble}），请看日志",
    }
    for role in HEAR_OF_TROUBLE:
        yield Note(
            key=f"not_delivered:{notice.id}:{role}",
            kind="not_delivered",
            subject_kind="house",
            subject=HOUSE,
            to_role=role,
            payload=facts,
            urgency=notice.urgency,
            drill=notice.drill,
        )


def _alarms(one: Addressed, at: datetime) -> Iterable[Note]:
    """Nobody was there, or it fell through to the head: a gap in the roster is an alarm itself
    (T34). Once a role and hour, of levels one and two for each subject."""
    notice = one.notice
    role = notice.to_role.removesuffix(DEPUTY)
    escalated = any(p.via == "escalation" for p in one.people) and role != "subcentre_head"
    if notice.kind in ALARMS or notice.drill or (one.people and not escalated):
        return
    if not role or notice.to_role.endswith(DEPUTY) or notice.to_role in CUSTOMER_ROLES:
        return
    about = f":{notice.subject}" if notice.urgency <= 2 else ""
    told = ("admin",) if escalated else ("subcentre_head", "admin")
    for to in told:
        yield Note(
            key=f"nobody:{role}:{notice.urgency}:{at:%Y%m%d%H}:{to}{about}",
            kind="nobody_on_duty",
            subject_kind=notice.subject_kind,
            subject=notice.subject,
            to_role=to,
            payload={"role_code": role, "kind": notice.kind},
            urgency=notice.urgency,
        )


def _cut_off(
    found: Sequence[Addressed], cut_off: Sequence[tuple[Addressed, Person]], at: datetime
) -> Iterable[Note]:
    """What is urgent and leads to somebody without an address, or to a customer of whom we know
    nobody: whoever can go and tell him hears."""
    whom = [(one, person.name, str(person.id)) for one, person in cut_off]
    nobody = [one for one in found if one.notice.to_role in CUSTOMER_ROLES and not one.people]
    whom += [(one, str(one.words.get("customer") or "客户"), "nobody") for one in nobody]
    outward = set(set_up.ready()) - {INBOX} if whom else set()
    for one, name, mark in whom:
        if one.notice.urgency <= 2 and one.notice.kind not in ALARMS:
            where = f"{one.notice.subject}:{mark}" if outward else "house"
            roles = HEAR_OF_TROUBLE if outward else ("admin",)
            who = {"person": name, "person_id": mark}
            yield from _no_way(one, who, f"{where}:{at:%Y%m%d%H}", roles)


def _no_way(
    one: Addressed, who: Mapping[str, str], when: str, roles: Sequence[str]
) -> Iterable[Note]:
    """Once an hour; of a house that has no way out at all once for everybody."""
    notice = one.notice
    mark = "drill" if notice.drill else str(notice.urgency)
    for role in roles:
        yield Note(
            key=f"not_delivered:{when}:{mark}:{role}",
            kind="not_delivered",
            subject_kind=notice.subject_kind,
            subject=notice.subject,
            to_role=role,
            customer=notice.customer,
            payload={**notice.payload, **one.words, **who, "trouble": NO_WAY},
            urgency=notice.urgency,
            drill=notice.drill,
        )

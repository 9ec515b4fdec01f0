"""The closed list of moments from which promises run and at which they stop.

Each milestone is a function from a story to its candidate moments, earliest first. A new
promise on existing milestones is a row of the profile; a new milestone is a function here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from jiannuo.manual.events import Chronicle, Event
from jiannuo.manual.story import CaseStory

Moments = Sequence[datetime]


def _times(events: Sequence[Event]) -> list[datetime]:
    return [e.t for e in events]


def _some(moment: datetime | None) -> list[datetime]:
    return [] if moment is None else [moment]


def _report(s: CaseStory) -> Moments:
    return _some(s.reported_at)


def _confirmation(s: CaseStory) -> Moments:
    return [at for at, _, _ in s.confirmations]


def _contact(s: CaseStory) -> Moments:
    return s.contact_moments


def _working_again(s: CaseStory) -> Moments:
    """Fixed and confirmed, or a loaner in the customer's service, the earlier (3)."""
    found = _times(loaners_in_service(s))
    if s.resolution is not None:
        found.append(s.resolution.t)
    return sorted(found)


def loaners_in_service(s: CaseStory) -> list[Event]:
    counts = s.profile.value("fix_24h.loaner_counts")
    return s.log.all("loaner_in_service") if counts else []


def consents(s: CaseStory, given: bool) -> list[Event]:
    return s.log.where("remote_consent", lambda e: bool(e.d["given"]) is given)


def _remote_ready(s: CaseStory) -> Moments:
    """The later of "phone guidance failed" and consent (A4); needs both."""
    failed, agreed = s.log.first("phone_failed"), consents(s, given=True)
    if failed is None or not agreed:
        return []
    if s.profile.value("remote_response.start") == "phone_failed":
        return [failed.t]
    return [max(failed.t, agreed[0].t)]


def _onsite_called(s: CaseStory) -> Moments:
    """The customer's confirmation; in an emergency the earlier of it and the declaration."""
    called = s.log.first("onsite_confirmed")
    found = _some(called.t if called else None)
    by_declaration = s.profile.value("emergency.arrival_start") == "declaration"
    if s.declared_at is not None and by_declaration and not _void_by_withdrawal(s):
        found.append(s.declared_at)
    return sorted(found)


def _void_by_withdrawal(s: CaseStory) -> bool:
    """Withdrawn before anybody arrived: the start at the declaration is void."""
    gone = s.withdrawal
    return gone is not None and not any(e.place < gone.place for e in s.log.all("arrived"))


def arrival_withdrawn(s: CaseStory) -> bool:
    return _void_by_withdrawal(s) and not s.log.has("onsite_confirmed")


def _arrival(s: CaseStory) -> Moments:
    if s.profile.value("onsite_arrival.proof") == "application_signed":
        return _times(s.log.all("application_signed"))
    return _times(s.log.all("arrived"))


def _declaration(s: CaseStory) -> Moments:
    return _some(s.declared_at)


def _team_called(s: CaseStory) -> Moments:
    if s.declared_at is not None and s.profile.value("emergency.t0") == "confirmation":
        return _confirmation(s)[:1]
    return _declaration(s)


def _told(role: str) -> Callable[[CaseStory], Moments]:
    def told(s: CaseStory) -> Moments:
        kinds = ["notified"]
        if s.profile.value("emergency.notify_accept") == "any_message":
            kinds.append("notify_attempt")
        since = s.declared_at
        return [
            e.t
            for e in s.log.merged(*kinds)
            if e.d["role"] == role and (since is None or e.t >= since)
        ]

    return told


def _all(kind: str) -> Callable[[CaseStory], Moments]:
    return lambda s: _times(s.log.all(kind))


def _emergency_resolution(s: CaseStory) -> Moments:
    return _some(s.resolution.t) if s.emergency_stands and s.resolution else []


def _replacement_owed(s: CaseStory) -> Moments:
    return _some(s.facts.replacement[1] if s.facts.replacement else None)


def _replacement_done(s: CaseStory) -> Moments:
    owed = s.facts.replacement
    return _times(s.log.where("replaced", lambda e: owed is not None and e.d["old"] == owed[0]))


CASE: dict[str, Callable[[CaseStory], Moments]] = {
    "report": _report,
    "confirmation": _confirmation,
    "contact": _contact,
    "working_again": _working_again,
    "phone_failed": _all("phone_failed"),
    "remote_ready": _remote_ready,
    "remote_login": _all("remote_login"),
    "onsite_called": _onsite_called,
    "arrival": _arrival,
    "declaration": _declaration,
    "team_called": _team_called,
    "told_subcentre_head": _told("subcentre_head"),
    "told_product_manager": _told("product_manager"),
    "told_duty_manager": _told("duty_manager"),
    "dispatch": _all("dispatched"),
    "team": _all("team_formed"),
    "expert": _all("expert_started"),
    "expert_group": _all("expert_group_formed"),
    "emergency_resolution": _emergency_resolution,
    "cause_review": _all("rca_approved"),
    "leaders_briefed": _all("leader_briefed"),
    "replacement_owed": _replacement_owed,
    "replacement_done": _replacement_done,
}

#: Milestones of subjects that are no case: simply the events of a kind, in order.
OTHER: dict[str, str] = {
    "claim_received": "claim_received",
    "claim_acknowledged": "claim_acknowledged",
    "claim_decided": "claim_decided",
    "advance_ordered": "replacement_ordered",
    "advance_delivered": "replacement_delivered",
    "faulty_received": "faulty_part_received",
}


def of_case(s: CaseStory, name: str) -> Moments:
    return CASE[name](s)


def of_log(log: Chronicle, name: str) -> Moments:
    return _times(log.all(OTHER[name]))

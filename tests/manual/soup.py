"""Cases that nobody would write: whatever the catalogue lets happen, in any order, at any time.

A case is read off bytes, four to an event, so that hypothesis can make and shrink many of them
in little time. No two events happen in the same second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.vendor.pretty import RepresentationPrinter

from jiannuo.manual.catalogue import kinds
from jiannuo.manual.events import By, Event
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.story import Absorbed, CaseFacts

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAYS = 6
PEOPLE = ("李伟", "张强", "王磊")
LEVELS = ("L1", "L2", "L3", "L4")
HOW = ("call", "signed", "portal", "letter", "fax")
ROLES = ("duty_manager", "subcentre_head", "product_manager")
WAITS = ("customer", "parts", "vendor", "approval", "force_majeure")

Fields = Callable[[int], dict[str, Any]]


def _nothing(n: int) -> dict[str, Any]:
    return {}


def _pick(words: Sequence[str], n: int) -> str:
    return words[n % len(words)]


#: What may happen, and its fields for a number.
COMMON: list[tuple[str, Fields]] = [
    ("confirmed", lambda n: {"level": _pick(LEVELS, n)}),
    ("confirmed", lambda n: {"level": _pick((*LEVELS, "consult", "other"), n)}),
    ("converted", lambda n: {"level": _pick(LEVELS, n), "reason": "故障"}),
    ("reclassified", lambda n: {"level": _pick(LEVELS, n), "reason": "复核"}),
    (
        "reclassified",
        lambda n: {
            "level": _pick(LEVELS, n),
            "reason": "复核",
            "consent": {"by": "王芳", "how": _pick(HOW, n // 4)},
        },
    ),
    ("l1_declared", lambda n: {"safety": bool(n % 2)}),
    ("l1_withdrawn", lambda n: {"level": _pick(LEVELS[1:], n), "reason": "误判"}),
    ("engineer_contact", _nothing),
    ("contact_attempt", lambda n: {"how": "sms"}),
    ("phone_failed", lambda n: {"confirmed_with": "王芳"}),
    ("remote_consent", lambda n: {"given": n % 3 > 0, "how": _pick(HOW, n)}),
    ("remote_login", _nothing),
    ("onsite_confirmed", _nothing),
    ("arrival_agreement", lambda n: {"due": START + timedelta(hours=n), "reason": "封路"}),
    ("dispatched", lambda n: {"engineer": "李伟"}),
    ("arrived", _nothing),
    ("application_signed", _nothing),
    ("handover", lambda n: {"to": _pick(PEOPLE, n)}),
    ("departed", _nothing),
    ("resolved", lambda n: {"cause": "quality", "customer_confirmed_by": "王芳"}),
    ("recurred", _nothing),
    ("restored", lambda n: {"how": "旁路"}),
    ("notified", lambda n: {"role": _pick(ROLES, n), "person": "刘洋", "how": "call_answered"}),
    ("notify_attempt", lambda n: {"role": _pick(ROLES, n), "person": "刘洋", "how": "sms"}),
    ("team_formed", lambda n: {"members": ["李伟"]}),
    ("expert_started", lambda n: {"how": "lab"}),
    ("expert_group_formed", lambda n: {"members": ["郑海涛"]}),
    ("rca_approved", _nothing),
    ("promise_waived", lambda n: {"promise": "emg_expert_group", "reason": "已修复"}),
    ("remote_logout", _nothing),
    ("customer_informed", _nothing),
    ("leader_briefed", lambda n: {"present": ["郭强"], "in_person": True}),
    ("loaner_issued", lambda n: {"sn": f"L{n % 2}"}),
    ("loaner_in_service", lambda n: {"sn": f"L{n % 2}", "customer_confirmed_by": "王芳"}),
    ("loaner_returned", lambda n: {"sn": f"L{n % 2}", "data_erased": True}),
    ("replaced", lambda n: {"old": f"SN{n % 2}", "new": "N", "model": "X"}),
    ("case_closed", _nothing),
    ("waiting_started", lambda n: {"reason": _pick(WAITS, n)}),
    ("waiting_ended", lambda n: {"reason": _pick(WAITS, n)}),
    ("waiting_started", lambda n: {"reason": "customer"}),
    ("waiting_ended", lambda n: {"reason": "customer"}),
]

#: Each of these ends most of the other clocks, so they come seldom.
RARE: list[tuple[str, Fields]] = [
    ("exclusion_accepted", lambda n: {"code": "EX1"}),
    ("case_cancelled", lambda n: {"reason": "误报"}),
    ("merged", lambda n: {"into": "C2", "reason": "重复"}),
    ("remote_skipped", lambda n: {"reason": "no_link"}),
]
MENU = COMMON * 4 + RARE

PROFILES: list[Mapping[str, Any]] = [
    {},
    {"pause.reasons": list(WAITS)},
    {"pause.reasons": ["customer"], "reclass.upgrade": "from_change"},
    {"reclass.downgrade": "agreed", "remote_response.start": "phone_failed"},
    {"reclass.downgrade": "never", "onsite_arrival.proof": "application_signed"},
    {"emergency.trigger": "outage_or_danger", "emergency.t0": "confirmation"},
    {"emergency.arrival_start": "onsite_confirmed", "emergency.notify_accept": "any_message"},
    {"entitlement.after_warranty_clocks": "none", "fix_24h.loaner_counts": False},
    {"umbrella_response.enabled": False, "phone_response.count_attempts": True},
]


@dataclass(frozen=True)
class Case:
    """A case with the profile and facts it is read under."""

    profile: Profile
    facts: CaseFacts
    events: list[Event]

    def _repr_pretty_(self, p: RepresentationPrinter, cycle: bool) -> None:
        """The failing case as hypothesis tells it: a whole profile would be too long to tell."""
        told = "\n".join(f"{e.seq} {e.kind} {e.t} {e.recorded} {e.d}" for e in self.events)
        p.text(f"{self.profile.changes} {self.facts}\n{told}")


def _facts(n: int) -> CaseFacts:
    km = (None, Decimal("12.0"), Decimal("50.1"), Decimal("800.1"))[n % 4]
    owed = ("SN1", START + timedelta(hours=3)) if n & 4 else None
    taken = (
        Absorbed(
            (START + timedelta(hours=2), 0),
            START - timedelta(minutes=n),
            (START - timedelta(minutes=n // 2), 0, _pick(LEVELS, n)) if n & 16 else None,
            START + timedelta(minutes=n) if n & 32 else None,
            _pick(LEVELS, n // 3),
        ),
    )
    return CaseFacts("C1", km, taken if n & 8 else (), owed, bool(n & 64))


@cache
def _who(name: str, kind: str) -> By:
    return By(name, kinds()[kind].by)


def _happened(place: int, four: bytes) -> Event:
    kind, fields = MENU[four[0] % len(MENU)]
    minutes = (four[1] << 8 | four[2]) % (DAYS * 24 * 60)
    if four[3] & 1:
        minutes %= 300  # most of a case happens in its first hours
    t = START + timedelta(minutes=minutes, seconds=place)
    late = (timedelta(), timedelta(minutes=20), timedelta(hours=7))[four[3] % 3]
    return Event(
        kind, t, 0, _who(_pick(PEOPLE, four[3]), kind), fields(four[3] >> 1), t + late, f"e{place}"
    )


def _case(data: bytes) -> Case:
    head, body = data[:4], data[4:]
    fields: dict[str, Any] = {
        "channel": _pick(("phone", "fax", "portal"), head[0]),
        "kind": _pick(("fault", "fault", "fault", "consult", "other"), head[0] // 3),
    }
    if head[1] & 1:
        fields["outage_started"] = START - timedelta(minutes=head[1])
    if head[1] & 2:
        fields["drill"] = True
    report = Event("reported", START, 0, By("周敏"), fields, START, "e0")
    level = {"level": _pick(LEVELS, head[0] // 16)}
    soon = START + timedelta(seconds=55)
    confirmed = replace(report, kind="confirmed", t=soon, recorded=soon, d=level, id="c")
    first = [confirmed] if head[1] & 4 else []
    chunks = [body[at : at + 4] for at in range(0, len(body) - 3, 4)]
    found = [report, *first, *(_happened(n, four) for n, four in enumerate(chunks, 1))]
    profile = shipped().with_changes(PROFILES[head[2] % len(PROFILES)])
    return Case(profile, _facts(head[3]), recorded_in_order(found))


def recorded_in_order(events: Sequence[Event]) -> list[Event]:
    """The events as the server learned of them."""
    return numbered(sorted(events, key=lambda e: (e.recorded, e.t)))


def numbered(events: Sequence[Event]) -> list[Event]:
    """Events whose place in the list is their place in the order of recording."""
    return [
        Event(e.kind, e.t, n, e.by, e.d, e.recorded, e.id)  # `replace` takes five times as long
        for n, e in enumerate(events, 1)
    ]


def cases(events: int = 14) -> st.SearchStrategy[Case]:
    return st.binary(min_size=4, max_size=4 + 4 * events).map(_case)


def full_cases(events: int = 14) -> st.SearchStrategy[Case]:
    """Of a fixed length: cheaper to make, and rarely almost empty."""
    return st.binary(min_size=4 + 4 * events, max_size=4 + 4 * events).map(_case)

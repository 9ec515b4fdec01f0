"""Who holds a case, as far as its events tell: the last engineer named or at work on it. Pure.

There is no field for it yet, and none is guessed: until somebody of ours is named, nobody is.
"""

from __future__ import annotations

from collections.abc import Iterable

from jiannuo.manual.events import Event

#: Events that put a case into somebody's hands, and the field that names him ("" for the doer).
HANDS: dict[str, str] = {
    "reported": "",
    "dispatched": "engineer",
    "handover": "to",
    "engineer_contact": "",
    "contact_attempt": "",
    "phone_failed": "",
    "phone_closed": "",
    "remote_login": "",
    "remote_skipped": "",
    "plan_submitted": "",
    "arrived": "",
    "work_started": "",
    "diagnosed": "",
    "l1_declared": "",
}
WAITS = ("waiting_started", "waiting_ended")
SIGNED = ("report_filed", "report_signed")
KINDS = ("confirmed", *HANDS, *WAITS, *SIGNED)


def holder(events: Iterable[Event]) -> str:
    """The name; "" once confirmed and not taken up by anybody."""
    name, engineer = "", False
    for event in sorted(events, key=lambda e: e.place):
        if event.kind == "confirmed" and not engineer:
            name = ""
        elif event.kind in HANDS:
            engineer = engineer or event.kind != "reported"
            field = HANDS[event.kind]
            name = str(event.d[field]) if field else event.by.name
    return name


def awaited(events: Iterable[Event]) -> str:
    """The reason for which the case waits now; "" when it does not."""
    held: list[str] = []
    for event in sorted(events, key=lambda e: e.place):
        reason = str(event.d.get("reason"))
        if event.kind == "waiting_started" and reason not in held:
            held.append(reason)
        elif event.kind == "waiting_ended" and reason in held:
            held.remove(reason)
    return held[-1] if held else ""


def signed(events: Iterable[Event]) -> bool:
    """Has the customer taken or signed the service report?"""
    return any(event.kind in SIGNED for event in events)

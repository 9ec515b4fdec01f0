"""Who holds a case, as its events tell: the last engineer named or at work on it. Pure.

Nobody is guessed: until somebody of ours is named, nobody is.
"""

from __future__ import annotations

from collections.abc import Iterable

from jiannuo.manual.events import Event

#: Events that put a case into somebody's hands, and the field that names him ("" for the doer).
HANDS: dict[str, str] = {
    "reported": "",
    "assigned": "engineer",
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
#: The desk of the roster that is called for what is to be done, while nobody is named.
DESKS = {
    "judge": "engineer",
    "assign": "duty_manager",
    "receive": "hotline",
    "phone_response": "engineer",
    "umbrella_response": "engineer",
    "fix_24h": "engineer",
    "remote_response": "engineer",
    "onsite_arrival": "duty_manager",
    "emg_notify_subcentre_head": "hotline",
    "emg_notify_product_manager": "hotline",
    "emg_notify_duty_manager": "hotline",
    "emg_expert": "expert",
    "emg_expert_group": "subcentre_head",
    "rca": "subcentre_head",
    "other": "duty_manager",
}
#: Whom a promise wants to be told.
TOLD = {
    "emg_notify_subcentre_head": "subcentre_head",
    "emg_notify_product_manager": "product_manager",
    "emg_notify_duty_manager": "duty_manager",
}
#: Events after which whoever was named holds it no more.
FREED = ("assignment_declined", "assignment_lapsed")
WAITS = ("waiting_started", "waiting_ended")
SIGNED = ("report_filed", "report_signed")
#: What ends the question whether it is an emergency.
JUDGED = ("l1_declared", "l1_ruled_out", "l1_withdrawn", "restored", "resolved")
JUDGING = ("converted", "reclassified", *JUDGED)
KINDS = tuple(dict.fromkeys(("confirmed", *HANDS, *FREED, *WAITS, *SIGNED, *JUDGING)))


def holder(events: Iterable[Event]) -> str:
    """The name; "" once confirmed and not taken up by anybody."""
    name, engineer = "", False
    for event in sorted(events, key=lambda e: e.place):
        if event.kind in FREED or (event.kind == "confirmed" and not engineer):
            name = ""
        elif event.kind in HANDS and (HANDS[event.kind] or "system" not in event.by.roles):
            engineer = engineer or event.kind != "reported"
            field = HANDS[event.kind]
            name = str(event.d[field]) if field else event.by.name
    return name


def left_alone(events: Iterable[Event]) -> bool:
    """Was it handed back, or never answered, and did nobody take it up since? The roster has
    nobody left then, and the duty manager has to name one."""
    alone = False
    for event in sorted(events, key=lambda e: e.place):
        if event.kind in FREED:
            alone = True
        elif event.kind in HANDS:
            alone = False
    return alone


def to_judge(events: Iterable[Event]) -> bool:
    """Does somebody have to say whether it is an emergency: danger was reported, or an agent took
    it as level one, and nobody has judged? (A long outage is proposed by an alert.)"""
    danger = by_level = False
    for event in sorted(events, key=lambda e: e.place):
        if event.kind in JUDGED:
            return False
        if event.kind == "reported":
            danger = bool(event.d.get("safety"))
        elif event.kind in ("confirmed", "converted", "reclassified"):
            by_level = event.d.get("level") == "L1"
    return danger or by_level


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


def sent(events: Iterable[Event]) -> bool:
    """Has an engineer been sent, or gone?"""
    return any(event.kind in ("dispatched", "arrived") for event in events)


def signed(events: Iterable[Event]) -> bool:
    """Has the customer taken or signed the service report?"""
    return any(event.kind in SIGNED for event in events)

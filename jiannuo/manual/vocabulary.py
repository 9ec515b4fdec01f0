"""The closed words of the manual. Stored words never change their meaning."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Fault levels of tables 2-2 and 2-3, and the two kinds of request that are no fault."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    CONSULT = "consult"
    OTHER = "other"


#: Smaller is more severe; consultations and wishes are milder than any fault.
SEVERITY: dict[str, int] = {level.value: place for place, level in enumerate(Level, 1)}
SEVERITY["other"] = SEVERITY["consult"]


class Kind(StrEnum):
    """What a request is about (manual 7.2, table 2-2)."""

    FAULT = "fault"
    CONSULT = "consult"
    OTHER = "other"


class Verdict(StrEnum):
    """How a promise ended, or that it still runs."""

    MET = "met"
    MET_BY_LOANER = "met_by_loaner"
    BREACHED = "breached"
    RUNNING = "running"
    NOT_APPLICABLE = "not_applicable"


#: Verdicts that enter the denominator of "kept n of m".
JUDGED = frozenset({Verdict.MET, Verdict.MET_BY_LOANER, Verdict.BREACHED})
KEPT = frozenset({Verdict.MET, Verdict.MET_BY_LOANER})

#: How a consent counts as given in writing (A18): a call does not.
IN_WRITING = frozenset({"signed", "portal", "letter", "fax"})

VENDOR_ROLES = (
    "hotline_agent",
    "engineer",
    "duty_manager",
    "subcentre_head",
    "product_manager",
    "expert",
    "warehouse",
    "sales",
    "admin",
    "trainer",
    "security_admin",
    "audit_admin",
)
#: Three that nobody holds two of: one runs the system, one the accounts, one reads the audit.
ADMINISTRATORS = ("admin", "security_admin", "audit_admin")
CUSTOMER_ROLES = (
    "contact",
    "technician",
    "person_in_charge",
    "maintenance_department",
    "department_head",
    "leader",
)
#: How one of ours heard what somebody else said or did.
HEARD = ("call", "in_person", "im", "letter", "fax", "paper")
COVERED = frozenset({"in_warranty", "before_acceptance"})

#: The moments that promises run between, by subject; `milestones.py` finds each.
MILESTONES: dict[str, tuple[str, ...]] = {
    "case": (
        "report",
        "confirmation",
        "contact",
        "working_again",
        "phone_failed",
        "remote_ready",
        "remote_login",
        "onsite_called",
        "arrival",
        "declaration",
        "team_called",
        "told_subcentre_head",
        "told_product_manager",
        "told_duty_manager",
        "dispatch",
        "team",
        "expert",
        "expert_group",
        "emergency_resolution",
        "cause_review",
        "leaders_briefed",
        "replacement_owed",
        "replacement_done",
    ),
    "claim": ("claim_received", "claim_acknowledged", "claim_decided"),
    "advance": ("advance_ordered", "advance_delivered", "faulty_received"),
}

#: Rules that take a promise out before it began; `clocks.py` knows each.
EXCUSES = ("remote_skipped", "consent_refused", "arrival_withdrawn")

"""Gates: what may not be done yet, and why (readings.md "Gates").

Each rule looks at what happened before the asking, as known then, and returns the reasons
against it with the duty each rests on. Hard gates refuse, soft ones open to a written reason,
log ones never refuse; in an emergency a soft gate counts as log (R-7.5-B3-2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jiannuo.manual.events import By, Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.standards import below
from jiannuo.manual.story import CaseStory, Place
from jiannuo.manual.vocabulary import COVERED

Reasons = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Unit:
    """What a gate must know of a unit: brand, model, specification."""

    brand: str = ""
    model: str = ""
    spec: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is asked, by whom, on what ground.

    `story`: the case as known before the asking; `entitled`: its entitlement; `level`: the
    shown level; `senior`: the engineer named; `original`, `offered`: units compared;
    `serial_known`: the offered serial is in the register; `leaders`: names of the customer's
    leaders; `free`: the repair order is free; `quote_approved`: on that order; `skilled`: who answers
    has the skill for the product line; `approved`: the article is, or one was sent; `clashes`: what
    stands against the stretch for which the engineer is sent.
    """

    by: By
    place: Place
    d: Mapping[str, Any]
    story: CaseStory
    entitled: str = ""
    level: str | None = None
    senior: bool = True
    original: Unit = Unit()
    offered: Unit = Unit()
    serial_known: bool = False
    leaders: frozenset[str] = frozenset()
    free: bool = True
    quote_approved: bool = False
    devices: frozenset[str] = frozenset()
    skilled: bool = True
    approved: bool = True
    clashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """`reasons` may stand beside `allowed`: overridden, in an emergency, or merely logged."""

    action: str
    cls: str
    allowed: bool
    rule: str = ""
    reasons: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    note: str = ""


def judge(profile: Profile, action: str, ground: Ground) -> Answer:
    """May it be done? Deviations to record are `reasons` of an allowed answer."""
    gate = profile.gates[action]
    cls = gate.cls
    emergency = ground.story.in_emergency(ground.place)
    if action == "depart" and emergency:
        cls = "hard"
    found = RULES[action](profile, ground, gate.requirement)
    if not found:
        return Answer(action, cls, allowed=True)
    reasons, rules = zip(*found, strict=True)
    override = str(ground.d.get("override") or "").strip()
    note = override
    if cls == "soft" and emergency:
        cls, note = "log", override or "emergency"
    elif cls == "log":
        note = str(ground.d.get("reason") or "logged")
    allowed = cls == "log" or (cls == "soft" and bool(override))
    return Answer(action, cls, allowed, rules[0], reasons, rules, note)


def _latest(ground: Ground, *kinds: str) -> Event | None:
    found = ground.story.log.merged(*kinds)
    return found[-1] if found else None


def _remote(profile: Profile, g: Ground, rule: str) -> Reasons:
    consent = _latest(g, "remote_consent")
    if consent is None:
        return [("no_consent", rule)]
    if not consent.d["given"]:
        return [("consent_refused", rule)]
    until = consent.d.get("until")
    return [("consent_expired", rule)] if until is not None and until < g.place[0] else []


def _execute(profile: Profile, g: Ground, rule: str) -> Reasons:
    found: Reasons = []
    approved = g.story.log.where("plan_approved", lambda e: e.d["version"] == g.d["version"])
    if not approved:
        found.append(("plan_not_approved", rule))
    ours = g.d.get("executor") == "vendor_engineer"
    if ours and not g.story.log.has("execution_permitted"):
        found.append(("executor_not_permitted", "R-7.4-B-4b"))
    return found


def _dispatch(profile: Profile, g: Ground, rule: str) -> Reasons:
    found: Reasons = []
    if g.entitled == "post_warranty" and not g.story.log.has("quote_approved"):
        found.append(("quote_not_approved", rule))
    if g.level in ("L1", "L2") and not g.senior:
        found.append(("skill_too_low", "R-7.4-A-2"))
    return found + [(clash, "R-7.4-B-1") for clash in g.clashes]


def _since_arrival(g: Ground, kind: str) -> bool:
    """Did it happen since the latest arrival that began a visit?"""
    arrivals = g.story.arrivals
    since = arrivals[-1].place if arrivals else None
    return any(since is None or e.place > since for e in g.story.log.all(kind))


def _start_work(profile: Profile, g: Ground, rule: str) -> Reasons:
    found: Reasons = []
    if not _since_arrival(g, "application_signed"):
        found.append(("application_not_signed", rule))
    if not any(name.strip() for name in g.d.get("accompanied_by") or ()):
        found.append(("nobody_present", "R-7.4-B-5b"))
    return found


def _approve_major(profile: Profile, g: Ground, rule: str) -> Reasons:
    return [] if "department_head" in g.by.roles else [("not_department_head", rule)]


def _perform_major(profile: Profile, g: Ground, rule: str) -> Reasons:
    same = g.story.log.where("major_op_approved", lambda e: e.d["op"] == g.d["op"])
    return [] if same else [("major_op_not_approved", rule)]


def _depart(profile: Profile, g: Ground, rule: str) -> Reasons:
    story = g.story
    if not story.in_emergency(g.place):
        return [] if _since_arrival(g, "report_filed") else [("report_not_filed", rule)]
    if story.log.where("handover", lambda e: e.by.name == g.by.name):
        return []
    rule = "R-7.5-B4-2"
    found: Reasons = []
    until, fixed = story.observation_until, story.resolution
    if until is None or g.place[0] < until:
        found.append(("observation_running", rule))
    signed = story.log.all("report_signed")
    if fixed is None or not any(e.place > fixed.place for e in signed):
        found.append(("report_not_signed", rule))
    return found


def _role(role: str, reason: str, *others: str) -> Callable[[Profile, Ground, str], Reasons]:
    def check(profile: Profile, g: Ground, rule: str) -> Reasons:
        return [] if g.by.roles & {role, *others} else [(reason, rule)]

    return check


def _briefing(profile: Profile, g: Ground, rule: str) -> Reasons:
    found: Reasons = []
    video = g.d.get("how") == "video" or g.d.get("in_person") is False
    allowed = profile.value("brief.video")
    if video and allowed != "allowed":
        agreed = allowed == "written_consent" and bool(g.d.get("written_consent"))
        found += [] if agreed else [("not_in_person", rule)]
    if not g.leaders & set(g.d.get("present") or ()):
        found.append(("no_leader_present", rule))
    return found


def _loaner(profile: Profile, g: Ground, rule: str) -> Reasons:
    return [(f"below:{name}", rule) for name in below(g.original.spec, g.offered.spec)]


def _replacement(profile: Profile, g: Ground, rule: str) -> Reasons:
    found: Reasons = []
    if g.d["condition"] != "new":
        found.append(("not_new", rule))
    if g.serial_known:
        found.append(("serial_known", rule))
    same = (g.d["brand"], g.d["model"]) == (g.original.brand, g.original.model)
    if g.entitled == "in_warranty" and not same:
        found.append(("other_brand_or_model", "R-2-6"))
    return found


def _exclusion(profile: Profile, g: Ground, rule: str) -> Reasons:
    if g.d["code"] != "EX6":
        return []
    found: Reasons = []
    cause = _latest(g, "diagnosed", "resolved")
    if cause is not None and cause.d.get("cause") == "quality":
        found.append(("cause_is_quality", rule))
    needed = str(profile.value("exclusion.EX6_needs"))
    if needed not in g.by.roles:
        found.append((f"not_{needed}", rule))
    return found


def _fee(profile: Profile, g: Ground, rule: str) -> Reasons:
    found: Reasons = []
    if not g.story.log.has("exclusion_accepted"):
        found.append(("no_exclusion", rule))
    if "duty_manager" not in g.by.roles:
        found.append(("not_duty_manager", rule))
    most = profile.rate_card["technical_service_fee_per_hour_max"]
    hours = Decimal(g.d["hours"])
    asked = Decimal(g.d["amount"]) if "amount" in g.d else hours * Decimal(g.d["unit"])
    if asked > hours * most:
        found.append(("above_rate_card", rule))
    return found


def _add_line(profile: Profile, g: Ground, rule: str) -> Reasons:
    free = g.entitled in COVERED and not g.story.log.has("exclusion_accepted")
    return [("free_in_warranty", rule)] if free and Decimal(g.d["amount"]) > 0 else []


TOPICS = ("devices", "software", "problems_asked", "environment")


def _inspection(profile: Profile, g: Ground, rule: str) -> Reasons:
    given = set(g.d.get("topics") or ())
    results = g.d.get("results")
    if results is not None and g.devices - set(results):
        given.discard("devices")
    return [(f"missing:{topic}", rule) for topic in TOPICS if topic not in given]


def _repair(profile: Profile, g: Ground, rule: str) -> Reasons:
    return [] if g.free or g.quote_approved else [("quote_not_approved", rule)]


def _close(profile: Profile, g: Ground, rule: str) -> Reasons:
    story = g.story
    found: Reasons = []
    done = story.resolution if story.kind == "fault" else story.log.has("engineer_contact")
    if not done:
        found.append(("not_resolved", rule))
    if story.emergency_stands:
        fixed = story.resolution
        reviews = story.log.all("rca_approved")
        if fixed is None or not any(e.place >= fixed.place for e in reviews):
            found.append(("rca_missing", "R-7.5-B5"))
    if story.loaners_out:
        found.append(("loaner_out", "R-3-3"))
    return found


#: Who may answer out of what he knows; an agent answers out of what one of them approved.
ANSWERS = frozenset({"engineer", "product_manager", "expert"})


def _answer(profile: Profile, g: Ground, rule: str) -> Reasons:
    """A question is answered by somebody with the skill for it, or out of an approved article."""
    gated = profile.value("consult.gate")
    agent = "hotline_agent" in g.by.roles or not g.by.roles & {*ANSWERS, "system"}
    held = gated == "everybody" or (gated == "agents" and agent)
    if not held or g.approved or (g.skilled and g.by.roles & ANSWERS):
        return []
    return [("no_article", rule)]


def _skip_remote(profile: Profile, g: Ground, rule: str) -> Reasons:
    return [("skipped", rule)]


def _since_previous_arrival(g: Ground, kind: str, test: Callable[[Event], bool]) -> bool:
    before = g.story.log.last("arrived")
    since = before.place if before else None
    return any((since is None or e.place > since) and test(e) for e in g.story.log.all(kind))


def _archive(profile: Profile, g: Ground, rule: str) -> Reasons:
    read = _since_previous_arrival(g, "archive_read", lambda e: True)
    return [] if read else [("archive_not_read", rule)]


def _prepared(profile: Profile, g: Ground, rule: str) -> Reasons:
    def whole(event: Event) -> bool:
        return all(event.d[group] for group in ("tools", "documents", "transport"))

    ready = _since_previous_arrival(g, "prep_checked", whole)
    return [] if ready else [("preparation_not_checked", rule)]


RULES: dict[str, Callable[[Profile, Ground, str], Reasons]] = {
    "start_remote_session": _remote,
    "execute_plan": _execute,
    "dispatch": _dispatch,
    "start_work": _start_work,
    "approve_major_op": _approve_major,
    "perform_major_op": _perform_major,
    "depart": _depart,
    # The product itself, after ten minutes of silence (R-7.5-B1, house).
    "declare_l1": _role("engineer", "not_engineer", "system"),
    "form_emergency_team": _role("duty_manager", "not_duty_manager"),
    "form_expert_group": _role("subcentre_head", "not_subcentre_head"),
    "record_leader_briefing": _briefing,
    "issue_loaner": _loaner,
    "issue_replacement": _replacement,
    "propose_exclusion": _exclusion,
    "set_technical_fee": _fee,
    "add_charge_line": _add_line,
    "correct_arrival": _role("duty_manager", "not_duty_manager"),
    "finish_inspection": _inspection,
    "start_repair": _repair,
    "close_case": _close,
    "answer_question": _answer,
    "skip_remote": _skip_remote,
    "archive_read": _archive,
    "prep_checked": _prepared,
}

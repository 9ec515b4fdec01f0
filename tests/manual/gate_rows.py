"""Gates, row by row: what stands against each, and what opens it."""

from __future__ import annotations

from typing import Any

from jiannuo.manual.events import By, Event
from jiannuo.manual.gates import Unit
from tests.manual.happenings import at, ev, fault, resolved

CALM = fault()
HARD = {
    "start_remote_session": "R-7.3-A-1",
    "execute_plan": "R-7.3-B-2",
    "approve_major_op": "R-7.4-B-5c",
    "perform_major_op": "R-7.4-B-5c",
    "declare_l1": "R-7.5-B1",
    "form_emergency_team": "R-7.5-B2-3",
    "form_expert_group": "R-7.5-B2-5",
    "record_leader_briefing": "R-7.5-B6",
    "issue_loaner": "R-3-3",
    "issue_replacement": "R-2-9",
    "propose_exclusion": "R-7.4-B-9-6",
    "set_technical_fee": "R-7.4-B-9",
    "add_charge_line": "R-2-7",
    "correct_arrival": "R-7.4-C-1",
    "finish_inspection": "R-1-2",
    "start_repair": "R-7.7-I3",
    "close_case": "R-7-4",
    "answer_question": "R-7.1-B-2",
}
SOFT = {"dispatch": "R-2-15", "start_work": "R-7.4-B-3", "depart": "R-7.4-B-8"}
LOG = {
    "skip_remote": "R-7.4-A-1",
    "archive_read": "R-7.4-B-2-1",
    "prep_checked": "R-7.4-B-2-2",
}


def consent(when: str, *, given: bool = True, until: str = "") -> Event:
    limit: dict[str, Any] = {"until": at(until)} if until else {}
    return ev("remote_consent", when, given=given, how="portal", **limit)


def approved(version: int) -> Event:
    return ev("plan_approved", "12:00", version=version)


PERMITTED = ev("execution_permitted", "12:30", executor="vendor_engineer")
ARRIVED = ev("arrived", "10:00")
SIGNED = ev("application_signed", "10:10")
FILED = ev("report_filed", "16:00")
DEPARTMENT = By("何主任", frozenset({"contact", "department_head"}))

#: action, what happened before, what the asking says, what else is known -> reasons, rule
REFUSED: list[tuple[str, list[Event], dict[str, Any], dict[str, Any], list[str], str]] = [
    ("start_remote_session", [], {}, {}, ["no_consent"], "R-7.3-A-1"),
    ("start_remote_session", [consent("10:00", given=False)], {}, {}, ["consent_refused"], ""),
    (
        "start_remote_session",
        [consent("10:00"), consent("11:00", given=False)],
        {},
        {},
        ["consent_refused"],
        "",
    ),
    (
        "start_remote_session",
        [consent("10:00", until="17:59:59")],
        {},
        {},
        ["consent_expired"],
        "",
    ),
    ("execute_plan", [approved(1)], {"version": 2}, {}, ["plan_not_approved"], "R-7.3-B-2"),
    (
        "execute_plan",
        [approved(1)],
        {"version": 1, "executor": "vendor_engineer"},
        {},
        ["executor_not_permitted"],
        "R-7.4-B-4b",
    ),
    (
        "execute_plan",
        [],
        {"version": 1, "executor": "vendor_engineer"},
        {},
        ["plan_not_approved", "executor_not_permitted"],
        "R-7.3-B-2",
    ),
    ("dispatch", [], {}, {"entitled": "post_warranty"}, ["quote_not_approved"], "R-2-15"),
    ("dispatch", [], {}, {"level": "L1", "senior": False}, ["skill_too_low"], "R-7.4-A-2"),
    ("dispatch", [], {}, {"level": "L2", "senior": False}, ["skill_too_low"], "R-7.4-A-2"),
    (
        "dispatch",
        [],
        {},
        {"entitled": "post_warranty", "level": "L2", "senior": False},
        ["quote_not_approved", "skill_too_low"],
        "R-2-15",
    ),
    (
        "start_work",
        [ARRIVED],
        {"accompanied_by": ["陈工"]},
        {},
        ["application_not_signed"],
        "R-7.4-B-3",
    ),
    ("start_work", [ARRIVED, SIGNED], {}, {}, ["nobody_present"], "R-7.4-B-5b"),
    (
        "start_work",
        [ARRIVED, SIGNED],
        {"accompanied_by": []},
        {},
        ["nobody_present"],
        "R-7.4-B-5b",
    ),
    (
        "start_work",
        [ARRIVED],
        {},
        {},
        ["application_not_signed", "nobody_present"],
        "R-7.4-B-3",
    ),
    (
        "start_work",
        [ARRIVED, SIGNED, ev("departed", "11:00"), ev("arrived", "14:00")],
        {"accompanied_by": ["陈工"]},
        {},
        ["application_not_signed"],
        "R-7.4-B-3",
    ),
    ("approve_major_op", [], {"op": "重装"}, {}, ["not_department_head"], "R-7.4-B-5c"),
    (
        "perform_major_op",
        [ev("major_op_approved", "11:00", op="重启")],
        {"op": "重装"},
        {},
        ["major_op_not_approved"],
        "R-7.4-B-5c",
    ),
    ("depart", [ARRIVED], {}, {}, ["report_not_filed"], "R-7.4-B-8"),
    (
        "depart",
        [ARRIVED, ev("report_filed", "11:00"), ev("departed", "12:00"), ev("arrived", "14:00")],
        {},
        {},
        ["report_not_filed"],
        "R-7.4-B-8",
    ),
    (
        "record_leader_briefing",
        [],
        {"how": "video", "present": ["郭总"]},
        {"leaders": frozenset({"郭总"})},
        ["not_in_person"],
        "R-7.5-B6",
    ),
    (
        "record_leader_briefing",
        [],
        {"in_person": False, "present": ["陈工"]},
        {"leaders": frozenset({"郭总"})},
        ["not_in_person", "no_leader_present"],
        "R-7.5-B6",
    ),
    (
        "issue_loaner",
        [],
        {"sn": "L"},
        {
            "original": Unit(spec={"ram_gb": 256, "ports": 4, "disk_tb": 8}),
            "offered": Unit(spec={"ram_gb": 128, "ports": 4}),
        },
        ["below:ram_gb", "below:disk_tb"],
        "R-3-3",
    ),
    (
        "propose_exclusion",
        [ev("diagnosed", "11:00", problem="P", cause="quality")],
        {"code": "EX6"},
        {},
        ["cause_is_quality", "not_subcentre_head"],
        "R-7.4-B-9-6",
    ),
    ("propose_exclusion", [], {"code": "EX6"}, {}, ["not_subcentre_head"], "R-7.4-B-9-6"),
    (
        "set_technical_fee",
        [],
        {"hours": "2", "amount": "600.01"},
        {},
        ["no_exclusion", "not_duty_manager", "above_rate_card"],
        "R-7.4-B-9",
    ),
    (
        "add_charge_line",
        [],
        {"item": "费", "amount": "0.01"},
        {"entitled": "in_warranty"},
        ["free_in_warranty"],
        "R-2-7",
    ),
    (
        "add_charge_line",
        [],
        {"item": "费", "amount": "1.00"},
        {"entitled": "before_acceptance"},
        ["free_in_warranty"],
        "R-2-7",
    ),
    ("correct_arrival", [], {}, {}, ["not_duty_manager"], "R-7.4-C-1"),
    (
        "finish_inspection",
        [],
        {"topics": ["software"]},
        {},
        ["missing:devices", "missing:problems_asked", "missing:environment"],
        "R-1-2",
    ),
    (
        "finish_inspection",
        [],
        {
            "topics": ["devices", "software", "problems_asked", "environment"],
            "results": {"SN-1": "ok"},
        },
        {"devices": frozenset({"SN-1", "SN-2"})},
        ["missing:devices"],
        "R-1-2",
    ),
    ("start_repair", [], {}, {"free": False}, ["quote_not_approved"], "R-7.7-I3"),
    ("close_case", [], {}, {}, ["not_resolved"], "R-7-4"),
    (
        "close_case",
        [resolved("12:00"), ev("loaner_issued", "10:00", sn="L")],
        {},
        {},
        ["loaner_out"],
        "R-3-3",
    ),
    (
        "answer_question",
        [],
        {},
        {"skilled": True, "approved": False},
        ["no_article"],
        "R-7.1-B-2",
    ),
    ("skip_remote", [], {"reason": "no_link"}, {}, ["skipped"], "R-7.4-A-1"),
    ("archive_read", [], {}, {}, ["archive_not_read"], "R-7.4-B-2-1"),
    (
        "archive_read",
        [ev("archive_read", "09:30"), ARRIVED],
        {},
        {},
        ["archive_not_read"],
        "R-7.4-B-2-1",
    ),
    ("prep_checked", [], {}, {}, ["preparation_not_checked"], "R-7.4-B-2-2"),
    (
        "prep_checked",
        [ev("prep_checked", "09:30", tools=True, documents=True, transport=False)],
        {},
        {},
        ["preparation_not_checked"],
        "R-7.4-B-2-2",
    ),
]
DUTIES = {*HARD.values(), *SOFT.values(), *LOG.values(), "R-7.4-A-2", "R-7.4-B-4b", "R-7.4-B-5b"}

#: The same gates, open.
OPEN: list[tuple[str, list[Event], dict[str, Any], dict[str, Any], By | str]] = [
    ("start_remote_session", [consent("10:00")], {}, {}, "engineer"),
    ("start_remote_session", [consent("10:00", until="18:00")], {}, {}, "engineer"),
    (
        "start_remote_session",
        [consent("09:30", given=False), consent("10:00")],
        {},
        {},
        "engineer",
    ),
    ("execute_plan", [approved(1), approved(2)], {"version": 2}, {}, "engineer"),
    (
        "execute_plan",
        [approved(1)],
        {"version": 1, "executor": "customer_technician"},
        {},
        "technician",
    ),
    (
        "execute_plan",
        [approved(1), PERMITTED],
        {"version": 1, "executor": "vendor_engineer"},
        {},
        "engineer",
    ),
    ("dispatch", [], {}, {"entitled": "in_warranty", "level": "L1"}, "duty_manager"),
    ("dispatch", [], {}, {"level": "L3", "senior": False}, "duty_manager"),
    ("dispatch", [], {}, {"entitled": "maintenance_contract"}, "duty_manager"),
    (
        "dispatch",
        [ev("quote_approved", "10:00")],
        {},
        {"entitled": "post_warranty"},
        "duty_manager",
    ),
    ("start_work", [ARRIVED, SIGNED], {"accompanied_by": ["陈工"]}, {}, "engineer"),
    (
        "start_work",
        [ARRIVED, SIGNED, ev("arrived", "11:00", by="张强")],
        {"accompanied_by": ["陈工"]},
        {},
        "engineer",
    ),
    ("approve_major_op", [], {"op": "重装"}, {}, DEPARTMENT),
    (
        "perform_major_op",
        [ev("major_op_approved", "11:00", op="重装")],
        {"op": "重装"},
        {},
        "engineer",
    ),
    ("depart", [ARRIVED, FILED], {}, {}, "engineer"),
    ("declare_l1", [], {}, {}, "engineer"),
    ("form_emergency_team", [], {}, {}, "duty_manager"),
    ("form_expert_group", [], {}, {}, "subcentre_head"),
    (
        "record_leader_briefing",
        [],
        {"how": "in_person", "present": ["陈工", "郭总"]},
        {"leaders": frozenset({"郭总"})},
        "duty_manager",
    ),
    (
        "record_leader_briefing",
        [],
        {"how": "video", "present": ["郭总"], "written_consent": True},
        {"leaders": frozenset({"郭总"})},
        "duty_manager",
    ),
    (
        "issue_loaner",
        [],
        {"sn": "L"},
        {"original": Unit(spec={"ram_gb": 256}), "offered": Unit(spec={"ram_gb": 256})},
        "warehouse",
    ),
    ("propose_exclusion", [], {"code": "EX1"}, {}, "engineer"),
    (
        "propose_exclusion",
        [ev("diagnosed", "11:00", problem="P", cause="quality")],
        {"code": "EX2"},
        {},
        "engineer",
    ),
    (
        "propose_exclusion",
        [
            ev("diagnosed", "11:00", problem="P", cause="quality"),
            ev("diagnosed", "12:00", problem="P", cause="unknown"),
        ],
        {"code": "EX6"},
        {},
        "subcentre_head",
    ),
    (
        "set_technical_fee",
        [ev("exclusion_accepted", "12:00", code="EX1")],
        {"hours": "2.5", "amount": "750.00"},
        {},
        "duty_manager",
    ),
    (
        "set_technical_fee",
        [ev("exclusion_accepted", "12:00", code="EX1")],
        {"hours": "2.5", "unit": "300.00"},
        {},
        "duty_manager",
    ),
    ("add_charge_line", [], {"amount": "0.00"}, {"entitled": "in_warranty"}, "engineer"),
    ("add_charge_line", [], {"amount": "9.00"}, {"entitled": "post_warranty"}, "engineer"),
    (
        "add_charge_line",
        [ev("exclusion_accepted", "12:00", code="EX1")],
        {"amount": "9.00"},
        {"entitled": "in_warranty"},
        "engineer",
    ),
    ("correct_arrival", [], {}, {}, "duty_manager"),
    (
        "finish_inspection",
        [],
        {"topics": ["environment", "devices", "software", "problems_asked"]},
        {},
        "engineer",
    ),
    ("start_repair", [], {}, {"free": True}, "engineer"),
    ("start_repair", [], {}, {"free": False, "quote_approved": True}, "engineer"),
    ("close_case", [resolved("12:00")], {}, {}, "engineer"),
    (
        "close_case",
        [
            resolved("12:00"),
            ev("loaner_issued", "10:00", sn="L"),
            ev("loaner_returned", "13:00", sn="L", data_erased=True),
        ],
        {},
        {},
        "engineer",
    ),
    ("answer_question", [], {}, {"skilled": False, "approved": True}, "hotline_agent"),
    ("answer_question", [], {}, {"skilled": True, "approved": False}, "engineer"),
    ("archive_read", [ARRIVED, ev("archive_read", "11:00")], {}, {}, "engineer"),
    (
        "prep_checked",
        [ev("prep_checked", "09:30", tools=True, documents=True, transport=True)],
        {},
        {},
        "engineer",
    ),
]

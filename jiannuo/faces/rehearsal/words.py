"""The closed vocabulary of a written story: top-level keys, blocks, types. Events and their
fields are the manual's own catalogue."""

from __future__ import annotations

from typing import Any

from jiannuo.manual.vocabulary import CUSTOMER_ROLES, VENDOR_ROLES

SCHEMA = "jiannuo-scenario/2"
MASTER = "jiannuo-scenario-master/2"
REFS = (
    "case",
    "inspection",
    "training",
    "claim",
    "complaint",
    "repair_order",
    "stock",
    "roster",
    "profile",
    "period",
)
DESKS = ("hotline", "monitoring", "duty_manager")

# A shape is a type name, a tuple of allowed words, [shape] for a list, {key: shape} for a
# mapping ("!" before a key: it must be there), or ANY.
ANY = "any"
PERSON = {
    "!name": "text",
    "!role": VENDOR_ROLES,
    "level": ("senior", "junior"),
    "skills": ["text"],
    "deputy_of": "text",
}
OFFICE = {"!code": "text", "!name": "text", "!lat": "number", "!lon": "number"}
COMPANY: dict[str, Any] = {
    "!schema": (MASTER,),
    "timezone": "text",
    "vendor": ANY,
    "!offices": [OFFICE],
    "!people": [PERSON],
    "policy": "mapping",
    "rate_card": "mapping",
}
STORY: dict[str, Any] = {
    "!schema": (SCHEMA,),
    "!id": "text",
    "!title_zh": "text",
    "!covers": ["text"],
    "!as_of": "moment",
    "!documents_scope": ("all",),
    "offices": [OFFICE],
    "people": [PERSON],
    "!customer": {
        "!name": "text",
        "!people": [
            {"!name": "text", "!roles": [CUSTOMER_ROLES], "title": "text", "phone": "text"}
        ],
    },
    "!sites": [
        {
            "!code": "text",
            "!name": "text",
            "!lat": "number",
            "!lon": "number",
            "contract_distance_km": "decimal",
            "office": "text",
        }
    ],
    "!contract": {
        "!number": "text",
        "!acceptance": "day",
        "!months": "whole",
        "parts_supply": ("vendor", "customer"),
        "lines": [{"!sn": "text", "!months": "whole", "acceptance": "day"}],
        "price_list": [{"!model": "text", "!unit": "money"}],
        "overrides": "mapping",
        "inspection_plan": "truth",
        "return_days": "whole",
        "media_retention": "truth",
    },
    "maintenance_contracts": [
        {
            "!number": "text",
            "!site": "text",
            "!from": "day",
            "!to": "day",
            "!visits_included": "whole",
            "!visits_before": "whole",
            "!per_visit": "money",
            "!parts": ("cost", "included"),
        }
    ],
    "!devices": [
        {
            "!sn": "text",
            "!brand": "text",
            "!model": "text",
            "!type": "text",
            "!site": "text",
            "spec": "mapping",
        }
    ],
    "loaners": [{"!sn": "text", "!model": "text", "!spec": "mapping"}],
    "spares": [{"!part": "text", "!min": "whole"}],
    "calendar": {"!holidays": ["day"], "!makeup_workdays": ["day"]},
    "roster": {
        "!id": "text",
        "!from": "moment",
        "!to": "moment",
        "!desks": [DESKS],
        "!shifts": [
            {
                "!desk": DESKS,
                "!from": "moment",
                "!to": "moment",
                "!person": "text or null",
                "deputy": "text",
            }
        ],
    },
    "kpi_period": {"!from": "day", "!to": "day"},
    "!timeline": [
        {
            "!t": "moment",
            "rec": "moment",
            "why": "text",
            "id": "text",
            **dict.fromkeys(REFS, "text"),
            "!e": "text",
            "!by": "text",
            "d": ANY,
        }
    ],
    "expected": ANY,
}
BLOCKS = (
    "distances",
    "warranty",
    "entitlement",
    "cases",
    "clocks",
    "drills",
    "observation",
    "gates",
    "deviations",
    "alerts",
    "on_duty",
    "repair_counter",
    "repair_orders",
    "inspection_plan",
    "training",
    "stock",
    "charges",
    "kpis",
    "late_entries",
    "documents",
)

#: What an attempt may say beside its action.
ASKED: dict[str, dict[str, str]] = {
    "start_remote_session": {},
    "execute_plan": {"!version": "int", "executor": "customer_technician|vendor_engineer"},
    "dispatch": {"engineer": "text", "override": "text"},
    "start_work": {"accompanied_by": "names", "override": "text"},
    "approve_major_op": {"!op": "text"},
    "perform_major_op": {"!op": "text"},
    "depart": {"override": "text"},
    "declare_l1": {},
    "form_emergency_team": {},
    "form_expert_group": {},
    "record_leader_briefing": {
        "!how": "in_person|video",
        "present": "names",
        "written_consent": "bool",
    },
    "issue_loaner": {"!sn": "text"},
    "issue_replacement": {
        "!old": "text",
        "!serial": "text",
        "!condition": "new|refurbished|loaner|returned",
        "!brand": "text",
        "!model": "text",
    },
    "propose_exclusion": {"!code": "exclusion"},
    "set_technical_fee": {"!hours": "decimal", "!amount": "money"},
    "add_charge_line": {"!item": "text", "!amount": "money"},
    "correct_arrival": {},
    "finish_inspection": {"!topics": "names"},
    "start_repair": {},
    "close_case": {},
    "answer_question": {"article": "text"},
}

"""What a table of transitions forbids, a constraint forbids too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, models, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from jiannuo.archive.models import Call, Event
from jiannuo.cases.models import Case as CaseRow
from jiannuo.cases.models import CaseDevice, Claim, Complaint, Deviation
from jiannuo.charges.models import Entitlement, Quote, Ruling
from jiannuo.customers.models import Contact, Contract, MaintenanceContract, Site
from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.inspections.models import Occurrence
from jiannuo.manual.actor import SYSTEM
from jiannuo.papers.models import Paper
from jiannuo.parts.models import Loan, RepairOrder, ReplacementOrder
from jiannuo.people.models import Staff
from jiannuo.support.models import Approval, Consent, Emergency, Plan, RemoteSession
from jiannuo.training.models import Attendee, Session
from jiannuo.visits.models import Visit
from tests.journey.telling import Case, at, fault
from tests.world import World

NOON, LATER = at("12:00"), at("13:00")


@pytest.fixture
def case(world: World) -> Case:
    return fault(world, "09:00", "L3")


def forbidden(sentence: str, write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("merged_iff_it_names_a_survivor", {"status": "merged"}),
        ("observed_is_resolved", {"observed_until": LATER}),
        ("status_is_known", {"status": "asleep"}),
        ("kind_is_known", {"kind": "joke"}),
        ("level_is_known", {"level": "L5"}),
    ],
)
def test_a_case_cannot_be_what_no_story_leads_to(
    case: Case, sentence: str, values: dict[str, Any]
) -> None:
    row = CaseRow.objects.filter(pk=case.id)
    forbidden(sentence, lambda: row.update(**values))


def test_a_case_is_not_merged_into_itself_nor_while_it_is_open(world: World, case: Case) -> None:
    row, other = CaseRow.objects.filter(pk=case.id), fault(world, "09:10", device=None)
    forbidden("merged_into_itself", lambda: row.update(into_id=case.id, status="merged"))
    forbidden("names_a_survivor", lambda: row.update(into_id=other.id))


def of_case(case: Case) -> dict[str, Any]:
    return {"case_id": case.id, "customer_id": case.customer.id}


def engineer(name: str = "李伟") -> UUID:
    return Staff.objects.get(name=name).id


def test_an_engineer_is_at_one_site_at_a_time(world: World, case: Case) -> None:
    other = fault(world, "09:10", device=None)
    there = {"engineer_id": engineer(), "state": "on_site", "arrived_at": NOON}
    Visit.objects.create(**of_case(case), **there)
    forbidden("at_one_site", lambda: Visit.objects.create(**of_case(other), **there))
    Visit.objects.create(**of_case(other), **{**there, "engineer_id": engineer("陈晨")})


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("state_is_known", {"state": "lost", "arrived_at": NOON}),
        ("on_site_has_arrived", {"state": "on_site"}),
        ("left_is_dated", {"state": "left", "arrived_at": NOON}),
        ("leaves_after_it_arrives", {"state": "left", "arrived_at": LATER, "left_at": NOON}),
    ],
)
def test_a_visit_goes_its_way(case: Case, sentence: str, values: dict[str, Any]) -> None:
    known = {**of_case(case), "engineer_id": engineer()}
    forbidden(sentence, lambda: Visit.objects.create(**{**known, **values}))


def test_two_loans_of_one_unit_do_not_overlap(world: World, case: Case) -> None:
    unit = equipment.register_loaner(SYSTEM, NewUnit("LO-1"))
    lent = {**of_case(case), "unit_id": unit}
    Loan.objects.create(**lent, period=DateTimeTZRange(NOON, LATER), state="returned")
    forbidden(
        "do_not_overlap",
        lambda: Loan.objects.create(**lent, period=DateTimeTZRange(NOON, None)),
    )
    Loan.objects.create(**lent, period=DateTimeTZRange(LATER, None))
    forbidden(
        "returned_is_ended",
        lambda: Loan.objects.filter(unit_id=unit, state="out").update(state="returned"),
    )


EVENT: dict[str, Any] = {
    "subject_kind": "case",
    "kind": "noted",
    "happened_at": NOON,
    "recorded_at": NOON,
    "by_name": "周敏",
    "by_roles": [],
}


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("not_from_the_future", {"happened_at": NOON + timedelta(seconds=1)}),
        ("late_event_says_why", {"late": True}),
    ],
)
def test_an_event_is_of_the_past_and_a_late_one_says_why(
    db: None, sentence: str, values: dict[str, Any]
) -> None:
    known = {**EVENT, "uid": uuid4(), "subject": uuid4()}
    forbidden(sentence, lambda: Event.objects.create(**{**known, **values}))
    Event.objects.create(**known)
    forbidden("uid", lambda: Event.objects.create(**known))


#: Rows of a case, and what about each cannot be: (model, what it takes, sentence, what is wrong).
CANNOT_BE: list[tuple[type[models.Model], dict[str, Any], str, dict[str, Any]]] = [
    (
        Consent,
        {"event": uuid4(), "by_name": "x", "given": True, "how": "call", "at": NOON},
        "how_is_known",
        {"how": "nod"},
    ),
    (Plan, {"version": 1, "submitted_at": NOON, "by_name": "x"}, "count_from_one", {"version": 0}),
    (Plan, {"version": 1, "submitted_at": NOON, "by_name": "x"}, "impact_is", {"impact": "big"}),
    (
        Approval,
        {
            "event": uuid4(),
            "kind": "plan",
            "version": 1,
            "by_name": "x",
            "by_roles": [],
            "at": NOON,
        },
        "says_what_it_approves",
        {"version": None},
    ),
    (
        Approval,
        {
            "event": uuid4(),
            "kind": "major_op",
            "operation": "restart",
            "by_name": "x",
            "by_roles": ["department_head"],
            "at": NOON,
        },
        "approved_by_the_department",
        {"by_roles": ["contact"]},
    ),
    (
        RemoteSession,
        {"event": uuid4(), "by_name": "x", "began_at": NOON, "ended_at": LATER},
        "ends_after_it_began",
        {"ended_at": NOON - timedelta(seconds=1)},
    ),
    (
        Emergency,
        {"declared_at": NOON, "declared_by": "x"},
        "withdrawn_after_its_declaration",
        {"withdrawn_at": NOON - timedelta(seconds=1)},
    ),
    (
        Ruling,
        {"code": "EX1", "accepted_at": NOON, "accepted_by": "x"},
        "accepted_names_who",
        {"accepted_by": ""},
    ),
    (Quote, {"number": 1, "total": Decimal(1), "made_at": NOON}, "not_negative", {"total": -1}),
    (
        Quote,
        {"number": 1, "total": Decimal(1), "made_at": NOON},
        "approved_names_who",
        {"approved_at": NOON},
    ),
    (
        Entitlement,
        {"result": "in_warranty", "reported_at": NOON, "decided_at": NOON},
        "entitlement_is_known",
        {"result": "maybe"},
    ),
    (
        ReplacementOrder,
        {
            "mode": "advance",
            "level": "7x24x4",
            "item": "x",
            "faulty_serial": "x",
            "ordered_at": NOON,
            "profile_version": 1,
        },
        "in_advance_has_a_level",
        {"level": ""},
    ),
    (
        ReplacementOrder,
        {
            "mode": "doa",
            "item": "x",
            "faulty_serial": "x",
            "ordered_at": NOON,
            "profile_version": 1,
        },
        "mode_is_known",
        {"mode": "gift"},
    ),
    (
        RepairOrder,
        {"number": "R", "serial": "x", "opened_at": NOON, "received_at": NOON},
        "shipped_after_receipt",
        {"received_at": None, "shipped_at": LATER},
    ),
]


@pytest.mark.parametrize(
    ("model", "known", "sentence", "wrong"), CANNOT_BE, ids=[row[2] for row in CANNOT_BE]
)
def test_a_row_of_a_case_that_cannot_be_is_not_stored(
    case: Case, model: Any, known: dict[str, Any], sentence: str, wrong: dict[str, Any]
) -> None:
    full = {**of_case(case), **known}
    forbidden(sentence, lambda: model.objects.create(**{**full, **wrong}))
    model.objects.create(**full)


#: Rows that are there once: made twice, the second is refused.
ONCE: list[tuple[type[models.Model], dict[str, Any], str]] = [
    (Plan, {"version": 1, "submitted_at": NOON, "by_name": "x"}, "version_is_one"),
    (Emergency, {"declared_at": NOON, "declared_by": "x"}, "case_id"),
    (Ruling, {"code": "EX1"}, "one_a_code"),
    (
        ReplacementOrder,
        {
            "mode": "doa",
            "item": "x",
            "faulty_serial": "x",
            "ordered_at": NOON,
            "profile_version": 1,
        },
        "ordered_once",
    ),
    (
        Deviation,
        {
            "event": UUID(int=1),
            "happened_at": NOON,
            "action": "depart",
            "rule": "R",
            "reason": "x",
            "note": "",
        },
        "noted_once",
    ),
]


@pytest.mark.parametrize(("model", "known", "sentence"), ONCE, ids=[row[2] for row in ONCE])
def test_a_row_of_a_case_is_there_once(
    case: Case, model: Any, known: dict[str, Any], sentence: str
) -> None:
    model.objects.create(**of_case(case), **known)
    forbidden(sentence, lambda: model.objects.create(**of_case(case), **known))


def test_a_device_is_named_once_in_a_case(case: Case) -> None:
    named = CaseDevice.objects.get(case_id=case.id)
    twice = CaseDevice(case_id=case.id, unit_id=named.unit_id, place=1)
    forbidden("named_once", lambda: twice.save(force_insert=True))


def test_a_quote_is_for_a_case_or_for_a_repair(case: Case) -> None:
    forbidden(
        "for_one_thing",
        lambda: Quote.objects.create(number=1, total=Decimal(1), made_at=NOON),
    )


def test_claims_and_complaints_go_their_way(case: Case) -> None:
    claim = {
        "customer_id": case.customer.id,
        "ground": "quality",
        "text": "x",
        "profile_version": 1,
    }
    forbidden("status_is_known", lambda: Claim.objects.create(number="C", status="lost", **claim))
    complaint = {"number": "P", "text": "x", "status": "closed"}
    forbidden("closed_has_a_result", lambda: Complaint.objects.create(**complaint))


def test_a_call_goes_in_or_out(case: Case) -> None:
    event = Event.objects.filter(subject=case.id).earliest("id")
    call = {"event": event, "subject": case.id, "person": "x", "agent": "x", "answered": True}
    forbidden(
        "direction_is_known",
        lambda: Call.objects.create(direction="sideways", started_at=NOON, **call),
    )


def test_a_paper_is_made_once_and_numbers_count_from_one(case: Case) -> None:
    paper = {
        "kind": "quote",
        "subject_kind": "case",
        "subject": case.id,
        "ref": case.number,
        "source": "once",
        "gathered": {},
        "happened_at": NOON,
        "made_at": NOON,
    }
    forbidden("count_from_one", lambda: Paper.objects.create(n=0, **paper))
    Paper.objects.create(**paper)
    forbidden("made_once", lambda: Paper.objects.create(**paper))


def test_a_quarter_is_owed_once_and_due_after_it_began(case: Case) -> None:
    owed = {"contract_id": case.customer.contract, "customer_id": case.customer.id}
    days = {"starts_on": at("12:00").date(), "due_on": at("+30 12:00").date()}
    backwards = {"starts_on": days["due_on"], "due_on": days["starts_on"]}
    Occurrence.objects.create(quarter="2026Q1", subject=uuid4(), **owed, **days)
    forbidden(
        "owed_once",
        lambda: Occurrence.objects.create(quarter="2026Q1", subject=uuid4(), **owed, **days),
    )
    forbidden(
        "not_before_the_start",
        lambda: Occurrence.objects.create(quarter="2026Q2", subject=uuid4(), **owed, **backwards),
    )


def test_a_session_and_its_scores_are_what_the_manual_knows(case: Case) -> None:
    forbidden("kind_is_known", lambda: Session.objects.create(code="T", kind="party"))
    session = Session.objects.create(customer_id=case.customer.id, code="T")
    forbidden(
        "code_is_unique", lambda: Session.objects.create(customer_id=case.customer.id, code="T")
    )
    forbidden("percentage", lambda: Attendee.objects.create(session=session, name="x", score=101))
    Attendee.objects.create(session=session, name="x")
    forbidden("listed_once", lambda: Attendee.objects.create(session=session, name="x"))


def test_a_contract_its_sites_and_its_people_are_such_as_can_be(case: Case) -> None:
    own = case.customer
    forbidden("months_of_warranty", lambda: Contract.objects.update(months=0))
    forbidden("parts_supply", lambda: Contract.objects.update(parts_supply="nobody"))
    forbidden("on_earth", lambda: Site.objects.update(lat=91))
    forbidden("roles_are_known", lambda: Contact.objects.update(roles=["boss"]))
    upkeep = {"contract_id": own.contract, "number": "M", "site_id": own.site}
    days = {"starts_on": at("+1 12:00").date(), "ends_on": at("12:00").date()}
    forbidden("ends_after", lambda: MaintenanceContract.objects.create(**upkeep, **days))

"""What every step promises: asked for its permit, whole or not at all, once however often sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction

from jiannuo.archive.models import AuditRow, Event
from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey.steps import STEPS, take
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.notices.models import Notice
from jiannuo.people.permits import require
from tests.journey.conftest import FOUNDED
from tests.journey.every import CASE_STEPS, sample
from tests.journey.telling import Case, at, fault, refused, step
from tests.world import World

NOBODY = Actor("路人", frozenset(), uuid4())


def snapshot() -> dict[str, str]:
    """Everything in the database, table by table."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            cursor.execute(
                f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t"
            )
            found[table] = cursor.fetchone()[0]
    return found


def changed(before: dict[str, str]) -> set[str]:
    return {table for table, digest in snapshot().items() if before[table] != digest}


def test_every_event_has_its_step_and_every_step_its_event() -> None:
    # Those of accounts are journey/accounts.py's, those of drafts journey/profiling.py's.
    others = ("person", "audit", "draft")
    theirs = {kind.kind for kind in kinds().values() if kind.subjects[0] in others}
    assert set(STEPS) == set(kinds()) - {"imported"} - theirs


@pytest.mark.parametrize("kind", kinds())
def test_only_the_roles_of_the_table_may_record_a_thing(kind: str) -> None:
    for role in kinds()[kind].by:
        require(Actor("某人", frozenset({role})), kind)
    with refused("not_permitted", "R-X-4"):
        require(NOBODY, kind)


@pytest.mark.parametrize("kind", [k for k in CASE_STEPS if k != "correction"])
def test_who_may_not_take_a_step_is_refused_and_leaves_nothing(world: World, kind: str) -> None:
    case = fault(world, "09:00")
    events = Event.objects.count()
    before = len(case.view.events), Notice.objects.count()
    with held_at(at("10:00")), pytest.raises(Refusal) as caught:
        take(kind, NOBODY, _ref(kind, case), **_fields(kind))
    assert caught.value.code
    assert caught.value.zh
    assert caught.value.en
    assert Event.objects.count() == events
    assert (len(case.view.events), Notice.objects.count()) == before


def _ref(kind: str, case: Case) -> str:
    return case.number


def _fields(kind: str) -> dict[str, Any]:
    return sample(kind)


@dataclass(frozen=True)
class Try:
    """A step that touches several rooms: what it is about, by whom, with which fields."""

    kind: str
    by: str
    said: dict[str, Any]
    ref: str = "case"


BOARD = {"part": "主控板", "qty": 1, "supplier": "vendor", "condition": "new"}
INSPECTED = {
    "devices": {"SN-1": "ok"},
    "software": "ok",
    "problems_asked": "无",
    "asked_of": "邓丽",
}
TRIES = {
    "a report": Try("reported", "周敏", {"channel": "phone", "kind": "fault", "safety": True}, ""),
    "a confirmation": Try("confirmed", "周敏", {"level": "L2"}),
    "a contact": Try("engineer_contact", "李伟", {"call": "outbound"}),
    "a consent": Try("remote_consent", "邓丽", {"given": True, "how": "call"}),
    "a plan": Try("plan_submitted", "李伟", {"version": 1, "notified_by": "call"}),
    "a dispatch with a reason": Try(
        "dispatched", "刘洋", {"engineer": "陈晨", "override": "只有他"}
    ),
    "an arrival": Try("arrived", "李伟", {"geo": [31.0, 103.0]}),
    "work with a reason": Try("work_started", "李伟", {"override": "急"}),
    "a part": Try("part_used", "李伟", {**BOARD, "serials": ["MB-1"], "faulty_serials": ["MB-0"]}),
    "a declaration": Try("l1_declared", "李伟", {"reason": "全网中断"}),
    "a loaner": Try("loaner_issued", "蒋丽", {"sn": "LO-1"}),
    "a replacement": Try(
        "replaced",
        "李伟",
        {"old": "SN-1", "new": "SN-2", "model": "CX-N6800", "customer_signed_by": "彭建军"},
    ),
    "an advance order": Try(
        "replacement_ordered",
        "刘洋",
        {"mode": "advance", "item": "x", "faulty_serial": "MB-0", "level": "7x24x4"},
    ),
    "an exclusion": Try("exclusion_proposed", "李伟", {"code": "EX1", "evidence": ["照片"]}),
    "a quote": Try("quote_made", "沈浩", {"total": "100.00"}),
    "a fix": Try("resolved", "李伟", {"cause": "quality", "customer_confirmed_by": "邓丽"}),
    "a cancellation": Try("case_cancelled", "刘洋", {"reason": "误报"}),
    "a delivery of stock": Try(
        "stock_received", "蒋丽", {"qty": 2, "lot": "L2", "cost": "9.00"}, "主控板"
    ),
    "an issue of stock": Try("stock_issued", "蒋丽", {"qty": 2}, "主控板"),
    "stock given back": Try("stock_returned", "蒋丽", {"qty": 1}, "主控板"),
    "a faulty part": Try("faulty_part_received", "蒋丽", {"serial": "MB-9"}, "RMA-1"),
    "a claim": Try("claim_received", "邓丽", {"ground": "quality", "text": "x"}, ""),
    "a complaint": Try("complaint_received", "周敏", {"text": "x"}, ""),
    "an inspection": Try("inspection_signed", "彭建军", INSPECTED, "2026Q1"),
    "a session planned": Try(
        "training_planned", "李伟", {"kind": "theory", "date": date(2026, 3, 3), "hours": "2"}, "T1"
    ),
    "a session held": Try("training_held", "李伟", {"attendees": ["邓丽"]}, "T1"),
    "scores": Try("training_assessed", "李伟", {"scores": {"邓丽": 90, "唐勇": 70}}, "T1"),
    "a rating": Try("training_rated", "李伟", {"marks": {"邓丽": 1}}, "T1"),
    "a profile": Try(
        "profile_published",
        "罗敏",
        {"version": 2, "changes": {"phone_response.L3": "01:00"}, "reason": "x"},
        "P2",
    ),
    "a period report": Try(
        "period_report_issued",
        "刘洋",
        {"from": date(2026, 2, 1), "to": date(2026, 2, 28)},
        "2026-02",
    ),
}
OF_CUSTOMER = ("reported", "claim_received", "complaint_received", "training", "period_report")


@pytest.fixture
def case(world: World) -> Case:
    """A case for which two boards were issued, and a loaner on the shelf."""
    with held_at(FOUNDED):
        equipment.register_loaner(SYSTEM, NewUnit("LO-1", "Cixin", "CX-N6800"))
    board: dict[str, Any] = {"qty": 5, "lot": "L1", "cost": "9.00"}
    step(world, "stock_received", "08:00", "蒋丽", "主控板", **board)
    found = fault(world, "09:00", "L2")
    step(world, "stock_issued", "09:10", "蒋丽", "主控板", qty=2, case=found.number)
    return found


def attempt(case: Case, name: str) -> Callable[[], Any]:
    tried = TRIES[name]
    said = dict(tried.said)
    if tried.kind.startswith(OF_CUSTOMER):
        said["customer"] = case.customer.id
    if tried.kind == "inspection_signed":
        said["contract"] = case.customer.contract
    if tried.kind in ("stock_returned",):
        said["case"] = case.number
    ref = case.number if tried.ref == "case" else tried.ref
    uid = uuid4()
    return lambda: step(case.world, tried.kind, "10:00", tried.by, ref, uid=uid, **said)


@pytest.mark.parametrize("name", TRIES)
def test_a_step_sent_twice_is_one_step(case: Case, name: str) -> None:
    take_it = attempt(case, name)
    first = take_it()
    after = snapshot()
    second = take_it()
    assert changed(after) == set()
    assert (second.again, second.event, second.number) == (True, first.event, first.number)
    assert not first.again


@pytest.mark.parametrize("name", TRIES)
def test_a_step_whose_last_effect_fails_leaves_nothing(
    case: Case, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event, its audit row, notices, clocks, papers: all of it or none."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the paper jammed")

    take_it, before = attempt(case, name), snapshot()
    events = Event.objects.count()
    with monkeypatch.context() as patch:
        for effect in LAST.get(name, PAPERS):
            patch.setattr(effect, fail)
        with pytest.raises(RuntimeError):
            take_it()
    assert changed(before) == set()
    take_it()
    assert Event.objects.count() > events
    assert Event.objects.count() == AuditRow.objects.count()


#: The last thing a step does; papers come last wherever there are any.
PAPERS = ("jiannuo.papers.commands.sync", "jiannuo.papers.commands.make")
LAST = {
    "a delivery of stock": ("jiannuo.parts.commands.move",),
    "an issue of stock": ("jiannuo.parts.commands.move",),
    "a claim": ("jiannuo.clocks.commands.settle",),
    "a session planned": ("jiannuo.clocks.commands.settle",),
    "a rating": ("jiannuo.clocks.commands.raise_alert",),
    "a profile": ("jiannuo.customers.publishing.publish_profile",),
    "an advance order": ("jiannuo.journey.replacement.settle_serial",),
}


def test_no_notice_outlives_a_transaction_that_is_rolled_back(case: Case) -> None:
    before = snapshot()
    with transaction.atomic():
        case.do("arrived", "10:00", "李伟")
        case.do("work_started", "10:05", "李伟", override="急")
        assert Notice.objects.filter(kind="deviation").count() == 3
        transaction.set_rollback(True)
    assert changed(before) == set()


def test_a_refused_step_inside_a_longer_transaction_leaves_the_rest(case: Case) -> None:
    with transaction.atomic():
        case.do("noted", "10:00", "周敏", text="一")
        with refused("no_consent"):
            case.do("remote_login", "10:01", "李伟")
        case.do("noted", "10:02", "周敏", text="二")
    assert [e.kind for e in case.view.events][-2:] == ["noted", "noted"]


def test_the_case_of_an_unknown_number_is_refused(world: World) -> None:
    with refused("no_case"):
        Case(world, world.customer, "9999-00000").do("noted", "10:00", "周敏", text="x")


@pytest.mark.parametrize(
    ("kind", "said", "word"),
    [
        ("confirmed", {"level": "L5"}, "level"),
        ("confirmed", {"level": None}, "level"),
        ("cost_recorded", {"kind": "travel", "item": "x", "qty": "1", "unit": "1"}, "unit"),
        ("part_requested", {"part": "", "qty": 1}, "part"),
        (
            "reclassified",
            {"level": "L2", "reason": "x", "consent": {"by": "a", "how": "sms"}},
            "consent",
        ),
    ],
)
def test_a_field_that_cannot_be_is_named_with_what_is_allowed(
    case: Case, kind: str, said: dict[str, Any], word: str
) -> None:
    by = {"confirmed": "周敏"}.get(kind, "李伟")
    with pytest.raises(Refusal) as caught:
        case.do(kind, "10:00", by, **said)
    assert caught.value.code == "bad_input"
    assert word in caught.value.en
    assert "allowed" in caught.value.en

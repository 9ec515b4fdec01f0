"""Several at once: whoever comes second meets what the first one left, and nobody doubles."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from jiannuo.archive.models import AuditRow, Event
from jiannuo.cases import commands as case_commands
from jiannuo.cases import queries as cases
from jiannuo.cases.models import Case as CaseRow
from jiannuo.cases.models import Claim
from jiannuo.clocks.models import Clock, Trigger
from jiannuo.equipment import commands as equipment
from jiannuo.equipment import queries as units
from jiannuo.equipment.commands import NewUnit
from jiannuo.equipment.models import InstalledUnit
from jiannuo.journey import addressing, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.step import Done
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices.channels.channel import Report
from jiannuo.notices.models import Delivery
from jiannuo.papers.models import Paper
from jiannuo.parts.models import Loan, StockMove
from jiannuo.people.models import Staff
from jiannuo.visits.models import Visit
from tests.crowd import at_once
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, step
from tests.world import MODEL, World, company, project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowded(transactional_db: None) -> World:
    """The company in committed rows, for several connections."""
    with held_at(FOUNDED):
        built = replace(company(), customer=project())
        equipment.register_loaner(SYSTEM, NewUnit("LO-1", "Cixin", MODEL))
    return built


def sorted_out(answers: list[Any]) -> tuple[list[Done], list[str]]:
    """What was done, and the codes of what was refused; anything else is a failure."""
    done = [answer for answer in answers if isinstance(answer, Done)]
    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert len(done) + len(refused) == len(answers), answers
    return done, refused


def test_one_step_sent_eight_times_at_once_is_one_step(crowded: World) -> None:
    case, uid = fault(crowded, "09:00"), uuid4()
    said = {"call": "outbound", "result": "已指导"}
    answers = at_once(8, lambda _: case.do("engineer_contact", "09:30", "李伟", uid=uid, **said))
    done, refused = sorted_out(answers)
    assert not refused
    assert [d.again for d in done].count(False) == 1
    assert Event.objects.filter(kind="engineer_contact").count() == 1
    assert Event.objects.count() == AuditRow.objects.count()
    assert Paper.objects.filter(kind="phone_support_record").count() == 1


def test_one_report_sent_at_once_opens_one_case(crowded: World) -> None:
    uid = uuid4()
    said: dict[str, Any] = {"channel": "phone", "kind": "fault", "customer": crowded.customer.id}
    done, _ = sorted_out(
        at_once(4, lambda _: step(crowded, "reported", "09:00", "周敏", uid=uid, **said))
    )
    assert len({d.number for d in done}) == 1
    assert CaseRow.objects.count() == 1


def test_one_claim_sent_at_once_is_one_claim(crowded: World) -> None:
    uid = uuid4()
    said: dict[str, Any] = {"ground": "quality", "text": "x", "customer": crowded.customer.id}
    done, _ = sorted_out(
        at_once(4, lambda _: step(crowded, "claim_received", "09:00", "邓丽", uid=uid, **said))
    )
    assert len({d.number for d in done}) == 1
    assert Claim.objects.count() == 1


def test_steps_of_one_case_taken_at_once_leave_clocks_that_know_all_of_them(
    crowded: World,
) -> None:
    case = fault(crowded, "09:00", "L2")
    steps: list[tuple[str, str, dict[str, Any]]] = [
        ("engineer_contact", "李伟", {}),
        ("onsite_confirmed", "邓丽", {}),
        ("l1_declared", "李伟", {}),
        ("noted", "周敏", {"text": "x"}),
        ("device_added", "李伟", {"device": "SN-1", "reason": "x"}),
        ("diagnosed", "李伟", {"problem": "P", "cause": "unknown"}),
    ]

    def go(number: int) -> Done:
        kind, by, said = steps[number]
        return case.do(kind, "09:10", by, **said)

    done, refused = sorted_out(at_once(len(steps), go))
    assert (len(done), refused) == (len(steps), [])
    assert case.clock("phone_response").stop is not None
    assert {"emg_team", "emg_expert", "onsite_arrival"} <= set(case.clocks)
    assert Clock.objects.count() == len(case.clocks)
    assert Trigger.objects.filter(state="armed", code="due:phone_response").count() == 0


def test_of_two_who_lend_the_last_loaner_one_gets_it(crowded: World) -> None:
    both = [fault(crowded, "09:00", device=None) for _ in range(2)]
    done, refused = sorted_out(
        at_once(2, lambda n: both[n].do("loaner_issued", "10:00", "蒋丽", sn="LO-1"))
    )
    assert (len(done), refused) == (1, ["loaner_is_out"])
    assert Loan.objects.count() == 1


def test_of_two_who_declare_level_one_the_second_is_shown_a_way_out(crowded: World) -> None:
    case = fault(crowded, "09:00", "L2")
    done, refused = sorted_out(
        at_once(2, lambda n: case.do("l1_declared", "09:10", ("李伟", "陈晨")[n]))
    )
    assert (len(done), refused) == (1, ["second_emergency"])


def test_of_two_who_replace_one_device_the_second_removes_nothing(crowded: World) -> None:
    case = fault(crowded, "09:00")
    said = {"old": "SN-1", "model": MODEL, "customer_signed_by": "彭建军"}
    done, refused = sorted_out(
        at_once(2, lambda n: case.do("replaced", "10:00", "李伟", new=f"SN-{n + 2}", **said))
    )
    assert (len(done), refused) == (1, ["already_replaced"])
    standing = InstalledUnit.objects.filter(customer_id=crowded.customer.id, retired_at=None)
    assert standing.filter(role="device").count() == 1


def test_two_cases_merged_into_each_other_at_once_leave_one_survivor(crowded: World) -> None:
    one, two = fault(crowded, "09:00"), fault(crowded, "09:10", device=None)
    pairs = ((one, two), (two, one))

    def merge(number: int) -> Done:
        loser, survivor = pairs[number]
        return loser.do("merged", "09:30", "周敏", into=survivor.number, reason="同一故障")

    done, refused = sorted_out(at_once(2, merge))
    assert (len(done), refused) == (1, ["no_chains"])


def test_ten_issues_of_the_last_five_pieces_leave_none_and_lose_none(crowded: World) -> None:
    lot: dict[str, Any] = {"qty": 5, "lot": "L1", "cost": "9.00"}
    step(crowded, "stock_received", "08:00", "蒋丽", "风扇", **lot)
    done, refused = sorted_out(
        at_once(10, lambda _: step(crowded, "stock_issued", "09:00", "蒋丽", "风扇", qty=1))
    )
    assert (len(done), refused) == (5, ["not_in_stock"] * 5)
    assert sum(StockMove.objects.values_list("qty", flat=True)) == 0
    assert Event.objects.filter(kind="stock_issued").count() == 5


def test_who_waited_for_a_case_sees_the_devices_that_came_meanwhile(crowded: World) -> None:
    case, held = fault(crowded, "09:00", device=None), threading.Event()
    unit = units.find("SN-1")
    assert unit is not None

    def go(number: int) -> tuple[str, ...]:
        with transaction.atomic():
            if number == 0:
                case_commands.lock(case.number)
                held.set()
                time.sleep(0.3)
                case_commands.add_device(case.id, unit.id, crowded.customer.id)
            assert held.wait(10)
            return cases.view_locked(case.number).card.devices

    assert at_once(2, go) == [("SN-1",), ("SN-1",)]


def test_an_engineer_who_arrives_at_two_sites_at_once_is_at_one_and_refused_at_none(
    crowded: World,
) -> None:
    both = [fault(crowded, "09:00", device=None) for _ in range(2)]
    done, refused = sorted_out(at_once(2, lambda n: both[n].do("arrived", "10:00", "李伟")))
    assert (len(done), refused) == (2, [])
    assert Visit.objects.filter(state="on_site").count() == 1


def test_a_piece_is_used_or_given_back_but_not_both(crowded: World) -> None:
    case = fault(crowded, "09:00")
    lot: dict[str, Any] = {"qty": 1, "lot": "L1", "cost": "9.00"}
    step(crowded, "stock_received", "08:00", "蒋丽", "风扇", **lot)
    step(crowded, "stock_issued", "09:10", "蒋丽", "风扇", qty=1, case=case.number)

    def go(number: int) -> Done:
        if number:
            return step(crowded, "stock_returned", "10:00", "蒋丽", "风扇", qty=1, case=case.number)
        said = {"part": "风扇", "qty": 1, "condition": "new", "supplier": "vendor"}
        return case.do("part_used", "10:00", "李伟", **said)

    done, refused = sorted_out(at_once(2, go))
    assert (len(done), refused) == (1, ["not_issued"])


def test_cases_that_count_the_same_repairs_wait_for_each_other_in_one_order(
    crowded: World,
) -> None:
    same = {"device": "SN-1", "problem": "P-PSU"}
    asking = [fault(crowded, "09:00") for _ in range(4)]
    for case in asking:
        case.do("same_problem_confirmed", "09:30", "李伟", **same)
    fixed = {
        "cause": "quality",
        "customer_confirmed_by": "邓丽",
        "problem": "P-PSU",
        "repair": True,
    }
    done, refused = sorted_out(
        at_once(4, lambda n: asking[n].do("resolved", "10:00", "李伟", **fixed))
    )
    assert (len(done), refused) == (4, [])
    for case in asking:
        assert case.clock("fix_24h").stop is not None
        assert_settled(case)


def test_a_case_that_many_work_on_is_never_left_half_settled(crowded: World) -> None:
    """What is stored afterwards is what one more settling would store."""
    case = fault(crowded, "09:00", "L3")
    at_once(8, lambda n: case.do("noted", "09:10", "周敏", text=str(n)))
    assert len(case.view.events) == 10
    assert_settled(case)


def assert_settled(case: Case) -> None:
    before = case.clocks
    case.do("noted", "09:20", "周敏", text="x")
    assert case.clocks == before


def test_two_who_answer_for_one_role_at_once_tell_it_once(crowded: World) -> None:
    """The duty manager and his deputy are both called, and both pick up."""
    for place, row in enumerate(Staff.objects.order_by("id")):
        Staff.objects.filter(pk=row.pk).update(phone=f"1380000{place:04}")
    voice = {"url": "http://127.0.0.1:9/voice", "secret": "nobody-is-called"}
    telling.configure(SYSTEM, "voice", voice)
    case = fault(crowded, "10:00", "L1")
    case.do("l1_declared", "10:00", "李伟", reason="全断")
    with held_at(at("10:03")):
        while fire_due():
            pass
        addressing.address()
    calls = Delivery.objects.filter(channel="voice", name__in=("刘洋", "赵刚"))
    keys = list(calls.values_list("key", flat=True))
    assert len(keys) == 2

    def pick_up(place: int) -> int:
        with held_at(at("10:04")):
            return telling.hear("voice", Report(keys[place], "answered"))

    answers = at_once(2, pick_up)
    assert all(isinstance(answer, int) for answer in answers), answers
    told = [e.d["role"] for e in case.view.events if e.kind == "notified"]
    assert told == ["duty_manager"]

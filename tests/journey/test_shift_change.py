"""A shift ends: what is open is written down by one and confirmed by the other (7.1 B 1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.models import AuditRow, Event
from jiannuo.journey import shift_change
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.notices.models import Notice
from jiannuo.people import queries as people
from jiannuo.people.models import Handover
from tests.journey.telling import Case, at, fault, keeps, refused
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    """Somebody is on the way; the customer was told that he comes at eleven."""
    found = fault(world, "09:00", "L3")
    found.do("engineer_contact", "09:10", "李伟")
    found.do("remote_skipped", "09:20", "李伟", reason="hardware_evident")
    found.do("onsite_confirmed", "09:30", "邓丽")
    found.do("dispatched", "09:40", "刘洋", engineer="李伟")
    found.do("customer_informed", "09:41", "周敏", eta=at("11:00"))
    return found


def write(world: World, by: str = "刘洋", when: str = "10:00", /, **said: Any) -> Done:
    op = said.pop("op", uuid4())
    with held_at(at(when)):
        fields = {"to": "赵刚", **said}
        return take("shift_handed_over", world.actor(by), When(op=op), **fields)


def confirm(world: World, one: UUID, by: str = "赵刚", when: str = "10:10", **said: Any) -> Done:
    with held_at(at(when)):
        return take("shift_taken_over", world.actor(by), one, When(op=uuid4()), **said)


def told(world: World, one: UUID) -> shift_change.Told:
    return shift_change.told(world.actor("赵刚"), one)


@keeps("R-7.1-B-1")
def test_what_is_open_what_runs_out_and_who_promised_what_goes_over(
    world: World, case: Case
) -> None:
    found = told(world, write(world, note="眉山 21:00 后再打").event)
    assert found.note == "眉山 21:00 后再打"
    assert found.standing.open == 1
    assert found.standing.by_status == {"phone": 1}
    [line] = found.standing.soon
    assert (line.number, line.promise, line.holder) == (case.number, "onsite_arrival", "李伟")
    [promised] = found.standing.promised
    assert (promised.kind, promised.by, promised.until) == (
        "customer_informed",
        "周敏",
        at("11:00").isoformat(),
    )


def test_what_was_kept_since_is_no_promise_any_more(world: World, case: Case) -> None:
    case.do("arrived", "10:50", "李伟")
    found = told(world, write(world, "刘洋", "10:55").event)
    assert found.standing.promised == ()


def test_what_was_handed_over_stays_as_it_was(world: World, case: Case) -> None:
    one = write(world).event
    case.do("case_cancelled", "10:30", "刘洋", reason="客户撤回")
    assert told(world, one).standing.open == 1
    with held_at(at("10:40")):
        assert shift_change.standing_now(world.actor("刘洋")).open == 0


@keeps("R-7.1-B-1")
def test_both_are_named_in_the_archive_and_in_the_audit(world: World, case: Case) -> None:
    one = write(world).event
    confirm(world, one, remark="收到")
    events = archive.stream(one)[one]
    assert [(e.kind, e.by.name) for e in events] == [
        ("shift_handed_over", "刘洋"),
        ("shift_taken_over", "赵刚"),
    ]
    audited = AuditRow.objects.filter(subject=one).order_by("id")
    assert [row.by_name for row in audited] == ["刘洋", "赵刚"]
    found = told(world, one)
    assert (found.card.taken_by, found.card.taken_at) == ("赵刚", at("10:10"))
    assert found.remark == "收到"


def test_whoever_comes_on_is_told_that_it_waits_for_him(world: World) -> None:
    one = write(world).event
    [notice] = Notice.objects.filter(kind="shift_handed_over")
    assert (notice.subject, notice.to_person) == (one, world.actor("赵刚").id)


def test_it_waits_until_somebody_confirms_it(world: World) -> None:
    one = write(world).event
    manager = world.actor("刘洋")
    waiting = shift_change.waiting(manager, at("10:05"))
    assert waiting
    assert waiting.id == one
    confirm(world, one)
    assert shift_change.waiting(manager, at("10:20")) is None


def test_who_wrote_it_does_not_confirm_it(world: World) -> None:
    one = write(world).event
    with refused("his_own_handover", "R-7.1-B-1"):
        confirm(world, one, "刘洋")
    assert not Event.objects.filter(kind="shift_taken_over").exists()


def test_it_is_confirmed_once_and_the_second_is_told_by_whom(world: World) -> None:
    one = write(world).event
    confirm(world, one)
    with refused("handover_taken", "R-7.1-B-1"):
        confirm(world, one, when="10:12")


def test_another_desk_does_not_confirm_it(world: World) -> None:
    one = write(world).event
    with refused("not_of_the_desk", "R-7.1-B-1"):
        confirm(world, one, "周敏")


def test_it_goes_to_another_who_mans_the_same_desk(world: World) -> None:
    for to, code in (("刘洋", "handed_to_himself"), ("李伟", "not_of_the_desk")):
        with refused(code, "R-7.1-B-1"):
            write(world, to=to)
    with refused("no_such_person"):
        write(world, to="无名")
    with refused("not_permitted", "R-X-4"):
        write(world, "李伟")


def test_sent_twice_it_is_one_hand_over(world: World) -> None:
    op = uuid4()
    assert not write(world, op=op).again
    assert write(world, op=op).again
    assert Handover.objects.count() == 1


def test_one_that_is_not_there_cannot_be_taken(world: World) -> None:
    with refused("no_such_page"):
        confirm(world, uuid4())


def test_the_table_forbids_a_hand_over_to_himself(world: World) -> None:
    me = people.known_staff("刘洋").id
    row = {"id": uuid4(), "desk": "duty_manager", "by_id": me, "written_at": at("10:00")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.create(**row, to_id=me)


def test_whoever_the_roster_has_next_is_proposed_first(managed: World) -> None:
    with held_at(at("2026-04-11 20:00")):
        assert shift_change.next_on("duty_manager", "刘洋")[0] == "赵刚"

"""Who cannot enter it himself says it, and one of ours writes it down: both names stand there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import seal
from jiannuo.archive.models import AuditRow, Event
from jiannuo.cases import queries as cases
from jiannuo.journey import onsite, remote, speaking
from jiannuo.journey.steps import STEPS
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.catalogue import kinds
from tests.world import World, company, confirmed, reported

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
TEN = NOON + timedelta(minutes=10)


@pytest.fixture
def world(db: None) -> World:
    with held_at(NOON):
        return company()


@pytest.fixture
def number(world: World) -> str:
    return confirmed(world, reported(world, NOON), NOON, "L2")


@pytest.mark.keeps("R-7.3-A-1", "R-X-2")
def test_a_consent_given_on_the_telephone_is_the_customer_s_and_names_who_wrote_it(
    world: World, number: str
) -> None:
    agent = world.actor("周敏")
    with held_at(TEN):
        said = speaking.for_customer(agent, number, "remote_consent", "邓丽", "call")
        remote.answer_consent(said, number, given=True, how="call")
        remote.log_in(world.actor("李伟"), number)
    event = Event.objects.get(kind="remote_consent")
    assert (event.by_name, event.by_roles) == ("邓丽", ["contact"])
    assert (event.hand, event.hand_id, event.heard) == ("周敏", agent.id, "call")
    row = AuditRow.objects.get(op=event.uid)
    assert (row.by_name, row.by_id) == ("周敏", agent.id)
    assert '"name":"邓丽"' in row.payload
    told = cases.view_of(number).story.log.first("remote_consent")
    assert told is not None
    assert (told.by.name, told.by.hand, told.by.heard) == ("邓丽", "周敏", "call")
    while seal():
        pass
    assert archive.verify_chain() is None


def test_the_gate_judges_the_rights_of_him_who_spoke(world: World, number: str) -> None:
    agent = world.actor("周敏")
    with held_at(TEN):
        onsite.arrive(world.actor("李伟"), number)
        said = speaking.for_customer(agent, number, "major_op_approved", "邓丽", "paper")
        with pytest.raises(Refusal) as refused:
            onsite.approve_major_operation(said, number, op="重启核心交换机")
        head = speaking.for_customer(agent, number, "major_op_approved", "彭建军", "paper")
        onsite.approve_major_operation(head, number, op="重启核心交换机")
    assert refused.value.requirement == "R-7.4-B-5c"
    assert Event.objects.get(kind="major_op_approved").by_name == "彭建军"


@pytest.mark.keeps("R-7.4-B-3")
def test_a_signature_is_entered_from_the_signed_paper_alone(world: World, number: str) -> None:
    agent = world.actor("李伟")
    with held_at(TEN), pytest.raises(Refusal) as refused:
        speaking.for_customer(agent, number, "application_signed", "彭建军", "call")
    assert refused.value.code == "signature_needed"
    with held_at(TEN):
        said = speaking.for_customer(agent, number, "application_signed", "彭建军", "paper")
        onsite.sign_application(said, number)
    assert Event.objects.get(kind="application_signed").heard == "paper"


def test_nobody_speaks_for_another_customer_s_people(world: World, number: str) -> None:
    with held_at(TEN), pytest.raises(Refusal) as refused:
        speaking.for_customer(world.actor("周敏"), number, "remote_consent", "王科", "call")
    assert refused.value.code == "no_such_contact"


def test_an_engineer_without_signal_calls_in_his_arrival(world: World, number: str) -> None:
    with held_at(TEN):
        said = speaking.for_colleague(world.actor("周敏"), "arrived", "李伟", "call")
        onsite.arrive(said, number)
    event = Event.objects.get(kind="arrived")
    assert (event.by_name, event.hand) == ("李伟", "周敏")
    assert cases.view_of(number).story.log.has("arrived")


@pytest.mark.parametrize("kind", ["rca_approved", "fee_set", "remote_login", "case_closed"])
def test_what_one_person_decides_nobody_enters_for_him(world: World, kind: str) -> None:
    with held_at(TEN), pytest.raises(Refusal) as refused:
        speaking.for_colleague(world.actor("刘洋"), kind, "孙立新", "call")
    assert refused.value.code == "only_himself"


def test_an_engineer_enters_nothing_for_a_colleague(world: World) -> None:
    with held_at(TEN), pytest.raises(Refusal) as refused:
        speaking.for_colleague(world.actor("陈晨"), "arrived", "李伟", "call")
    assert refused.value.code == "not_permitted"


def test_what_is_named_here_can_happen() -> None:
    assert set(STEPS) >= speaking.SIGNED | speaking.CALLED_IN
    assert all(speaking.of_customer(kind) for kind in speaking.SIGNED)
    assert all(kinds()[kind].by for kind in speaking.CALLED_IN)

"""1: when somebody comes, what came of a quarter in which nobody did, and the checklist."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from jiannuo.archive.models import Event
from jiannuo.cases import queries as cases
from jiannuo.clocks import queries as clocks
from jiannuo.equipment.commands import NewUnit
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.checklists import shipped
from jiannuo.inspections.queries import OwedInspection
from jiannuo.journey import checklist, speaking
from jiannuo.journey.contracts import subject_of_quarter
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.journey.whom import Round
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.notices import addressing as outbox
from jiannuo.notices import queries as notices
from jiannuo.papers import queries as papers
from tests.journey.conftest import FOUNDED
from tests.journey.telling import at, keeps, refused, step, sweep_until
from tests.world import BRAND, Customer, World, project

TWO = [
    NewUnit("DEV-1", BRAND, "CX-R520", "服务器"),
    NewUnit("DEV-2", BRAND, "CX-N3800", "接入交换机"),
]


@pytest.fixture
def own(world: World) -> Customer:
    with held_at(FOUNDED):
        return project(
            "HT-N", accepted=date(2025, 2, 10), months=24, devices=TWO, inspection_plan=True
        )


def do(world: World, own: Customer, kind: str, when: str, /, by: str = "刘洋", **said: Any) -> None:
    step(world, kind, when, by, "2025Q2", of=own, contract=own.contract, **said)


def row(own: Customer, quarter: str = "2025Q2") -> OwedInspection:
    found = inspections.of_quarter(own.contract, quarter)
    assert found is not None
    return found


def subject(own: Customer) -> UUID:
    return subject_of_quarter(own.contract, "2025Q2", own.id).id


WEDNESDAY, FRIDAY = date(2025, 5, 21), date(2025, 5, 23)


@keeps("R-1-1")
def test_the_customer_is_told_on_which_days_somebody_could_come(
    world: World, own: Customer
) -> None:
    days: dict[str, Any] = {"first": WEDNESDAY, "second": FRIDAY}
    do(world, own, "inspection_dates_proposed", "2025-05-06 09:00", **days)
    assert row(own).proposed == date(2025, 5, 6)
    [note] = notices.of_subject(subject(own))
    assert (note.kind, note.to_role) == ("inspection_dates", "contact")
    waiting = [one for one in outbox.claim() if one.kind == "inspection_dates"]
    [person] = Round(waiting, at("2025-05-06 09:01")).people(waiting[0])
    assert (person.name, person.customer) == ("邓丽", True)


def test_a_day_is_agreed_and_moved_and_the_last_day_of_the_quarter_stays(
    world: World, own: Customer
) -> None:
    do(world, own, "inspection_scheduled", "2025-05-06 09:00", date=WEDNESDAY, engineer="李伟")
    found = row(own)
    assert (found.planned, found.engineer) == (WEDNESDAY, "李伟")
    do(
        world,
        own,
        "inspection_postponed",
        "2025-05-20 09:00",
        date=date(2025, 7, 2),
        reason="客户机房停电",
    )
    found = row(own)
    assert (found.planned, found.engineer) == (date(2025, 7, 2), "李伟")
    assert found.quarter.due == date(2025, 6, 30)


@pytest.mark.parametrize(
    ("when", "day"),
    [("2025-03-20 09:00", date(2025, 3, 31)), ("2025-05-20 09:00", date(2025, 5, 19))],
)
def test_a_day_before_the_quarter_or_in_the_past_is_refused(
    world: World, own: Customer, when: str, day: date
) -> None:
    with refused("day_too_early"):
        do(world, own, "inspection_scheduled", when, date=day, engineer="李伟")


def test_a_day_agreed_on_the_telephone_may_be_entered_afterwards_with_the_reason(
    world: World, own: Customer
) -> None:
    said: dict[str, Any] = {"contract": own.contract, "date": WEDNESDAY, "engineer": "李伟"}
    with held_at(at("2025-05-21 18:00")):
        late = When(at("2025-05-20 09:00"))
        with refused("late_without_reason"):
            take("inspection_scheduled", world.actor("刘洋"), "2025Q2", late, **said)
        why = When(at("2025-05-20 09:00"), "当时在车上")
        take("inspection_scheduled", world.actor("刘洋"), "2025Q2", why, **said)
    assert row(own).planned == WEDNESDAY


@keeps("R-1-1")
def test_a_missed_quarter_gets_a_reason_and_a_day_and_stays_missed(
    world: World, own: Customer
) -> None:
    said: dict[str, Any] = {"reason": "工程师病假，没有换人", "make_up": date(2025, 7, 10)}
    with refused("not_missed", "R-1-1"):
        do(world, own, "inspection_missed", "2025-06-30 20:00", **said)
    do(world, own, "inspection_missed", "2025-07-01 09:00", **said)
    found = row(own)
    assert (found.make_up, found.status(date(2025, 7, 2))) == (date(2025, 7, 10), "overdue")


@keeps("R-1-1")
def test_a_waiver_takes_the_word_of_the_customer_in_writing_and_ends_the_reminders(
    world: World, own: Customer
) -> None:
    def waived(by: str, how: str) -> None:
        consent = {"by": by, "how": how}
        do(world, own, "inspection_waived", "2025-05-06 09:00", reason="机房改造", consent=consent)

    with refused("not_in_writing", "R-1-1"):
        waived("邓丽", "call")
    with refused("no_such_contact", "R-X-4"):
        waived("路人", "letter")
    waived("邓丽", "letter")
    sweep_until("2025-07-02 00:00")
    assert clocks.alerts_of(subject(own)) == []
    assert row(own).status(date(2025, 7, 2)) == "waived"
    with refused("already_waived"):
        do(world, own, "inspection_scheduled", "2025-05-07 09:00", date=FRIDAY, engineer="李伟")


def test_the_same_press_twice_is_one_date(world: World, own: Customer) -> None:
    op = uuid4()
    with held_at(at("2025-05-06 09:00")):
        for day in (WEDNESDAY, FRIDAY):
            take(
                "inspection_scheduled",
                world.actor("刘洋"),
                "2025Q2",
                When(op=op),
                contract=own.contract,
                date=day,
                engineer="李伟",
            )
    assert row(own).planned == WEDNESDAY
    assert Event.objects.filter(kind="inspection_scheduled").count() == 1


def test_what_nobody_owes_is_not_planned(world: World, own: Customer) -> None:
    with refused("no_inspection"):
        step(
            world,
            "inspection_scheduled",
            "2025-05-06 09:00",
            "刘洋",
            "2025Q1",
            of=own,
            contract=own.contract,
            date=FRIDAY,
            engineer="李伟",
        )


# -- the checklist --------------------------------------------------------------------------------

FINE = {"state": "ok"}


def fill(
    world: World, own: Customer, when: str = "2025-05-21 14:00", *, but: str = "", **over: Any
) -> None:
    """Everything of every part, fine; `over`: other answers by item, `but` leaves a part out."""
    with held_at(at(when)):
        for part in checklist.sheet_of(own.contract, "2025Q2").parts:
            if part.ref == but:
                continue
            items = {
                item.code: over.get(item.code)
                or ({"reading": READ[item.code], **FINE} if item.unit else dict(FINE))
                for item in part.items
            }
            if "problems" in items and "of" not in items["problems"]:
                items["problems"]["of"] = "邓丽"
            checklist.check(
                world.actor("李伟"), "2025Q2", contract=own.contract, part=part.ref, items=items
            )


READ = {"load": "40", "room_left": "55", "temperature_c": "23.5", "humidity_pct": "45"}


def sign_off(world: World, own: Customer, when: str = "2025-05-21 16:00") -> None:
    with held_at(at(when)):
        signer = speaking.of(world.actor("李伟"), own.id, "inspection_signed", "彭建军", "paper")
        checklist.sign_off(signer, "2025Q2", contract=own.contract)


@keeps("R-1-2")
def test_each_device_is_looked_at_by_the_list_of_its_kind(world: World, own: Customer) -> None:
    parts = checklist.sheet_of(own.contract, "2025Q2").parts
    assert [part.ref for part in parts] == ["DEV-1", "DEV-2", "customer", "room"]
    lists = shipped()
    assert parts[0].items == lists.of("server").items
    assert parts[1].items == lists.of("network").items
    assert lists.for_device("打印机").code == "general"


@keeps("R-1-2")
@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ("DEV-2", "missing:devices"),
        ("customer", "missing:problems_asked"),
        ("room", "missing:environment"),
    ],
)
def test_with_a_part_open_nobody_signs(world: World, own: Customer, left: str, reason: str) -> None:
    fill(world, own, but=left)
    with pytest.raises(Refusal) as caught:
        sign_off(world, own)
    assert (caught.value.requirement, caught.value.soft) == ("R-1-2", False)
    assert reason in caught.value.reasons
    assert row(own).signed is None


@keeps("R-1-2", "R-1-4", "R-1-6")
def test_the_signed_report_holds_every_row_and_what_was_asked(world: World, own: Customer) -> None:
    fill(world, own, lights={"state": "not_checked", "note": "客户没给机柜钥匙"})
    sign_off(world, own)
    assert row(own).signed == date(2025, 5, 21)
    [report] = papers.papers(subject(own))
    facts = papers.gathered(report.id)
    assert len(facts["checklist"]) == 9 + 7 + 1 + 6
    assert (facts["problems_asked"], facts["asked_of"]) == ("无", "邓丽")
    assert facts["devices"] == {"DEV-1": "ok", "DEV-2": "ok"}
    assert "客户没给机柜钥匙" in facts["not_checked"]
    [signed] = Event.objects.filter(kind="inspection_signed")
    assert (signed.by_name, signed.hand, signed.heard) == ("彭建军", "李伟", "paper")


@keeps("R-1-5")
def test_a_number_outside_its_limits_is_abnormal_whatever_was_ticked(
    world: World, own: Customer
) -> None:
    fill(world, own, temperature_c={"state": "ok", "reading": "31.5"})
    [found] = checklist.sheet_of(own.contract, "2025Q2").findings
    assert found.key == "room/temperature_c"
    assert found.text.zh == "机房环境 温度 31.5 ℃（限 18–27 ℃）"
    sign_off(world, own)
    [report] = papers.papers(subject(own))
    assert papers.gathered(report.id)["findings"] == ["environment"]


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("lights", {"state": "abnormal"}),
        ("lights", {"state": "not_checked"}),
        ("lights", {"state": "splendid"}),
        ("load", {"state": "ok", "reading": "much"}),
        ("load", {"state": "ok", "reading": "NaN"}),
        ("lights", {"state": "ok", "colour": "red"}),
        ("nothing", {"state": "ok"}),
    ],
)
def test_an_answer_without_its_reason_or_number_is_refused(
    world: World, own: Customer, code: str, answer: dict[str, str]
) -> None:
    with held_at(at("2025-05-21 14:00")), pytest.raises(Refusal):
        checklist.check(
            world.actor("李伟"),
            "2025Q2",
            contract=own.contract,
            part="DEV-1",
            items={code: answer},
        )
    assert not Event.objects.filter(kind="inspection_checked").exists()


@keeps("R-1-4")
def test_a_finding_becomes_one_case_however_often_it_is_pressed(
    world: World, own: Customer
) -> None:
    fill(world, own, problems={"state": "abnormal", "note": "大屏偶尔黑屏", "of": "邓丽"})
    with held_at(at("2025-05-21 15:00")):
        actor = world.actor("李伟")
        first = checklist.open_case(actor, own.contract, "2025Q2", "customer/problems")
        again = checklist.open_case(actor, own.contract, "2025Q2", "customer/problems")
        assert first.number == again.number
        found = checklist.sheet_of(own.contract, "2025Q2")
        kept = checklist.cases_of(own.contract, "2025Q2", found)
    view = cases.view_of(first.number)
    assert kept == {"customer/problems": view.card.id}
    assert view.reported_at == at("2025-05-21 15:00")
    assert view.card.customer == own.id
    report = view.story.report
    assert report is not None
    assert report.d["from_inspection"] == "2025Q2"
    assert "大屏偶尔黑屏" in report.d["text"]


def test_what_is_fine_is_no_case(world: World, own: Customer) -> None:
    fill(world, own)
    with held_at(at("2025-05-21 15:00")), refused("no_finding"):
        checklist.open_case(world.actor("李伟"), own.contract, "2025Q2", "DEV-1/lights")


# -- lists of the house ---------------------------------------------------------------------------


def published(world: World, by: str, version: int, lists: list[dict[str, Any]]) -> None:
    with held_at(at("2025-05-22 09:00")):
        take(
            "checklists_published",
            world.actor(by),
            "house",
            version=version,
            reason="加一项",
            lists={"lists": lists},
        )


def longer() -> list[dict[str, Any]]:
    lists = shipped().plain()
    item = {"code": "smell", "topic": "environment", "zh": "异味", "en": "Smell"}
    lists[-1]["items"] = [*lists[-1]["items"], item]
    return lists


def test_an_inspection_keeps_the_lists_it_began_with(world: World, own: Customer) -> None:
    fill(world, own, but="room")
    published(world, "刘洋", 0, longer())
    room = checklist.sheet_of(own.contract, "2025Q2").part("room")
    later = checklist.sheet_of(own.contract, "2025Q3").part("room")
    assert room is not None
    assert later is not None
    assert (len(room.items), len(later.items)) == (6, 7)
    assert [p.version for p in inspections.publications()] == [1]


def test_lists_are_changed_by_whoever_may_and_never_over_somebody_else_s(
    world: World, own: Customer
) -> None:
    with refused("not_permitted", "R-X-4"):
        published(world, "李伟", 0, longer())
    published(world, "罗敏", 0, longer())
    with refused("published_meanwhile"):
        published(world, "刘洋", 0, longer())
    with refused("bad_list"):
        published(world, "刘洋", 1, [*longer()[:-1], {**longer()[-1], "items": []}])

"""The invariants find what is planted, each its own; and nothing in a house where all is well."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from jiannuo.archive.commands import seal
from jiannuo.journey import addressing, intake, phone, stock, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.profile import shipped
from jiannuo.notices import sending
from jiannuo.people.models import Staff
from jiannuo.visits import commands as visits
from jiannuo.visits.commands import Arrival
from tests.chaos import house, invariants, promises
from tests.chaos.clients import Asked
from tests.chaos.evidence import CHECKS, Evidence, judge
from tests.manual.happenings import at
from tests.world import World, company

pytestmark = pytest.mark.django_db

JUDGES = (invariants, promises)


def asked(path: str, **body: object) -> Asked:
    """A request that was acknowledged at once."""
    return Asked(str(uuid4()), path, body, tries=1, status=201)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(house, "profile", shipped)
    with held_at(at("2026-01-05 09:00")):
        found = company()
        for place, row in enumerate(Staff.objects.order_by("id")):
            Staff.objects.filter(pk=row.pk).update(phone=f"1380000{place:04}")
        address = {"url": "http://127.0.0.1:9", "secret": "nobody-is-called"}
        telling.configure(SYSTEM, "sms", {"provider": "generic", **address})
    return found


@pytest.fixture
def peace(world: World) -> Evidence:
    """Two cases, one of them answered in time; some stock; everything told that was owed."""
    (_, silent), (answered, log) = _case(world), _case(world)
    one = asked(f"/api/v1/cases/{answered}/steps/engineer_contact")
    with held_at(at("10:05")):
        when = When(op=UUID(one.key))
        phone.in_contact(world.actor("李伟"), answered, when, call="outbound", result="好")
    one.answered_at = at("10:05:01")
    moved = asked("/api/v1/stock/x/steps/stock_received", qty=5)
    with held_at(at("10:10")):
        when = When(op=UUID(moved.key))
        stock.receive(world.actor("蒋丽"), "风扇", when, qty=5, lot="L1", cost="9.50")
    evidence = Evidence(connection.connection, at("12:30"), [*silent, *log, one, moved])
    evidence.gateway = [{"line": "message", "key": key} for key in _told(at("12:30"))]
    while seal():
        pass
    return evidence


def _case(world: World) -> tuple[str, list[Asked]]:
    """Reported and confirmed: its number, and both requests."""
    report = asked("/api/v1/cases")
    with held_at(at("10:00")):
        agent, serial = world.actor("周敏"), world.customer.serial
        when = When(op=UUID(report.key))
        done = intake.report(agent, when, channel="im", kind="fault", device=serial, text="不通")
        report.numbers = {done.number}
        confirm = asked(f"/api/v1/cases/{done.number}/steps/confirmed")
        intake.confirm(agent, done.number, When(op=UUID(confirm.key)), level="L3")
    return done.number, [report, confirm]


def _told(when: datetime) -> list[str]:
    """Fire, address and send what is due; the keys that the gateway saw."""
    keys = []
    with held_at(when):
        while fire_due():
            pass
        while addressing.address():
            pass
        while parcels := sending.claim("sms", "test"):
            for parcel in parcels:
                sending.sent(parcel)
                keys.append(parcel.key)
    return keys


def test_a_house_in_which_all_is_well_has_nothing_to_say(peace: Evidence) -> None:
    assert judge(peace) == {}
    assert peace.gateway


def run(query: str) -> Callable[[Evidence], None]:
    def plant(e: Evidence) -> None:
        assert e.connection.execute(query.encode()).rowcount > 0

    return plant


def unguarded(table: str, query: str) -> Callable[[Evidence], None]:
    """What the table itself refuses to let happen."""

    def plant(e: Evidence) -> None:
        e.connection.execute(b"set constraints all immediate")
        e.connection.execute(f"alter table {table} disable trigger user".encode())
        run(query)(e)

    return plant


def a_lost_message(e: Evidence) -> None:
    e.gateway.pop()


def a_message_of_nobody(e: Evidence) -> None:
    e.gateway.append({"line": "message", "key": "trigger:1:1:77%:duty_manager>0:sms"})


def a_lost_report(e: Evidence) -> None:
    e.asked.append(asked("/api/v1/cases"))


def another_number(e: Evidence) -> None:
    e.asked[0].numbers = {"2603-00009"}


def a_report_that_was_refused(e: Evidence) -> None:
    e.asked[0].status = 409


def a_report_that_nobody_sent(e: Evidence) -> None:
    del e.asked[0]


def a_bare_error(e: Evidence) -> None:
    e.unclean.append("500 to /")


def a_broken_chain(e: Evidence) -> None:
    e.audit = lambda: "NOT WHOLE"


def a_move_that_did_not_come(e: Evidence) -> None:
    e.asked.append(asked("/api/v1/stock/x/steps/stock_issued", qty=1))


def an_answer_that_counts_for_nothing(e: Evidence) -> None:
    key = e.gateway[0]["key"]
    e.gateway.append({"line": "report", "key": key, "what": "answered", "said": "ok"})


def two_places(e: Evidence) -> None:
    case, engineer = e.rows(
        "select c.id, s.id from cases_case c, people_staff s where s.name = '李伟' limit 1"
    )[0]
    visits.arrive(case, None, engineer, Arrival(uuid4(), at("10:00")))
    visits.leave(case, engineer, at("11:00"))
    run("""insert into visits_visit (id, case_id, engineer_id, state, arrived_at, left_at, joined,
        inferred) select gen_random_uuid(), case_id, engineer_id, state,
        arrived_at + interval '20 minutes', left_at, false, false from visits_visit""")(e)


FIRED_LATE = f"""insert into clocks_fired (trigger_id, generation, stage, subject_kind, subject,
    code, ref, drill, moment, fire_at, fired_at, outcome, doubt, by)
  select t.id, generation, '75%', subject_kind, subject, code, ref, false, moment, fire_at,
    '{at("12:00")}', 'late', false, '' from clocks_trigger t
  where code = 'due:phone_response' and t.state = 'dropped'"""
TOLD_TWICE = """insert into archive_event (uid, subject_kind, subject, kind, happened_at,
    recorded_at, by_name, by_roles, detail, why, late)
  select gen_random_uuid(), 'case', id, 'notified', reported_at, reported_at, '', '{}',
    '{"role": "duty_manager"}', '', false from cases_case, generate_series(1, 2)"""

PLANTS: list[tuple[Callable[[Evidence], None], str]] = [
    (run("delete from clocks_fired where stage = '50%'"), "every_rung_that_fell_due_fired_once"),
    (run("delete from clocks_fired"), "what_a_trigger_says_is_done_has_its_row"),
    (run("delete from clocks_trigger"), "every_rung_that_fell_due_fired_once"),
    (
        run("update clocks_fired set moment = moment - interval '1 s', fire_at = fire_at"),
        "every_rung_that_fell_due_fired_once",
    ),
    (
        run("update clocks_trigger set state = 'armed' where code = 'due:phone_response'"),
        "nothing_is_overdue",
    ),
    (run(FIRED_LATE), "nothing_fired_for_a_stopped_clock"),
    (run("update notices_notice set key = key || 'x'"), "every_fired_row_was_posted"),
    (run("update notices_notice set state = 'waiting'"), "every_notice_reached_whom_it_was_for"),
    (
        run("update notices_delivery set state = 'waiting' where channel = 'sms'"),
        "every_notice_reached_whom_it_was_for",
    ),
    (
        run("update notices_delivery set state = 'failed' where channel = 'sms'"),
        "every_notice_reached_whom_it_was_for",
    ),
    (run(TOLD_TWICE), "each_role_was_told_of_an_emergency_once"),
    (
        unguarded("parts_stocklevel", "update parts_stocklevel set on_hand = on_hand + 1"),
        "stock_is_what_was_moved_and_never_negative",
    ),
    (
        unguarded("archive_auditlink", "delete from archive_auditlink where n = 1"),
        "the_audit_chain_is_whole_and_complete",
    ),
    (a_lost_message, "every_notice_reached_whom_it_was_for"),
    (a_message_of_nobody, "nothing_was_delivered_that_did_not_fire"),
    (an_answer_that_counts_for_nothing, "what_was_answered_is_told"),
    (a_lost_report, "every_acknowledged_request_exists_once"),
    (another_number, "every_acknowledged_request_exists_once"),
    (a_report_that_was_refused, "what_was_refused_was_not_done"),
    (a_report_that_nobody_sent, "there_is_no_case_that_nobody_reported"),
    (a_move_that_did_not_come, "every_acknowledged_move_moved_once"),
    (a_bare_error, "every_answer_was_an_answer_or_a_clean_503"),
    (a_broken_chain, "the_audit_chain_is_whole_and_complete"),
    (two_places, "no_engineer_is_on_site_twice"),
]


def test_what_is_planted_is_found(peace: Evidence) -> None:
    """One house, and what is planted in it is taken away again: each by itself."""
    for plant, found_by in PLANTS:
        planted = replace(peace, asked=deepcopy(peace.asked), gateway=[*peace.gateway], unclean=[])
        with transaction.atomic():
            plant(planted)
            assert found_by in judge(planted), (plant.__name__, found_by)
            transaction.set_rollback(True)
    assert judge(peace) == {}


def test_every_invariant_finds_something() -> None:
    """But that nothing fires early: the table itself forbids such a row."""
    assert {name for _, name in PLANTS} == set(CHECKS) - {"nothing_fired_early"}

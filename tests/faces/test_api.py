"""The API: the same steps as on the pages, by programs that send things twice and make mistakes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiannuo.archive.models import AuditRow, Event
from jiannuo.cases.commands import lock
from jiannuo.cases.models import Case
from jiannuo.faces.api.shapes import CASE, STOCK, names, shape
from jiannuo.faces.console.staff import staff
from jiannuo.journey.step import Done
from jiannuo.journey.steps import STEPS
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.parts.models import StockMove
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from jiannuo.people.models import Staff, Token
from tests.crowd import at_once
from tests.faces.conftest import NOON
from tests.world import Customer, World, company, confirmed, login, reported

FAULT = {"channel": "monitoring", "kind": "fault", "text": "核心交换机主控板告警"}


@dataclass(frozen=True)
class Program:
    """A program that acts as one of our people. Each call is made by a client of its own."""

    token: str
    at: datetime = NOON

    def later(self, **span: float) -> Program:
        return replace(self, at=self.at + timedelta(**span))

    def get(self, address: str, **headers: str) -> HttpResponse:
        with held_at(self.at):
            return Client().get(f"/api{address}", headers=self._headers(headers))  # type: ignore[return-value]

    def post(
        self, address: str, said: Any = None, key: object = None, **headers: str
    ) -> HttpResponse:
        told = self._headers(headers) | ({"Idempotency-Key": str(key)} if key else {})
        body = said if isinstance(said, bytes) else json.dumps(said or {})
        with held_at(self.at):
            return Client().post(  # type: ignore[return-value]
                f"/api{address}", body, content_type="application/json", headers=told
            )

    def step(self, number: str, kind: str, key: object = None, **said: Any) -> HttpResponse:
        return self.post(f"/cases/{number}/steps/{kind}", said, key)

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        known = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}"} | known


Programs = Callable[[str], Program]


def program_of(name: str) -> Program:
    login(name)
    return Program(people.open_token(SYSTEM, name, "对接"))


@pytest.fixture
def acting(world: World) -> Programs:
    """A program of one of our people, by name."""
    made: dict[str, Program] = {}

    def found(name: str) -> Program:
        if name not in made:
            made[name] = program_of(name)
        return made[name]

    return found


@pytest.fixture
def number(world: World) -> str:
    return confirmed(world, reported(world, NOON), NOON)


def told(answer: HttpResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"].startswith("application/json")
    found: dict[str, Any] = json.loads(answer.content)
    return found


def refused(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    found = told(answer, status)
    assert found["code"] == code, found
    assert found["zh"]
    assert found["en"]
    assert found["zh"] != found["en"]
    return found


# -- who calls --------------------------------------------------------------------------------


def test_a_program_acts_as_the_person_whose_token_it_has(acting: Programs) -> None:
    found = told(acting("周敏").get("/me"), 200)
    assert (found["name"], found["roles"]) == ("周敏", ["hotline_agent"])


def test_of_a_token_only_a_hash_is_kept_and_when_it_was_used(acting: Programs) -> None:
    program = acting("周敏")
    row = Token.objects.get()
    assert program.token not in (row.digest, row.name)
    assert row.last_used_at is None
    program.get("/me")
    program.later(seconds=30).get("/me")
    row.refresh_from_db()
    assert row.last_used_at == NOON
    program.later(minutes=2).get("/me")
    row.refresh_from_db()
    assert row.last_used_at == NOON + timedelta(minutes=2)


@pytest.mark.parametrize("token", ["", "x", "jn_" + "a" * 43, "令牌"])
def test_an_unknown_token_is_nobody_s(acting: Programs, token: str) -> None:
    acting("周敏")
    answer = Program(token.encode().decode("latin-1")).get("/me")
    refused(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_that_was_ended_opens_nothing_and_its_name_is_free_again(
    acting: Programs,
) -> None:
    program = acting("周敏")
    people.end_token(SYSTEM, "周敏", "对接")
    refused(program.get("/me"), 401, "not_signed_in")
    fresh = Program(people.open_token(SYSTEM, "周敏", "对接"))
    told(fresh.get("/me"), 200)
    with pytest.raises(Refusal, match="no token 别的"):
        people.end_token(SYSTEM, "周敏", "别的")


@pytest.mark.parametrize("gone", ["staff", "login"])
def test_the_token_of_one_who_left_opens_nothing(acting: Programs, gone: str) -> None:
    program, row = acting("周敏"), Staff.objects.get(name="周敏")
    assert row.user is not None
    if gone == "staff":
        row.active = False
        row.save()
    else:
        row.user.is_active = False
        row.user.save()
    refused(program.get("/me"), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("who", "name", "code"),
    [("周敏", "对接", "token_there"), ("无此人", "x", "no_such_login"), ("周敏", " ", "bad_name")],
)
def test_a_token_is_made_for_a_login_that_is_there_once_a_name(
    acting: Programs, who: str, name: str, code: str
) -> None:
    acting("周敏")
    with pytest.raises(Refusal) as caught:
        people.open_token(SYSTEM, who, name)
    assert caught.value.code == code


def test_a_token_is_printed_once_and_ended_by_its_name(acting: Programs) -> None:
    login("李伟")
    printed = CliRunner().invoke(staff, ["token", "李伟", "--name", "网管"]).output.strip()
    assert told(Program(printed).get("/me"), 200)["name"] == "李伟"
    ended = CliRunner().invoke(staff, ["token", "李伟", "--name", "网管", "--end"]).output
    assert "网管" in ended
    refused(Program(printed).get("/me"), 401, "not_signed_in")


def test_only_who_sets_up_the_house_makes_and_ends_tokens(world: World, acting: Programs) -> None:
    acting("周敏")
    for make in (people.open_token, people.end_token):
        with pytest.raises(Refusal, match="may not do set_up"):
            make(world.actor("李伟"), "周敏", "新")


def test_the_sign_in_of_the_pages_counts_with_the_form_s_token_only(
    world: World, number: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/sign-in/")
    client.force_login(login("周敏"))
    address = f"/api/cases/{number}/steps/noted"
    said = {"text": "网页上点的"}
    with held_at(NOON):
        assert client.get("/api/me").json()["name"] == "周敏"
        answer = client.post(address, said, content_type="application/json")
        refused(answer, 403, "forged")  # type: ignore[arg-type]
        form = client.post(address, said)  # as a form elsewhere would send it
        refused(form, 403, "forged")  # type: ignore[arg-type]
        key = client.cookies["csrftoken"].value
        answer = client.post(
            address, said, content_type="application/json", headers={"X-CSRFToken": key}
        )
        mixed = client.get("/api/me", headers={"Authorization": "Bearer x"})
    told(answer, 201)  # type: ignore[arg-type]
    assert mixed.status_code == 401


def test_a_login_without_a_person_is_told_so(world: World, client: Client) -> None:
    client.force_login(login("周敏"))
    Staff.objects.filter(name="周敏").update(user=None)
    refused(client.get("/api/me"), 403, "nobodys_login")  # type: ignore[arg-type]


# -- reporting and reading ----------------------------------------------------------------------


def test_a_report_opens_a_case_and_answers_with_its_number(world: World, acting: Programs) -> None:
    agent = acting("周敏")
    said = {**FAULT, "customer": str(world.customer.id), "device": world.customer.serial}
    answer = agent.post("/cases", said)
    found = told(answer, 201)
    assert answer.headers["Content-Language"] == "zh-CN"
    assert found["again"] is False
    card = told(agent.get(f"/cases/{found['number']}"), 200)
    assert (card["status"], card["level"], card["channel"]) == ("received", None, "monitoring")
    assert card["devices"] == [world.customer.serial]
    assert datetime.fromisoformat(card["reported_at"]) == NOON
    event = Event.objects.get(uid=found["event"])
    assert (event.kind, event.by_name) == ("reported", "周敏")


def test_a_case_is_shown_with_its_clocks_and_who_has_it(acting: Programs, number: str) -> None:
    told(acting("刘洋").step(number, "assigned", engineer="李伟", why="熟悉现场"), 201)
    card = told(acting("李伟").later(minutes=31).get(f"/cases/{number}"), 200)
    assert (card["status"], card["level"], card["assignee"]) == ("confirmed", "L2", "李伟")
    clocks = {clock["promise"]: clock for clock in card["clocks"]}
    response = clocks["phone_response"]
    assert response["verdict"] == "breached"
    assert datetime.fromisoformat(response["due_at"]) < NOON + timedelta(minutes=31)
    assert response["zh"]
    assert response["clause"]
    assert card["unverified"]  # nothing swept in that half hour


def test_what_a_gate_let_pass_is_shown(acting: Programs, number: str) -> None:
    told(acting("李伟").step(number, "arrived", geo=[31.4, 104.6]), 201)
    card = told(acting("李伟").get(f"/cases/{number}"), 200)
    assert {line["action"] for line in card["deviations"]} == {"archive_read", "prep_checked"}


def test_open_cases_are_listed_by_time_to_breach(
    world: World, acting: Programs, number: str
) -> None:
    other = confirmed(world, reported(world, NOON, of=world.stranger), NOON, "L4")
    program = acting("刘洋")
    rows = told(program.get("/cases"), 200)["cases"]
    assert [row["number"] for row in rows] == [number, other]
    assert rows[0]["next_promise"]
    assert told(program.get("/cases?limit=1"), 200)["cases"] == rows[:1]
    late = told(program.later(hours=1).get("/cases?late=true"), 200)["cases"]
    assert number in [row["number"] for row in late]
    assert told(program.get("/cases?late=true"), 200)["cases"] == []


@pytest.mark.parametrize("many", [1, 9])
def test_reading_asks_the_same_few_questions_for_one_case_and_for_many(
    world: World, acting: Programs, number: str, many: int
) -> None:
    for _ in range(many):
        confirmed(world, reported(world, NOON), NOON)
    program = acting("刘洋")
    program.get("/me")  # notes that the token is used
    for address, budget in (("/cases", 2), (f"/cases/{number}", 14), ("/me", 2)):
        with CaptureQueriesContext(connection) as asked:
            told(program.get(address), 200)
        assert len(asked) <= budget, [one["sql"][:80] for one in asked]


@pytest.mark.parametrize("query", ["limit=0", "limit=viele", "limit=501", "late=x"])
def test_a_question_that_makes_no_sense_is_told_by_its_name(acting: Programs, query: str) -> None:
    found = refused(acting("刘洋").get(f"/cases?{query}"), 422, "malformed")
    assert found["fields"][0]["field"] == query.split("=")[0]


def test_nobody_else_s_case_and_no_case_look_the_same(acting: Programs) -> None:
    for number in ("9999-00000", "没有", "a/b"):
        refused(acting("刘洋").get(f"/cases/{number}"), 404, "no_case")
        refused(acting("李伟").step(number, "archive_read"), 404, "no_case")
    refused(acting("刘洋").get("/cases/a%00b"), 404, "no_case")
    refused(acting("李伟").step("a%00b", "archive_read"), 422, "out_of_range")


def test_a_number_may_hold_a_slash(acting: Programs, number: str) -> None:
    """Numbers of cases that came in from elsewhere are as they were there."""
    Case.objects.filter(number=number).update(number="旧/2026/7")
    told(acting("李伟").step("旧/2026/7", "archive_read"), 201)
    assert told(acting("李伟").get("/cases/旧/2026/7"), 200)["number"] == "旧/2026/7"


# -- steps --------------------------------------------------------------------------------------


def test_every_step_of_a_case_has_an_address(acting: Programs, number: str) -> None:
    """Sent without what it must know each says what is missing; an empty one is taken or refused."""
    program = acting("李伟")
    for kind in CASE:
        answer = program.step(number, kind)
        expected = (
            {422} if any(f.required for f in shape(kind).fields.values()) else {201, 403, 409}
        )
        assert answer.status_code in expected, (kind, answer.content.decode())


@pytest.mark.parametrize("role", VENDOR_ROLES)
def test_who_may_take_which_step_is_the_journey_s_to_say(world: World, role: str) -> None:
    """One step of each role, by everybody."""
    number = reported(world, NOON)
    people.hire(SYSTEM, Person(f"某{role}", (role,)))
    program = program_of(f"某{role}")
    steps = {
        "noted": {"text": "x"},
        "confirmed": {"level": "L3"},
        "diagnosed": {"problem": "P", "cause": "unknown"},
        "case_cancelled": {"reason": "误报"},
        "onsite_confirmed": {},  # the customer's own word
    }
    for kind, said in steps.items():
        answer = program.step(number, kind, **said)
        assert answer.status_code == (201 if role in kinds()[kind].by else 403), kind
    received = program.post(
        "/stock/风扇/steps/stock_received", {"qty": 1, "lot": "a", "cost": "1.00"}
    )
    assert received.status_code == (201 if role == "warehouse" else 403)


def test_a_refusal_names_the_duty_in_the_language_asked_for(acting: Programs, number: str) -> None:
    program = acting("李伟")
    address = f"/cases/{number}/steps/remote_login"
    for accepted, lang in (
        ("en-GB, zh;q=0.5", "en"),
        ("zh-CN", "zh"),
        ("fr, de", "zh"),
        ("", "zh"),
    ):
        answer = program.post(address, Accept_Language=accepted)
        found = refused(answer, 409, "no_consent")
        assert found["message"] == found[lang]
        assert answer.headers["Content-Language"] == {"en": "en", "zh": "zh-CN"}[lang]
        assert found["requirement"].startswith("R-")
        assert found["reasons"] == ["no_consent"]


def test_a_late_entry_says_when_and_why(acting: Programs, number: str) -> None:
    program, at = acting("李伟").later(hours=2), (NOON + timedelta(minutes=5)).isoformat()
    refused(program.step(number, "engineer_contact", at=at), 409, "late_without_reason")
    found = told(program.step(number, "engineer_contact", at=at, why="现场没有网络"), 201)
    event = Event.objects.get(uid=found["event"])
    assert (event.happened_at, event.why, event.late) == (
        NOON + timedelta(minutes=5),
        "现场没有网络",
        True,
    )
    ahead = (program.at + timedelta(minutes=1)).isoformat()
    refused(program.step(number, "noted", at=ahead, text="x"), 409, "from_the_future")


def test_a_word_of_python_is_a_field_like_any_other(acting: Programs, number: str) -> None:
    answer = acting("李伟").step(number, "substitute_accepted", **{"from": "A", "to": "B"})
    refused(answer, 403, "not_permitted")


def test_a_mistake_is_corrected_over_the_api(acting: Programs, number: str) -> None:
    program = acting("李伟").later(minutes=9)
    event = told(program.step(number, "engineer_contact", result="已指导"), 201)["event"]
    at = (NOON + timedelta(minutes=3)).isoformat()
    told(program.step(number, "correction", of=event, t=at, reason="表快了"), 201)
    card = told(program.get(f"/cases/{number}"), 200)
    stop = next(c["stopped_at"] for c in card["clocks"] if c["promise"] == "phone_response")
    assert datetime.fromisoformat(stop) == NOON + timedelta(minutes=3)


def test_stock_comes_goes_and_comes_back(acting: Programs, number: str) -> None:
    store = acting("蒋丽")
    told(
        store.post("/stock/风扇/steps/stock_received", {"qty": 3, "lot": "L1", "cost": "9.00"}), 201
    )
    told(store.post("/stock/风扇/steps/stock_issued", {"qty": 2, "case": number}), 201)
    told(store.post("/stock/风扇/steps/stock_returned", {"qty": 1, "case": number}), 201)
    answer = store.post("/stock/风扇/steps/stock_returned", {"qty": 2, "case": number})
    assert "可退" in refused(answer, 409, "not_issued")["message"]
    assert sum(StockMove.objects.values_list("qty", flat=True)) == 2


@pytest.mark.parametrize("address", ["/cases/{}/steps/reported", "/stock/{}/steps/stock_borrowed"])
def test_a_step_without_an_address_here_is_not_there(
    acting: Programs, number: str, address: str
) -> None:
    refused(acting("李伟").post(address.format(number), {}), 404, "no_such_step")


def test_a_way_of_asking_that_is_not_there(acting: Programs, number: str) -> None:
    assert acting("李伟").get(f"/cases/{number}/steps/noted").status_code == 405
    assert acting("李伟").post(f"/cases/{number}").status_code == 405


# -- once, however often sent -------------------------------------------------------------------


@pytest.mark.parametrize("key", [uuid4(), "nagios-2026-05-20-1", "告警7", "x" * 500])
def test_a_report_sent_again_is_one_case_and_the_same_answer(
    world: World, acting: Programs, key: object
) -> None:
    agent = acting("周敏")
    sent = quoted(key)
    first = told(agent.post("/cases", FAULT, sent), 201)
    second = told(agent.later(hours=3).post("/cases", FAULT, sent), 200)
    assert second == first | {"again": True}
    assert Case.objects.count() == 1
    if isinstance(key, UUID):
        assert first["event"] == str(key)


def quoted(key: object) -> str:
    """A header holds bytes; clients send what is not Latin as such."""
    return str(key).encode().decode("latin-1")


def test_every_kind_of_step_sent_again_is_one_step(acting: Programs, number: str) -> None:
    engineer, store = acting("李伟"), acting("蒋丽")
    lot = {"qty": 3, "lot": "L1", "cost": "9.00"}
    sent: list[Callable[[], HttpResponse]] = [
        lambda: engineer.step(number, "engineer_contact", "k1", result="已指导"),
        lambda: engineer.step(number, "l1_declared", "k2", reason="全网中断"),
        lambda: engineer.step(number, "arrived", "k3"),
        lambda: store.post("/stock/风扇/steps/stock_received", lot, "k1"),
        lambda: store.post("/stock/风扇/steps/stock_issued", {"qty": 1, "case": number}, "k2"),
        lambda: store.post("/stock/风扇/steps/stock_returned", {"qty": 1, "case": number}, "k3"),
    ]
    for send in sent:
        first, count = told(send(), 201), Event.objects.count()
        assert told(send(), 200) == first | {"again": True}
        assert Event.objects.count() == count


def test_two_programs_that_both_begin_at_one_do_not_meet(acting: Programs, number: str) -> None:
    one, two = (acting(name).step(number, "noted", "1", text="x") for name in ("周敏", "李伟"))
    assert told(one, 201)["event"] != told(two, 201)["event"]


def test_a_key_of_another_step_or_case_is_refused(
    world: World, acting: Programs, number: str
) -> None:
    program = acting("李伟")
    told(program.step(number, "noted", "k", text="x"), 201)
    refused(program.step(number, "archive_read", "k"), 409, "used_operation")
    other = reported(world, NOON)
    refused(program.step(other, "noted", "k", text="x"), 409, "used_operation")


def test_a_refused_request_may_be_sent_again_with_its_key(acting: Programs, number: str) -> None:
    program = acting("李伟")
    refused(program.step(number, "assignment_accepted", "k"), 409, "not_the_assignee")
    told(acting("刘洋").step(number, "assigned", engineer="李伟"), 201)
    told(program.step(number, "assignment_accepted", "k"), 201)


@pytest.fixture
def crowded(transactional_db: None) -> World:
    """The company in committed rows, for several connections."""
    with held_at(NOON):
        return company()


def all_one(answers: Sequence[HttpResponse | Exception | None]) -> dict[str, Any]:
    """Answers of which one made something and the others say the same."""
    found = [a for a in answers if isinstance(a, HttpResponse)]
    assert len(found) == len(answers), answers
    assert sorted(a.status_code for a in found) == [200] * (len(found) - 1) + [201], [
        a.content.decode() for a in found
    ]
    said: list[dict[str, Any]] = [json.loads(a.content) | {"again": False} for a in found]
    assert all(one == said[0] for one in said)
    return said[0]


@pytest.mark.parametrize("key", [uuid4(), "alarm-1"])
def test_a_report_sent_at_once_several_times_is_one_case(crowded: World, key: object) -> None:
    agent = program_of("周敏")
    all_one(at_once(4, lambda _: agent.post("/cases", FAULT, key)))
    assert Case.objects.count() == Event.objects.count() == AuditRow.objects.count() == 1


def test_a_step_sent_at_once_is_one_step_though_the_first_stands_against_the_second(
    crowded: World,
) -> None:
    """Both are past the question whether it was sent before when they come to the case, and no
    case is cancelled twice."""
    number = confirmed(crowded, reported(crowded, NOON), NOON)
    manager = program_of("刘洋")

    def go(place: int) -> HttpResponse | None:
        if place:
            return manager.step(number, "case_cancelled", "k", reason="误报")
        with transaction.atomic():
            lock(number)
            wait_for(2)
        return None

    _, *answers = at_once(3, go)
    all_one(answers)
    assert Event.objects.filter(kind="case_cancelled").count() == 1


def wait_for(many: int) -> None:
    """Until so many stand before a lock."""
    waiting = (
        "select count(distinct pid) from pg_locks join pg_stat_activity using (pid)"
        " where not granted and datname = current_database()"
    )
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0] >= many:
                return
        time.sleep(0.02)
    raise TimeoutError


def test_stock_sent_at_once_moves_once(crowded: World) -> None:
    store = program_of("蒋丽")
    lot = {"qty": 1, "lot": "L1", "cost": "9.00"}
    all_one(at_once(4, lambda _: store.post("/stock/风扇/steps/stock_received", lot, "r")))
    all_one(at_once(4, lambda _: store.post("/stock/风扇/steps/stock_issued", {"qty": 1}, "i")))
    assert [row.qty for row in StockMove.objects.order_by("id")] == [1, -1]


# -- what cannot be read ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, {"channel", "kind"}),
        ({**FAULT, "channel": "fax!"}, {"channel"}),
        ({**FAULT, "chanel": "fax", "drill": "yes"}, {"chanel", "drill"}),
        ({**FAULT, "at": "12:00"}, {"at"}),
        ({**FAULT, "at": "9999-12-31T23:59:59Z"}, {"at"}),
        ({**FAULT, "customer": "x"}, {"customer"}),
        ({**FAULT, "customer": str(uuid4())}, {"customer"}),
        ({**FAULT, "text": "x" * 10_001}, {"text"}),
        ({**FAULT, "text": ["x"], "caller": 7}, {"text", "caller"}),
        (b"{", {"body"}),
        (b"[1]", {"body"}),
        (b'"x"', {"body"}),
        (b"\xff\xfe", {"body"}),
        (b'{"channel": NaN}', {"body"}),
        (b"[" * 100_000, {"body"}),
        (b'{"text": "\\u0000"}', {"body"}),
        (b'{"text": "\\ud800"}', {"body"}),
        (b'{"\\ud800": 1}', {"body"}),
    ],
)
def test_what_is_malformed_is_named_field_by_field_in_both_languages(
    acting: Programs, said: Any, wrong: set[str]
) -> None:
    found = refused(acting("周敏").post("/cases", said), 422, "malformed")
    assert {one["field"] for one in found["fields"]} == wrong
    for one in found["fields"]:
        assert one["field"] in one["zh"]
        assert one["field"] in one["en"]
    assert not Case.objects.exists()


def test_a_field_is_told_by_its_name_in_words(acting: Programs, number: str) -> None:
    answer = acting("周敏").step(number, "confirmed", level="L9")
    [one] = refused(answer, 422, "malformed")["fields"]
    assert "等级" in one["zh"]
    assert "L1 | L2" in one["zh"]
    assert "level" in one["en"]


def test_every_field_has_a_name_in_words() -> None:
    fields = {f for kind in (*CASE, *STOCK, "reported") for f in shape(kind).fields}
    assert set(names()) == fields | {"at", "why", "body", "limit", "late"}


def test_what_the_database_cannot_hold_is_malformed_too(acting: Programs, number: str) -> None:
    """Found by the database only: still no failure of ours, and nothing kept."""
    before = Event.objects.count()
    answer = acting("周敏").post("/cases", {**FAULT, "caller": "长" * 5000})
    refused(answer, 422, "out_of_range")
    assert Event.objects.count() == before


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_a_request_that_is_too_large_is_not_read(acting: Programs) -> None:
    refused(acting("周敏").post("/cases", {**FAULT, "text": "x" * 200}), 413, "too_big")


# -- the document -------------------------------------------------------------------------------


def test_the_document_tells_every_step_with_its_fields(acting: Programs) -> None:
    found = told(acting("李伟").get("/openapi.json"), 200)
    assert found["openapi"].startswith("3.")
    paths = found["paths"]
    assert len(paths) == len(CASE) + len(STOCK) + 5
    body = paths["/api/cases/{number}/steps/confirmed"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert body["required"] is True
    assert schema["required"] == ["level"]
    assert schema["properties"]["level"]["enum"] == ["L1", "L2", "L3", "L4", "consult", "other"]
    assert schema["properties"]["at"]["format"] == "date-time"
    assert not schema["additionalProperties"]
    report = paths["/api/cases"]["post"]
    assert (
        "customer" in report["requestBody"]["content"]["application/json"]["schema"]["properties"]
    )
    assert "Idempotency-Key" in {one["name"] for one in report["parameters"]}
    assert set(report["responses"]) >= {"200", "201", "401", "403", "409", "422", "503"}
    ids = [told["operationId"] for path in paths.values() for told in path.values()]
    assert len(ids) == len(set(ids))
    for ref in set(references(found)):
        assert ref.removeprefix("#/components/schemas/") in found["components"]["schemas"]


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [ref for one in part.values() for ref in references(one)]
    return [ref for one in part for ref in references(one)] if isinstance(part, list) else []


def test_there_is_no_page_of_documentation(acting: Programs) -> None:
    acting("李伟")
    for address in ("/api/", "/api/docs"):
        assert Client().get(address).status_code == 404
    assert reverse("api:document_show") == "/api/openapi.json"


# -- the database away, full, busy --------------------------------------------------------------


def fails(state: str) -> None:
    """From now on no event can be written: the database says why."""
    with connection.cursor() as cursor:
        cursor.execute(
            "create function fails() returns trigger language plpgsql as $$ begin"
            f" raise exception 'no' using errcode = '{state}'; end $$"
        )
        cursor.execute(
            "create trigger fails after insert on archive_event execute function fails()"
        )


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "disk_full"),
        ("53300", "database_away"),
        ("57P01", "database_away"),
        ("40P01", "database_busy"),
        ("57014", "database_busy"),
    ],
)
def test_what_the_database_cannot_do_now_is_asked_for_again_later(
    acting: Programs, number: str, state: str, code: str
) -> None:
    before = Event.objects.count(), AuditRow.objects.count()
    program = acting("李伟")
    fails(state)
    answer = program.step(number, "engineer_contact", "k")
    refused(answer, 503, code)
    assert int(answer.headers["Retry-After"]) > 0
    assert (Event.objects.count(), AuditRow.objects.count()) == before
    with connection.cursor() as cursor:
        cursor.execute("drop trigger fails on archive_event")
    assert told(program.step(number, "engineer_contact", "k"), 201)["again"] is False


def test_a_failure_of_ours_is_told_without_its_inside(
    acting: Programs, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Done:
        raise RuntimeError("secret inside")

    program = acting("李伟")
    monkeypatch.setitem(STEPS, "noted", fail)
    answer = program.step(number, "noted", text="x")
    refused(answer, 500, "broken")
    assert "secret" not in answer.content.decode()


def test_a_connection_that_broke_is_one_answer_and_then_all_is_well(crowded: World) -> None:
    agent = program_of("周敏")
    connection.ensure_connection()
    connection.connection.close()
    answer = agent.post("/cases", FAULT, "k")
    refused(answer, 503, "database_away")
    assert answer.headers["Retry-After"]
    connection.close()
    assert told(agent.post("/cases", FAULT, "k"), 201)["again"] is False


# -- anything at all ----------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["", " ", "9" * 30, "1e999999", "1.00", "2026-05-20T12:00:00+08:00", "0001-01-01T00:00Z"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def likely(field: Any) -> st.SearchStrategy[Any]:
    """What often may stand in a field."""
    samples: dict[str, list[Any]] = {
        "int": [0, 1, 3, 2**31 - 1],
        "bool": [True, False],
        "money": ["1.00", "999999999999.99"],
        "quantity": ["1", 2.5, "999999999999.999999"],
        "time": [(NOON + timedelta(hours=n)).isoformat() for n in (-30, -1, 0, 3)]
        + ["2000-01-01T00:00:00Z", "2099-12-31T23:59:59+08:00"],
        "names": [[], ["李伟"], ["无名", "李伟"]],
        "cause": ["quality", "EX1"],
        "exclusion": ["EX1", "EX3"],
        "consent": [{"by": "邓丽", "how": "call"}],
        "geo": [[31.4, 104.6]],
        "any": [{}, {"text": "y"}, {"due": "9999-12-31T23:59:59Z"}, {"qty": "1e999999"}],
        "uuid": [str(uuid4())],
    }
    words = ["李伟", "CXN6800-2505-0009", "CXN3800-2411-0118", "风扇", "无", "x" * 3000]
    closed = field.type.split("|") if "|" in field.type else words
    return st.sampled_from(samples.get(field.type, closed))


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(("reported", *CASE, *STOCK)))
    said: dict[str, Any] = {}
    for name, field in shape(kind).fields.items():
        if field.required or draw(st.booleans()):
            said[name] = draw(likely(field) if draw(st.integers(0, 9)) else JSON)
    if draw(st.integers(0, 4)) == 0:
        said["at"] = draw(likely(field_at()) | JSON)
        said["why"] = draw(st.text(max_size=5) | JSON)
    if draw(st.integers(0, 9)) == 0:
        said[draw(st.text(max_size=8))] = draw(JSON)
    return kind, said


def field_at() -> Any:
    return replace(shape("arrival_agreement").fields["due"], name="at")


@pytest.fixture
def anybody(world: World) -> tuple[Program, str, Customer]:
    """A program that may do all that our people may, and a case to do it to."""
    people.hire(SYSTEM, Person("万能", VENDOR_ROLES, level="senior"))
    number = confirmed(world, reported(world, NOON), NOON)
    return program_of("万能"), number, world.customer


@pytest.mark.slow
@settings(
    max_examples=250,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(request=requests(), elsewhere=st.booleans())
def test_nothing_that_is_sent_breaks_anything(
    anybody: tuple[Program, str, Customer], request: tuple[str, dict[str, Any]], elsewhere: bool
) -> None:
    program, number, _ = anybody
    kind, said = request
    address = (
        "/cases"
        if kind == "reported"
        else f"/stock/风扇/steps/{kind}"
        if kind in STOCK
        else f"/cases/{number}/steps/{kind}"
    )
    before = Event.objects.count()
    answer = program.post(address, json.dumps(said).encode())
    assert answer.status_code in (201, 403, 404, 409, 422), (kind, said, answer.content.decode())
    if answer.status_code == 201:
        assert program.get(f"/cases/{number}").status_code == 200
    else:
        assert Event.objects.count() == before


@given(body=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_breaks_anything(anybody: tuple[Program, str, Customer], body: bytes) -> None:
    program, number, _ = anybody
    for address in ("/cases", f"/cases/{number}/steps/noted"):
        assert program.post(address, body).status_code in (201, 422)


@given(path=st.text(min_size=1, max_size=20), key=st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_or_key_breaks_anything(
    anybody: tuple[Program, str, Customer], path: str, key: str
) -> None:
    program, _, _ = anybody
    spelled = quote(path.encode("utf-8", "replace"), safe="")
    sent = key.encode("utf-8", "replace").decode("latin-1").replace("\n", "").replace("\r", "")
    assert program.get(f"/cases/{spelled}").status_code in (200, 404)
    assert program.post(f"/cases/{spelled}/steps/archive_read", {}, sent).status_code in (404, 422)
    assert program.post(f"/stock/x/steps/{spelled}", {}, sent).status_code in (404, 422)

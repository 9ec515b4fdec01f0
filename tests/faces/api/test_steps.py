"""Steps over the API: the same as on the pages, refused in the same words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiannuo.archive.models import Event
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.parts.models import StockMove
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from jiannuo.web.shapes import CASE, shape
from tests.faces.api.programs import Programs, program_of, refused, told
from tests.faces.conftest import NOON
from tests.world import World, reported


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


@pytest.mark.parametrize(
    "address", ["/cases/{}/steps/reported", "/stock/{}/steps/stock_borrowed_back"]
)
def test_a_step_without_an_address_here_is_not_there(
    acting: Programs, number: str, address: str
) -> None:
    refused(acting("李伟").post(address.format(number), {}), 404, "no_such_step")


def test_a_way_of_asking_that_is_not_there(acting: Programs, number: str) -> None:
    assert acting("李伟").get(f"/cases/{number}/steps/noted").status_code == 405
    assert acting("李伟").post(f"/cases/{number}").status_code == 405

"""Trainings and renewals through their pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.archive.models import Event
from jiannuo.faces.desk.plan.course import HEADINGS_EN
from jiannuo.kernel.moment import held_at
from jiannuo.training import queries as training
from jiannuo.training.rules import HEADINGS
from tests.faces.conftest import NOON
from tests.faces.plan.pages import as_, seen, sent
from tests.faces.test_query_budget import BUDGET
from tests.journey.telling import keeps
from tests.world import Customer, World

AFTER = NOON + timedelta(days=9)


def place(own: Customer, code: str = "", rest: str = "") -> str:
    return f"/plan/training/{own.id}/" + (f"{code}/{rest}" if code else "")


def do(client: Client, own: Customer, code: str, kind: str, moment: Any = NOON, /, **d: Any) -> Any:
    return sent(client, place(own, code, f"do/{kind}/"), moment, **d)


def planned(client: Client, own: Customer, code: str, kind: str) -> None:
    fields = {"kind": kind, "date": "2026-05-28", "hours": "4", "trainer": "李伟", "place": "机房"}
    assert do(client, own, code, "training_planned", **fields).status_code == 302


def held(client: Client, own: Customer, code: str) -> None:
    said = do(client, own, code, "training_held", AFTER, attendees=["邓丽", "唐勇"])
    assert said.status_code == 302


def test_every_heading_of_a_plan_has_both_languages() -> None:
    assert set(HEADINGS) == set(HEADINGS_EN)


@keeps("R-5-3", "R-12-I1")
def test_a_plan_is_written_heading_by_heading_and_says_what_it_lacks(
    world: World, own: Customer, client: Client
) -> None:
    sales = as_(client, "沈浩")
    html = seen(sales, place(own, "T1", "do/training_plan_published/"))
    assert html.count('name="headings:') == 10
    some = {f"headings__{name}": "见附页" for name in HEADINGS if name != "goals"}
    answer = do(sales, own, "T1", "training_plan_published", **some)
    assert answer.status_code == 409
    assert "目标" in answer.content.decode()
    every = {**some, "headings__goals": "会用会修"}
    assert do(sales, own, "T1", "training_plan_published", **every).status_code == 302
    assert do(sales, own, "T1", "training_plan_agreed").status_code == 302
    assert "会用会修" in seen(sales, place(own))


@keeps("R-5-1", "R-5-2", "R-12-I2", "R-7.6-I3")
def test_a_training_from_its_day_to_the_certificates(
    world: World, own: Customer, client: Client
) -> None:
    engineer = as_(client, "李伟")
    planned(engineer, own, "T1", "theory")
    planned(engineer, own, "T2", "practice")
    assert "把通知发给客户" in seen(engineer, place(own, "T1"))
    assert do(engineer, own, "T1", "training_announced").status_code == 302
    assert "邓丽" in seen(engineer, place(own, "T1", "sign-in/"))
    held(engineer, own, "T1")
    held(engineer, own, "T2")
    scores = {"scores__邓丽": "92", "scores__唐勇": "72"}
    assert do(engineer, own, "T2", "training_assessed", AFTER, **scores).status_code == 302
    html = seen(engineer, place(own), AFTER)
    assert "给 唐勇 再培训" in html
    certificates = seen(engineer, place(own, "T2", "certificates/"), AFTER)
    assert "HT-I-T2-01" in certificates
    assert "唐勇" not in certificates
    marks = {"marks__邓丽": "5", "marks__唐勇": "4"}
    assert do(engineer, own, "T2", "training_rated", AFTER, **marks).status_code == 302
    assert "4.5 / 5" in seen(engineer, place(own, "T2"), AFTER)
    planned(engineer, own, "T3", "practice")
    held(engineer, own, "T3")
    do(engineer, own, "T3", "training_assessed", AFTER, scores__唐勇="85")
    assert "培训承诺已兑现" in seen(engineer, place(own), AFTER)
    assert "已兑现" in seen(engineer, "/plan/training/", AFTER)


@pytest.mark.parametrize("score", ["101", "-1", "eighty", "8" * 40])
def test_a_score_that_is_none_is_refused_at_its_field(
    world: World, own: Customer, client: Client, score: str
) -> None:
    engineer = as_(client, "李伟")
    planned(engineer, own, "T1", "theory")
    held(engineer, own, "T1")
    answer = do(engineer, own, "T1", "training_assessed", AFTER, scores__邓丽=score)
    assert answer.status_code in (409, 422)
    assert score in answer.content.decode()
    assert not Event.objects.filter(kind="training_assessed").exists()


def test_what_is_not_there_is_no_page(world: World, own: Customer, desk: Client) -> None:
    seen(desk, place(own, "T9"), status=404)
    seen(desk, place(own, "T9", "do/training_held/"), status=404)
    seen(desk, place(own, "T9", "certificates/"), status=404)
    seen(desk, f"/plan/training/{own.contract}/", status=404)
    seen(desk, f"/plan/renewals/{own.id}/", status=404)


def test_whoever_opens_the_form_of_a_new_session_has_made_none(
    world: World, own: Customer, client: Client
) -> None:
    seen(as_(client, "李伟"), place(own, "T1", "do/training_planned/"))
    assert training.sessions([own.id]) == []


def test_pages_of_a_training_keep_their_budget(world: World, own: Customer, client: Client) -> None:
    engineer = as_(client, "李伟")
    for n in range(1, 5):
        planned(engineer, own, f"T{n}", "theory")
        held(engineer, own, f"T{n}")
        do(engineer, own, f"T{n}", "training_assessed", AFTER, scores__邓丽="90")
    pages = {
        "training_show": place(own),
        "course_show": place(own, "T1"),
        "signin_show": place(own, "T1", "sign-in/"),
        "certificate_show": place(own, "T1", "certificates/"),
        "renewal_show": f"/plan/renewals/{own.contract}/",
    }
    for page, address in pages.items():
        with held_at(AFTER), CaptureQueriesContext(connection) as found:
            assert engineer.get(address).status_code == 200
        assert len(found) <= BUDGET[f"desk:{page}"], (page, len(found))


# -- renewals -------------------------------------------------------------------------------------


@keeps("R-2-14")
def test_a_contract_that_ends_says_what_was_delivered_and_what_comes_next(
    world: World, own: Customer, client: Client
) -> None:
    near = NOON + timedelta(days=600)
    with held_at(near):
        sales = as_(client, "沈浩")
    html = seen(sales, "/plan/renewals/?days=90", near)
    assert "02-10" in html
    assert "巡检 0 / 7" in html
    assert "还没提醒" in html
    address = f"/plan/renewals/{own.contract}/do/"
    said = {"person": "邓丽", "how": "call", "result": "等预算"}
    assert sent(sales, address + "renewal_reminded/", near, **said).status_code == 302
    quote = {"total": "48000", "until": "2027-11-30"}
    assert sent(sales, address + "renewal_quoted/", near, **quote).status_code == 302
    assert "已报价 48000.00 元" in seen(sales, "/plan/renewals/", near)
    page = seen(sales, f"/plan/renewals/{own.contract}/", near)
    assert "沈浩提醒邓丽续保" in page


def test_others_see_that_sales_follow_it_up(world: World, own: Customer, client: Client) -> None:
    near = NOON + timedelta(days=600)
    with held_at(near):
        keeper = as_(client, "蒋丽")
    html = seen(keeper, "/plan/renewals/", near)
    assert "由销售跟进" in html
    assert "data-act" not in html.split('id="main"')[1]

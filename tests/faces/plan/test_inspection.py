"""One inspection through its pages: day, checklist, photo, findings, signature, report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiannuo.archive.models import Event
from jiannuo.cases.models import Case
from jiannuo.equipment import queries as equipment
from jiannuo.faces.desk.acting.looks import OTHERS, SHEETS, looks_of
from jiannuo.inspections import queries as inspections
from jiannuo.kernel.moment import held_at
from jiannuo.manual.catalogue import kinds
from jiannuo.web.shapes import shape
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.faces.plan.pages import as_, at, hidden, seen, sent
from tests.faces.test_query_budget import BUDGET
from tests.journey.telling import keeps
from tests.world import Customer, World

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60
ALL = {
    "room": ("temperature_c", "humidity_pct"),
    "DEV-1": ("load", "room_left"),
    "DEV-2": ("load",),
}
NUMBER = {"temperature_c": "23", "humidity_pct": "45", "load": "40", "room_left": "60"}


def check(client: Client, own: Customer, part: str, *, op: str = "", **fields: Any) -> Any:
    """A part filled in: its numbers, what is said here, and the button for the rest."""
    numbers = {f"r:{code}": NUMBER[code] for code in ALL.get(part, ())}
    address = at(own, rest=f"check/?part={part}")
    html = seen(client, address)
    said = {name.replace("__", ":"): value for name, value in fields.items()}
    form = {"op": op or hidden(html, "op"), "rest": "ok", **numbers, **said}
    with held_at(NOON):
        return whole(client.post(address, form))


def checked(client: Client, own: Customer, **fields: Any) -> None:
    for part in ("DEV-1", "DEV-2", "room"):
        assert check(client, own, part, **fields).status_code == 302
    assert check(client, own, "customer", of="邓丽").status_code == 302


def events(kind: str) -> list[Event]:
    return list(Event.objects.filter(kind=kind).order_by("id"))


def test_every_step_of_planned_work_has_a_form_and_every_form_a_step() -> None:
    for subject in OTHERS:
        of_subject = {k for k, row in kinds().items() if row.subjects == (subject,)}
        elsewhere = {"inspection_checked", "software_noted", *looks_of(SHEETS)}
        assert set(looks_of(subject)) == of_subject - elsewhere
        for kind in looks_of(subject):
            assert "contract" not in shape(kind).fields


def test_a_day_is_agreed_on_the_page_and_pressed_twice_it_is_one(
    world: World, own: Customer, desk: Client
) -> None:
    op = str(uuid4())
    for _ in range(2):
        answer = sent(
            desk,
            at(own, rest="do/inspection_scheduled/"),
            op=op,
            date="2026-05-28",
            engineer="李伟",
        )
        assert answer.status_code == 302
    assert len(events("inspection_scheduled")) == 1
    html = seen(desk, at(own))
    assert "05-28 周四 去巡检" in html
    assert "刘洋约定 2026-05-28 巡检，李伟去" in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"date": "2026-05-01", "engineer": "李伟"}, "太早"),
        ({"date": "28 May", "engineer": "李伟"}, "这一项不对"),
        ({"date": "2026-05-28", "engineer": "路人"}, "没有名为 路人 的员工"),
        ({"date": "2026-05-28"}, "这一项要填"),
        ({"date": "2026-05-28", "engineer": "<script>alert(1)</script>"}, "&lt;script&gt;"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    world: World, own: Customer, desk: Client, fields: dict[str, str], said: str
) -> None:
    answer = sent(desk, at(own, rest="do/inspection_scheduled/"), **fields)
    assert answer.status_code in (409, 422)
    assert said in answer.content.decode()
    assert not events("inspection_scheduled")


def test_a_day_settled_earlier_is_entered_with_the_reason(
    world: World, own: Customer, desk: Client
) -> None:
    fields = {"date": "2026-05-28", "engineer": "李伟", "at": "2026-05-20T10:00:00"}
    address = at(own, rest="do/inspection_scheduled/")
    answer = sent(desk, address, **fields)
    assert answer.status_code == 409
    assert "请写明原因" in answer.content.decode()
    assert sent(desk, address, **fields, why="在车上接的电话").status_code == 302
    [event] = events("inspection_scheduled")
    assert (event.late, event.why) == (True, "在车上接的电话")


def test_what_somebody_else_did_meanwhile_is_shown_first(
    world: World, own: Customer, desk: Client
) -> None:
    address = at(own, rest="do/inspection_scheduled/")
    html = seen(desk, address)
    other = as_(Client(), "李伟")
    sent(other, address, date="2026-05-28", engineer="李伟")
    form = {"once": hidden(html, "once"), "seen": hidden(html, "seen")}
    with held_at(NOON + timedelta(minutes=1)):
        answer = desk.post(address, {**form, "date": "2026-05-29", "engineer": "陈晨"})
    assert answer.status_code == 409
    assert "李伟约定 2026-05-28 巡检" in answer.content.decode()


@keeps("R-1-1")
def test_a_waiver_names_who_of_the_customer_agreed_and_how(
    world: World, own: Customer, desk: Client
) -> None:
    address = at(own, rest="do/inspection_waived/")
    said = {"reason": "机房改造", "consent_by": "邓丽"}
    assert sent(desk, address, **said, consent_how="call").status_code == 409
    assert sent(desk, address, **said, consent_how="letter").status_code == 302
    assert "客户书面同意，这一季不做" in seen(desk, at(own))


# -- the checklist --------------------------------------------------------------------------------


@keeps("R-1-2")
def test_a_part_is_saved_and_leads_to_the_next_one(
    world: World, own: Customer, client: Client
) -> None:
    engineer = as_(client, "李伟")
    answer = check(engineer, own, "DEV-1")
    assert answer.headers["Location"].endswith("check/?part=DEV-2")
    [event] = events("inspection_checked")
    assert len(event.detail["items"]) == 9
    assert "9 / 23" in seen(engineer, at(own))
    check(engineer, own, "DEV-1")
    assert len(events("inspection_checked")) == 1


def test_the_same_page_sent_twice_is_one_entry(world: World, own: Customer, client: Client) -> None:
    engineer, op = as_(client, "李伟"), str(uuid4())
    for note in ("风扇异响", "改了主意"):
        fields = {"s__power": "abnormal", "n__power": note}
        assert check(engineer, own, "DEV-1", op=op, **fields).status_code == 302
    [event] = events("inspection_checked")
    assert event.detail["items"]["power"]["note"] == "风扇异响"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"s__power": "abnormal"}, "请写是什么情况"),
        ({"s__power": "not_checked"}, "没查的要写原因"),
        ({"r__load": "much"}, "请填数字"),
        ({"s__power": "<b>"}, "请选正常、异常或未查"),
        ({"at": "yesterday"}, "发生时间不对"),
    ],
)
def test_an_item_that_lacks_something_says_so_and_nothing_is_lost(
    world: World, own: Customer, client: Client, fields: dict[str, str], said: str
) -> None:
    answer = check(as_(client, "李伟"), own, "DEV-1", n__lights="指示灯偏暗", **fields)
    html = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert said in html
    assert "指示灯偏暗" in html
    assert not events("inspection_checked")


def test_a_part_that_is_not_there_is_no_page(world: World, own: Customer, client: Client) -> None:
    engineer = as_(client, "李伟")
    seen(engineer, at(own, rest="check/?part=DEV-9"), status=404)
    seen(engineer, at(own, "2026Q9"), status=404)
    seen(engineer, f"/plan/{uuid4()}/2026Q2/", status=404)
    seen(engineer, at(own, rest="do/reported/"), status=404)


@keeps("R-1-5")
def test_a_number_beyond_its_limits_is_marked(world: World, own: Customer, client: Client) -> None:
    engineer = as_(client, "李伟")
    check(engineer, own, "room", r__temperature_c="31.5")
    assert "超限" in seen(engineer, at(own, rest="check/?part=room"))
    html = seen(engineer, at(own))
    assert "温度 31.5 ℃（限 18–27 ℃）" in html
    assert f"{at(own, rest='do/advice_given/')}?topic=environment" in html
    sent(engineer, at(own, rest="do/advice_given/"), topic="environment", text="加装空调")
    assert "已给建议" in seen(engineer, at(own))


@keeps("R-1-3")
def test_a_version_that_was_changed_is_in_the_register(
    world: World, own: Customer, client: Client
) -> None:
    check(as_(client, "李伟"), own, "DEV-1", version="V2.3")
    unit = equipment.find("DEV-1")
    assert unit is not None
    assert unit.software == "V2.3"
    assert len(events("software_noted")) == 1


def test_a_photo_is_kept_and_comes_back_as_a_file(
    world: World, own: Customer, client: Client
) -> None:
    engineer = as_(client, "李伟")
    photo = SimpleUploadedFile("风扇.png", PNG)
    check(engineer, own, "DEV-1", s__power="abnormal", n__power="异响", p__power=photo)
    html = seen(engineer, at(own, rest="check/?part=DEV-1"))
    place = html.split('class="sm" href="')[1].split('"')[0]
    with held_at(NOON):
        answer = engineer.get(place)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.content == PNG
    check(engineer, own, "DEV-1", s__power="abnormal", n__power="异响，已换风扇")
    assert events("inspection_checked")[-1].detail["items"]["power"]["photo"].startswith("风扇.png")


def test_what_is_no_picture_is_not_kept(world: World, own: Customer, client: Client) -> None:
    file = SimpleUploadedFile("x.png", b"<script>")
    answer = check(as_(client, "李伟"), own, "DEV-1", p__lights=file)
    assert answer.status_code == 409
    assert "图片" in answer.content.decode()


# -- findings and the signature -------------------------------------------------------------------


@keeps("R-1-4")
def test_one_button_makes_a_case_of_a_finding_and_only_one(
    world: World, own: Customer, client: Client
) -> None:
    engineer = as_(client, "李伟")
    check(engineer, own, "customer", s__problems="abnormal", n__problems="大屏黑屏", of="邓丽")
    with held_at(NOON):
        for _ in range(2):
            answer = engineer.post(at(own, rest="case/"), {"finding": "customer/problems"})
            assert answer.status_code == 302
        assert engineer.post(at(own, rest="case/"), {"finding": "x"}).status_code == 302
    [case] = Case.objects.all()
    assert f"/cases/{case.number}/" in seen(engineer, at(own))


@keeps("R-1-2")
def test_the_signature_waits_until_every_item_is_looked_at(
    world: World, own: Customer, client: Client
) -> None:
    engineer = as_(client, "李伟")
    check(engineer, own, "DEV-1")
    address = at(own, rest="do/inspection_signed/")
    answer = sent(engineer, address, said_by="彭建军", heard="paper")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "DEV-2" in html
    assert f"{at(own, rest='check/')}?part=DEV-2" in html
    assert not events("inspection_signed")


@keeps("R-1-6")
def test_a_signature_on_paper_is_entered_with_both_names_and_the_report_is_printed(
    world: World, own: Customer, client: Client
) -> None:
    engineer = as_(client, "李伟")
    checked(engineer, own)
    assert "未签字" in seen(engineer, at(own, rest="report/"))
    address = at(own, rest="do/inspection_signed/")
    assert sent(engineer, address, said_by="彭建军", heard="call").status_code == 409
    assert sent(engineer, address, said_by="彭建军", heard="paper").status_code == 302
    html = seen(engineer, at(own))
    assert "已签字，报告已存档" in html
    assert "由李伟代录（" in html
    report = seen(engineer, at(own, rest="report/"))
    assert "彭建军 签于 2026-05-20 12:00" in report
    assert "检查 23 项，未发现异常。" in report
    found = inspections.of_quarter(own.contract, "2026Q2")
    assert found is not None
    assert found.signed == NOON.date()


def test_an_inspection_keeps_its_budget(world: World, own: Customer, client: Client) -> None:
    engineer = as_(client, "李伟")
    checked(engineer, own, s__lights="abnormal", n__lights="红灯", s__dust="abnormal", n__dust="多")
    sent(engineer, at(own, rest="do/inspection_signed/"), said_by="彭建军", heard="paper")
    for page, rest in (("inspection_show", ""), ("report_show", "report/")):
        with held_at(NOON), CaptureQueriesContext(connection) as found:
            assert engineer.get(at(own, rest=rest)).status_code == 200
        assert len(found) <= BUDGET[f"desk:{page}"], (page, len(found))


# -- lists of the house ---------------------------------------------------------------------------


def test_a_list_is_changed_on_its_page_and_an_engineer_only_reads_it(
    world: World, own: Customer, client: Client, desk: Client
) -> None:
    address = "/plan/lists/?list=room"
    html = seen(desk, address)
    form: dict[str, Any] = {
        name: [] for name in ("code", "zh", "en", "topic", "unit", "low", "high")
    }
    for item in inspections.checklist().of("room").items:
        for name in form:
            form[name].append(getattr(item, name))
    for name, value in zip(form, ("", "异味", "Smell", "environment", "", "", ""), strict=True):
        form[name].append(value)
    sent_ = {"op": hidden(html, "op"), "version": "0", "words": "", **form}
    with held_at(NOON):
        assert desk.post(address, sent_).status_code == 409  # without its reason
        assert desk.post(address, {**sent_, "reason": "客户要求"}).status_code == 302
        assert desk.post(address, {**sent_, "reason": "再来"}).status_code == 302  # pressed twice
    assert [item.zh for item in inspections.checklist().of("room").items][-1] == "异味"
    assert len(inspections.publications()) == 1
    engineer = as_(Client(), "李伟")
    assert "发布新版本" not in seen(engineer, address)
    with held_at(NOON):
        assert engineer.post(address, {**sent_, "reason": "x", "version": "1"}).status_code == 403
    seen(desk, "/plan/lists/?list=nothing", status=404)

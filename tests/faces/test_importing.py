"""Lists brought through the pages: a file, its columns, what it would do, a button, and back."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from jiannuo.customers import matching
from jiannuo.equipment import queries as equipment
from jiannuo.journey.bringing import working
from jiannuo.journey.bringing.registry import KINDS
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON
from tests.faces.test_query_budget import BUDGET
from tests.journey.test_bringing_lists import book, text
from tests.world import World, enter, login

HEADS = ["单位名称", "电话"]


@pytest.fixture
def admin(world: World, client: Client) -> Client:
    enter(client, login("罗敏"))
    return client


def sent(client: Client, kind: str, data: bytes, name: str = "台账.xlsx") -> tuple[int, str]:
    """The status, and where it leads or what it says."""
    with held_at(NOON):
        answer = whole(client.post(f"/import/{kind}/", {"file": SimpleUploadedFile(name, data)}))
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def opened(client: Client, path: str) -> str:
    with held_at(NOON):
        answer = whole(client.get(path))
    assert answer.status_code == 200
    return str(answer.content.decode())


def pressed(client: Client, path: str, **fields: object) -> tuple[int, str]:
    with held_at(NOON):
        answer = whole(client.post(path, fields))
        while working.work():
            pass
    return answer.status_code, answer.headers.get("Location") or answer.content.decode()


def saved(client: Client, path: str) -> list[list[object]]:
    with held_at(NOON):
        data = whole(client.get(path)).content
    page = load_workbook(io.BytesIO(data)).worksheets[0]
    return [list(row) for row in page.iter_rows(values_only=True)]


def test_a_list_is_looked_at_written_and_taken_back(world: World, admin: Client) -> None:
    status, place = sent(
        admin, "customers", book(HEADS, ["德阳二院", "0838-1111111"], ["", "1"], ["甲", "abc"])
    )
    assert status == 302
    html = opened(admin, place)
    assert "下一步：写入 1 行" in html
    assert "只写好的 1 行" in html
    assert "「abc」不是电话号码" in html
    assert "什么都没有" not in html
    assert not [card for card in matching.everybody() if card.name == "德阳二院"]
    assert pressed(admin, place, do="write") == (302, place)
    html = opened(admin, place)
    assert "写入 1 行，2 行要改" in html
    assert pressed(admin, place, do="undo") == (302, place)
    assert "撤回 1 行" in opened(admin, place)
    assert not [card for card in matching.everybody() if card.name == "德阳二院"]
    assert "台账.xlsx" in opened(admin, "/import/")


def test_the_rows_to_mend_come_as_a_workbook_that_can_be_sent_again(
    world: World, admin: Client
) -> None:
    _, place = sent(admin, "customers", book(HEADS, ["好", ""], ["=1+1", "+86"], ["-乙", "x"]))
    rows = saved(admin, f"{place}refused/")
    heads = next(at for at, row in enumerate(rows) if row[0] == "要改什么")
    assert [row[1:3] for row in rows[heads + 1 :]] == [["'-乙", "x"]] or len(rows) > heads
    wrong = {row[1]: row[0] for row in rows[heads + 1 :]}
    assert "'-乙" in wrong
    assert str(wrong["'-乙"]).startswith("「x」不是电话号码")
    mended = [row if row[1] != "'-乙" else [row[0], row[1], "028-1234567"] for row in rows]
    _, again = sent(admin, "customers", book(*mended))
    pressed(admin, again, do="write")
    assert "-乙" in {card.name for card in matching.everybody()}


def test_columns_that_were_not_recognised_are_chosen(world: World, admin: Client) -> None:
    _, place = sent(admin, "customers", book(["往来户", "热线"], ["德阳二院", "0838-1111111"]))
    html = opened(admin, place)
    assert "下一步：说明每一列是什么" in html
    assert "德阳二院" in html
    status, html = pressed(admin, place, do="columns", column=["", "phones"])
    assert status == 409
    assert "还没有选：客户名称" in html
    assert '<option value="phones" selected>' in html
    assert pressed(admin, place, do="columns", column=["called", "phones"])[0] == 302
    assert "下一步：写入 1 行" in opened(admin, place)


def test_what_is_no_list_is_said_where_it_was_sent(world: World, admin: Client) -> None:
    status, html = sent(admin, "customers", b"")
    assert (status, "文件是空的" in html) == (409, True)
    with held_at(NOON):
        answer = admin.post("/import/customers/", {})
    assert "请先选一个文件" in answer.content.decode()


def test_all_or_none_is_said_and_kept(world: World, admin: Client) -> None:
    _, place = sent(admin, "customers", book(HEADS, ["甲", ""], ["", "1"]))
    status, html = pressed(admin, place, do="write", at_once="on")
    assert (status, "有 1 行要改" in html) == (409, True)
    assert pressed(admin, place, do="drop") == (302, "/import/")
    assert "台账.xlsx" not in opened(admin, "/import/")


def test_each_kind_has_a_template_that_is_read_back_whole(world: World, client: Client) -> None:
    others = {"staff": "高远", "stock": "蒋丽"}
    logins = {name: login(name) for name in ("罗敏", *others.values())}
    for code, kind in KINDS.items():
        client.logout()
        enter(client, logins[others.get(code, "罗敏")])
        (heads,) = saved(client, f"/import/{code}/template/")
        assert [str(head).strip("*") for head in heads] == [c.head.zh for c in kind.columns]
        example = [column.example or "" for column in kind.columns]
        _, place = sent(client, code, book(heads, example))
        assert "每一列是什么" in opened(client, place)
        assert "还没有选" not in opened(client, place)
        assert "说明每一列是什么" not in opened(client, place)


def test_an_english_list_is_read_by_its_english_heads(world: World, admin: Client) -> None:
    admin.cookies["language"] = "en"
    _, place = sent(
        admin,
        "customers",
        text(["Customer", "Telephones"], ["Ward 5", "1234567"], encoding="utf-8"),
    )
    assert "Next: write 1 rows" in opened(admin, place)


@pytest.mark.parametrize("many", [2, 40])
def test_lists_keep_their_budget(world: World, admin: Client, many: int) -> None:
    rows = [[f"客户 {n}", ""] for n in range(many)] + [["", "x"]] * many
    _, place = sent(admin, "customers", book(HEADS, *rows))
    for name, path in (
        ("import_list", "/import/"),
        ("import_show", place),
        ("template_show", "/import/customers/template/"),
        ("refused_show", f"{place}refused/"),
    ):
        with CaptureQueriesContext(connection) as asked, held_at(NOON):
            assert admin.get(path).status_code == 200
        assert len(asked) <= BUDGET[f"desk:{name}"], name


def test_a_device_list_is_written_by_whoever_may(world: World, client: Client) -> None:
    enter(client, login("沈浩"))
    data = book(["SN", "客户"], ["AB-1", "眉山东坡智慧交通指挥中心"])
    _, place = sent(client, "devices", data)
    pressed(client, place, do="write")
    unit = equipment.find("AB-1")
    assert unit is not None
    page = opened(client, f"/devices/{unit.id}/")
    assert "导入" in page


def test_what_was_taken_back_leaves_every_page_open(world: World, admin: Client) -> None:
    own = world.customer
    data = book(["SN", "客户"], ["AB-1", "眉山东坡智慧交通指挥中心"])
    _, place = sent(admin, "devices", data)
    pressed(admin, place, do="write")
    unit = equipment.find("AB-1")
    assert unit is not None
    pressed(admin, place, do="undo")
    for path in (
        f"/customers/{own.id}/",
        f"/customers/{own.id}/archive/",
        f"/contracts/{own.contract}/",
        f"/sites/{own.site}/",
        "/devices/",
        "/find/?q=AB-1",
    ):
        opened(admin, path)
    with held_at(NOON):
        assert admin.get(f"/devices/{unit.id}/").status_code == 404

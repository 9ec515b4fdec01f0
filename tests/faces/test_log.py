"""The live log of an emergency on the page of its case: a line, files, and whoever saves them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings

from jiannuo.archive import files
from jiannuo.archive.models import Event, File
from jiannuo.journey import classification, emergency
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.conftest import NOON, Page
from tests.world import World, login

TEN = NOON + timedelta(minutes=10)
PHOTO = b"\xff\xd8\xff" + b"0" * 3000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(DATA=tmp_path):
        yield tmp_path / "files"


@pytest.fixture
def declared(world: World, number: str) -> str:
    """The case as an emergency since noon."""
    with held_at(NOON):
        classification.declare_level_one(world.actor("李伟"), number, reason="全网中断")
    return number


def write(
    desk: Client, number: str, text: str = "更换主控板", n: int = 0, **sent: bytes
) -> HttpResponse:
    """`sent`: files, by their names without an end."""
    found = [SimpleUploadedFile(f"{name}.jpg", data) for name, data in sent.items()]
    with held_at(TEN):
        return whole(desk.post(f"/cases/{number}/log/", {"text": text, "n": n, "files": found}))


def lines(number: str) -> list[Event]:
    return list(Event.objects.filter(kind="log_added").order_by("id"))


def test_a_line_with_a_photo_stands_in_the_log_and_can_be_saved(
    declared: str, desk: Client, page: Page
) -> None:
    answer = write(desk, declared, 机柜=PHOTO)
    assert answer["Location"] == f"/cases/{declared}/#emergency"
    shown = page(f"/cases/{declared}/", TEN)
    assert shown.count("更换主控板") == 3  # in the card, in what happened last, in what happened
    file = File.objects.get()
    address = f"/cases/{declared}/files/{file.id}/"
    assert shown.count(f'href="{address}"') == 3  # in the card, in what happened, among the files
    assert "机柜.jpg" in shown
    saved = whole(desk.get(address))
    assert saved.content == PHOTO
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["Content-Type"] == "application/octet-stream"


def test_a_double_press_is_one_line_and_the_same_words_later_are_another(
    declared: str, desk: Client
) -> None:
    for _ in range(2):
        write(desk, declared, 机柜=PHOTO)
    assert len(lines(declared)) == 1
    write(desk, declared, n=1, 机柜=PHOTO)
    assert len(lines(declared)) == 2
    assert File.objects.count() == 1


def test_going_back_and_writing_something_else_loses_nothing(declared: str, desk: Client) -> None:
    write(desk, declared, "第一句")
    write(desk, declared, "第二句")
    assert [event.detail["text"] for event in lines(declared)] == ["第一句", "第二句"]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "文件是空的"), (b"0" * (files.LARGEST + 1), "文件超过 20 MB")],
)
def test_what_was_typed_stays_when_a_file_is_refused(
    declared: str, desk: Client, data: bytes, says: str
) -> None:
    answer = write(desk, declared, "交换机<b>冒烟</b>", 机柜=PHOTO, 空=data)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "交换机&lt;b&gt;冒烟&lt;/b&gt;</textarea>" in shown
    assert says in shown
    assert "文件要重新选一次" in shown
    assert f'hx-get="/cases/{declared}/"' in shown
    assert not File.objects.exists()
    with held_at(TEN):  # a link of that page, or a new language
        assert desk.get(f"/cases/{declared}/log/").headers["Location"] == f"/cases/{declared}/"


def test_a_line_that_says_nothing_is_refused(declared: str, desk: Client) -> None:
    answer = write(desk, declared, "  ")
    assert answer.status_code == 409
    assert "请写一句话，或选一个文件" in answer.content.decode()


def test_an_update_and_a_file_that_was_only_named_lead_nowhere(
    declared: str, world: World, page: Page
) -> None:
    with held_at(TEN):
        emergency.add_to_log(world.actor("李伟"), declared, text="抓包", files=["a.pcap"])
    assert "a.pcap</span>" in page(f"/cases/{declared}/", TEN)


def test_who_may_not_write_sees_no_form(declared: str, client: Client) -> None:
    client.force_login(login("蒋丽"))
    with held_at(TEN):
        shown = client.get(f"/cases/{declared}/").content.decode()
        assert client.post(f"/cases/{declared}/log/", {"text": "x"}).status_code == 403
    assert "记入日志" not in shown
    assert "log-text" not in shown


def test_a_file_of_another_case_is_none(declared: str, desk: Client, world: World) -> None:
    write(desk, declared, 机柜=PHOTO)
    file = File.objects.get()
    with held_at(TEN):
        assert desk.get(f"/cases/WX-0/files/{file.id}/").status_code == 404
        assert desk.get(f"/cases/{declared}/files/{declared_id()}/").status_code == 404


def declared_id() -> str:
    return "0197a3c2-5d1e-7c5b-9a54-6f1d0c8e2b11"

"""Files: kept whole under their own hash, handed out as they came, never believed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import override_settings

from jiannuo.archive import files
from jiannuo.archive.commands import Subject
from jiannuo.archive.files import FileCard
from jiannuo.archive.models import File
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor

pytestmark = pytest.mark.django_db
LI = Actor("李伟", frozenset({"engineer"}), uuid4())
CASE = Subject("case", uuid4(), None)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(DATA=tmp_path):
        yield tmp_path / "files"


def kept(name: str = "日志.txt", data: bytes = b"down") -> FileCard:
    return files.keep(LI, CASE, name, data)


def test_a_file_comes_back_as_it_went_in(folder: Path) -> None:
    card = kept("机房照片.png", PNG)
    assert files.opened(CASE.id, card.id) == (card, PNG)
    assert (card.kind, card.size) == ("image/png", len(PNG))
    assert [p.name for p in folder.rglob("*") if p.is_file()] == [card.sha256]


def test_the_same_file_again_is_the_same_file() -> None:
    assert kept() == kept()
    kept("另一个名字.txt")
    assert File.objects.count() == 2
    assert len({one.sha256 for one in files.files_of(CASE.id)}) == 1


def test_what_it_calls_itself_counts_for_nothing() -> None:
    assert kept("photo.jpg", b"<script>alert(1)</script>").kind == "text/plain"
    assert kept("notes.txt", b"\x00\xff\xfe").kind == "application/octet-stream"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\li\\图.png", "图.png"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x\x00y\n.txt", "x y .txt"),
        ("  .. ", "file"),
        ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
    ],
)
def test_a_name_is_cleaned_before_anybody_sees_it(said: str, name: str) -> None:
    assert kept(said).name == name


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty_file"), (b"0" * (files.LARGEST + 1), "file_too_large")]
)
def test_nothing_and_too_much_are_refused_and_leave_nothing(
    folder: Path, data: bytes, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        kept("x", data)
    assert caught.value.code == code
    assert not File.objects.exists()
    assert not folder.exists()


def test_a_file_of_another_subject_is_none() -> None:
    card = kept()
    with pytest.raises(Refusal) as caught:
        files.opened(uuid4(), card.id)
    assert caught.value.code == "no_file"


@pytest.mark.parametrize("gone", [True, False])
def test_what_was_changed_or_lost_on_the_disk_is_not_handed_out(folder: Path, gone: bool) -> None:
    card = kept()
    (place,) = [p for p in folder.rglob("*") if p.is_file()]
    if gone:
        place.unlink()
    else:
        place.write_bytes(b"up")
    with pytest.raises(Refusal) as caught:
        files.opened(CASE.id, card.id)
    assert caught.value.code == "file_damaged"

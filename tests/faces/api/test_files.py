"""Programs put files to a case and take them out again."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, override_settings

from jiannuo.archive import files
from jiannuo.archive.models import Event, File
from jiannuo.kernel.moment import held_at
from tests.faces.answers import whole
from tests.faces.api.programs import Program, Programs, refused, told

DUMP = b"%BGP-5-ADJCHANGE: neighbor 10.0.0.2 Down"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(DATA=tmp_path):
        yield


def send(
    program: Program, number: str, data: bytes = DUMP, key: str = "", name: str = "核心.log"
) -> HttpResponse:
    headers = {"Authorization": f"Bearer {program.token}"}
    headers |= {"Idempotency-Key": key} if key else {}
    said = {"file": SimpleUploadedFile(name, data), "text": "设备日志"}
    with held_at(program.at):
        return whole(Client().post(f"/api/v1/cases/{number}/files", said, headers=headers))


def test_a_file_is_put_to_a_case_and_saved_from_there(acting: Programs, number: str) -> None:
    kept = told(send(acting("李伟"), number), 201)
    assert (kept["name"], kept["size"], kept["kind"]) == ("核心.log", len(DUMP), "text/plain")
    answer = acting("周敏").get(f"/cases/{number}/files/{kept['id']}")
    assert answer.content == DUMP
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%A0%B8")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_sent_again_with_its_key_is_one_line(acting: Programs, number: str) -> None:
    first = told(send(acting("李伟"), number, key="1"), 201)
    assert told(send(acting("李伟"), number, key="1"), 201) == first
    assert Event.objects.filter(kind="log_added").count() == File.objects.count() == 1


def test_a_key_that_brought_another_file_keeps_nothing_of_this_one(
    acting: Programs, number: str
) -> None:
    told(send(acting("李伟"), number, key="1"), 201)
    refused(send(acting("李伟"), number, b"another", key="1"), 409, "used_operation")
    assert File.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty_file"), (b"0" * (files.LARGEST + 1), "file_too_large")]
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(
    acting: Programs, number: str, data: bytes, code: str
) -> None:
    refused(send(acting("李伟"), number, data), 409, code)
    assert not File.objects.exists()
    assert not Event.objects.filter(kind="log_added").exists()


def test_a_full_disk_is_told_and_the_same_request_may_come_again(
    acting: Programs, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr("os.fsync", no_room)
        answer = send(acting("李伟"), number, key="1")
    refused(answer, 503, "disk_full")
    assert answer["Retry-After"]
    assert not File.objects.exists()
    told(send(acting("李伟"), number, key="1"), 201)


def no_room(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_who_may_not_write_the_log_puts_no_files(acting: Programs, number: str) -> None:
    refused(send(acting("蒋丽"), number), 403, "not_permitted")
    refused(send(acting("李伟"), "WX-0"), 404, "no_case")

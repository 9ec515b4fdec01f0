"""Whatever Excel and its like write is read as the same table."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiannuo.faces.console.importing_reading import decoded, plain, read
from jiannuo.kernel.refusal import Refusal
from tests.console.exports import COLUMNS, LIFE, cells, workbook, written

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]


def words(file: Path, **how: str) -> list[list[str]]:
    table = read(file, COLUMNS, **how)
    return [list(table.names), *([str(cell) for cell in line.cells] for line in table.lines)]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"]
)
def test_encoding_and_delimiter_are_found_out(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    file = written(tmp_path, LIFE, encoding=encoding, delimiter=delimiter)
    assert words(file) == [[str(cell) for cell in line] for line in cells(LIFE)]


def test_a_packed_file_is_told_by_its_content(tmp_path: Path) -> None:
    file = written(tmp_path, LIFE, packed=True)
    named_otherwise = file.rename(tmp_path / "export.csv")
    assert len(read(named_otherwise, COLUMNS).lines) == 4


def test_a_workbook_gives_moments_and_whole_numbers(tmp_path: Path) -> None:
    table = read(workbook(tmp_path, LIFE), COLUMNS)
    assert table.names == COLUMNS
    first = dict(zip(table.names, table.lines[0].cells, strict=True))
    assert str(first["变更时间"]) == "2026-03-02 08:01:00"
    assert (first["重开次数"], first["解决时间"], first["现象"]) == ("0", "", "端口抖动")


def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text('单号,现象\r\n1,"two\r\nlines"\r\n\r\n,\r\n2,plain\r\n', encoding="utf-8")
    assert [line.number for line in read(file, ("单号",)).lines] == [2, 6]


def test_excels_own_first_line_names_the_delimiter(tmp_path: Path) -> None:
    file = tmp_path / "sep.csv"
    file.write_text("sep=;\r\n单号;现象\r\n1;a,b,c\r\n", encoding="utf-8")
    table = read(file, ("单号",))
    assert (table.names, table.lines[0].cells, table.lines[0].number) == (
        ("单号", "现象"),
        ("1", "a,b,c"),
        3,
    )


def test_a_delimiter_too_many_at_the_end_is_no_column(tmp_path: Path) -> None:
    file = tmp_path / "tail.csv"
    file.write_text("单号,现象,,\r\n1,x,,,,\r\n2,y\r\n3\r\n", encoding="utf-8")
    table = read(file, ("单号",))
    assert table.names == ("单号", "现象")
    assert [line.cells for line in table.lines] == [("1", "x"), ("2", "y"), ("3",)]


def test_what_excel_kept_as_text_is_text(tmp_path: Path) -> None:
    file = tmp_path / "text.csv"
    file.write_text('单号\r\n"=""00123"""\r\n', encoding="utf-8")
    assert read(file, ("单号",)).lines[0].cells == ("00123",)


def test_a_few_broken_bytes_are_marked_not_guessed() -> None:
    raw = ("单号,现象\n" + "A,网络端口抖动\n" * 50).encode() + b"\xff\xfe\n"
    text, encoding, lossy = decoded(raw)
    assert (encoding, lossy) == ("utf-8", True)
    assert text.count("\N{REPLACEMENT CHARACTER}") == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x1f\x8b broken",
        b"\xd0\xcf\x11\xe0 old excel",
        b" <html><table>",
        b"PK\x03\x04",
    ],
    ids=["empty", "blank", "broken gz", "xls", "html", "broken xlsx"],
)
def test_what_is_no_table_is_refused_in_both_languages(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "none.csv"
    file.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read(file, COLUMNS)
    assert refused.value.zh
    assert refused.value.en


def test_an_unknown_encoding_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="klingon"):
        read(written(tmp_path, LIFE), COLUMNS, encoding="klingon")


def test_names_are_compared_as_people_read_them() -> None:
    assert plain("　ＩＮＣＩＤＥＮＴ＿State ") == plain("incident_state")

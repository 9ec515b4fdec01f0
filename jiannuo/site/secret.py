"""The key that signs sessions: made once, kept in the data folder."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from jiannuo.site.environment import BadEnvironment


def path(data: Path) -> Path:
    """Where the key of a data folder lies."""
    return data / "secret_key"


def kept_in(data: Path) -> str:
    """The key of this data folder, made on first use.

    Web, worker and tests may start at once: the key is written beside and linked into place,
    so that whoever comes second reads the first one's key, whole.
    """
    file = path(data)
    try:
        if not file.exists():
            _make(file)
        return file.read_text().strip()
    except OSError as problem:
        raise BadEnvironment(
            f"{file}: {problem.strerror}. Use the data folder's owner, or set JIANNUO_DATA to a "
            "folder of your own.\n请用数据目录的所有者运行，或把 JIANNUO_DATA 设为您自己的目录。"
        ) from problem


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".secret_key.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()

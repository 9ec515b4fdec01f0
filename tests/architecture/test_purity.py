"""The manual is plain Python: it can be read, asked and tested without Django or a database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jiannuo

ROOM = Path(jiannuo.__file__).parent / "manual"
HEAVY = ("django", "psycopg", "asyncio", "http.client", "sqlite3", "yaml", "jsonschema")


def test_no_file_of_the_manual_brings_django_or_anything_heavy_with_it() -> None:
    modules = sorted(f"jiannuo.manual.{path.stem}" for path in ROOM.glob("[a-z]*.py"))
    code = (
        f"import sys, {', '.join(modules)}\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"

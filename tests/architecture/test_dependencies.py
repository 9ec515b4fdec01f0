"""What the product imports it names: what came along with something else may leave with it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def imported() -> set[str]:
    found = set[str]()
    for path in (ROOT / "jiannuo").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module).split(".")[0])
    return found - set(sys.stdlib_module_names) - {"jiannuo"}


def called(name: str) -> str:
    """As the registry spells it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", name)[0]).lower()


def test_every_package_that_is_imported_is_named() -> None:
    named = {called(one) for one in PROJECT["dependencies"]}
    homes = packages_distributions()
    assert not {m: homes[m] for m in imported() if not named & {called(d) for d in homes[m]}}

"""Which duty of the manual is kept, where, and which test shows it: docs/manual/clauses.md.

The duties stand in docs/manual/requirements.toml. A file of the product keeps a duty when it
names its number; a test shows it by the marker `keeps`, or by its number in a docstring or in
what the test asserts. Kept is a duty that has both. A number must be written out whole: what is
put together at run time is not found, neither here nor by `grep`.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from ops.markdown import MADE, table

ROOT = Path(__file__).resolve().parents[1]
DUTIES = ROOT / "docs" / "manual" / "requirements.toml"
SOURCES = (".py", ".toml", ".html", ".sql")

#: Tests in which a number is only an example keep no duty.
NO_WITNESS = (
    "tests/architecture/test_clauses.py",
    "tests/kernel/test_refusal.py",
    "tests/scenarios/test_bad_stories.py",
)

NUMBER = re.compile(r"(?<![\w-])R-[0-9TX][\w.-]*")


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty of the manual. `later`: what of it is still to come, in Chinese and English."""

    id: str
    where: str
    kind: str
    priority: str
    zh: str
    en: str
    later: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        return self.id.split("-")[1]


@dataclass(frozen=True, slots=True, order=True)
class Witness:
    """A test that names a duty; `name` is empty where the whole file does."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """What names each duty in the product and in the tests, unknown numbers included."""

    files: Mapping[str, tuple[str, ...]]
    tests: Mapping[str, tuple[Witness, ...]]

    def kept(self, duty: str) -> bool:
        return duty in self.files and duty in self.tests


def _raw() -> dict[str, Any]:
    return tomllib.loads(DUTIES.read_text(encoding="utf-8"))


@cache
def duties() -> tuple[Duty, ...]:
    rows = _raw()["duty"]
    return tuple(Duty(**{**row, "later": tuple(row.get("later", ()))}) for row in rows)


def sections() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["zh"], row["en"]) for row in _raw()["section"]}


def numbers(text: str) -> set[str]:
    """The numbers of duties in a text; one cut off before a place holder is none."""
    found = {match.rstrip(".") for match in NUMBER.findall(text)}
    return {number for number in found if not number.endswith("-")}


def found() -> Found:
    files: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "jiannuo").rglob("*")):
        if path.suffix in SOURCES and "vendor" not in path.parts:
            for number in numbers(path.read_text(encoding="utf-8")):
                files[number].add(path.relative_to(ROOT).as_posix())
    tests: defaultdict[str, set[Witness]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name not in NO_WITNESS:
            for number, test in named(path.read_text(encoding="utf-8")):
                tests[number].add(Witness(name, test))
    return Found(
        {number: tuple(sorted(where)) for number, where in files.items()},
        {number: tuple(sorted(where)) for number, where in tests.items()},
    )


def named(source: str) -> Iterator[tuple[str, str]]:
    """(number, test) of one file of tests; the test is "" where all of the file is meant."""
    tree = ast.parse(source)
    tables = dict(_tables(tree))
    for number in numbers(ast.get_docstring(tree) or "") | tables.get("pytestmark", set()):
        yield number, ""
    for node in tree.body:
        for test in _tests(node):
            for number in _numbers_of(node if isinstance(node, ast.ClassDef) else test, tables):
                yield number, test.name


def _tests(node: ast.stmt) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    inside = node.body if isinstance(node, ast.ClassDef) else [node]
    for one in inside:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test"):
            yield one


def _numbers_of(node: ast.AST, tables: Mapping[str, set[str]]) -> set[str]:
    """Numbers written in a piece of code, and in the tables of the file that it names."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found |= numbers(part.value)
        elif isinstance(part, ast.Name):
            found |= tables.get(part.id, set())
    return found


def _tables(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """The names a file of tests gives to values with numbers in them. What can be worked out
    without running the file is, so that {f"L{n}": f"R-7.2-T-{n}" for n in ...} counts too."""
    values: dict[str, Any] = {"__builtins__": {"range": range}}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        try:
            code = compile(ast.Expression(node.value), name, "eval")
            values[name] = eval(code, values)
            text = repr(values[name])
        except Exception:
            text = ast.unparse(node.value)
        if inside := numbers(text):
            yield name, inside


def unknown(found: Found) -> dict[str, list[str]]:
    """Numbers that no duty has, with the files that name them."""
    known = {duty.id for duty in duties()}
    strange: defaultdict[str, list[str]] = defaultdict(list)
    for number, files in found.files.items():
        strange[number] += [] if number in known else files
    for number, tests in found.tests.items():
        strange[number] += [] if number in known else sorted({test.path for test in tests})
    return {number: where for number, where in strange.items() if where}


def page() -> str:
    """docs/manual/clauses.md"""
    all_, seen = duties(), found()
    kept = [duty for duty in all_ if seen.kept(duty.id)]
    parts = [MADE, _head(len(kept), len(all_), seen)]
    titles = sections()
    for section, rows in groupby(all_, key=lambda duty: duty.section):
        zh, en = titles[section]
        parts.append(f"\n## {zh} · {en}\n\n")
        head = ("编号 No.", "义务 Duty", "状态 State", "所在 Kept in", "证明 Shown by")
        parts.append(table(head, (_row(duty, seen) for duty in rows)))
    return "".join(parts)


def _head(kept: int, all_: int, seen: Found) -> str:
    ids = [duty.id for duty in duties()]
    untested = sum(1 for number in ids if number in seen.files and number not in seen.tests)
    unnamed = sum(1 for number in ids if number in seen.tests and number not in seen.files)
    partly = sum(1 for duty in duties() if duty.later and seen.kept(duty.id))
    return f"""\
# 条款对照 · Clauses

**已守住 {kept} / {all_}，未完成 {all_ - kept}。 Kept {kept} of {all_}, open {all_ - kept}.**

手册的每一项义务：由哪个文件守住，由哪个测试证明。
两者俱全才算「守住」；其中 {partly} 项还有一部分待做，已注明。
未完成的 {all_ - kept} 项中，{untested} 项有代码而无测试，{unnamed} 项有测试而代码未注编号。

Each duty of the manual, the files that keep it and the tests that show it. It takes both to be
kept; of the kept, {partly} have a part still to come, which is said. Of the {all_ - kept} open,
{untested} are named by the product and by no test, {unnamed} by a test and by no file of the
product.

「推定 inferred」：手册原文在 7.5 中断，该项由上下文推定。
The text we have breaks off inside 7.5; an inferred duty follows from the rest.
`must` `should` `could`：轻重 weight. 编号与名称取自 Numbers and names: requirements.toml.
怎样读手册的含糊之处 How unclear words are read: [readings.md](readings.md).
"""


def _row(duty: Duty, seen: Found) -> tuple[str, ...]:
    state = "**守住 kept**" if seen.kept(duty.id) else "open"
    if duty.later and seen.kept(duty.id):
        state += f"<br>待做 to come: {duty.later[0]} · {duty.later[1]}"
    about = f"{duty.where} · {duty.priority}"
    if duty.kind == "inferred":
        about += " · 推定 inferred"
    return (
        duty.id,
        f"{duty.zh}<br>{duty.en}<br><sub>{about}</sub>",
        state,
        "<br>".join(_link(path, path.removeprefix("jiannuo/")) for path in _files(duty, seen)),
        "<br>".join(_shown(duty, seen)),
    )


def _files(duty: Duty, seen: Found) -> tuple[str, ...]:
    return seen.files.get(duty.id, ())


def _shown(duty: Duty, seen: Found) -> Iterator[str]:
    for path, tests in groupby(seen.tests.get(duty.id, ()), key=lambda test: test.path):
        names = [test.name.removeprefix("test_").replace("_", " ") for test in tests]
        said = "; ".join(name for name in names if name)
        link = _link(path, path.removeprefix("tests/").removesuffix(".py"))
        yield f"{link}: {said}" if said else link


def _link(path: str, text: str) -> str:
    return f"[{text}](../../{path})"


def main() -> int:
    """What stands between the open duties and being kept: `python -m ops.clauses`."""
    seen = found()
    for title, some, others in (
        ("named by the product, by no test", seen.files, seen.tests),
        ("named by a test, by no file of the product", seen.tests, seen.files),
    ):
        left = [duty for duty in duties() if duty.id in some and duty.id not in others]
        sys.stdout.write(f"{title}: {len(left)}\n")
        sys.stdout.writelines(f"  {duty.id:<12} {duty.zh} · {duty.en}\n" for duty in left)
    neither = [d for d in duties() if d.id not in seen.files and d.id not in seen.tests]
    sys.stdout.write(f"by neither: {len(neither)}\n")
    sys.stdout.writelines(f"  {duty.id:<12} {duty.zh} · {duty.en}\n" for duty in neither)
    return 0


if __name__ == "__main__":
    sys.exit(main())

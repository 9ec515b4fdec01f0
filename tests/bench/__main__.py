"""`make bench`: every figure beside what it is measured against, in one run.

A module `tests/bench/bench_*.py` has `figures()`, which gives rows (what, measured, against). It
runs on a migrated database of its own, as durable as production.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import click
import django

from jiannuo.site import environment
from jiannuo.site.database import start

Row = tuple[str, str, str]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiannuo.site.settings")
    server = start.ready(environment.read(os.environ))
    django.setup()
    keep_edition = import_module("jiannuo.customers.commands").keep_edition
    own_copy = import_module("tests.database").own_copy  # looks at the settings
    wanted = sys.argv[1:]
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if wanted and name not in wanted:
            continue
        figures: Callable[[], Iterable[Row]] = import_module(f"tests.bench.{path.stem}").figures
        click.echo(f"\n{name}")
        with own_copy(server, durable=True):
            keep_edition()  # as in every house
            for what, measured, against in figures():
                click.echo(f"  {what:<44} {measured:>16} {against:>24}")


if __name__ == "__main__":
    main()

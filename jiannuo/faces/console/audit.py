"""`jiannuo audit`: hand the audit chain out, and check it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from uuid import UUID

import click

from jiannuo.archive import commands, queries


@click.group()
def audit() -> None:
    """The audit chain: export it, verify it.

    审计链：导出与核验。
    """


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--customer", type=click.UUID, help="Only this customer's rows in words.")
def export(file: Path, customer: UUID | None) -> None:
    """Write the whole chain to the new FILE (- for the screen), for ops/verify_audit.py.

    导出审计链，供独立脚本 ops/verify_audit.py 核验。
    """
    while commands.seal():
        pass
    with _new(file) as out:
        for line in queries.audit_export(customer):
            out.write(line + "\n")
    _tell_head()


@contextmanager
def _new(file: Path) -> Iterator[TextIO]:
    """A file that only its owner reads and that takes its name when it is whole."""
    if str(file) == "-":
        yield sys.stdout
        return
    if file.exists():
        raise click.ClickException(f"{file} exists already 文件已存在")
    draft = file.with_name(file.name + ".partial")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        yield out
    draft.replace(file)


@audit.command()
@click.option("--count", type=click.IntRange(0), help="A link that was noted elsewhere, ...")
@click.option("--head", "noted", help="... and its hash.")
def verify(count: int | None, noted: str | None) -> None:
    """Check the chain, and that every event still says what was recorded.

    核验审计链，并核对每条事件与记录时一致。
    """
    if (count is None) != (noted is None):
        raise click.UsageError("--count and --head go together 两者须同时给出")
    problem = queries.verify_chain()
    if problem is None and count and queries.hash_at(count) != noted:
        problem = f"link {count} is not the one that was noted"
    if problem:
        raise click.ClickException(f"the audit is not whole 审计链不完整: {problem}")
    click.echo("the audit is whole 审计链完整")
    _tell_head()


def _tell_head() -> None:
    """On the error output: an export may go to the screen."""
    head = queries.head()
    click.echo(
        f"note elsewhere 请另存: --count {head.n} --head {head.hash}"
        f"   ({queries.waiting()} rows wait for the chain)",
        err=True,
    )

"""`jiannuo scenario run`: play written stories through the product and compare."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.db import transaction

from jiannuo.faces.rehearsal.blocks import blocks
from jiannuo.faces.rehearsal.comparing import Agreement, compare
from jiannuo.faces.rehearsal.playing import PlayError, play
from jiannuo.faces.rehearsal.reading import read_master, read_story
from jiannuo.faces.rehearsal.scratch import scratch_database
from jiannuo.faces.rehearsal.telling import Story, StoryError
from jiannuo.kernel.refusal import Refusal

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def scenario() -> None:
    """Rehearse written stories.

    排练：按剧本走一遍全部流程并核对结果。
    """


@scenario.command()
@click.argument("paths", nargs=-1, required=True, type=FILE)
@click.option("--master", type=FILE, help="The company; else _master.yaml beside the story. 公司")
@click.option(
    "--json", "out", type=click.Path(path_type=Path), help="Write the computed blocks. 写出结果"
)
@click.option("--keep", is_flag=True, help="Keep the scratch database and name it. 保留临时库")
def run(paths: tuple[Path, ...], master: Path | None, out: Path | None, *, keep: bool) -> None:
    """Play stories and compare every block of what they expect; exit 1 on any difference.

    按剧本走一遍，逐块核对预期；有任何不同则以 1 退出。
    """
    passed, computed = 0, dict[str, Any]()
    with scratch_database(keep=keep) as name:
        for path in paths:
            with _one_story(keep=keep):
                good, found = _rehearse(path, master)
            passed += good
            computed[path.stem] = found
        if keep:
            click.echo(f"kept: database {name}")
    if out is not None:
        _write(out, computed)
    click.echo(f"scenarios {passed} passed, {len(paths) - passed} failed")
    sys.exit(0 if passed == len(paths) else 1)


@contextmanager
def _one_story(*, keep: bool) -> Iterator[None]:
    """A story leaves nothing behind for the next one, unless it is to be looked at."""
    with transaction.atomic():
        yield
        transaction.set_rollback(not keep)


def _rehearse(path: Path, master: Path | None) -> tuple[bool, dict[str, Any] | None]:
    try:
        story = read_story(path, read_master(_company(path, master)))
        computed = blocks(play(story))
    except (StoryError, PlayError, Refusal, OSError) as error:
        click.echo(f"{path.name}: {error}")
        return False, None
    if story.expected is None:
        click.echo(f"{path.name}: computed, nothing expected")
        return True, computed
    return _report(story, compare(story.expected, computed)), computed


def _company(path: Path, master: Path | None) -> Path:
    found = master or path.parent / "_master.yaml"
    if not found.is_file():
        raise StoryError(
            path,
            1,
            f"no {found.name} beside it; name the company's file with --master "
            f"(旁边没有 {found.name}，请用 --master 指定公司文件)",
        )
    return found


def _report(story: Story, found: list[Agreement]) -> bool:
    differences = [d for agreement in found for d in agreement.differences]
    rows = sum(agreement.rows for agreement in found)
    title = story.facts["title_zh"]
    click.echo(f"{story.facts['id']}  {title}")
    for agreement in found:
        mark = "ok" if not agreement.differences else "DIFFERS"
        click.echo(f"  {agreement.block:<16} {agreement.rows:>4} agree  {mark}")
        for difference in agreement.differences:
            click.echo(f"    {difference.side:<8} {difference.row}")
    click.echo(f"  {rows} rows agree, {len(differences)} differ")
    return not differences


def _write(out: Path, computed: dict[str, Any]) -> None:
    """One story: its blocks; several: by file name."""
    content = next(iter(computed.values())) if len(computed) == 1 else computed
    out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

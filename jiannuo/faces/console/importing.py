"""`jiannuo import`: what another system knows becomes cases like others."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import click

from jiannuo.customers import queries as customers
from jiannuo.imports.reading import read
from jiannuo.imports.table import Table
from jiannuo.journey.histories import mapping as maps
from jiannuo.journey.histories.lived import histories
from jiannuo.journey.histories.mapping import ColumnMap
from jiannuo.journey.histories.rejects import REASONS, Rejects
from jiannuo.journey.histories.rows import Change, Reader
from jiannuo.journey.importing import Brought, History, bring_in
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM

#: Cases written in one transaction: enough to be fast, few enough to be lost by a power cut.
BATCH = 250
FILE = click.Path(path_type=Path)


@click.group(name="import")
def import_() -> None:
    """Bring in what another system knows.

    导入其它系统的历史记录。
    """


@import_.command()
@click.argument("file", type=FILE)
@click.option("--map", "map_file", type=FILE, help="How its columns are read (TOML). 列映射")
@click.option("--apply", is_flag=True, help="Write; without it nothing is changed. 真正写入")
@click.option(
    "--rejects",
    type=FILE,
    help="Where to list what was left out (CSV). 未导入清单",
)
@click.option("--customer", help="The customer, by name, whose cases they are. 归属客户")
def incidents(
    file: Path, map_file: Path | None, *, apply: bool, rejects: Path | None, customer: str | None
) -> None:
    """Import incidents with their history, from CSV or Excel.

    导入故障单及其历史：CSV（任意分隔符与编码，可为 .gz）或 .xlsx。默认只预演，不写入。

    CSV with any delimiter and encoding, .gz too, or .xlsx.
    Without --map the columns of a ServiceNow incident history are expected (`import map`).
    """
    place = rejects or Path(f"{file.name.split('.')[0]}.rejects.csv")
    if apply or rejects:
        _writable(place, file)
    owner = _customer(customer)
    mapping = maps.load(map_file or maps.shipped()["servicenow"])
    found = _read(file, mapping)
    brought = _bring(found, owner, apply=apply)
    for number, (reason, what) in brought.refused.items():
        found.rejects.add(found.lines[number], number, reason, what)
    _tell(file, mapping, found, brought, apply=apply)
    if found.rejects.rows and (rejects or apply):
        found.rejects.write(place)
    _tell_rejects(found.rejects, place, written=bool(rejects or apply))
    if not apply:
        click.echo("\n没有写入任何数据。确认后请加上 --apply 再运行一次。")
        click.echo("Nothing was written. Run it again with --apply.")


@import_.command(name="map")
@click.argument("name", default="servicenow", type=click.Choice(sorted(maps.shipped())))
def map_(name: str) -> None:
    """Print a column map to start your own from.

    打印一份列映射，改成自己的再用 --map 指定：jiannuo import map > mine.toml
    """
    click.echo(maps.shipped()[name].read_text(encoding="utf-8"), nl=False)


def _writable(place: Path, file: Path) -> None:
    """Asked before anything is imported: afterwards nobody could be told what was left out."""
    if place.exists() and file.exists() and place.samefile(file):
        raise Refusal(
            "rejects_here",
            f"未导入清单会覆盖要导入的文件 {place}；请用 --rejects 指定另一个文件",
            f"the list of rejects would overwrite {place}, which is to be imported; name another "
            "file with --rejects",
        )
    there = place.exists()
    try:
        place.open("a").close()
    except OSError as problem:
        raise Refusal(
            "rejects_here",
            f"写不了未导入清单 {place}（没有权限，或正在 Excel 中打开）；请用 --rejects 换个地方",
            f"the list of rejects cannot be written, name another place with --rejects: {problem}",
        ) from None
    if not there:
        place.unlink()


def _customer(name: str | None) -> UUID | None:
    if name is None:
        return None
    same = [customer for customer, called in customers.customers() if called == name]
    if len(same) != 1:
        raise Refusal(
            "which_customer",
            f"名为「{name}」的客户有 {len(same)} 个，须恰好一个",
            f"{len(same)} customers are called {name!r}; it must be exactly one",
        )
    return same[0]


@dataclass(frozen=True, slots=True)
class _Found:
    """A file as it was understood. `lines`: where each incident begins."""

    table: Table
    lacking: Sequence[str]
    changes: Sequence[Change]
    histories: Sequence[History]
    lines: dict[str, int]
    rejects: Rejects


def _read(file: Path, mapping: ColumnMap) -> _Found:
    table = read(
        file,
        mapping.wanted,
        encoding=mapping.encoding,
        delimiter=mapping.delimiter,
        sheet=mapping.sheet,
    )
    rejects = Rejects()
    reader = Reader(table, mapping, rejects, now())
    with click.progressbar(
        reader.changes(), length=len(table.lines), label="读取 reading", file=sys.stderr
    ) as rows:
        changes = list(rows)
    told = histories(changes, mapping, rejects)
    lines = {history.number: line for line, history in told}
    return _Found(table, reader.lacking, changes, [h for _, h in told], lines, rejects)


def _bring(found: _Found, owner: UUID | None, *, apply: bool) -> Brought:
    done = Brought()
    with click.progressbar(
        length=len(found.histories),
        label="写入 writing" if apply else "核对 checking",
        file=sys.stderr,
    ) as bar:
        for batch in _batches(found.histories):
            try:
                done += bring_in(SYSTEM, batch, owner, apply=apply)
            except KeyboardInterrupt:
                raise _interrupted(done, apply=apply) from None
            bar.update(len(batch))
    return done


def _interrupted(done: Brought, *, apply: bool) -> Refusal:
    """A batch comes in whole or not at all, so what is in is in, and the rest follows."""
    came = done.new + done.added if apply else 0
    return Refusal(
        "interrupted",
        f"已中断：{came} 单已完整导入，其余一单未动；再运行同一命令会接着导入",
        f"Interrupted: {came} cases are in, whole, and nothing of the others; the same command "
        "brings in the rest",
    )


def _batches(told: Sequence[History]) -> Iterator[Sequence[History]]:
    for start in range(0, len(told), BATCH):
        yield told[start : start + BATCH]


# -- telling ------------------------------------------------------------------------------------


def _tell(file: Path, mapping: ColumnMap, found: _Found, done: Brought, *, apply: bool) -> None:
    table = found.table
    _line(
        "文件",
        "file",
        f"{file.name}: {table.form}, {len(table.lines)} rows, {len(table.names)} columns",
    )
    if found.lacking:
        _line("缺列", "columns not there", ", ".join(found.lacking))
    if found.histories:
        _line("时间", "span", _span(found.histories, mapping))
        _line("级别", "levels", _counted(Counter(_level(h) for h in found.histories)))
        _line("首次联系", "first contact rests on", _contacts(found.histories))
    verb = "imported" if apply else "would be imported"
    _line(
        "工单",
        "cases",
        f"{done.new} {verb} ({done.events} events), {done.same} unchanged since an earlier "
        f"import, {done.added} with more than before, {len(done.refused)} not taken",
    )


def _line(zh: str, en: str, said: str) -> None:
    click.echo(f"{zh} {en}: {said}")


def _span(told: Sequence[History], mapping: ColumnMap) -> str:
    first = min(history.past[0].at for history in told)
    last = max(past.at for history in told for past in history.past)
    zone = mapping.zone
    days = f"{first.astimezone(zone):%Y-%m-%d %H:%M} … {last.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{days} {zone.key}"


def _level(history: History) -> str:
    return next(str(past.d["level"]) for past in history.past if past.kind == "confirmed")


CONTACTS = {
    "work": "具名人员首次处理 first work by a named person",
    "bound": "只知不晚于解决 no later than the fix",
    "": "无 none",
}


def _contacts(told: Sequence[History]) -> str:
    return _counted(Counter(CONTACTS[history.contact] for history in told))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))


TITLES = {
    "rejected": "未导入的行 rows rejected",
    "dropped": "略去的行 rows left out",
    "mended": "修正后采用的行 rows used with a change",
}


def _tell_rejects(rejects: Rejects, place: Path, *, written: bool) -> None:
    for done, title in TITLES.items():
        counts = rejects.counts(done)
        click.echo(f"{title}: {counts.total()}")
        for reason, count in counts.most_common():
            zh, en = (_unfilled(text) for text in REASONS[reason])
            click.echo(f"  {count:>6}  {zh}  {en}")
    if rejects.rows:
        told = (
            f"清单 listed in {place}"
            if written
            else "加 --rejects FILE 可得清单 for the list add --rejects FILE"
        )
        click.echo(told)


def _unfilled(text: str) -> str:
    for slot in ("{0}", "{1!r}", "{1}"):
        text = text.replace(slot, "…")
    return text

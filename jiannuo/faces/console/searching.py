"""`jiannuo search`: find something from a terminal; read all texts anew."""

from __future__ import annotations

import click

from jiannuo.archive import passages
from jiannuo.manual.actor import SYSTEM
from jiannuo.oversight.finding import Found, find


@click.group()
def search() -> None:
    """Find something; read all texts anew for the search.

    查找；重建全文索引。
    """


@search.command(name="find")
@click.argument("text")
@click.option("--limit", default=10, show_default=True, help="Of each kind. 每类几条")
def find_(text: str, limit: int) -> None:
    """Whatever holds TEXT: a fragment of a name, serial, number, phone, or of anything written.

    查找：名称、拼音、序列号、单号、电话尾号，或写过的任何文字。
    """
    found = find(SYSTEM, text, limit)
    for line in _lines(found):
        click.echo(line)
    if not found:
        click.echo("nothing holds that 没有找到")
    if found.unread[0]:
        click.echo(f"{found.unread[0]:,} older records are not read yet 还有更早的记录未读入")


def _lines(found: Found) -> list[str]:
    return [
        *(f"case      {c.number}  {c.customer_name}  {c.text}" for c in found.cases),
        *(f"contact   {c.name}  {c.phone}  {c.customer_name}" for c in found.contacts),
        *(f"customer  {c.name}" for c in found.customers),
        *(f"site      {s.code}  {s.name}  {s.customer_name}" for s in found.sites),
        *(f"device    {d.hit.serial}  {d.hit.model}  {d.hit.customer_name}" for d in found.devices),
        *(f"contract  {c.number}  {c.customer_name}" for c in found.contracts),
        *(f"staff     {s.name}  {s.phone}" for s in found.staff),
        *(
            f"text      {t.at:%Y-%m-%d}  {t.case.number if t.case else t.ref or t.subject_kind}"
            f"  {t.snippet.before}[{t.snippet.hit}]{t.snippet.after}"
            for t in found.texts
        ),
    ]


@search.command()
def rebuild() -> None:
    """Read the texts of all events anew, the newest first; work goes on meanwhile. Interrupted,
    the worker reads on.

    重新读入全部记录的文字；可随时中断，后台会接着做。
    """
    total = passages.read_anew()
    with click.progressbar(length=total, label="reading 读入") as bar:
        while done := passages.read_on():
            bar.update(done)
    left, _ = passages.unread()
    click.echo("all texts are read 已全部读入" if not left else "the worker reads on 后台继续读入")


@search.command()
def status() -> None:
    """How far the texts are read.

    文字读入到哪里。
    """
    left, total = passages.unread()
    click.echo(
        f"{left:,} of {total:,} events are not read yet 尚未读入"
        if left
        else "all texts are read 已全部读入"
    )

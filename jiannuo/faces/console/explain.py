"""`jiannuo explain CASE`: for each promise, why it falls due when it does."""

from __future__ import annotations

from collections.abc import Iterator

import click

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.kernel.moment import now
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.explain import Explanation, explain
from jiannuo.manual.words import LANGUAGES, Text, moment, word

NONE = Text("这一单还没有开始计时的承诺。", "No promise of this case has begun to run.")


@click.command("explain")
@click.argument("case")
@click.option(
    "--lang",
    type=click.Choice([*LANGUAGES, "both"]),
    default="both",
    show_default=True,
    help="Language of the sentences.",
)
@click.option("--promise", help="Only this promise, by its code.")
def command(case: str, lang: str, promise: str | None) -> None:
    """Tell for each promise of CASE from which moment it runs, within what limit and why, and
    how it stands, with the clause and the reading of the manual (A1-A35) behind it.

    逐条说明工单 CASE 的每个时间从哪来。
    """
    view = cases.view_of(case)
    for one in LANGUAGES if lang == "both" else (lang,):
        for line in told(view, one, promise):
            click.echo(line)


def told(view: CaseView, lang: str, promise: str | None = None) -> Iterator[str]:
    """The lines for one case in one language."""
    at = now()
    clocks = [c for c in fold_story(view.story) if promise in (None, c.promise)]
    card = view.card
    level = word("level", card.level or "unknown").said(lang)
    when = moment(view.profile.local(at)).said(lang)
    yield f"{card.number}  {level}  {word('status', card.status).said(lang)}  {when}"
    if not clocks:
        yield f"  {NONE.said(lang)}"
    for clock in clocks:
        yield from _of_clock(explain(view.profile, clock, at, view.story), lang)
    yield ""


def _of_clock(told: Explanation, lang: str) -> Iterator[str]:
    house = Text(" 〔内部目标〕", " [house target]").said(lang) if told.house else ""
    manual = Text("手册", "manual").said(lang)
    yield f"\n  {told.name.said(lang)}{house}  {manual} {told.clause}  {told.requirement}"
    for line in told.lines:
        readings = f"  ({', '.join(line.readings)})" if line.readings else ""
        yield f"    - {line.text.said(lang)}{readings}"

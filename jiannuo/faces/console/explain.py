"""`jiannuo explain CASE`: for each promise, why it falls due when it does."""

from __future__ import annotations

from collections.abc import Iterator

import click

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.explain import Explanation, explain
from jiannuo.manual.words import LANGUAGES, Text, moment, word
from jiannuo.web.reader import clause_text

NONE = Text("这一单还没有开始计时的承诺。", "No promise of this case has begun to run.")
NOT_YET = Text("这一项承诺还没有开始计时。", "This promise has not begun to run.")


@click.command("explain")
@click.argument("case")
@click.option(
    "--lang",
    type=click.Choice([*LANGUAGES, "both"]),
    default="both",
    show_default=True,
    help="Language of the sentences. 语言",
)
@click.option("--promise", help="Only this promise, by its code. 只看这一项承诺")
def command(case: str, lang: str, promise: str | None) -> None:
    """Tell for each promise of CASE from which moment it runs, within what limit and why, and
    how it stands, with the clause and the reading of the manual (A1-A35) behind it.

    逐条说明工单 CASE 的每个时间从哪来。
    """
    view = _view(case)
    if promise is not None and promise not in view.profile.by_code:
        known = ", ".join(view.profile.by_code)
        raise Refusal(
            "no_promise",
            f"手册里没有代码为 {promise} 的承诺；有：{known}",
            f"the manual has no promise {promise}; it has {known}",
        )
    for one in LANGUAGES if lang == "both" else (lang,):
        for line in told(view, one, promise):
            click.echo(line)


def _view(number: str) -> CaseView:
    """The case; for a number that is not there, where numbers are to be found."""
    try:
        return cases.view_of(number)
    except Refusal as refusal:
        first = next(iter(cases.open_cases(SYSTEM, 1)), None)
        if first is None:
            raise
        raise Refusal(
            refusal.code,
            f"{refusal.zh}。编号见网页上的队列，例如 {first.number}",
            f"{refusal.en}; the queue on the web page has the numbers, such as {first.number}",
        ) from refusal


def told(view: CaseView, lang: str, promise: str | None = None) -> Iterator[str]:
    """The lines for one case in one language."""
    at = now()
    clocks = [c for c in fold_story(view.story) if promise in (None, c.promise)]
    card = view.card
    level = word("level", card.level or "unknown").said(lang)
    when = moment(view.profile.local(at)).said(lang)
    yield f"{card.number}  {level}  {word('status', card.status).said(lang)}  {when}"
    if not clocks:
        yield f"  {(NOT_YET if promise else NONE).said(lang)}"
    for clock in clocks:
        yield from _of_clock(explain(view.profile, clock, at, view.story), lang)
    yield ""


def _of_clock(told: Explanation, lang: str) -> Iterator[str]:
    house = Text(" 〔内部目标〕", " [house target]").said(lang) if told.house else ""
    manual = Text("手册", "manual").said(lang)
    clause = clause_text(told.clause).said(lang)
    yield f"\n  {told.name.said(lang)}{house}  {manual} {clause}  {told.requirement}"
    for line in told.lines:
        readings = f"  ({', '.join(line.readings)})" if line.readings else ""
        yield f"    - {line.text.said(lang)}{readings}"

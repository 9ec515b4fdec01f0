"""`jiannuo report figures` and `report services`: what a period was like, each figure with what
it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import click

from jiannuo.customers import queries as customers
from jiannuo.faces.console.tables import table
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.figures import Figure
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import word
from jiannuo.oversight.queries import Period, kpis
from jiannuo.oversight.services import services as given
from jiannuo.oversight.services import teaching

DAY = click.DateTime(formats=["%Y-%m-%d"])
#: Figures that are no share: what stands behind the value.
UNITS = {"mttr_hours": " h", "csat_avg": ""}


def _period(command: Callable[..., None]) -> Callable[..., None]:
    """The two days of a period; without them the last full month."""
    last = click.option("--to", "last", type=DAY, help="Last day. 截止日（含），默认上月末")
    first = click.option("--from", "first", type=DAY, help="First day. 起始日（含），默认上月初")
    return first(last(command))


@click.command()
@_period
@click.option("--contract", help="Only this contract, with inspections and training. 合同号")
def figures(first: datetime | None, last: datetime | None, contract: str | None) -> None:
    """The figures of a period, each with what it is a share of.

    一段时间的指标：各项达成率、上门次数、重复报修、满意度；每个数都带分子分母。

    Of fault cases fixed in the period, local days; the last full month where none is said.
    """
    as_of = now()
    profile = customers.base_profile(as_of)
    period = _days(profile, as_of, first, last)
    one = _contract(contract) if contract else None
    click.echo(f"指标 figures · {_said(period)} · {contract or '全部合同 all contracts'}\n")
    for line in table(("指标", "值 value", "依据 of", "figure"), list(_rows(profile, period, one))):
        click.echo(line)


@click.command()
@_period
@click.option("--customer", required=True, help="The customer, by name. 客户名称")
def services(first: datetime | None, last: datetime | None, customer: str) -> None:
    """How often a customer was given each of the eight services, and how much he was taught.

    一位客户在一段时间里得到的八项服务各几次，以及培训与讲解。
    """
    as_of = now()
    profile = customers.base_profile(as_of)
    period = _days(profile, as_of, first, last)
    one = _customer(customer)
    counts = given(profile, period, one)
    rows = [(entry.code, entry.zh, str(counts[entry.code]), entry.en) for entry in profile.services]
    click.echo(f"服务 services · {_said(period)} · {customer}\n")
    for line in table(("编号", "服务", "次数 n", "service"), rows):
        click.echo(line)
    told = teaching(profile, period, one)
    click.echo(
        f"\n讲解 {told.explained} 次，文章 {told.articles} 篇，培训 {told.sessions} 场"
        f"（现场 {told.on_site} 场，共 {told.hours} 小时）\n"
        f"{told.explained} explanations, {told.articles} articles, {told.sessions} sessions"
        f" ({told.on_site} on site, {told.hours} hours)"
    )


def _days(
    profile: Profile, as_of: datetime, first: datetime | None, last: datetime | None
) -> Period:
    """Raises `Refusal` for a period that ends before it begins."""
    before = profile.local(as_of).date().replace(day=1) - timedelta(days=1)
    end = last.date() if last else max(before, first.date() if first else before)
    period = Period(first.date() if first else end.replace(day=1), end)
    if period.last < period.first:
        raise Refusal(
            "no_period",
            "截止日早于起始日，请改正 --from 或 --to",
            "the last day lies before the first; correct --from or --to",
        )
    return period


def _rows(
    profile: Profile, period: Period, contract: UUID | None
) -> Iterator[tuple[str, str, str, str]]:
    for code, figure in kpis(profile, period, now(), contract).items():
        name = word("figure", code)
        yield name.zh, _value(code, figure), f"{figure.num} / {figure.den}", name.en


def _value(code: str, figure: Figure) -> str:
    return "-" if figure.value is None else f"{figure.value}{UNITS.get(code, ' %')}"


def _said(period: Period) -> str:
    return f"{period.first} – {period.last}"


def _contract(number: str) -> UUID:
    found = customers.contract_numbered(number)
    if found is None:
        raise Refusal(
            "no_contract", f"没有编号为 {number} 的合同", f"there is no contract {number}"
        )
    return found


def _customer(name: str) -> UUID:
    found = {known: one for one, known in customers.customers()}
    if name not in found:
        near = "、".join(sorted(known for known in found if name in known)[:5])
        zh, en = (f"；相近的有：{near}", f"; like it: {near}") if near else ("", "")
        raise Refusal(
            "no_customer", f"没有名为 {name} 的客户{zh}", f"there is no customer {name}{en}"
        )
    return found[name]

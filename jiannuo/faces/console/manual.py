"""`jiannuo manual show`: the service manual as the product holds it, in tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from jiannuo.customers import queries as customers
from jiannuo.faces.console.tables import table
from jiannuo.kernel.moment import now
from jiannuo.manual.clocks import operator
from jiannuo.manual.policy import leaves
from jiannuo.manual.profile import Profile, Promise, readings, shipped
from jiannuo.manual.vocabulary import Level

CLASSES = {"hard": "硬 hard", "soft": "软 soft", "log": "记 log"}


@click.group("manual")
def command() -> None:
    """The service manual as data.

    服务手册的条款与数字。
    """


def _promises(profile: Profile) -> Iterator[str]:
    rows = [
        (
            p.code,
            p.zh,
            p.clause,
            _limit(profile, p),
            {"lt": "<", "le": "<="}[operator(profile, p)],
            "内部 house" if p.house else "",
            p.en,
        )
        for p in profile.promises
    ]
    heads = ("code", "承诺", "条款 clause", "时限 limit", "", "", "promise")
    return table(heads, rows)


def _limit(profile: Profile, promise: Promise) -> str:
    kind, _, path = promise.limit.partition(":")
    if kind == "level":
        found = [(v.value, profile.level_limit(path, v)) for v in Level]
        return " ".join(f"{level} {_hours(profile, path, level)}" for level, span in found if span)
    if kind == "band":
        return " ".join(f"{_km(km)} {limit}" for km, limit in profile.value(path))
    if kind == "order_level":
        return " ".join(
            f"{key.removeprefix(path + '.')} {value}"
            for key, value in leaves(profile.policy)
            if key.startswith(f"{path}.")
        )
    value = profile.value(path)
    return f"{value} d" if kind == "days" else str(value)


def _hours(profile: Profile, path: str, level: str) -> str:
    return str(profile.value(f"{path}.{level}"))


def _km(bound: object) -> str:
    return f"<={bound}km" if isinstance(bound, int | float) else "beyond"


def _gates(profile: Profile) -> Iterator[str]:
    rows = [
        (g.action, g.zh, CLASSES[g.cls], g.requirement, ", ".join(g.override_by), g.en)
        for g in profile.gates.values()
    ]
    return table(("action", "关口", "类 class", "duty", "可越 override", "gate"), rows)


def _readings(profile: Profile) -> Iterator[str]:
    rows = []
    for reading in readings():
        values = "; ".join(f"{key} = {profile.value(key)}" for key in reading.keys)
        rows.append((reading.id, reading.zh, reading.en, values))
    return table(("id", "读法", "reading", "policy"), rows)


def _policy(profile: Profile) -> Iterator[str]:
    standard = dict(leaves(shipped().policy))
    rows = [
        (key, "" if value == standard.get(key) else "*", str(value))
        for key, value in leaves(profile.policy)
    ]
    return table(("key", "", "value  (* 非出厂值 not the shipped one)"), rows)


def _services(profile: Profile) -> Iterator[str]:
    rows = [(s.code, s.zh, s.tier, s.en) for s in profile.services]
    return table(("code", "服务", "tier", "service"), rows)


def _papers(profile: Profile) -> Iterator[str]:
    rows = [(p.code, p.zh, p.requirement, p.en) for p in profile.papers.values()]
    return table(("code", "文件", "duty", "paper"), rows)


PARTS: dict[str, Callable[[Profile], Iterator[str]]] = {
    "promises": _promises,
    "gates": _gates,
    "readings": _readings,
    "policy": _policy,
    "services": _services,
    "papers": _papers,
}


@command.command()
@click.argument("part", type=click.Choice(list(PARTS)), default="promises")
@click.option("--as-shipped", is_flag=True, help="As it came with the product. 出厂版本")
def show(part: str, as_shipped: bool) -> None:
    """Print a part of the manual as it binds a case reported now: the newest published version,
    before a contract's own terms.

    打印手册的一部分：承诺、关口、读法、数字、服务、文件。
    """
    profile = shipped() if as_shipped else customers.base_profile(now())
    click.echo(f"服务手册第 {profile.version} 版 service manual, version {profile.version}")
    for line in PARTS[part](profile):
        click.echo(line)

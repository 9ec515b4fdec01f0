"""`jiannuo demo`: a company with half a year behind it and clocks that run now.

Everything happens through the journey, with the clock held at each moment and the sweep run
along: what could not happen cannot be in the demo. One transaction: all of it or nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import click
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction

from jiannuo.cases import queries as cases
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.faces.console.demo_casting import Casting
from jiannuo.faces.console.demo_company import Company, Deed, beginnings, company, read
from jiannuo.faces.console.demo_house import doings
from jiannuo.faces.console.demo_stories import Step, Tale
from jiannuo.faces.console.tables import width
from jiannuo.journey import addressing, house, opening, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.kernel.moment import held_at, now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import ADMINISTRATORS
from jiannuo.manual.words import word
from jiannuo.notices import acknowledging, set_up
from jiannuo.people import commands as people
from jiannuo.people import factors

SEED = 4006
TICK = timedelta(microseconds=1)
COMPANY = "蜀信通服技术有限公司（演示）"
HOTLINE = "028-05000000"  # nobody has it: a local number never begins with 0
FRESH = timedelta(hours=3)  # what is older was seen long ago

#: How the simulated gateway wants its messages; its secret is no secret.
SECRET = "simulated-gateway-secret"
SMS = '{"key": "{key}", "to": "{to}", "name": "{name}", "text": "{content}", "callback": "{callback}"}'


@click.group()
def demo() -> None:
    """The demo company.

    演示公司。
    """


@demo.command(name="load")
@click.option("--factor", default=1.0, show_default=True, help="How much past. 历史工单的倍数")
def load_command(factor: float) -> None:
    """Load the demo company into an empty database.

    把演示公司载入空数据库；已有客户时什么也不做。
    """
    if not load(factor):
        click.echo("已有客户，未载入演示公司；换一个空库：把 JIANNUO_DATA 设为新目录。")
        click.echo("There are customers already; nothing was loaded. For an empty database set")
        click.echo("JIANNUO_DATA to a new folder.")


@demo.command(name="logins")
def logins_command() -> None:
    """Show how to log in as each role.

    显示各岗位的演示账号。
    """
    found = list(logins())
    for role, login, password in found:
        click.echo(f"{role}  {login:<12} {password}")
    if found:
        click.echo(
            "验证码半分钟一换，再运行本命令看新的。 The codes change; run this again for new ones."
        )
    if not found:
        click.echo("这里没有演示公司；空库中可用 jiannuo demo load 载入。")
        click.echo("There is no demo company here; `jiannuo demo load` loads it when empty.")


def load(factor: float = 1.0) -> bool:
    """Load it unless there is any customer; whether it did. `factor`: how much of the past."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('jiannuo demo'))")
        if customers.customers():
            return False
        _play(factor, now())
    return True


def _play(factor: float, at: datetime) -> None:
    began = time.monotonic()
    click.echo("载入演示公司，约需半分钟  loading the demo company, half a minute")
    chance = random.Random(SEED)
    made = company(at, chance)
    tales = list(Casting(made, at, chance).tales(factor))
    played = _Played()
    deeds = list(beginnings(made))
    deeds += [(moment, partial(played.do, deed)) for moment, deed in doings(made, at, chance)]
    deeds += _steps(tales, played)
    todo = sorted((deed for deed in deeds if deed[0] <= at), key=lambda deed: deed[0])
    with click.progressbar(todo, label="演示 demo", file=sys.stderr) as bar:
        for moment, deed in bar:
            sweep_until(moment - TICK)
            with held_at(moment):
                deed()
    sweep_until(at)
    _tell_the_past(at)
    _give_logins(made)
    opening.set_company(SYSTEM, called=COMPANY)
    house.publish_profile(
        SYSTEM, "house", version=2, changes={"sign_in.hotline": HOTLINE}, reason="热线号码"
    )
    _tell(made, played, time.monotonic() - began)


@dataclass
class _Played:
    """How it went. A refused step ends its story and is told: never hidden, and no reason for
    the product not to start."""

    steps: int = 0
    refused: dict[int, str] = field(default_factory=dict)

    def do(self, deed: Callable[[], None]) -> None:
        try:
            deed()
            self.steps += 1
        except Refusal as refusal:
            self.refused[id(deed)] = str(refusal)

    def take(self, tale: Tale, step: Step) -> None:
        if id(tale) in self.refused:
            return
        try:
            tale.play(step)
            self.steps += 1
        except Refusal as refusal:
            self.refused[id(tale)] = f"{tale.name}: {step.kind}: {refusal.en}"


def _steps(tales: Iterable[Tale], played: _Played) -> Iterator[Deed]:
    for tale in tales:
        for step in tale.steps:
            yield step.recorded, partial(played.take, tale, step)


def sweep_until(moment: datetime) -> None:
    """Fire what fell due before a moment, each at its own, as a worker would have."""
    while armed := clocks.armed(1):
        due = armed[0].fire_at
        if due > moment:
            return
        with held_at(due):
            fire_due()
            addressing.address()


def _tell_the_past(at: datetime) -> None:
    """What was to be told so far stands in people's inboxes; nothing of it goes out any more."""
    while addressing.address(500):
        pass
    acknowledging.settle_past(at - FRESH)


def reach(gateway: str) -> None:
    """Texts and calls of the demo go to the simulated gateway, unless somebody set them up."""
    sms = {"provider": "generic", "url": f"{gateway}/sms", "body": SMS, "secret": SECRET}
    voice = {"url": f"{gateway}/voice", "secret": SECRET}
    for channel, values in (("sms", sms), ("voice", voice)):
        kept = set_up.channel(channel)
        ours = not kept.set_by or kept.set_by == SYSTEM.name
        if ours and kept.values.get("url") != values["url"]:
            telling.configure(SYSTEM, channel, values)


def _tell(made: Company, played: _Played, seconds: float) -> None:
    devices = sum(len(client.devices) for client in made.clients)
    count = len(cases.numbers())
    click.echo(
        f"{len(made.clients)} 客户 customers, {devices} 设备 devices, {count} 工单 cases, "
        f"{played.steps} 步 steps, {seconds:.0f} s"
    )
    for story in played.refused.values():
        click.echo(f"  未演完 not played to its end: {story}", err=True)


# -- logins -----------------------------------------------------------------------------------


def password() -> str:
    """One word for all of the demo; another in every installation, so that nobody knows it who
    cannot see the screen of the server."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"demo login", hashlib.sha256).digest()
    return base64.b32encode(digest)[:10].decode().lower()


def _secret(login: str) -> str:
    """What the app of one of the demo's administrators would hold: known to who sees the screen
    of the server, as the password is."""
    said = f"demo second factor {login}".encode()
    return base64.b32encode(hmac.new(settings.SECRET_KEY.encode(), said, "sha1").digest()).decode()


def _give_logins(made: Company) -> None:
    names = {row["login"]: made.staff[row["name"]].id for row in made.data["person"]}
    people.open_logins(SYSTEM, {login: id_ for login, id_ in names.items() if id_}, password())
    for row in made.data["person"]:
        if row["role"] in ADMINISTRATORS:
            factors.give_app(SYSTEM, row["login"], _secret(row["login"]))


def logins() -> Iterator[tuple[str, str, str]]:
    """(role, login, password), the first person of each role; none where the demo is not. Beside
    an administrator's password stands the code of this half minute."""
    first: dict[str, str] = {}
    for row in read()["person"]:
        first.setdefault(row["role"], row["login"])
    # One question to the slow hash is enough: they were all opened with the same word.
    one = User.objects.filter(username=next(iter(first.values()))).first()
    if one is None or not one.check_password(password()):
        return
    said = {role: f"{word('role', role).zh} {word('role', role).en}" for role in first}
    widest = max(width(name) for name in said.values())
    for role, login in first.items():
        word_ = password()
        if role in ADMINISTRATORS:
            word_ += f"  验证码 code {factors.code_of(_secret(login), now())}"
        yield said[role] + " " * (widest - width(said[role])), login, word_

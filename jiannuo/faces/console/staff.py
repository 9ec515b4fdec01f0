"""`jiannuo staff`: the first people of a house, so that somebody can sign in."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from jiannuo.faces.console.tables import table
from jiannuo.journey import accounts
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.profile import shipped
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.manual.words import LANGUAGES, word
from jiannuo.people import accounts as people_accounts
from jiannuo.people import commands as people
from jiannuo.people import keys
from jiannuo.people import queries as people_queries
from jiannuo.people.scopes import ALL


@click.group()
def staff() -> None:
    """Our own people and their logins.

    本公司人员与登录账号。
    """


@staff.command()
@click.argument("name")
@click.option("--login", required=True, help="Login name. 登录名")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice(VENDOR_ROLES),
    help="May be given several times. 岗位，可多次给出",
)
@click.option("--phone", default="", help="Telephone. 电话")
@click.option("--email", default="", help="E-mail. 邮箱")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="zh",
    show_default=True,
    help="In which he is told things. 通知用的语言",
)
@click.option("--senior", is_flag=True, help="A senior engineer. 高级工程师")
@click.option("--skill", "skills", multiple=True, help="What he can repair. 专长，可多次给出")
def add(
    name: str,
    login: str,
    roles: tuple[str, ...],
    phone: str,
    senior: bool,
    skills: tuple[str, ...],
    **reach: str,
) -> None:
    """Add a person who can sign in; prints a one-time password that he changes then.

    新增一名可登录的人员；一次性密码只显示一次，首次登录时修改。
    """
    level = "senior" if senior else ""
    person = people.Person(name, roles, level, skills, phone, **reach)
    lent = accounts.add(SYSTEM, person, login)
    click.echo(f"{name}  {login}  {lent.password}")


@staff.command("list")
def list_command() -> None:
    """Everybody who works here.

    全部在职人员。
    """
    rows = [
        (
            one.name,
            "、".join(word("role", role).zh for role in sorted(one.roles)),
            ", ".join(word("role", role).en for role in sorted(one.roles)),
        )
        for one in people_queries.everybody()
    ]
    if not rows:
        click.echo("还没有人员。先用 jiannuo staff add 姓名 --login 登录名 --role security_admin")
        click.echo("新增安全管理员，其余账号由他在网页上开。")
        click.echo(
            "There is nobody yet; `jiannuo staff add NAME --login LOGIN --role security_admin`"
        )
        click.echo("adds the security administrator, who opens the other accounts in the browser.")
        return
    for line in table(("姓名 name", "岗位", "roles"), rows):
        click.echo(line)


@staff.command()
@click.argument("login")
def reset(login: str) -> None:
    """Let LOGIN in again: one-time password, second factor and lock undone. For the security
    administrator who lost his phone; others he helps himself.

    重置登录：发一次性密码、清除两步验证并解锁；供丢了手机的安全管理员使用。
    """
    account = people_accounts.account_of(login)
    accounts.reset_factor(SYSTEM, account.id)
    accounts.reopen_login(SYSTEM, account.id)
    lent = accounts.lend_password(SYSTEM, account.id)
    click.echo(f"{lent.name}  {lent.login}  {lent.password}")


@staff.command()
@click.argument("login")
@click.option("--name", required=True, help="What the token is for. 用途，如对接系统名")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(ALL),
    help="What it may do, several times; all that LOGIN may unless given. 权限，可多次；不写则同本人",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which it opens. 有效期的最后一天",
)
@click.option("--end", is_flag=True, help="End it instead. 停用该令牌")
def token(
    login: str, name: str, scopes: tuple[str, ...], until: datetime | None, end: bool
) -> None:
    """Make a token with which a program acts as LOGIN; prints it, once.

    给对接程序发令牌，以该登录账号的身份办事；只显示一次。
    """
    if end:
        people.end_token(SYSTEM, login, name)
        click.echo(f"令牌 {name} 已停用。 The token {name} opens nothing any more.")
        return
    over = until and (until + timedelta(days=1)).replace(tzinfo=shipped().zone)
    click.echo(people.open_token(SYSTEM, login, name, people.Reach(scopes, over)))


@staff.command()
def tokens() -> None:
    """Every token: whose, for what, when it was last used, whether it still opens.

    全部令牌：谁的、做什么用、最近一次使用、是否有效。
    """
    lines = keys.keys(now())
    if not lines:
        click.echo("还没有令牌，请用 jiannuo staff token 新增。")
        click.echo("There is none yet; `jiannuo staff token` makes one.")
        return
    head = ("登录 login", "名称 name", "权限 scopes", "有效至 until", "最近使用 used", "状态 state")
    for line in table(head, [_told(line) for line in lines]):
        click.echo(line)


def _told(line: keys.KeyLine) -> tuple[str, ...]:
    last = line.expires_at and line.expires_at - timedelta(seconds=1)
    state = "有效 opens" if line.opens else f"已停 ended {_at(line.ended_at)}".rstrip(" —")
    scopes = " ".join(line.scopes) or "同本人 as the person"
    return (line.login or line.person, line.name, scopes, _at(last)[:10], _at(line.used_at), state)


def _at(moment: datetime | None) -> str:
    return f"{moment.astimezone(shipped().zone):%Y-%m-%d %H:%M}" if moment else "—"

"""`jiannuo staff`: the first people of a house, so that somebody can sign in."""

from __future__ import annotations

import secrets

import click
from django.db import transaction

from jiannuo.faces.console.tables import table
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.manual.words import LANGUAGES, word
from jiannuo.people import commands as people
from jiannuo.people import queries as people_queries


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
    """Add a person who can sign in; prints the password, once.

    新增一名可登录的人员；密码只显示一次。
    """
    level = "senior" if senior else ""
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        if people_queries.staff(name) is not None:
            raise Refusal(
                "already_there",
                f"已有名为 {name} 的人员，重名请加区分，如「{name}2」",
                f"there is a {name} already; give a namesake a name of his own, such as {name} 2",
            )
        hired = people.hire(SYSTEM, people.Person(name, roles, level, skills, phone, **reach))
        people.open_login(SYSTEM, login, hired, password)
    click.echo(f"{name}  {login}  {password}")


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
        click.echo("还没有人员，请用 jiannuo staff add 新增。")
        click.echo("There is nobody yet; `jiannuo staff add` adds the first.")
        return
    for line in table(("姓名 name", "岗位", "roles"), rows):
        click.echo(line)


@staff.command()
@click.argument("login")
@click.option("--name", required=True, help="What the token is for. 用途，如对接系统名")
@click.option("--end", is_flag=True, help="End it instead. 停用该令牌")
def token(login: str, name: str, end: bool) -> None:
    """Make a token with which a program acts as LOGIN; prints it, once.

    给对接程序发令牌，以该登录账号的身份办事；只显示一次。
    """
    if end:
        people.end_token(SYSTEM, login, name)
        click.echo(f"令牌 {name} 已停用。 The token {name} opens nothing any more.")
    else:
        click.echo(people.open_token(SYSTEM, login, name))

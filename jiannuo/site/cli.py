"""The command line. One line in COMMANDS adds a command; its module is imported when it is used."""

from __future__ import annotations

import os
import sys

import click
import django

from jiannuo import __version__
from jiannuo.kernel.refusal import Refusal
from jiannuo.site import wiring
from jiannuo.site.database.trouble import DatabaseTrouble
from jiannuo.site.environment import BadEnvironment
from jiannuo.site.lazy import Entry, LazyGroup

# `needs`: "database" (the default) starts and migrates it first, "django" only sets Django up,
# "nothing" imports the command as it is.
COMMANDS = (
    Entry(
        "up",
        "jiannuo.site.up:up",
        "Start everything: database, demo company, web pages, worker.",
        "启动全部：数据库、演示公司、网页、后台进程。",
        "nothing",
    ),
    Entry(
        "down",
        "jiannuo.site.up:down",
        "Stop the database server that `up` started.",
        "停止 up 启动的数据库服务器。",
        "nothing",
    ),
    Entry(
        "worker",
        "jiannuo.site.worker:worker",
        "Fire what falls due, until told to stop.",
        "后台进程：让到期的承诺按时触发。",
    ),
    Entry(
        "gateway",
        "jiannuo.links.fakegateway.command:gateway",
        "Simulate a gateway for text messages and calls.",
        "模拟短信与语音网关，用于演示和试验。",
        "nothing",
    ),
    Entry(
        "db",
        "jiannuo.site.db:db",
        "Backup, restore and state of the database.",
        "数据库的备份、恢复与状态。",
        "nothing",
    ),
    Entry(
        "doctor",
        "jiannuo.site.doctor.command:doctor",
        "What is wrong with this installation, and what to do.",
        "体检：哪里有问题，该怎么办。",
        "django",
    ),
    Entry(
        "scenario",
        "jiannuo.faces.rehearsal.command:scenario",
        "Rehearse written stories and compare.",
        "排练：按剧本走一遍并核对结果。",
    ),
    Entry(
        "import",
        "jiannuo.faces.console.importing:import_",
        "Bring in what another system knows.",
        "导入其它系统的历史记录。",
    ),
    Entry(
        "report",
        "jiannuo.faces.console.report:report",
        "Figures for the service manager.",
        "给服务经理看的数字。",
    ),
    Entry(
        "staff",
        "jiannuo.faces.console.staff:staff",
        "Add the people who sign in, list them.",
        "新增可登录的人员，列出人员。",
    ),
    Entry(
        "roster",
        "jiannuo.faces.console.roster:roster",
        "Who is on duty, who comes next, where nobody does.",
        "值班：现在是谁、之后是谁、哪里没人。",
    ),
    Entry(
        "demo",
        "jiannuo.faces.console.demo:demo",
        "Load the demo company, show its logins.",
        "载入演示公司，查看演示账号。",
    ),
    Entry(
        "explain",
        "jiannuo.faces.console.explain:command",
        "Why each promise of a case falls due when it does.",
        "逐条说明一单的每个时间从哪来。",
    ),
    Entry(
        "manual",
        "jiannuo.faces.console.manual:command",
        "The service manual as data: promises, gates, readings, numbers.",
        "服务手册：承诺、关口、读法、数字。",
    ),
    Entry(
        "audit",
        "jiannuo.faces.console.audit:audit",
        "Export and verify the audit chain.",
        "导出与核验审计链。",
    ),
    Entry(
        "search",
        "jiannuo.faces.console.searching:search",
        "Find something; read all texts anew for the search.",
        "查找；重建全文索引。",
    ),
    Entry(
        "django",
        "jiannuo.site.db:django_command",
        "Any of Django's own commands, such as makemigrations.",
        "Django 自带命令，如 makemigrations。",
        "nothing",
    ),
)


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiannuo.site.settings")
    django.setup()


def ready_database() -> None:
    """Running, fit and migrated, so that every command works on a fresh machine.

    By name: the driver alone would double the time of `jiannuo --help`.
    """
    wiring.resolve("jiannuo.site.schema:ready")()


@click.group(
    cls=LazyGroup,
    entries=COMMANDS,
    setup=set_up_django,
    before=ready_database,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="jiannuo")
def cli() -> None:
    """践诺: after-sales service that keeps its promises.

    售后服务系统。先运行 jiannuo up，再用浏览器打开它给出的地址。
    """


LOST = """The database went away. `jiannuo db status` tells whether it runs; its log says why.
数据库连接中断。jiannuo db status 说明它是否在运行，原因见其日志。"""


def trouble() -> tuple[type[Exception], ...]:
    """What the database driver raises, where it was imported at all."""
    found = ("django.db.utils", "OperationalError"), ("psycopg", "OperationalError")
    return tuple(getattr(sys.modules[home], name) for home, name in found if home in sys.modules)


def main() -> None:
    """The entry point: trouble is told in whole sentences, not in a traceback."""
    try:
        cli(prog_name="jiannuo")
    except BadEnvironment as problem:
        click.echo(f"jiannuo: {problem}\n以上环境变量不能用，请改正后重试。", err=True)
        sys.exit(2)
    except DatabaseTrouble as problem:
        click.echo(f"jiannuo: {problem}", err=True)
        sys.exit(2)
    except trouble() as problem:
        click.echo(f"jiannuo: {LOST}\n{str(problem).strip()}", err=True)
        sys.exit(2)
    except Refusal as refusal:
        click.echo(f"{refusal.zh}\n{refusal.en}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

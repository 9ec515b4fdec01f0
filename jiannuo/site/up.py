"""`jiannuo up`: database, demo company, web and worker from one command, ended by one ctrl-C."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import django
import psycopg

from jiannuo.manual.words import Text
from jiannuo.site import environment, schema, wiring
from jiannuo.site.children import CannotStart, Child, end, ours
from jiannuo.site.database import address, cluster, start
from jiannuo.site.database.address import Place
from jiannuo.site.database.trouble import DatabaseTrouble

ANSWER_WITHIN = 60.0  # seconds until the first page
AFTER_TROUBLE = 10.0  # seconds until a database that could not be started is tried again
LOOK_EVERY = 0.5  # seconds between two looks at the children

#: The port is the trouble; with anything else it is the host.
BUSY = (errno.EADDRINUSE, errno.EACCES)
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on. 监听地址"
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port; 0 takes any free one. 端口，0 为任一空闲端口",
)
@click.option(
    "--demo/--no-demo", default=True, help="Load the demo company when empty. 空库时载入演示公司"
)
@click.option("--once", is_flag=True, help="Start, see the page answer, stop. 启动、见到网页即停")
def up(host: str, port: int, demo: bool, once: bool) -> None:
    """Start everything and print the address.

    启动全部，并给出网址和演示账号。
    """
    env = environment.read(os.environ)
    port = _free(host, port)
    start.ready(env)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiannuo.site.settings")
    django.setup()
    schema.migrate()
    if demo:
        _load_demo()
    gateway = _free("127.0.0.1", 0) if demo else 0
    if gateway:
        _reach(f"http://127.0.0.1:{gateway}")
    with _stopping() as stop, _children(host, port, gateway) as children:
        if not _answers(f"http://{_shown(host)}:{port}/healthz", children, stop):
            raise click.ClickException(
                "the web server did not start; its messages stand above\n网页没有启动，原因见上文"
            )
        _greet(host, port, demo, gateway)
        if not once:
            _watch(children, stop, address.own_place(env))


@click.command()
def down() -> None:
    """Stop the database server that `up` started.

    停止 up 启动的数据库服务器。
    """
    place = address.own_place(environment.read(os.environ))
    if place is None:
        click.echo("数据库由 DATABASE_URL 指定，不归本系统停止。")
        click.echo("DATABASE_URL names the server; it is not ours to stop.")
    elif cluster.stop(place):
        click.echo("数据库已停止。 The database server has stopped.")
    else:
        click.echo("数据库没有在运行。 The database server was not running.")


def _load_demo() -> None:
    load = wiring.hook("demo.load")
    if load is not None:
        load()


def _reach(gateway: str) -> None:
    """The demo's texts and calls go to the simulated gateway; it may have had another port."""
    reach = wiring.hook("demo.reach")
    if reach is not None:
        reach(gateway)


def _free(host: str, port: int) -> int:
    """The port, or any free one for 0; refused before anything is started when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            option, what = ("--port", "端口") if problem.errno in BUSY else ("--host", "地址")
            raise click.ClickException(
                f"{host}:{port} cannot be used ({problem.strerror}); choose another with {option}\n"
                f"{host}:{port} 不能用；请用 {option} 换一个{what}"
            ) from problem
        return int(probe.getsockname()[1])


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that ctrl-C, TERM and a closed terminal set."""
    stop = threading.Event()

    def end(*_: Any) -> None:
        stop.set()

    before = {one: signal.signal(one, end) for one in ENDINGS}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _children(host: str, port: int, gateway: int) -> Iterator[list[Child]]:
    kept = _kept(host, port, gateway)
    try:
        for child in kept:
            child.start()
        yield kept
    finally:
        end(kept)


def _kept(host: str, port: int, gateway: int) -> list[Child]:
    own = {"JIANNUO_HOSTS": _names(host), "JIANNUO_URL": f"http://{_shown(host)}:{port}"}
    web = (
        *("-m", "uvicorn", "jiannuo.site.asgi:application", "--host", host, "--port", str(port)),
        *("--lifespan", "off", "--no-access-log", "--log-level", "warning"),
        *("--timeout-graceful-shutdown", "5"),
    )
    worker = ("-m", "jiannuo.site.cli", "worker", "--quiet")
    simulated = (
        *("-m", "jiannuo.site.cli", "gateway", "--port", str(gateway)),
        *("--log", str(environment.read(os.environ).data / "gateway.jsonl")),
    )
    # Each loop of the worker keeps a connection of its own and needs no pool.
    kept = [
        Child(Text("网页进程", "web server"), web, ours(JIANNUO_POOL="11", **own)),
        Child(Text("后台进程", "worker"), worker, ours(**own)),
    ]
    if gateway:
        kept.append(Child(Text("模拟网关", "simulated gateway"), simulated, ours(), silent=True))
    return kept


def _names(host: str) -> str:
    """What the web server answers to: itself, and the address it was told to listen on."""
    asked = (f"[{host}]" if ":" in host else host,)
    own = environment.SETTINGS["hosts"].default
    return ",".join(dict.fromkeys((*own, *asked)))


def _answers(url: str, children: list[Child], stop: threading.Event) -> bool:
    deadline = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < deadline and not stop.is_set():
        if any(child.ended for child in children):
            return False
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                return bool(page.status == 200)
        except (urllib.error.URLError, OSError):
            stop.wait(0.1)
    return stop.is_set()


def _watch(children: list[Child], stop: threading.Event, place: Place | None) -> None:
    """One that ends by itself comes back, and so does our own database server that was killed; one
    that cannot start ends it all, for others to see."""
    look = 0.0
    while not stop.wait(LOOK_EVERY):
        if place is not None and time.monotonic() >= look and not _revive(place):
            look = time.monotonic() + AFTER_TROUBLE
        for child in children:
            try:
                child.tend()
            except CannotStart as problem:
                raise click.ClickException(
                    f"the {problem.name.en} cannot start; its messages stand above\n"
                    f"{problem.name.zh}起不来，原因见上文"
                ) from problem
    click.echo("正在停止。数据库继续运行供其它命令使用，jiannuo down 停止它。")
    click.echo("Stopping. The database stays up for other commands; `jiannuo down` stops it.")


def _revive(place: Place) -> bool:
    """Our own server is started again where it died; nothing that it had taken is lost. False
    where it could not be."""
    if not cluster.died(place):
        return True
    click.echo("数据库意外退出，重新启动。 The database died; it is started again.")
    try:
        cluster.ensure(place)
    except (DatabaseTrouble, psycopg.Error, OSError) as trouble:
        click.echo(str(trouble))
        return False
    return True


NOBODY = """  用 jiannuo staff add 新增安全管理员，其余账号由他在网页上开；再打开 /setup/ 逐项开张。
  `jiannuo staff add` adds the security administrator; he opens the other accounts in the browser.
  /setup/ then leads through all that a new house needs.
"""
CODES = """  管理员的验证码半分钟一换：jiannuo demo logins
  The administrators' codes change every half minute: `jiannuo demo logins`
"""


def _greet(host: str, port: int, demo: bool, gateway: int) -> None:
    click.echo(f"\n  践诺  http://{_shown(host)}:{port}/\n")
    if gateway:
        click.echo(
            f"  短信与电话（模拟）  texts and calls (simulated)  http://127.0.0.1:{gateway}/\n"
        )
    logins = wiring.hook("demo.logins") if demo else None
    lines = [
        f"  {role}  {login:<12} {word}\n" for role, login, word in (logins() if logins else ())
    ]
    click.echo("".join(lines) + CODES if lines else NOBODY)
    click.echo("  ctrl-C stops  按 ctrl-C 停止\n")


def _shown(host: str) -> str:
    name = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, host)
    return f"[{name}]" if ":" in name else name

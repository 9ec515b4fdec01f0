"""The command line: quick to answer, and one ctrl-C ends everything it started."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import click
import pytest
from click.testing import CliRunner

from jiannuo.site import up
from jiannuo.site.cli import cli
from jiannuo.site.lazy import Entry, LazyGroup

CLI = [sys.executable, "-m", "jiannuo.site.cli"]


def test_help_lists_every_command_in_both_languages() -> None:
    said = CliRunner().invoke(cli, ["--help"])
    assert said.exit_code == 0
    for word in ("up", "down", "worker", "db", "后台进程"):
        assert word in said.output


def test_help_of_a_group_tells_each_command_whole_in_both_languages() -> None:
    said = CliRunner().invoke(cli, ["scenario", "--help"]).output
    assert "expect; exit 1 on any difference." in said
    assert "按剧本走一遍" in said
    for group in ("db", "import", "report", "demo", "manual", "audit"):
        told = CliRunner().invoke(cli, [group, "--help"]).output.split("Commands:")[1]
        lines = [line for line in told.splitlines() if line.strip()]
        assert lines
        assert all(not line.isascii() for line in lines[1::2]), group
        assert "..." not in told


def test_help_needs_neither_django_nor_the_driver() -> None:
    check = "import sys, jiannuo.site.cli; sys.exit('django.db' in sys.modules or 'psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@click.group()
def outer() -> None:
    """A group."""


@outer.command()
def inner() -> None:
    """A command."""
    click.echo("inner runs")


def test_the_database_is_started_for_a_command_and_not_for_its_help() -> None:
    done: list[str] = []
    group = LazyGroup(
        entries=(Entry("outer", f"{__name__}:outer", "A.", "一。"),),
        setup=lambda: done.append("django"),
        before=lambda: done.append("database"),
    )
    assert CliRunner().invoke(group, ["outer", "inner", "--help"]).exit_code == 0
    assert done == ["django"]
    assert CliRunner().invoke(group, ["outer", "inner"]).output == "inner runs\n"
    assert done == ["django", "django", "database"]


def test_up_serves_and_term_ends_it(server: str) -> None:
    with subprocess.Popen(
        [*CLI, "up", "--port", "0", "--no-demo"], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        address = ""
        for line in running.stdout:
            if found := re.search(r"http://\S+", line):
                address = found[0]
                break
        with urllib.request.urlopen(f"{address}healthz", timeout=10) as page:
            assert page.status == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=20) == 0
        assert "Stopping" in running.stdout.read()


def test_a_port_in_use_is_told_before_anything_starts(server: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        answer = subprocess.run(
            [*CLI, "up", "--port", str(taken.getsockname()[1])],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ,
        )
    assert answer.returncode == 1
    assert "--port" in answer.stderr
    assert "端口" in answer.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--port", "99999"), "0<=x<=65535"), (("--host", "192.0.2.1"), "--host")],
)
def test_an_address_that_cannot_be_is_told(options: tuple[str, ...], said: str) -> None:
    answer = CliRunner().invoke(cli, ["up", *options])
    assert answer.exit_code in (1, 2)
    assert said in answer.output


def test_the_web_server_answers_to_the_address_it_was_told_to_listen_on() -> None:
    assert up._names("192.0.2.7") == "localhost,127.0.0.1,[::1],192.0.2.7"
    assert up._names("127.0.0.1") == "localhost,127.0.0.1,[::1]"

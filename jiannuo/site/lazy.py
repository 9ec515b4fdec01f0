"""A command group that knows its commands by name and imports one only when it is used.

`jiannuo --help` must answer at once; Django takes half a second to set up, and its models cannot
be imported before that.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import click

from jiannuo.site import wiring

Needs = Literal["nothing", "django", "database"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: where it lives, one line of help in each language, what must stand first."""

    name: str
    target: str
    en: str
    zh: str
    needs: Needs = "database"


class LazyGroup(click.Group):
    """Lists commands without importing them."""

    def __init__(
        self,
        *args: Any,
        entries: tuple[Entry, ...] = (),
        before: Callable[[], None] = lambda: None,
        setup: Callable[[], None] = lambda: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {entry.name: entry for entry in entries}
        self.before = before
        self.setup = setup

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if entry.needs != "nothing":
            self.setup()
        command = wiring.resolve(entry.target)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.target} is not a click command")
        if entry.needs == "database":
            _precede(command, self.before)
        if isinstance(command, click.Group):
            vars(command)["format_commands"] = functools.partial(_tell_commands, command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _write_commands(formatter, [(e.name, e.en, e.zh) for e in self.entries.values()])


def _write_commands(formatter: click.HelpFormatter, rows: Sequence[tuple[str, str, str]]) -> None:
    with formatter.section("Commands"):
        for name, *lines in rows:
            for title, line in zip((name, ""), filter(None, lines), strict=False):
                formatter.write(f"  {title:<10} {line}\n")


def _tell_commands(group: click.Group, _: click.Context, formatter: click.HelpFormatter) -> None:
    """The first sentence of each command's help, in both languages, whole: click would cut the
    English one and leave out the other."""
    found = []
    for name, command in sorted(group.commands.items()):
        parts = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
        zh = next((part for part in parts if not part.isascii()), "")
        found.append((name, parts[0].split(": ")[0], zh))
    _write_commands(formatter, found)


def _precede(command: click.Command, before: Callable[[], None]) -> None:
    """Run `before` ahead of the command proper, not ahead of its `--help`."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _precede(inner, before)
    elif command.callback is not None and not hasattr(command.callback, "preceded"):
        callback = command.callback

        @functools.wraps(callback)
        def first(*args: Any, **kwargs: Any) -> Any:
            before()
            return callback(*args, **kwargs)

        first.__dict__["preceded"] = True
        command.callback = first

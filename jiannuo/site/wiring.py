"""Hands the rooms' functions to whoever needs them by name, and adapters to ports.

One line per hook. A name that is not in the table yet answers None, and the caller says what it
leaves out; a name in the table that cannot be imported is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

HOOKS: dict[str, str] = {
    "archive.verify": "jiannuo.archive.queries:verify_chain",
    "demo.load": "jiannuo.faces.console.demo:load",  # does nothing where there is any customer
    "demo.reach": "jiannuo.faces.console.demo:reach",  # texts and calls go to this gateway
    "demo.logins": "jiannuo.faces.console.demo:logins",  # (role, login, password)
    "demo.customers": "jiannuo.faces.console.demo_company:names",  # of customers it makes up
}


def hook(name: str) -> Callable[..., Any] | None:
    """The function behind a name; Django must be set up."""
    return None if name not in HOOKS else resolve(HOOKS[name])


def resolve(target: str) -> Any:
    """`package.module:name` as the object it names."""
    module, name = target.split(":")
    return getattr(import_module(module), name)


def late(name: str) -> Callable[..., Any]:
    """A hook that is looked up when it is called: Django need not be set up before."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return resolve(HOOKS[name])(*args, **kwargs)

    return call

"""What the site tells the checks of this machine: folders and addresses. A port; the site fills it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


def nobody() -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Machine:
    """`cluster`: the files of our own database server, None where another's is used. `key`: the
    file of the secret key, None where the environment gives it. `url`: where people reach us,
    `hosts` the names the web server answers to. `invented`: names of customers of the demo."""

    data: Path
    cluster: Path | None = None
    key: Path | None = None
    url: str = ""
    hosts: tuple[str, ...] = ()
    invented: Callable[[], frozenset[str]] = nobody


def here() -> Machine:
    """As the settings have it."""
    machine: Machine = settings.MACHINE
    return machine

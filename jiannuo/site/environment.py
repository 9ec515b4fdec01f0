"""What the environment may say, read once and checked whole.

An unknown `JIANNUO_*` name or a value that cannot be read stops the start: a setting that is
misspelt and silently ignored is found months later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

Network = IPv4Network | IPv6Network

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parent


class BadEnvironment(Exception):
    """One or more settings cannot be used; the message names each with what is allowed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: its name, how its text is read, and a sentence on what it does."""

    name: str
    read: Callable[[str], Any]
    default: Any
    says: str


@dataclass(frozen=True, slots=True)
class Environment:
    """Everything the environment said."""

    data: Path
    debug: bool
    hosts: tuple[str, ...]
    https: bool
    origins: tuple[str, ...]
    pool: int
    secret_key: str
    database_url: str
    deadman: str = ""
    url: str = ""
    metrics: tuple[Network, ...] = ()
    hotline: tuple[str, ...] = ()


def truth(text: str) -> bool:
    """1/0, true/false, yes/no, on/off."""
    word = text.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off"}:
        return False
    raise ValueError("use 1 or 0 (true/false, yes/no, on/off)")


def count(text: str) -> int:
    """A whole number from 0 to 1000."""
    if not text.strip().isdecimal() or int(text) > 1000:
        raise ValueError("use a whole number from 0 to 1000")
    return int(text)


def names(text: str) -> tuple[str, ...]:
    """Names parted by commas."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if not found:
        raise ValueError("use names parted by commas")
    return found


def origins(text: str) -> tuple[str, ...]:
    """Origins with their scheme, parted by commas."""
    found = names(text)
    if any(not one.startswith(("http://", "https://")) for one in found):
        raise ValueError("each begins with http:// or https://")
    return found


def address(text: str) -> str:
    """An address with its scheme, without a slash at the end."""
    (found,) = origins(text)
    return found.rstrip("/")


def networks(text: str) -> tuple[Network, ...]:
    """Networks or single addresses parted by commas: 10.0.0.0/8, ::1."""
    try:
        return tuple(ip_network(one) for one in names(text))
    except ValueError as problem:
        raise ValueError(f"use networks such as 10.0.0.0/8, parted by commas: {problem}") from None


def folder(text: str) -> Path:
    """An absolute folder; `~` is the home."""
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("use an absolute path")
    return path


def secret(text: str) -> str:
    """At least 32 characters."""
    if len(text) < 32:
        raise ValueError("use at least 32 characters")
    return text


def own_folder(source: Mapping[str, str]) -> Path:
    """`var` beside a checkout; else the XDG state folder."""
    if (CHECKOUT / "pyproject.toml").is_file() and (CHECKOUT / "Makefile").is_file():
        return CHECKOUT / "var"
    state = source.get("XDG_STATE_HOME", "")
    home = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    return home / "jiannuo"


SETTINGS = {
    "data": Setting("JIANNUO_DATA", folder, None, "where the database, the key and files live"),
    "debug": Setting("JIANNUO_DEBUG", truth, False, "Django's debug pages; never in production"),
    "hosts": Setting(
        "JIANNUO_HOSTS",
        names,
        ("localhost", "127.0.0.1", "[::1]"),
        "host names the web server answers to, parted by commas",
    ),
    "deadman": Setting(
        "JIANNUO_DEADMAN", address, "", "asked after each clean audit; its silence is the alarm"
    ),
    "https": Setting("JIANNUO_HTTPS", truth, False, "cookies only over HTTPS"),
    "hotline": Setting(
        "JIANNUO_HOTLINE", names, (), "hotline numbers as the wall shows them, parted by commas"
    ),
    "metrics": Setting(
        "JIANNUO_METRICS",
        networks,
        networks("127.0.0.0/8, ::1"),
        "networks that may read /metrics, parted by commas",
    ),
    "origins": Setting("JIANNUO_ORIGINS", origins, (), "further origins forms may come from"),
    "pool": Setting("JIANNUO_POOL", count, 0, "database connections kept open; 0 keeps none"),
    "url": Setting(
        "JIANNUO_URL",
        address,
        "http://127.0.0.1:8000",
        "where people and gateways reach the web server: links in messages, call-backs",
    ),
    "secret_key": Setting("JIANNUO_SECRET_KEY", secret, "", "instead of the generated key"),
}


def read(source: Mapping[str, str]) -> Environment:
    """Everything at once, so that one start shows every mistake."""
    known = {one.name for one in SETTINGS.values()}
    wrong = [
        f"{name} is not known; known are {', '.join(sorted(known))}"
        for name in sorted(source)
        if name.startswith("JIANNUO_") and name not in known
    ]
    values: dict[str, Any] = {}
    for key, one in SETTINGS.items():
        try:
            values[key] = one.read(source[one.name]) if one.name in source else one.default
        except ValueError as problem:
            wrong.append(f"{one.name}={source[one.name]!r}: {problem} ({one.says})")
    if wrong:
        raise BadEnvironment("\n".join(wrong))
    values["data"] = values["data"] or own_folder(source)
    return Environment(**values, database_url=source.get("DATABASE_URL", "").strip())

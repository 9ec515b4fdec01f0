"""What may stand in a channel's set-up, and what a channel cannot send without.

Each check raises `ValueError` with what is allowed, "中文 | English". None of them shows the value
it was given: it may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.errors import MessageError
from email.headerregistry import Address
from urllib.parse import urlsplit

from jiannuo.notices.channels.channel import NotSent

Check = Callable[[str], None]


def needed(settings: Mapping[str, str], name: str) -> str:
    """A value the channel cannot do without: trying again would not bring it."""
    value = settings.get(name, "").strip()
    if not value:
        raise NotSent(
            f"通道设置缺少“{name}”。", f'The channel lacks the setting "{name}".', again=False
        )
    return value


def web_address(value: str) -> None:
    """An http or https address without a login in it."""
    _address(value, ("http", "https"))


def secure_address(value: str) -> None:
    """An https address: what goes over the open internet is not for everybody to read."""
    _address(value, ("https",))


def _address(value: str, schemes: tuple[str, ...]) -> None:
    named = "://、".join(schemes)
    try:
        parts = urlsplit(value.strip())
        fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        fits = fits and not parts.username and not parts.password and not parts.fragment
    except ValueError:
        fits = False
    if not fits or re.search(r"\s", value.strip()):
        raise ValueError(
            f"应为 {named}:// 开头的网址，不含账号和 # | "
            f"an address that begins with {' or '.join(schemes)}, without a login or #"
        )


def port(value: str) -> None:
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise ValueError("端口应为 1 到 65535 的整数 | a port is a number from 1 to 65535")


def host(value: str) -> None:
    """A bare host name or address: a port or a path beside it belongs elsewhere."""
    if not re.fullmatch(r"[A-Za-z0-9.:_-]+", value) or re.fullmatch(r"[^:]+:\d+", value):
        raise ValueError("只填主机名或 IP，不带端口 | a host name or address only, no port")


def mailbox(value: str) -> None:
    fits = value.isascii() and bool(re.fullmatch(r"[^@\s]+@[^@\s]+", value))
    try:
        Address(addr_spec=value)
    except (ValueError, IndexError, MessageError):  # what the library raises for odd ones
        fits = False
    if not fits:
        raise ValueError("应为邮箱地址，如 service@example.com | a mail address")


def like(pattern: str, zh: str, en: str) -> Check:
    """Matches the whole of the pattern, or is told what it should be."""
    shape = re.compile(pattern)

    def check(value: str) -> None:
        if not shape.fullmatch(value):
            raise ValueError(f"{zh} | {en}")

    return check


secret = like(r"\S{16,}", "至少 16 位，不含空格", "16 characters or more, no spaces")

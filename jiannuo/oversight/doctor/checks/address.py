"""The address in messages: can the one who gets it open it?"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from jiannuo.manual.words import Text
from jiannuo.notices import set_up
from jiannuo.notices.rules import INBOX
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed
from jiannuo.oversight.doctor.machine import Machine

SET = Text(
    "把 JIANNUO_URL 设成手机能打开的地址（如 https://service.example.cn），再重启。",
    "Set JIANNUO_URL to an address a phone can open (such as https://service.example.cn); restart.",
)
NAME = Text(
    "把这个主机名加进 JIANNUO_HOSTS，再重启。", "Add this host name to JIANNUO_HOSTS and restart."
)


def look(machine: Machine) -> Finding:
    host = urlsplit(machine.url).hostname or ""
    outward = any(code != INBOX for code in set_up.ready())
    if outward and _only_here(host):
        said = Text(
            f"通知里的链接是 {machine.url or '空的'}，只在这台机器上能打开。",
            f"Links in messages are {machine.url or 'blank'}: they open on this machine alone.",
        )
        return heed(said, SET)
    if not _answered(host, machine.hosts):
        said = Text(
            f"网页不应答 {host}：链接打开是错误页。",
            f"The web server does not answer to {host}: links open on an error.",
        )
        return broken(said, NAME)
    return fine(f"链接写成 {machine.url}。", f"Links are written as {machine.url}.")


def _only_here(host: str) -> bool:
    """Nobody else's machine means us by it. A private network's address may well be right."""
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False


def _answered(host: str, hosts: tuple[str, ...]) -> bool:
    """As Django reads the list: a name, `*`, or `.name` for everything below it."""
    named = {one.strip("[]").lower() for one in hosts}
    below = any(one.startswith(".") and f".{host}".endswith(one) for one in named)
    return not host or "*" in named or host in named or below


CHECK = Check("address", Text("对外地址", "Address"), look)

"""One POST over HTTP, bounded in time and size; whatever goes wrong is a `NotSent`.

The client of `httpx` bounds each read, not the whole, follows the environment's proxies and
writes whole addresses, robot keys among them, into the log. So the conversation is held here, on
the layer below it: one deadline for all of it, names resolved once, by us, and only the addresses
that were looked at are connected to. No redirect is followed.
"""

from __future__ import annotations

import functools
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpcore
import httpx

from jiannuo.kernel.moment import now
from jiannuo.notices.channels.channel import NotSent

#: Seconds for the whole conversation, under the ten a channel has; for one connection attempt.
WHOLE, CONNECT = 8.0, 3.0
#: Bytes of an answer that are read; what comes after them is nothing we asked for.
ANSWER = 64 * 1024
#: The longest wait another side may ask of us, in seconds.
PATIENCE = 3600.0
JSON = "application/json; charset=utf-8"

Resolve = Callable[[str, int, float], Sequence[str]]
Allowed = Callable[[str], bool]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The answer as an object; an empty one where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Deadline:
    """One end for everything that follows."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        rest = self._end - time.monotonic()
        if rest <= 0:
            raise httpcore.TimeoutException
        return rest


def within(seconds: float, work: Callable[[], T]) -> T:
    """Do work that knows no time limit of its own; `TimeoutError` when it takes too long.

    The thread is left to end by itself: nothing can stop it, and nobody waits for it.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as problem:
            done.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    return done.result(timeout=seconds)


def addresses(host: str, port: int, seconds: float) -> Sequence[str]:
    """The addresses of a host, as the system resolves it (so 0x7f.1 is 127.0.0.1 here too)."""

    def ask() -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(one[4][0]) for one in found))

    return within(seconds, ask)


@functools.cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        limit = min(CONNECT, self._deadline.left())
        secured = self._stream.start_tls(ssl_context, server_hostname, limit)
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Line(httpcore.NetworkBackend):
    """Connects to the addresses it was given, whatever the name resolves to by now. The name
    itself stays in the Host header and in the TLS handshake."""

    def __init__(self, dial: Sequence[str], deadline: Deadline) -> None:
        self._dial, self._deadline = dial, deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        trouble: Exception = httpcore.ConnectError(f"no address for {host}")
        for address in self._dial:
            try:
                limit = min(CONNECT, self._deadline.left())
                stream = self._network.connect_tcp(address, port, limit)
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                trouble = problem
        raise trouble


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = WHOLE,
    allowed: Allowed | None = None,
    resolve: Resolve = addresses,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Post a body and give the answer, whatever its status, within `seconds`.

    `allowed` is asked about every address the host has; one that is not allowed refuses all.
    """
    request, port = _asked_for(url, body, headers)
    deadline = Deadline(seconds)
    dial = _looked_up(request.url.host, port, seconds, resolve)
    if allowed is not None and not all(allowed(one) for one in dial):
        raise NotSent(
            "对方地址属于内部网络，不予连接。",
            "The host lies in an internal network and is not connected to.",
            again=False,
        )
    secure = request.url.scheme == "https"
    line = httpcore.ConnectionPool(
        ssl_context=(tls or _trusted()) if secure else None, network_backend=_Line(dial, deadline)
    )
    try:
        return _spoken(line, request, port, body)
    except httpcore.TimeoutException:
        raise NotSent("对方超时未答。", "The other side did not answer in time.") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as problem:
        what = type(problem).__name__
        raise NotSent(
            f"连接不上或中断（{what}）。", f"No connection, or it broke ({what})."
        ) from None
    finally:
        line.close()


def _asked_for(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[httpx.Request, int]:
    try:
        request = httpx.Request("POST", url, content=body, headers=dict(headers))
        port = request.url.port or {"http": 80, "https": 443}[request.url.scheme]
    except (httpx.InvalidURL, KeyError, ValueError):
        request, port = None, 0
    if request is None or not request.url.host:
        raise NotSent(
            "网址或请求头不能用。", "The address or a header cannot be used.", again=False
        )
    return request, port


def _looked_up(host: str, port: int, seconds: float, resolve: Resolve) -> Sequence[str]:
    try:
        found = resolve(host, port, seconds)
    except (OSError, UnicodeError):  # TimeoutError is an OSError
        found = ()
    if not found:
        raise NotSent("查不到对方的地址。", "The host has no address.")
    return found


def _spoken(
    line: httpcore.ConnectionPool, request: httpx.Request, port: int, body: bytes
) -> Answer:
    url = request.url
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=url.raw_path)
    with line.stream("POST", target, headers=request.headers.raw, content=body) as response:
        taken = bytearray()
        for part in response.iter_stream():
            taken += part
            if len(taken) >= ANSWER:
                break
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        return Answer(response.status, headers, bytes(taken[:ANSWER]))


def taken(answer: Answer) -> Answer:
    """The answer of one who took it (2xx); otherwise `NotSent`.

    429 and 5xx, 408 and 425 are worth another try, after as long as was asked for; any other
    4xx, and a redirect, would end the same way again.
    """
    status = answer.status
    if 200 <= status < 300:
        return answer
    again = passes(status)
    raise NotSent(
        f"对方拒收（HTTP {status}）。",
        f"The other side refused it (HTTP {status}).",
        again=again,
        after=_wait(answer.headers) if again else None,
    )


def passes(status: int) -> bool:
    """Is it a refusal that passes by itself?"""
    return status in (408, 425, 429) or status >= 500


def _wait(headers: Mapping[str, str]) -> float | None:
    """Retry-After: seconds, or a date."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), PATIENCE)
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    wait = (at.replace(tzinfo=at.tzinfo or UTC) - now()).total_seconds()
    return min(max(wait, 0.0), PATIENCE)


def encoded(value: object) -> bytes:
    """As JSON, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

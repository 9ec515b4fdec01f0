"""A real HTTP server that answers as a test says and keeps what it was sent, and messages."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jiannuo.notices.channels.channel import Message

SECRET = "a-shared-secret-of-the-tests"


def message(**changed: Any) -> Message:
    """周敏's customer reports; 刘洋 is told."""
    values: dict[str, Any] = {
        "key": "trigger:42:1",
        "to": "13800000001",
        "name": "刘洋",
        "language": "zh",
        "title": "一级故障超时",
        "text": "X-2026-0042 已超过“30 分钟”响应时限",
        "link": "https://service.example/ack/abc",
        "urgency": 1,
        "kind": "due:respond",
        "words": {"case": "X-2026-0042"},
        "callback": "",
    }
    return Message(**{**values, **changed})


def until(true: Callable[[], object], seconds: float = 3.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Script:
    """What the server answers: one by one, the last one for ever; and what it was asked."""

    answers: list[tuple[int, dict[str, str], bytes]]
    got: list[Request] = field(default_factory=list)
    url: str = ""
    port: int = 0

    def next(self) -> tuple[int, dict[str, str], bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def answer(status: int = 200, body: object = "", **headers: str) -> Any:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, text


@contextmanager
def serving(
    *answers: Any, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Script]:
    script = Script(list(answers) or [answer()])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.got.append(Request(self.path, headers, body))
            status, more, text = script.next()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that hung up

    server = Server((host, 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    script.port = server.server_port
    script.url = f"http{'s' if tls else ''}://{host}:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A bare socket, for a server that does not keep to the rules; its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        talk(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
    thread.join(1)

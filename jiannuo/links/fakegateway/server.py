"""The simulated gateway itself: POST /sms, /voice and /control; GET /, /log and /control."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from jiannuo.kernel.moment import now
from jiannuo.links.fakegateway.book import ZH, Arrival, Book, Kind
from jiannuo.links.fakegateway.calls import Caller
from jiannuo.links.fakegateway.moods import Mood
from jiannuo.links.fakegateway.page import page

#: Signs the call-backs unless another secret is given. No secret at all: everybody can read it.
SECRET = "simulated-gateway-secret"
LARGEST = 64 * 1024
KINDS: dict[str, Kind] = {"/sms": "sms", "/voice": "voice"}


class Gateway(ThreadingHTTPServer):
    """Runs from `with` to its end, in threads of its own; port 0 takes a free one.

    `log`: where each line is kept; `answers`: what each number does; `ring`: seconds until
    somebody picks up or nobody did; `pause`: before a call-back is tried again; `say`: is told
    each thing that happens, in a line for people.
    """

    daemon_threads = True

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        log: Path | None = None,
        secret: str = SECRET,
        answers: Mapping[str, str] | None = None,
        ring: float = 5.0,
        pause: float = 0.5,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.mood, self.book = Mood(answers, ring=ring), Book(log)
        self.caller = Caller(secret, self.mood, self.book, self.told, pause)
        self._say = say
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_port}"

    def told(self, arrival: Arrival, what: str) -> None:
        """One line for people: 02:13:05 模拟语音 → 刘洋 138…0001：text  what."""
        if self._say is not None:
            number = f"{arrival.to[:3]}…{arrival.to[-4:]}"
            whom = f"{arrival.name} {number}".strip()
            at = f"{now().astimezone():%H:%M:%S}"
            self._say(f"{at} 模拟{ZH[arrival.kind]} → {whom}：{arrival.text}  {what}")

    def messages(self) -> list[dict[str, Any]]:
        """What was delivered, each once, oldest first."""
        return self.book.lines("message")

    def __enter__(self) -> Gateway:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.caller.stop()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is none of our business."""


class Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_GET(self) -> None:
        gateway = self.server
        if self.path == "/":
            text = page(gateway.book.lines(), gateway.mood.shown())
            self._answer(200, text.encode(), "text/html; charset=utf-8")
        elif self.path == "/log":
            self._json(200, gateway.book.lines())
        elif self.path == "/control":
            self._json(200, gateway.mood.shown())
        else:
            self._json(404, {"error": "没有这个地址 | no such address"})

    def do_POST(self) -> None:
        if self.path == "/control":
            self._control()
        elif self.path in KINDS:
            self._message(KINDS[self.path])
        else:
            self._json(404, {"error": "没有这个地址 | no such address"})

    def _control(self) -> None:
        told = self._fields()
        try:
            self.server.mood.change(told)
        except ValueError as problem:
            self._json(400, {"error": str(problem)})
            return
        replayed = self.server.caller.replay() if told.get("replay") else 0
        self._json(200, {**self.server.mood.shown(), "replayed": replayed})

    def _message(self, kind: Kind) -> None:
        mood = self.server.mood
        mode = mood.next()
        if mode == "down":
            self._hang_up()
            return
        found = self._fields()  # read in any case: closing on an unread body loses the answer
        if mode == "refuse":
            self._json(500, {"error": "模拟故障 | a simulated failure"})
        elif mode == "busy":
            self._json(
                429, {"error": "模拟繁忙 | simulated: busy"}, {"Retry-After": f"{mood.after:g}"}
            )
        else:
            self._take(kind, mode, found)

    def _take(self, kind: Kind, mode: str, found: Mapping[str, Any]) -> None:
        gateway = self.server
        fields = {name: str(value) for name, value in found.items()}
        fields["key"] = fields.get("key") or str(self.headers.get("Idempotency-Key", ""))
        if not fields["key"] or not fields.get("to"):
            self._json(400, {"error": "缺少 key 或 to | key or to is missing"})
            return
        arrival = gateway.book.take(kind, fields)
        gateway.told(arrival, "重复，未再投递" if arrival.duplicate else "已受理")
        if not arrival.duplicate:
            gateway.caller.begin(arrival)
        if mode == "swallow" or (mode == "slow" and gateway.caller.rest(gateway.mood.seconds)):
            self._hang_up()
            return
        answer = {"reference": arrival.reference, "duplicate": arrival.duplicate}
        self._json(200, {**answer, "simulated": True, "note": "模拟：并未真的发出 | simulated"})

    def _fields(self) -> dict[str, Any]:
        """The body, JSON or a form; an empty one where it is neither."""
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
        body = self.rfile.read(length).decode("utf-8", "replace")
        try:
            found = json.loads(body)
        except ValueError:
            return dict(parse_qsl(body))
        return found if isinstance(found, dict) else {}

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _json(self, status: int, value: object, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        self._answer(status, body, "application/json; charset=utf-8", headers)

    def _answer(
        self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """The book says what happened."""

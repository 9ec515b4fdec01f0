"""How much one request may bring: more is refused before it fills a disk."""

from __future__ import annotations

import json
from dataclasses import dataclass

from jiannuo.manual.words import Text
from jiannuo.site.bursts import App, Message, Receive, Send

LARGEST = 64 * 1024 * 1024  # bytes: a few files of the largest size that is kept
TOO_BIG = Text(
    "一次送来的内容超过 64 MB，没有保存。请退回上一页，分几次传。",
    "More than 64 MB at a time; nothing was saved. Go back and send it in turns.",
)


@dataclass
class Bodies:
    """Counts what comes in, also where no length was announced, and answers 413 above `largest`
    bytes: in JSON to programs, as plain text to browsers."""

    app: App
    largest: int = LARGEST

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if _announced(scope) > self.largest:
            return await _refuse(scope, send)
        came, over = 0, False

        async def counted() -> Message:
            nonlocal came, over
            message = await receive()
            came += len(message.get("body", b""))
            over = over or came > self.largest
            return {"type": "http.disconnect"} if over else message

        async def unless_over(message: Message) -> None:
            if not over:
                await send(message)

        await self.app(scope, counted, unless_over)
        if over:
            await _refuse(scope, send)


def _announced(scope: Message) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0


async def _refuse(scope: Message, send: Send) -> None:
    programs = scope["path"].startswith(("/api/", "/hooks/"))
    told = {"code": "too_big", "zh": TOO_BIG.zh, "en": TOO_BIG.en}
    said = json.dumps(told, ensure_ascii=False) if programs else f"{TOO_BIG.zh}\n{TOO_BIG.en}\n"
    kind = b"application/json" if programs else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})

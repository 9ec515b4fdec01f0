"""`jiannuo gateway`: the simulated gateway on the command line."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path
from typing import Any

import click

from jiannuo.links.fakegateway.server import SECRET, Gateway

PORT = 8025


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen. 监听地址。")
@click.option("--port", default=PORT, show_default=True, help="Port; 0: a free one. 端口。")
@click.option(
    "--log", type=click.Path(dir_okay=False, path_type=Path), help="JSON lines. 记录文件。"
)
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='Who picks up, as JSON: {"13800000001": "press:1"}. 各号码是否接听。',
)
@click.option("--ring", default=5.0, show_default=True, help="Seconds a call rings. 振铃秒数。")
@click.option("--secret", default=SECRET, help="Signs the call-backs. 回调签名密钥。")
def gateway(
    *, host: str, port: int, log: Path | None, answers: Path | None, ring: float, secret: str
) -> None:
    """Simulate a gateway for text messages and calls: nothing is really sent.

    模拟短信与语音网关：不会真的发出任何消息。
    """
    stop = threading.Event()

    def end(*_: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        told = json.loads(answers.read_text(encoding="utf-8")) if answers else {}
        running = Gateway(
            port, host=host, log=log, secret=secret, answers=told, ring=ring, say=click.echo
        )
    except (ValueError, OSError) as problem:
        raise click.ClickException(str(problem)) from None
    with running:
        click.echo(f"模拟网关 Simulated gateway: {running.url}/")
        click.echo("不会真的发出任何短信或电话。 Nothing is really sent.")
        stop.wait()

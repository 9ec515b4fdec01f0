"""The page of the simulated gateway: what arrived, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from jiannuo.links.fakegateway.book import ZH

WHAT = {
    "duplicate": "重复，未再投递 duplicate",
    "delivered": "已送达 delivered",
    "failed": "未送达 failed",
    "answered": "已接听 answered",
    "unanswered": "无人接听 unanswered",
    "key": "按键 key",
}

PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<meta name="viewport" content="width=device-width"><title>模拟网关</title><style>
body{{font:15px/1.6 system-ui,sans-serif;margin:1rem;color:#1c2733}}
p{{background:#fff3cd;padding:.5rem .8rem}}td{{padding:.2rem .8rem .2rem 0;vertical-align:top}}
td:last-child{{white-space:pre-wrap}}</style></head><body><h1>模拟网关 Simulated gateway</h1>
<p>模拟：不发出任何短信，不拨打任何电话。Simulated: nothing is sent, nobody is called.
（mode {mode} · callbacks {callbacks}）</p>
<table>{rows}</table></body></html>
"""


def page(lines: Sequence[Mapping[str, Any]], shown: Mapping[str, Any], newest: int = 200) -> str:
    rows = "".join(_row(line) for line in reversed(lines[-newest:]))
    return PAGE.format(rows=rows, mode=shown["mode"], callbacks=shown["callbacks"])


def _row(line: Mapping[str, Any]) -> str:
    at = datetime.fromisoformat(line["at"]).astimezone()
    what = line.get("what") or line["line"]
    said = WHAT.get(what, "") + (f" {line['digit']}" if line.get("digit") else "")
    if line["line"] == "report":
        whom, text = line["reference"], f"回调 call-back：{line['said']}"
    else:
        whom, text = f"{line['name']} {line['to']}", line["text"]
    cells = (f"{at:%H:%M:%S}", ZH[line["kind"]], whom, said, text)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"

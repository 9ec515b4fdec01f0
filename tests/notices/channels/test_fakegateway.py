"""The simulated gateway says that it is simulated, keeps what it took, and runs by itself."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from jiannuo.links.fakegateway.server import Gateway
from jiannuo.notices.channels.sms.sending import send
from tests.notices.channels.serving import message, serving, until

GET = httpx.Client(trust_env=False)


def _sms(gateway: Gateway, **changed: object) -> str:
    return send(message(**changed), {"url": f"{gateway.url}/sms"}).reference


def test_every_message_is_a_line_of_json_with_its_time(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with Gateway(log=log) as gateway:
        _sms(gateway)
        _sms(gateway)
        assert GET.get(f"{gateway.url}/log").json() == gateway.book.lines()
    first, again = (json.loads(line) for line in log.read_text("utf-8").splitlines())
    assert (first["line"], again["line"]) == ("message", "duplicate")
    assert first["reference"] == again["reference"]
    assert first["simulated"] is True
    assert first["at"].endswith("+00:00")
    assert again["ms"] >= first["ms"] > 1_700_000_000_000


def test_a_key_taken_before_a_restart_is_known_after_it(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    with Gateway(log=log) as gateway:
        first = _sms(gateway)
    with log.open("a") as file:
        file.write('{"line": "mess\n')  # as it went down
    with Gateway(log=log) as gateway:
        assert _sms(gateway) == first != _sms(gateway, key="another")
        assert len(gateway.messages()) == 2


def test_the_page_says_that_it_is_simulated_and_shows_the_newest_first() -> None:
    with Gateway() as gateway:
        _sms(gateway, key="a", text="先到 <b>")
        _sms(gateway, key="b", text="后到")
        page = GET.get(gateway.url).text
    assert "模拟" in page
    assert page.index("后到") < page.index("先到 &lt;b&gt;")
    assert 'http-equiv="refresh"' in page


def test_people_are_told_in_a_line_without_the_whole_number() -> None:
    said: list[str] = []
    with Gateway(say=said.append) as gateway:
        _sms(gateway, text="请到现场", link="")
    assert re.fullmatch(r"\d\d:\d\d:\d\d 模拟短信 → 刘洋 138…0001：请到现场  已受理", said[0])


def test_arrival_of_a_text_message_is_reported() -> None:
    with serving() as ours, Gateway() as gateway:
        _sms(gateway, callback=f"{ours.url}/sms")
        until(lambda: ours.got)
    assert ours.got[0].json["what"] == "delivered"


@pytest.mark.parametrize(
    "told",
    [
        {"mode": "explode"},
        {"mode": ["ok"]},
        {"callbacks": "never"},
        {"ring": -1},
        {"ring": "1"},
        {"ring": 1e300},
        {"times": "1"},
        {"answers": {"1": "maybe"}},
        {"answers": [1]},
        {"what": 1},
    ],
)
def test_what_it_does_not_know_changes_nothing(told: dict[str, object]) -> None:
    with Gateway() as gateway:
        before = gateway.mood.shown()
        reply = GET.post(f"{gateway.url}/control", json={"late": 1, **told})
        assert reply.status_code == 400
        assert " | " in reply.json()["error"]
        assert gateway.mood.shown() == before


@pytest.mark.parametrize("body", ["", "{}", '{"key": "a"}', '{"to": "1"}', "[]", "nonsense"])
def test_a_message_without_a_key_or_a_number_is_refused(body: str) -> None:
    with Gateway() as gateway:
        assert GET.post(f"{gateway.url}/sms", content=body).status_code == 400
        assert not gateway.book.lines()


def test_other_addresses_are_not_there() -> None:
    with Gateway() as gateway:
        assert GET.get(f"{gateway.url}/sms").status_code == 404
        assert GET.post(f"{gateway.url}/", content="{}").status_code == 404


def test_the_command_runs_it_until_it_is_told_to_stop(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"13800000001": "press:1"}')
    command = [sys.executable, "-m", "jiannuo.site.cli", "gateway", "--port", "0"]
    running = subprocess.Popen(
        [*command, "--answers", str(answers), "--log", str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    )
    with running:
        assert running.stdout is not None
        first = running.stdout.readline()
        url = re.search(r"http://\S+", first)
        assert url is not None
        assert "模拟" in first
        shown = GET.get(f"{url[0]}control").json()
        running.send_signal(signal.SIGTERM)
        assert running.wait(5) == 0
    assert shown["answers"] == {"13800000001": "press:1"}


def test_answers_it_does_not_know_are_told_before_it_runs(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"13800000001": "maybe"}')
    done = subprocess.run(
        [sys.executable, "-m", "jiannuo.site.cli", "gateway", "--answers", str(answers)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=10,
    )
    assert done.returncode == 1
    assert " | " in done.stderr

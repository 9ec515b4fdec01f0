"""What `jiannuo up` keeps comes back by itself, and what cannot start ends it all with a word."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from jiannuo.clocks.models import Beat
from jiannuo.manual.words import Text
from jiannuo.site import children
from jiannuo.site.children import CannotStart, Child, end

CLI = [sys.executable, "-m", "jiannuo.site.cli"]
NAME = Text("某进程", "process")


def until(there: Callable[[], object], seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class Up:
    """`jiannuo up`, its address, what it said, its children by what they do."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.said = process, list[str]()
        threading.Thread(target=self._listen, daemon=True).start()
        until(lambda: self.address)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.said.extend(iter(self.process.stdout.readline, ""))

    @property
    def address(self) -> str:
        found = re.search(r"http://\S+", "".join(self.said))
        return found[0] if found else ""

    def child(self, word: str) -> int | None:
        pid = self.process.pid
        for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            command = Path(f"/proc/{one}/cmdline").read_text().split("\0")
            if word in command:
                return int(one)
        return None

    def has_new(self, word: str, old: int) -> bool:
        return self.child(word) not in (None, old)

    def alive(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}healthz", timeout=5) as page:
                return bool(page.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture
def up(database_url: str) -> Iterator[Up]:
    with subprocess.Popen(
        [*CLI, "up", "--port", "0", "--no-demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "DATABASE_URL": database_url},
    ) as process:
        yield Up(process)
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks children up in /proc")
@pytest.mark.django_db(transaction=True)
def test_worker_and_web_come_back_after_they_were_killed(up: Up) -> None:
    until(lambda: Beat.objects.filter(loop="sweep").exists())
    for word, said in (("worker", "The worker ended"), ("uvicorn", "The web server ended")):
        before = up.child(word)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        until(partial(up.has_new, word, before))
        assert any(f"{said} (by SIGKILL)" in line for line in up.said)
        assert any("秒后重新启动" in line for line in up.said)
    until(up.alive)
    until(lambda: Beat.objects.filter(loop="sweep").count() == 2)
    assert up.process.poll() is None


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FIRST_AGAIN", 0.01)
    monkeypatch.setattr(children, "LONGEST_AGAIN", 0.05)


def tended(child: Child, done: Callable[[], bool]) -> None:
    """Looked after till it is so."""
    child.pause = children.FIRST_AGAIN
    child.start()
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        child.tend()
        time.sleep(0.005)


def test_what_ends_five_times_right_after_its_start_cannot_start(
    hasty: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tries = tmp_path / "tries"
    code = f"open({str(tries)!r}, 'a').write('x'); raise SystemExit(3)"
    with pytest.raises(CannotStart) as told:
        tended(Child(NAME, ["-c", code], os.environ), lambda: False)
    assert told.value.name == NAME
    assert tries.read_text() == "xxxxx"
    said = capfd.readouterr().err
    assert said.count("exit code 3") == 4
    assert "退出码 3" in said


def test_the_pauses_double_up_to_the_longest(capfd: pytest.CaptureFixture[str]) -> None:
    child, pauses = Child(NAME, ["-c", ""], os.environ), list[float]()
    for _ in range(7):
        child.began = time.monotonic() - 2 * children.STARTED  # it had started well
        pauses.append(child.pause)
        child._plan(time.monotonic())
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    child.began = time.monotonic() - 2 * children.STEADY
    child._plan(time.monotonic())
    assert child.pause == 2


def test_one_that_started_well_is_started_anew_however_often(
    hasty: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "STARTED", 0.0)
    tries = tmp_path / "tries"
    child = Child(NAME, ["-c", f"open({str(tries)!r}, 'a').write('x')"], os.environ)
    tended(child, lambda: tries.exists() and len(tries.read_text()) > 6)
    end([child])


def test_a_child_that_does_not_end_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "END_WITHIN", 0.2)
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    child = Child(NAME, ["-c", code], os.environ)
    child.start()
    time.sleep(0.5)
    end([child, Child(NAME, [], {})])
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL

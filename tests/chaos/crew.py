"""The processes of the product: started, killed, frozen, and started again by whoever watches."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.chaos.ground import ROOT, Ground
from tests.chaos.house import answers

WATCH = 0.1  # seconds between two looks at who has ended
REST = 0.5  # seconds before one that ended by itself is started again
END_WITHIN = 8.0


class Hand:
    """One process. `ends`: how often it ended without having been killed by us."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path
    ) -> None:
        self.name, self.command, self.env, self.log = name, list(command), dict(env), log
        self.process: subprocess.Popen[bytes] | None = None
        self.not_before, self.ends, self.frozen = 0.0, 0, False

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=out, stderr=out
            )

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def send(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def state(self) -> str:
        """One letter, as /proc tells it: T is stopped."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return ""


class Crew:
    def __init__(self, ground: Ground, log: Path, *, hurried: bool = False) -> None:
        self.ground, self.log = ground, log
        self.hands: dict[str, Hand] = {}
        self._hurried = hurried
        self._watching, self._lock = threading.Event(), threading.Lock()
        log.mkdir(parents=True, exist_ok=True)

    # -- who there is ---------------------------------------------------------------------------

    def product(self) -> None:
        """Two web processes, a worker with every loop, and one for each loop that matters."""
        for place, port in enumerate(self.ground.web_ports):
            self.web(f"web-{place}", port)
        self.gateway()
        self.worker("worker")
        for loop in ("sweep", "address", "deliver", "audit"):
            self.worker(loop, "--only", loop)

    def web(self, name: str, port: int) -> None:
        served = ("-m", "uvicorn", "jiannuo.site.asgi:application", "--port", str(port))
        quiet = ("--lifespan", "off", "--no-access-log", "--log-level", "warning")
        self.add(name, [sys.executable, *served, *quiet], JIANNUO_POOL="11")

    def gateway(self) -> None:
        told = self.log / "answers.json"
        told.write_text(json.dumps(answers()), encoding="utf-8")
        book = ("--log", str(self.log / "gateway.jsonl"), "--answers", str(told), "--ring", "0.5")
        port = ("--port", str(self.ground.gateway_port))
        self.add("gateway", [sys.executable, "-m", "jiannuo.site.cli", "gateway", *port, *book])

    def worker(self, name: str, *only: str) -> None:
        own = ["-m", "jiannuo.site.cli", "worker"]
        start = self.ground.inside("hurried") if self._hurried else [sys.executable, *own]
        self.add(name, [*start, "--quiet", *only])

    def add(self, name: str, command: Sequence[str], **env: str) -> None:
        own = {**self.ground.environment(), **env}
        self.hands[name] = Hand(name, command, own, self.log / f"{name}.log")

    # -- what is done with them -----------------------------------------------------------------

    def begin(self) -> None:
        for hand in self.hands.values():
            hand.start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._watching.wait(WATCH):
            with self._lock:
                for hand in self.hands.values():
                    self._look(hand)

    @staticmethod
    def _look(hand: Hand) -> None:
        if hand.lives or hand.frozen:
            return
        if hand.process is not None:  # it has just ended
            if hand.process.returncode != -signal.SIGKILL:
                hand.ends += 1
                hand.not_before = time.monotonic() + REST
            hand.process = None
        if time.monotonic() >= hand.not_before:
            hand.start()

    def kill(self, name: str, away: float) -> bool:
        """SIGKILL; it is started again `away` seconds later. Whether it died of it."""
        hand = self.hands[name]
        with self._lock:
            if not hand.lives or hand.process is None:
                return False
            hand.not_before = time.monotonic() + away
            hand.send(signal.SIGKILL)
            return hand.process.wait() == -signal.SIGKILL

    def freeze(self, name: str) -> bool:
        hand = self.hands[name]
        with self._lock:
            if not hand.lives:
                return False
            hand.send(signal.SIGSTOP)
            hand.frozen = True
        time.sleep(0.02)
        if hand.state() == "T":
            return True
        self.thaw(name)  # it was killed meanwhile
        return False

    def thaw(self, name: str) -> None:
        with self._lock:
            hand = self.hands[name]
            if hand.lives:
                hand.send(signal.SIGCONT)
            hand.frozen = False

    def end(self, *names: str) -> None:
        """Told to stop, as by whoever runs it; without names all of them, and nobody watches."""
        if not names:
            self._watching.set()
        with self._lock:
            chosen = [self.hands.pop(name) for name in names or tuple(self.hands)]
        for hand in chosen:
            if hand.lives:
                hand.send(signal.SIGCONT)
                hand.send(signal.SIGTERM)
        until = time.monotonic() + END_WITHIN
        for hand in chosen:
            _ended(hand, until)

    def ends(self) -> dict[str, int]:
        return {hand.name: hand.ends for hand in self.hands.values() if hand.ends}


def _ended(hand: Hand, until: float) -> None:
    if hand.process is None:
        return
    try:
        hand.process.wait(max(0.1, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.kill(hand.pid, signal.SIGKILL)
        hand.process.wait()

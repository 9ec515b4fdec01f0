"""The worker's rounds: what fails keeps nothing else from its turn."""

from __future__ import annotations

import threading

import pytest

from jiannuo.site import worker


def test_a_duty_that_fails_keeps_no_other_from_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, done = threading.Event(), list[str]()

    def broken() -> int:
        done.append("fire")
        raise ValueError("a poisoned row")

    def passes() -> int:
        done.append("pass on")
        return 0

    def seals() -> int:
        done.append("seal")
        stop.set()
        return 0

    for name, duty in (("fire_due", broken), ("pass_on_silent", passes), ("seal", seals)):
        monkeypatch.setattr(worker, name, duty)
    monkeypatch.setattr("jiannuo.site.worker.connection.close", lambda: None)
    worker.run(stop)
    assert done == ["fire", "pass on", "seal"]

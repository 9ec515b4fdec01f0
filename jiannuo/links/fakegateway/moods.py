"""How the simulated gateway behaves, and how it is told to behave otherwise."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any

MODES = ("ok", "refuse", "swallow", "slow", "down", "busy")
CALLBACKS = ("normal", "twice", "late", "reversed", "none")
NUMBERS = ("seconds", "after", "ring", "late")
#: Seconds: an hour is longer than any test waits.
LONGEST = 3600
ANSWER = re.compile(r"no|answer|press:[0-9*#]")


class Mood:
    """Told by POST /control, any part alone:

    mode       ok; refuse: 500; swallow: takes the message and closes without an answer; slow:
               takes it and answers after `seconds`; down: closes at once; busy: 429, `after`
    times      for how many messages that mode holds, then ok again; without it, until told
    seconds, after, ring, late   seconds: of slow; of Retry-After; until somebody picks up or
               nobody did; by which call-backs are late
    callbacks  normal; twice: each again; late; reversed: the last one first; none
    answers    by number: no (nobody picks up), answer, press:1
    """

    def __init__(self, answers: Mapping[str, str] | None = None, *, ring: float = 5.0) -> None:
        self._lock = threading.Lock()
        self.mode, self.callbacks = "ok", "normal"
        self.times: int | None = None
        self.seconds, self.after, self.ring, self.late = 15.0, 2.0, ring, 30.0
        self.answers: dict[str, str] = {}
        self.change({"answers": dict(answers or {})})

    def change(self, told: Mapping[str, Any]) -> None:
        """All of it or nothing; `ValueError` ("中文 | English") for what it does not know."""
        kept = {name: told[name] for name in told if name != "replay"}
        numbers = [kept[name] for name in NUMBERS if name in kept]
        answers = kept.get("answers", {})
        known = {"mode", "times", "callbacks", "answers", *NUMBERS}
        fits = (
            set(kept) <= known
            and kept.get("mode", "ok") in MODES
            and kept.get("callbacks", "normal") in CALLBACKS
            and all(_number(one) and 0 <= one <= LONGEST for one in numbers)
            and (kept.get("times") is None or _number(kept["times"]))
            and isinstance(answers, dict)
            and all(isinstance(one, str) and ANSWER.fullmatch(one) for one in answers.values())
        )
        if not fits:
            raise ValueError("控制内容不认识 | not something that can be told: see GET /control")
        with self._lock:
            if "mode" in kept:
                self.times = None
            for name, value in kept.items():
                setattr(self, name, value if name != "answers" else self._known(answers))

    def _known(self, answers: Mapping[str, str]) -> dict[str, str]:
        return {**self.answers, **{digits(number): what for number, what in answers.items()}}

    def next(self) -> str:
        """The mode for the message that has just come."""
        with self._lock:
            mode = self.mode
            if self.times is not None:
                self.times -= 1
                if self.times <= 0:
                    self.mode, self.times = "ok", None
            return mode

    def answer(self, number: str) -> str:
        return self.answers.get(digits(number), "no")

    def shown(self) -> dict[str, Any]:
        names = ("mode", "times", "callbacks", "answers", *NUMBERS)
        return {
            "simulated": True,
            **{name: getattr(self, name) for name in names},
            "modes": MODES,
            "callback_modes": CALLBACKS,
        }


def digits(number: str) -> str:
    """A number as it is compared: the last eleven digits, however it is written."""
    return re.sub(r"\D", "", number)[-11:]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

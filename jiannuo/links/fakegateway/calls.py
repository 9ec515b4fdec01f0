"""What happens after a message was taken: somebody picks up or nobody does, and it is reported."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass

from jiannuo.kernel.moment import now
from jiannuo.links.fakegateway.book import Arrival, Book
from jiannuo.links.fakegateway.moods import Mood
from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.channels.posting import JSON, post, taken
from jiannuo.notices.channels.signing import signed

TRIES, LONGEST = 8, 8.0
#: Call-backs under way at once; the others wait, as at a gateway with so many lines.
LINES = 8
Say = Callable[[Arrival, str], None]
Report = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A call-back as it went out, byte by byte."""

    arrival: Arrival
    report: Report
    body: bytes
    headers: dict[str, str]


class Caller:
    """Plays the calls and posts the call-backs, each message in a thread of its own."""

    def __init__(self, secret: str, mood: Mood, book: Book, say: Say, pause: float) -> None:
        self._secret, self._mood, self._book, self._say = secret, mood, book, say
        self._pause, self._stop = pause, threading.Event()
        self._lines = threading.Semaphore(LINES)
        self._sent: list[Sent] = []

    def begin(self, arrival: Arrival) -> None:
        play = self._call if arrival.kind == "voice" else self._text
        threading.Thread(target=play, args=(arrival,), daemon=True).start()

    def stop(self) -> None:
        """Whatever still rings, rings no longer."""
        self._stop.set()

    def rest(self, seconds: float) -> bool:
        """Wait; True when it was told to stop meanwhile."""
        return self._stop.wait(seconds)

    def replay(self) -> int:
        """Post again everything that was ever reported, with the signatures of then."""
        again = list(self._sent)

        def play() -> None:
            for one in again:
                self._post(one)

        threading.Thread(target=play, daemon=True).start()
        return len(again)

    def _call(self, arrival: Arrival) -> None:
        if self.rest(self._mood.ring):
            return
        answer = self._mood.answer(arrival.to)
        if answer == "no":
            self._say(arrival, "无人接听")
            self._report(arrival, [("unanswered", "")])
        elif answer == "answer":
            self._say(arrival, "已接听，未按键")
            self._report(arrival, [("answered", "")])
        else:
            digit = answer.removeprefix("press:")
            self._say(arrival, f"已接听，按了 {digit} 键")
            self._report(arrival, [("answered", ""), ("key", digit)])

    def _text(self, arrival: Arrival) -> None:
        self._report(arrival, [("delivered", "")])

    def _report(self, arrival: Arrival, what: list[tuple[str, str]]) -> None:
        how = self._mood.callbacks
        if not arrival.callback or how == "none":
            return
        if how == "late" and self.rest(self._mood.late):
            return
        reports = [
            {
                "key": arrival.key,
                "what": word,
                "digit": digit,
                "reference": f"{arrival.reference}-{place}",
            }
            for place, (word, digit) in enumerate(what, 1)
        ]
        if how == "reversed":
            reports.reverse()
        for report in reports:
            for _ in range(2 if how == "twice" else 1):
                self._tell(arrival, report)

    def _tell(self, arrival: Arrival, report: Report) -> None:
        """Post one report until it is taken: the other side may be restarting."""
        body = json.dumps(report).encode()
        for attempt in range(TRIES):
            headers = {"Content-Type": JSON, **signed(self._secret, body, now())}
            sent = Sent(arrival, report, body, headers)
            if attempt == 0:
                self._sent.append(sent)
            if self._post(sent) or self.rest(min(self._pause * 2**attempt, LONGEST)):
                return

    def _post(self, sent: Sent) -> bool:
        try:
            with self._lines:
                taken(post(sent.arrival.callback, sent.body, sent.headers, seconds=5.0))
        except NotSent as problem:
            self._book.reported(sent.arrival, sent.report, str(problem))
            return False
        self._book.reported(sent.arrival, sent.report, "ok")
        return True

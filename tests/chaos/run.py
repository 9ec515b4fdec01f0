"""One run: a fresh copy of the house, the product at work, clients, faults; then peace, and what
the invariants say."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import psycopg

from tests.chaos import invariants, promises
from tests.chaos.clients import Book
from tests.chaos.crew import Crew
from tests.chaos.evidence import Evidence, judge
from tests.chaos.faults import Fault, Scene
from tests.chaos.gateway import Gateway, count
from tests.chaos.ground import ROOT, Ground
from tests.chaos.lanes import Lanes
from tests.chaos.stories import Crowd

#: Who judges; named here so that their checks are there to be asked.
JUDGES = (invariants, promises)
QUIET_WITHIN, START_WITHIN = 150.0, 30.0  # seconds


@dataclass
class Plan:
    """`seconds`: at least so long; every fault comes at least once."""

    seed: int
    seconds: float
    chosen: list[Fault]
    skipped: dict[str, str] = field(default_factory=dict)
    hurried: bool = False


@dataclass
class Outcome:
    """What a run came to."""

    plan: Plan
    lanes: Lanes
    figures: dict[str, object] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return not self.problems


class Run:
    def __init__(self, ground: Ground, plan: Plan, name: str) -> None:
        self.ground, self.plan, self.name = ground, plan, name
        ground.new_database(f"jiannuo_{name}")
        self.folder = ground.root / name
        self.crew = Crew(ground, self.folder, hurried=plan.hurried)
        self.gateway = Gateway(ground.gateway, self.folder / "gateway.jsonl")
        self.book = Book(self.folder / "clients.jsonl")
        self.crowd = Crowd(ground, self.book, self.gateway, plan.seed)
        self.lanes = Lanes(plan.seed, plan.chosen, plan.skipped)
        self.stalled = ""
        self.man()

    def man(self) -> None:
        """Who is at work."""
        self.crew.product()

    def go(self) -> Outcome:
        began = time.monotonic()
        self.crew.begin()
        try:
            self.wait_for_pages()
            self._trouble()
            self.crowd.end(30.0)
            calm = time.monotonic()
            at = self._quiet()
            self.crew.end()
            outcome = Outcome(self.plan, self.lanes)
            with self.ground.connect() as connection:
                evidence = self.evidence(connection, at)
                outcome.problems = judge(evidence)
            if self.stalled:
                outcome.problems["it_comes_to_rest"] = [self.stalled]
            if self.crowd.broken:
                outcome.problems["the_clients_work"] = self.crowd.broken
            if unproven := self.lanes.unproven():
                outcome.problems["every_fault_happened"] = unproven
            outcome.figures = self._figures(began, calm)
            return outcome
        finally:
            self.crew.end()

    def wait_for_pages(self) -> None:
        until = time.monotonic() + START_WITHIN
        caller = self.crowd.clients[0].caller
        while True:
            answers = [caller.send("GET", "/healthz") for _ in range(4)]
            if all(answer is not None and answer.status == 200 for answer in answers):
                return
            if time.monotonic() > until:
                raise OSError(f"the web did not start: see {self.folder}")
            time.sleep(0.2)

    def _trouble(self) -> None:
        """Clients and faults, until the time is over and each fault has come."""
        over = threading.Event()
        self.crowd.begin()
        time.sleep(2.0)
        scene = Scene(self.ground, self.crew, self.gateway)
        lanes = self.lanes.begin(scene, over)
        time.sleep(self.plan.seconds)
        over.set()
        for lane in lanes:
            lane.join()

    # -- peace ----------------------------------------------------------------------------------

    def _quiet(self) -> datetime:
        """Everything due by now fires; then the sweep ends, and what it posted goes out."""
        self.ground.clock.set(0.0)
        self.ground.launch()
        at = self.ground.server_time()
        until = time.monotonic() + QUIET_WITHIN
        armed = "select count(*) from clocks_trigger where state = 'armed' and sweep_at <= %s"
        self._until_none("moments overdue", until, armed, at)
        self.crew.end(*(name for name in ("worker", "sweep") if name in self.crew.hands))
        self._until_none(
            "notices and deliveries unsent",
            until,
            """select (select count(*) from notices_notice where state = 'waiting')
              + (select count(*) from notices_delivery where state = 'waiting')""",
        )
        return at

    def _until_none(self, what: str, until: float, query: str, *values: object) -> None:
        left = -1
        while left:
            try:
                left = int(self.ground.ask(query, *values)[0][0])
            except psycopg.OperationalError:
                self.ground.launch()
            if left and time.monotonic() > until:
                self.stalled = f"{left} {what} after {QUIET_WITHIN:.0f} s of peace"
                return
            time.sleep(0.2)

    # -- judging --------------------------------------------------------------------------------

    def evidence(self, connection: psycopg.Connection, at: datetime) -> Evidence:
        return Evidence(
            connection,
            at,
            self.book.asked,
            self.gateway.lines(),
            self.crowd.links,
            self.book.unclean,
            self.ground.clock.moments,
            self._audit,
        )

    def _audit(self) -> str:
        """Exported by the product, checked by the script that knows nothing of it."""
        file = self.folder / "audit.jsonl"
        cli = [sys.executable, "-m", "jiannuo.site.cli", "audit"]
        said = self.ground.run([*cli, "export", str(file)])
        noted = said.partition("--count")[2].split()
        command = [sys.executable, str(ROOT / "ops" / "verify_audit.py"), str(file)]
        command += ["--count", noted[0], "--head", noted[2]]
        done = subprocess.run(command, capture_output=True, text=True)
        return (done.stdout + done.stderr).strip() if done.returncode else ""

    def _figures(self, began: float, calm: float) -> dict[str, object]:
        """One line's worth of what happened."""
        asked, lines = self.book.asked, self.gateway.lines()
        # What fired by a clock two hours ahead says nothing of how late we are.
        late = """select count(*), count(*) filter (where outcome = 'late'), coalesce(round(1000 *
          percentile_disc(0.95) within group (order by extract(epoch from fired_at - fire_at))
          filter (where fired_at < fire_at + interval '30 minutes')), 0) from clocks_fired"""
        fired, passed, p95 = self.ground.ask(late)[0]
        given_up = "select count(*) from notices_delivery where state = 'failed'"
        refusals = Counter(one.code for one in asked if 400 <= one.status < 500)
        statuses = Counter(str(one.status or "unanswered") for one in asked)
        return {
            "requests": len(asked),
            "retried": sum(one.tries > 1 for one in asked),
            "acknowledged": sum(one.acknowledged for one in asked),
            "refused": "+".join(f"{n}*{code}" for code, n in refusals.most_common()) or 0,
            "unanswered": statuses["unanswered"],
            "clean503": self.book.statuses[503],
            "cases": self.ground.ask("select count(*) from cases_case")[0][0],
            "fired": fired,
            "passed_as_late": passed,
            "p95_late_ms": p95,
            "delivered": count(lines, "message"),
            "repeated": count(lines, "duplicate"),
            "reports": count(lines, "report"),
            "given_up": self.ground.ask(given_up)[0][0],
            "links": len(self.crowd.links),
            "jumps": self.ground.ask("select count(*) from clocks_jump")[0][0],
            "quiet_s": round(time.monotonic() - calm),
            "seconds": round(time.monotonic() - began),
        }

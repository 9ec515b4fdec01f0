"""The negative control: the same invariants on workers that are wrong on purpose, under faults.
They must find what was lost."""

from __future__ import annotations

import threading
import time
from random import Random

import psycopg

from tests.chaos.evidence import judge
from tests.chaos.faults import FAULTS, Fault, Scene, killed
from tests.chaos.ground import Ground
from tests.chaos.run import Plan, Run

WITHIN, AT_WORK_WITHIN = 90.0, 30.0  # seconds
#: Between two looks; what is under way at the first is over at the second.
SETTLED = 1.5
#: How the workers are wrong, the invariant that must find it, and the words it finds it in.
WRONG = {
    "fires in two statements": ("what_a_trigger_says_is_done_has_its_row", "without firing"),
    "marks a message sent, then sends it": ("every_notice_reached_whom_it_was_for", "marked sent"),
}


def kill_the_sweep(scene: Scene, rnd: Random) -> str:
    """Once it is at work, about when it is between its two statements."""
    count = "select count(*) from clocks_fired"
    before, until = scene.ground.ask(count), time.monotonic() + AT_WORK_WITHIN
    while scene.ground.ask(count) == before and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(rnd.uniform(0.2, 0.5))
    return killed(scene, rnd, ("sweep",))


TRIED = [Fault("kill_the_sweep", "processes", 1, kill_the_sweep), FAULTS["gateway_down"]]


class SpoiledRun(Run):
    """The product's web and addressing, with wrong workers for the rest."""

    def man(self) -> None:
        crew = self.crew
        for place, port in enumerate(self.ground.web_ports):
            crew.web(f"web-{place}", port)
        crew.gateway()
        crew.worker("address", "--only", "address")
        for loop in ("sweep", "deliver"):
            crew.add(loop, self.ground.inside("spoiled", loop))

    def seek(self) -> dict[str, list[str]]:
        """What is lost for good, by how the workers are wrong; as soon as all was found."""
        over, began = threading.Event(), time.monotonic()
        self.crew.begin()
        try:
            self.wait_for_pages()
            self.crowd.begin()
            lanes = self.lanes.begin(Scene(self.ground, self.crew, self.gateway), over)
            found, before = self._lost(), {what: list[str]() for what in WRONG}
            while not all(lost(found, before).values()) and time.monotonic() < began + WITHIN:
                time.sleep(SETTLED)
                before, found = found, self._lost()
            over.set()
            for lane in lanes:
                lane.join()
            return lost(found, before)
        finally:
            self.crowd.end(0.0)
            self.crew.end()

    def _lost(self) -> dict[str, list[str]]:
        try:
            with self.ground.connect() as connection:
                evidence = self.evidence(connection, self.ground.server_time())
                problems = judge(evidence, [judge for judge, _ in WRONG.values()])
        except psycopg.OperationalError:
            problems = {}
        return {
            what: [one for one in problems.get(judge, []) if words in one]
            for what, (judge, words) in WRONG.items()
        }


def lost(found: dict[str, list[str]], before: dict[str, list[str]]) -> dict[str, list[str]]:
    """What was lost at both looks."""
    return {what: [one for one in found[what] if one in before[what]] for what in found}


def control(ground: Ground, seed: int) -> list[str]:
    """What the invariants failed to find in workers that are wrong; nothing, if all is well."""
    began, red = time.monotonic(), []
    run = SpoiledRun(ground, Plan(seed, 0.0, TRIED, hurried=True), "control")
    found = run.seek()
    print(f"\nnegative control: seed={seed} seconds={time.monotonic() - began:.0f}")
    for what, problems in found.items():
        print(f"  a worker that {what}: {f'found, {len(problems)} lost' if problems else 'MISSED'}")
        if problems:
            print(f"      {problems[0]}")
        else:
            red.append(f"the harness is blind: a worker that {what} was not found")
    ground.drop_database()
    return red

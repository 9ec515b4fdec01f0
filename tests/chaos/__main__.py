"""`make chaos`: the product under random faults, from seeds that are printed; and the proof that
the faults can find something.

    python -m tests.chaos                        three seeds and the negative control
    python -m tests.chaos --seed 7 --seconds 60  one seed again
    python -m tests.chaos --only kill_postgres,freeze_past_lease
    python -m tests.chaos --short                for every change: one fixed seed
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.disks import enter_own_mounts
from tests.chaos.evidence import shortened
from tests.chaos.faults import FAULTS
from tests.chaos.ground import Ground
from tests.chaos.lanes import chosen
from tests.chaos.negative import control
from tests.chaos.run import Outcome, Plan, Run

SECONDS, SHORT_SECONDS = 45.0, 20.0
SHORT_SEED = 7


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    enter_own_mounts(arguments)
    root = Path(tempfile.mkdtemp(prefix="jn-chaos-"))
    ground, began, red = Ground(root), time.monotonic(), []
    try:
        ground.build()
        print(f"house ready after {time.monotonic() - began:.0f} s; seeds {asked.seeds}")
        for what, why in ground.cannot.items():
            print(f"NOT TRIED on this machine: faults of the {what}: {why}")
        for seed in asked.seeds:
            if not _one(ground, asked, seed):
                short = " --short" if asked.short else ""
                red.append(f"again with --seed {seed} --seconds {asked.seconds:g}{short}")
        if asked.control:
            red += control(ground, asked.seeds[0])
        print(f"chaos {'RED' if red else 'green'} after {time.monotonic() - began:.0f} s")
        print("".join(f"  {one}\n" for one in red), end="")
    finally:
        ground.leave(keep=asked.keep)
        print(f"kept {root}\n" if asked.keep else "", end="")
    return 1 if red else 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seed", type=int, help="one run from this seed")
    parser.add_argument("--seconds", type=float, help="how long the faults go on in a run")
    parser.add_argument("--only", default="", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--short", action="store_true", help="one run from a fixed seed")
    parser.add_argument("--keep", action="store_true", help="leave the logs")
    parser.add_argument("--no-control", action="store_false", dest="control")
    asked = parser.parse_args(arguments)
    asked.only = [name for name in asked.only.split(",") if name]
    if unknown := set(asked.only) - set(FAULTS):
        parser.error(f"no fault {sorted(unknown)[0]}; there are {', '.join(FAULTS)}")
    one = asked.seed if asked.seed is not None else SHORT_SEED if asked.short else None
    asked.seeds = [one] if one is not None else _drawn()
    asked.seconds = asked.seconds or (SHORT_SECONDS if asked.short else SECONDS)
    return asked


def _drawn() -> list[int]:
    """Three; the first waits after a jump of the clock as long as the product does."""
    return [3 * secrets.randbelow(10**6) + place for place in range(3)]


def _hurried(asked: argparse.Namespace, seed: int) -> bool:
    return bool(asked.short or seed % 3)


def _one(ground: Ground, asked: argparse.Namespace, seed: int) -> bool:
    faults, skipped = chosen(asked.only, ground.cannot)
    plan = Plan(seed, asked.seconds, faults, skipped, _hurried(asked, seed))
    run = Run(ground, plan, f"seed_{seed}")
    outcome = run.go()
    _tell(outcome)
    if asked.keep:
        ground.dump(run.folder / "database.sql")
    elif outcome.whole:
        ground.drop_database()
        shutil.rmtree(run.folder)
    return outcome.whole


def _tell(outcome: Outcome) -> None:
    plan = outcome.plan
    figures = " ".join(f"{name}={value}" for name, value in outcome.figures.items())
    hold = "4s" if plan.hurried else "60s"
    print(f"\nseed={plan.seed} {'whole' if outcome.whole else 'BROKEN'} hold={hold} {figures}")
    for one in plan.chosen:
        tally = outcome.lanes.tallies[one.name]
        print(f"  {one.name:<24} {tally.proven:>3} of {tally.applied:<3} {tally.proof}")
    for name, why in plan.skipped.items():
        print(f"  {name:<24} not tried: {why}")
    for name, problems in outcome.problems.items():
        print(f"  BROKEN {name}: {len(problems)}")
        print("".join(f"      {problem}\n" for problem in shortened(problems)), end="", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

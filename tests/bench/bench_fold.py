"""Whole cases folded to all their clocks on one core, against an empty Python loop over the
same events; and what it costs to import the manual."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from jiannuo.manual.clocks import fold
from jiannuo.manual.events import Event
from jiannuo.manual.profile import shipped
from jiannuo.manual.story import CaseFacts
from tests.manual.happenings import contact, ev, fault, log, resolved

Row = tuple[str, str, str]
ROUNDS, COUNT = 25, 100
FACTS = CaseFacts("C1", Decimal("86.0"))

ORDINARY = log(
    *fault("L3"),
    contact("09:20"),
    ev("phone_failed", "09:50", confirmed_with="王芳"),
    ev("remote_consent", "10:10", given=True, how="portal"),
    ev("remote_login", "10:40"),
    ev("remote_failed", "11:20", reason="硬件"),
    ev("onsite_confirmed", "11:30"),
    ev("dispatched", "11:40", engineer="李伟"),
    ev("arrived", "13:10"),
    ev("application_signed", "13:20"),
    resolved("15:00", problem="P-FAN"),
)

EMERGENCY = log(
    ev("reported", "02:00", channel="monitoring", kind="fault"),
    ev("confirmed", "02:10", level="L2"),
    contact("02:12"),
    ev("reclassified", "02:15", level="L3", reason="复核"),
    ev("l1_declared", "02:20", reason="全网瘫痪"),
    ev("notify_attempt", "02:22", role="duty_manager", person="刘洋", how="call_unanswered"),
    *(
        ev("notified", f"02:{25 + n}", role=role, person="某", how="call_answered")
        for n, role in enumerate(("duty_manager", "subcentre_head", "product_manager"))
    ),
    ev("dispatched", "02:30", engineer="李伟"),
    ev("phone_failed", "02:35", confirmed_with="王芳"),
    ev("team_formed", "02:45", members=["李伟", "张强"]),
    ev("remote_consent", "02:50", given=True, how="call"),
    ev("remote_login", "02:55"),
    ev("expert_started", "03:05", how="remote"),
    ev("expert_group_formed", "03:50", members=["郑海涛"]),
    ev("arrival_agreement", "03:55", due=log(contact("07:00"))[0].t, reason="封路"),
    ev("waiting_started", "04:00", reason="parts"),
    ev("waiting_ended", "05:00", reason="parts"),
    ev("arrived", "06:10"),
    ev("application_signed", "06:20"),
    ev("work_started", "06:25", accompanied_by=["陈工"]),
    ev("restored", "07:00", how="旁路"),
    ev("loaner_issued", "07:10", sn="LN-1"),
    ev("loaner_in_service", "09:00", sn="LN-1", customer_confirmed_by="王芳"),
    resolved("12:00", problem="P-BOARD"),
    ev("recurred", "18:00"),
    resolved("21:00", problem="P-BOARD"),
    ev("report_signed", "+2 21:00"),
    ev("departed", "+2 21:10"),
)


def figures() -> Iterator[Row]:
    for what, events in (("ordinary", ORDINARY), ("emergency", EMERGENCY)):
        yield from _folds(what, events)
    took, django = _import_time()
    yield "import jiannuo.manual.clocks", f"{took:.0f} ms", "under 100 ms"
    yield "modules of Django it brings", str(django), "0"


def _folds(what: str, events: Sequence[Event]) -> Iterator[Row]:
    profile = shipped()
    clocks = len(fold(profile, FACTS, events))
    one, empty = _seconds(lambda: fold(profile, FACTS, events), lambda: _nothing(events))
    name = f"{what} case, {len(events)} events, {clocks} clocks"
    yield name, f"{1 / one:,.0f} folds/s", "at least 3,000/s"
    yield "  against an empty loop over its events", f"{one / empty:.0f} x", f"{1 / empty:,.0f}/s"


def _nothing(events: Sequence[Event]) -> None:
    for _ in events:
        pass


def _seconds(*acts: Callable[[], object]) -> list[float]:
    """Seconds of one core for one call of each: the best of some rounds, taken in turns, since
    whatever else runs on the machine only ever adds to them."""
    best = [float("inf")] * len(acts)
    for _ in range(ROUNDS):
        for place, act in enumerate(acts):
            began = time.process_time()
            for _ in range(COUNT):
                act()
            best[place] = min(best[place], (time.process_time() - began) / COUNT)
    return best


def _import_time() -> tuple[float, int]:
    """Milliseconds that the manual's own modules take in a fresh interpreter, the best of a
    few, and how many modules of Django came along."""
    command = [sys.executable, "-X", "importtime", "-c", "import jiannuo.manual.clocks"]
    best, django = float("inf"), 0
    for _ in range(3):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows = [line.split("|") for line in done.stderr.splitlines() if line.count("|") == 2]
        own = [float(row[0].split(":")[1]) for row in rows if "jiannuo." in row[2]]
        django = sum(row[2].strip().split(".")[0] == "django" for row in rows)
        best = min(best, sum(own) / 1000)
    return best, django

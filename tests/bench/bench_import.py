"""Twenty thousand incidents of another system come in: how fast, and what they cost afterwards
whoever reports or works on a case of our own."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from jiannuo.customers import queries as customers
from jiannuo.journey import intake, onsite, phone
from jiannuo.journey.importing import History, Past, bring_in
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import SYSTEM
from jiannuo.oversight.queries import Period, kpis, late_entries
from tests.bench.ground import Ground, ground

Row = tuple[str, str, str]
COUNT, BATCH, EVENTS = 20_000, 250, 10
KEPT = ("report", "kept", "--json")


def figures() -> Iterator[Row]:
    found = ground()
    _steps(found)  # the first of everything is dearer
    before, light = _steps(found), _peak(*KEPT)
    began = time.perf_counter()
    events = sum(_bring(first) for first in range(0, COUNT, BATCH))
    took = time.perf_counter() - began
    yield (
        f"{COUNT:,} incidents imported",
        f"{COUNT / took:,.0f}/s",
        f"{events / took:,.0f} events/s",
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    heavy = _peak(*KEPT)
    yield "`report kept` afterwards, peak memory", f"{heavy[0]:.0f} MB", f"{light[0]:.0f} MB before"
    yield "`report kept` afterwards, time", f"{heavy[1]:.1f} s", f"{light[1]:.1f} s before"
    after = _steps(found)
    for name, each in after.items():
        share = _mid(each) / _mid(before[name])
        was = f"{share:.2f} x {1000 * _mid(before[name]):.1f} ms before"
        yield f"{name}, live, afterwards", f"{1000 * _mid(each):.1f} ms", was
    yield from _house()


def _house() -> Iterator[Row]:
    """What is asked of the whole house."""
    profile = customers.base_profile(now())
    today = now().date()
    year = Period(today - timedelta(days=365), today)
    yield "figures of a year (kpis)", _once(lambda: kpis(profile, year, now())), "our own cases"
    yield "late entries", _once(lambda: late_entries(profile)), "of all subjects"


def _once(act: Callable[[], object]) -> str:
    began = time.perf_counter()
    act()
    return f"{time.perf_counter() - began:.2f} s"


def _bring(first: int) -> int:
    """One batch, as the importer writes it; how many events."""
    return bring_in(SYSTEM, [_history(n) for n in range(first, first + BATCH)]).events


def _history(n: int) -> History:
    """Reported n minutes before yesterday, worked on, waited for, fixed and closed."""
    at = now().replace(microsecond=0) - timedelta(days=2, minutes=n)
    report = {"channel": "email", "kind": "fault", "text": f"历史故障 {n}", "caller": "王女士"}
    told: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("reported", 0, report),
        ("confirmed", 1, {"level": f"L{2 + n % 3}"}),
        ("engineer_contact", 5 + n % 300, {"result": "日志"}),
        ("waiting_started", 310, {"reason": "customer"}),
        ("waiting_ended", 400, {"reason": "customer"}),
        ("resolved", 420 + n % 1500, {"cause": "unknown", "customer_confirmed_by": "王女士"}),
        ("case_closed", 2400, {}),
    )
    past = tuple(Past(kind, at + timedelta(minutes=m), "张三", d) for kind, m, d in told)
    return History("bench", f"OLD-{n}", "closed", len(past), past, "work", n % 3 > 0)


def _steps(found: Ground) -> dict[str, list[float]]:
    """Seconds of steps of our own, each on a case that has ten events by then."""
    each: dict[str, list[float]] = {"a report": [], "a note": [], "the fix": [], "a note after": []}
    for n in range(15):
        began = time.perf_counter()
        number = intake.report(
            found.agent, channel="phone", kind="fault", device=found.device, text="bench"
        ).number
        each["a report"].append(time.perf_counter() - began)
        intake.confirm(found.agent, number, level="L3")
        phone.in_contact(found.engineer, number)
        for said in range(EVENTS - 3):
            intake.note(found.engineer, number, text=f"earlier {said}")
        began = time.perf_counter()
        intake.note(found.engineer, number, text=f"note {n}")
        each["a note"].append(time.perf_counter() - began)
        began = time.perf_counter()
        onsite.resolve(
            found.engineer, number, cause="quality", problem="P-FAN", customer_confirmed_by="邓丽"
        )
        each["the fix"].append(time.perf_counter() - began)
        began = time.perf_counter()
        intake.note(found.engineer, number, text="after the fix")
        each["a note after"].append(time.perf_counter() - began)
    return each


def _mid(values: list[float]) -> float:
    return statistics.median(values)


def _peak(*command: str) -> tuple[float, float]:
    """Megabytes at the most, and seconds, of a command of ours in a process of its own."""
    params = connection.get_connection_params()
    known = {
        name: str(params[name]) for name in ("host", "port", "user", "password") if params.get(name)
    }
    url = make_conninfo(dbname=connection.settings_dict["NAME"], **known)
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "jiannuo.site.cli", *command],
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    child.returncode = 0
    return used.ru_maxrss / 1024, time.perf_counter() - began

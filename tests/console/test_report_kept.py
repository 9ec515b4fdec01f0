"""`jiannuo report kept`: figures counted by hand, and honest beside a log's own verdict."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from jiannuo.cases import queries as cases
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.faces.console.importing import import_
from jiannuo.faces.console.report import report
from jiannuo.journey import intake, onsite, phone
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import shipped
from jiannuo.oversight import register
from jiannuo.oversight.queries import Period, kpis
from jiannuo.oversight.register import Against, Line, Span
from tests.console.exports import LIFE, chinese_map, row, written

pytestmark = pytest.mark.django_db

周敏 = Actor("周敏", frozenset({"hotline_agent"}))
李伟 = Actor("李伟", frozenset({"engineer"}))
MORNING = datetime(2026, 3, 2, tzinfo=UTC)  # 08:00 in Shanghai, as in the exports
AS_OF = MORNING + timedelta(days=2)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def case(
    at: datetime, level: str, *, contact: float | None = None, fixed: float | None = None
) -> None:
    """Reported and confirmed at `at`; contact and fix so many minutes later."""
    with held_at(at):
        number = intake.report(周敏, channel="phone", kind="fault").number
        intake.confirm(周敏, number, level=level)
    if contact is not None:
        with held_at(at + minutes(contact)):
            phone.in_contact(李伟, number)
    if fixed is not None:
        with held_at(at + minutes(fixed)):
            onsite.resolve(李伟, number, cause="unknown", customer_confirmed_by="王女士")


EVER = Span()


def lines(source: str = "all", span: Span = EVER) -> dict[tuple[str, str], Line]:
    found = register.lines(shipped(), AS_OF, span, source)
    return {(line.promise, line.level): line for line in found}


def test_kept_broken_and_running_are_counted_with_median_and_p90() -> None:
    case(MORNING, "L3", contact=20, fixed=120)
    case(MORNING, "L3", contact=119, fixed=25 * 60)
    case(MORNING, "L3", contact=120, fixed=180)  # 2 h is strict: exactly 120 minutes is late
    case(AS_OF - minutes(10), "L3")
    line = lines()["phone_response", "L3"]
    assert (line.kept, line.broken, line.running, line.not_applicable) == (2, 1, 1, 0)
    assert (line.median, line.p90, line.measured) == (minutes(119), minutes(120), 3)
    fix = lines()["fix_24h", ""]
    assert (fix.kept, fix.broken, fix.running) == (2, 1, 1)
    assert (fix.median, fix.p90) == (minutes(180), minutes(25 * 60))
    assert (fix.told, fix.against) == (0, Against())


def test_a_cancelled_case_promises_nothing() -> None:
    case(MORNING, "L2", contact=5)
    with held_at(MORNING + minutes(30)):
        manager = Actor("刘洋", frozenset({"duty_manager"}))
        intake.cancel(manager, cases.numbers()[0], reason="误报")
    line = lines()["phone_response", "L2"]
    assert (line.kept, line.not_applicable, line.measured, line.median) == (0, 1, 0, None)


def test_drills_are_in_no_figure() -> None:
    with held_at(MORNING):
        intake.report(周敏, channel="phone", kind="fault", drill=True)
    assert lines() == {}


def test_the_period_is_that_of_the_report_in_local_days() -> None:
    for late in (timedelta(hours=15, minutes=59), timedelta(hours=16)):  # to 24:00 in Shanghai
        case(MORNING + late, "L4", contact=1)
    second = date(2026, 3, 2)
    assert lines(span=Span(None, second))["phone_response", ""].kept == 1
    assert lines(span=Span(second + timedelta(days=1), None))["phone_response", ""].kept == 1
    assert lines(span=Span(second, second + timedelta(days=1)))["phone_response", ""].kept == 2


@pytest.fixture
def mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One case of our own; from a log: one that both call kept, one late with nobody named,
    one late by a wait, each with the log's own verdict."""
    monkeypatch.chdir(tmp_path)
    case(MORNING, "L3", contact=10, fixed=60)
    unnamed = [
        row("新建", "08:01", 单号="A-2", 达标="否"),
        row("已解决", "2026-03-03 12:00:00", 单号="A-2", 达标="否"),
    ]
    waited = [
        row("处理中", "08:10", 单号="A-3", 处理人="李四"),
        row("等待客户", "09:00", 单号="A-3", 处理人="李四"),
        row("处理中", "2026-03-03 08:00:00", 单号="A-3", 处理人="李四"),
        row("已解决", "2026-03-03 09:00:00", 单号="A-3", 处理人="李四"),
    ]
    file = written(tmp_path, [*LIFE, *unnamed, *waited])
    with held_at(AS_OF):
        options = ["--map", str(chinese_map(tmp_path)), "--apply"]
        assert CliRunner().invoke(import_, ["incidents", str(file), *options]).exit_code == 0


@pytest.mark.usefixtures("mixed")
def test_imported_and_own_are_told_apart() -> None:
    assert lines("own")["fix_24h", ""].kept == 1
    assert lines("imported")["fix_24h", ""].kept == 1
    assert lines()["fix_24h", ""].kept == 2
    assert lines()["fix_24h", ""].broken == 2


@pytest.mark.usefixtures("mixed")
def test_what_the_log_cannot_tell_is_neither_kept_nor_broken() -> None:
    line = lines("imported")["phone_response", ""]
    assert (line.kept, line.broken, line.untold) == (2, 0, 1)
    assert (line.measured, line.median) == (2, minutes(0))


@pytest.mark.usefixtures("mixed")
def test_the_logs_verdict_stands_beside_ours() -> None:
    fix = lines()["fix_24h", ""]
    assert (fix.made, fix.told) == (2, 3)
    assert fix.against == Against(kept_made=1, kept_missed=0, broken_made=1, broken_missed=1)
    assert (fix.waited, fix.net_kept) == (1, 1)


@pytest.mark.usefixtures("mixed")
def test_the_figures_of_a_period_count_what_was_lived_here() -> None:
    """A log knows no visits: every incident would count as solved from afar."""
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    found = kpis(shipped(), march, AS_OF)
    assert (found["fix24_compliance"].num, found["fix24_compliance"].den) == (1, 1)
    assert found["remote_or_phone_resolution"].den == 1


def test_a_fault_counts_in_the_period_in_which_it_was_fixed_by_local_days() -> None:
    case(MORNING, "L4", contact=1, fixed=16 * 60 - 1)  # a minute before midnight in Shanghai
    case(MORNING, "L4", contact=1, fixed=16 * 60)
    second = date(2026, 3, 2)
    counts = [
        kpis(shipped(), Period(first, last), AS_OF)["fix24_compliance"].den
        for first, last in ((second, second), (second + timedelta(days=1), date(2026, 3, 31)))
    ]
    assert counts == [1, 1]


@pytest.mark.usefixtures("mixed")
def test_the_table_names_promises_in_both_languages_and_says_where_they_cannot_agree() -> None:
    with held_at(AS_OF):
        output = CliRunner().invoke(report, ["kept"]).output
    assert "电话响应 Phone response" in output
    assert "三级 Level 3" in output
    assert "两边结论相同 2/3" in output
    assert "both say the same of 2 of 3" in output
    assert "无从判断（1 单）" in output


@pytest.mark.usefixtures("mixed")
def test_programs_get_the_same_in_json() -> None:
    with held_at(AS_OF):
        output = CliRunner().invoke(report, ["kept", "--json", "--source", "imported"]).output
    plain = json.loads(output)
    found = {(p["promise"], p["level"]): p for p in plain["promises"]}
    assert found["fix_24h", ""]["against"]["broken_made"] == 1
    assert found["phone_response", "L3"]["p90"] == 19 * 60
    assert len(plain["cannot_agree"]) == 4


def test_nothing_to_report_is_said() -> None:
    assert "没有可统计的承诺" in CliRunner().invoke(report, ["kept"]).output


def test_the_statement_judges_as_the_manual_does() -> None:
    """A second spelling of the verdict, in SQL, is only bearable while it says the same."""
    chance = random.Random(27922)
    expected: Counter[str] = Counter()
    for _ in range(400):
        clock = _any_clock(chance)
        clocks.settle(Owner("claim", uuid4(), "x"), shipped(), [clock])
        expected[WORDS[str(clock.verdict(AS_OF))]] += 1
    (line,) = [line for line in register.lines(shipped(), AS_OF) if line.level == ""]
    found = {name: getattr(line, name) for name in ("kept", "broken", "not_applicable", "running")}
    assert found == dict(expected)
    assert min(found.values()) > 10


WORDS = {
    "met": "kept",
    "met_by_loaner": "kept",
    "breached": "broken",
    "not_applicable": "not_applicable",
    "running": "running",
}


def _any_clock(chance: random.Random) -> Clock:
    """Stops and dues that often fall on the very second of each other and of `AS_OF`."""
    seconds = [timedelta(seconds=s) for s in (-2, -1, 0, 1, 2)]
    due = AS_OF + chance.choice(seconds)
    stop = chance.choice([None, due + chance.choice(seconds)])
    given: dict[str, Any] = {
        "start": due - minutes(30),
        "due": due,
        "op": chance.choice(["lt", "le"]),
        "stop": stop,
        "by_loaner": stop is not None and chance.random() < 0.2,
        "excused": chance.choice(["", "", "", "", "exclusion"]),
        "still_since": chance.choice([None, None, None, due - minutes(5)]),
    }
    return Clock("claim_ack", **given)


def test_a_reason_for_a_late_entry_is_no_import() -> None:
    """Only the import's own path makes an imported event; the word alone does not."""
    case(MORNING, "L3", contact=10)
    number = cases.numbers()[0]
    with held_at(MORNING + timedelta(hours=2)):
        intake.note(周敏, number, When(MORNING + minutes(20), "导入"), text="补记")
    assert lines("imported") == {}

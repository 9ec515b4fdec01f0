"""`jiannuo import incidents`: cases like others, made once, and nobody is told anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from jiannuo.archive import commands as archive_commands
from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.clocks import queries as clocks
from jiannuo.clocks.sweeping import sweep
from jiannuo.customers import commands as customers
from jiannuo.faces.console import importing
from jiannuo.faces.console.importing import import_
from jiannuo.journey import intake
from jiannuo.journey.importing import Brought, History, Past, bring_in
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.profile import shipped
from jiannuo.notices import queries as notices
from jiannuo.oversight.queries import late_entries
from jiannuo.people import commands as people
from jiannuo.people import queries as staff
from tests.console.exports import LIFE, Row, chinese_map, listed, row, workbook, written

pytestmark = pytest.mark.django_db

#: 08:00 in Shanghai on the day of the exports.
DAY = datetime(2026, 3, 2, tzinfo=UTC)
LATER = DAY + timedelta(days=30)
李伟 = Actor("李伟", frozenset({"engineer"}))
周敏 = Actor("周敏", frozenset({"hotline_agent"}))


def run(folder: Path, file: Path, *options: str, at: datetime = LATER) -> Result:
    with held_at(at):
        result = CliRunner().invoke(
            import_, ["incidents", str(file), "--map", str(chinese_map(folder)), *options]
        )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def applied(folder: Path, rows: Sequence[Row], *options: str, at: datetime = LATER) -> str:
    result = run(folder, written(folder, rows), "--apply", *options, at=at)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of rejects lies where the command is run, if nothing else is said."""
    monkeypatch.chdir(tmp_path)


def test_nothing_is_written_until_apply_is_said(tmp_path: Path) -> None:
    result = run(tmp_path, written(tmp_path, LIFE))
    assert "1 would be imported (6 events)" in result.output
    assert "再运行一次" in result.output
    assert "Run it again with --apply" in result.output
    assert cases.numbers() == []


def test_an_imported_case_is_a_case_like_others(tmp_path: Path) -> None:
    assert "1 imported (6 events)" in applied(tmp_path, LIFE)
    view = cases.view_of("A-1")
    assert (view.card.status, view.card.level, view.card.channel) == ("closed", "L3", "phone")
    found = {c.promise: c for c in clocks.clocks_of([view.card.id])[view.card.id]}
    phone = found["phone_response"]
    assert (phone.start, phone.stop) == (DAY + timedelta(minutes=1), DAY + timedelta(minutes=20))
    assert str(phone.verdict(LATER)) == "met"
    assert found["fix_24h"].elapsed == timedelta(hours=2)


def test_the_archive_keeps_both_times_and_says_that_it_was_imported(tmp_path: Path) -> None:
    applied(tmp_path, LIFE)
    lines = archive.timeline([cases.card("A-1").id])
    assert {line.happening.recorded for line in lines} == {LATER}
    assert {line.why for line in lines} == {"导入"}
    assert not any(line.late for line in lines)
    mark = next(line.happening for line in lines if line.happening.kind == "imported")
    assert mark.by.name == "system"
    assert mark.d == {
        "source": "老系统",
        "number": "A-1",
        "state": "已关闭",
        "rows": 4,
        "contact": "work",
        "made_sla": True,
    }
    report = next(line.happening for line in lines if line.happening.kind == "reported")
    assert (report.by.name, report.t) == ("坐席甲", DAY)


def test_the_audit_stays_whole(tmp_path: Path) -> None:
    applied(tmp_path, LIFE)
    with held_at(LATER):
        assert archive_commands.seal() == 6
    assert archive.verify_chain() is None


def test_imported_is_not_entered_late(tmp_path: Path) -> None:
    applied(tmp_path, LIFE)
    assert late_entries(shipped()) == []


def test_who_gives_import_as_his_reason_is_listed_all_the_same(tmp_path: Path) -> None:
    applied(tmp_path, LIFE[:2])
    with held_at(LATER):
        why = "导入"
        at = LATER - timedelta(hours=1)
        intake.note(周敏, "A-1", When(at, why), text="后来补记")
    assert [entry.event.kind for entry in late_entries(shipped())] == ["noted"]


def test_importing_tells_nobody_anything(tmp_path: Path) -> None:
    """Trap T45: an open case of long ago is overdue, and no notice says so."""
    applied(tmp_path, LIFE[:1])
    with held_at(LATER):
        assert sweep() == []
    assert notices.waiting() == 0
    assert cases.open_cases(SYSTEM)[0].next_due_at == DAY + timedelta(hours=2, minutes=1)


def test_nor_does_the_next_step_on_an_imported_case(tmp_path: Path) -> None:
    applied(tmp_path, LIFE[:1])
    with held_at(LATER + timedelta(hours=1)):
        intake.note(周敏, "A-1", text="看过")
        assert sweep() == []
    assert notices.waiting() == 0


def test_a_promise_that_still_runs_is_watched_from_then_on(tmp_path: Path) -> None:
    applied(tmp_path, LIFE[:1], at=DAY + timedelta(minutes=30))
    with held_at(DAY + timedelta(hours=2, minutes=2)):
        fired = sweep()
    assert [fell.code for fell in fired] == ["due:phone_response"]


def test_a_second_import_doubles_nothing_and_says_so(tmp_path: Path) -> None:
    applied(tmp_path, LIFE)
    again = applied(tmp_path, LIFE, at=LATER + timedelta(days=1))
    assert "0 imported (0 events), 1 unchanged since an earlier import" in again
    assert len(archive.timeline([cases.card("A-1").id])) == 6


def test_what_the_log_shows_in_addition_is_added(tmp_path: Path) -> None:
    applied(tmp_path, LIFE[:2])
    assert cases.card("A-1").status == "phone"
    assert "1 with more than before" in applied(tmp_path, LIFE, at=LATER + timedelta(days=1))
    card = cases.card("A-1")
    assert card.status == "closed"
    assert cases.numbers() == ["A-1"]
    fix = next(c for c in clocks.clocks_of([card.id])[card.id] if c.promise == "fix_24h")
    assert fix.elapsed == timedelta(hours=2)
    kinds = [line.happening.kind for line in archive.timeline([card.id])]
    assert sorted(kinds).count("imported") == 2
    with held_at(LATER + timedelta(days=2)):
        assert sweep() == []
    assert "1 unchanged" in applied(tmp_path, LIFE, at=LATER + timedelta(days=3))


def test_what_contradicts_an_earlier_import_is_named_and_changes_nothing(tmp_path: Path) -> None:
    applied(tmp_path, LIFE)
    otherwise = [{**change, "解决时间": "2026-03-02 09:00:00"} for change in LIFE]
    output = applied(tmp_path, otherwise, "--rejects", "r.csv", at=LATER + timedelta(days=1))
    assert "1 not taken" in output
    rejected = listed(Path("r.csv"))
    assert [(r["编号 number"], r["行 line"]) for r in rejected] == [("A-1", "2")]
    assert "resolved" in rejected[0]["reason"]
    assert "请人工更正" in rejected[0]["原因"]
    fix = cases.view_of("A-1").story.resolution
    assert fix is not None
    assert fix.t == DAY + timedelta(hours=2)


def test_work_done_here_since_the_import_contradicts_nothing(tmp_path: Path) -> None:
    applied(tmp_path, LIFE[:2])
    with held_at(LATER):
        intake.note(周敏, "A-1", text="我们接手")
    assert "1 unchanged" in applied(tmp_path, LIFE[:2])


def test_a_number_that_a_case_of_our_own_has_is_not_taken(tmp_path: Path) -> None:
    with held_at(DAY):
        own = intake.report(周敏, channel="phone", kind="fault").number
    output = applied(tmp_path, [{**change, "单号": own} for change in LIFE])
    assert "1 not taken" in output
    assert cases.numbers() == [own]


def test_a_bad_row_keeps_its_incident_out_until_it_is_mended(tmp_path: Path) -> None:
    bad = [LIFE[0], {**LIFE[1], "状态": "冻结"}, *LIFE[2:]]
    other = [{**change, "单号": "A-2"} for change in LIFE]
    applied(tmp_path, [*bad, *other])
    assert cases.numbers() == ["A-2"]
    rejected = listed(Path("export.rejects.csv"))
    assert [(r["行 line"], r["列 column"]) for r in rejected][1] == ("3", "状态")
    assert "1 imported" in applied(tmp_path, [*LIFE, *other])


def test_a_list_that_cannot_be_written_is_told_before_anything_is_imported(
    tmp_path: Path,
) -> None:
    for place in ("not/there.csv", "export.csv"):
        before = written(tmp_path, LIFE).read_bytes()
        with pytest.raises(Refusal) as refused:
            run(tmp_path, tmp_path / "export.csv", "--apply", "--rejects", place)
        assert "--rejects" in refused.value.zh
        assert (tmp_path / "export.csv").read_bytes() == before
    assert cases.numbers() == []


def test_nothing_rejected_leaves_no_list(tmp_path: Path) -> None:
    applied(tmp_path, LIFE, "--rejects", "r.csv")
    assert not Path("r.csv").exists()


def test_who_stops_an_import_has_whole_cases_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 1)
    rows = [{**change, "单号": f"A-{n}"} for n in (1, 2, 3) for change in LIFE]
    stops = iter([lambda: None, _stop])

    def stopped(*args: Any, **options: Any) -> Brought:
        done = bring_in(*args, **options)
        next(stops)()
        return done

    with monkeypatch.context() as patch:
        patch.setattr(importing, "bring_in", transaction.atomic(stopped))
        with pytest.raises(Refusal, match="1 cases are in, whole"):
            applied(tmp_path, rows)
    assert cases.numbers() == ["A-1"]
    assert len(archive.timeline([cases.card("A-1").id])) == 6
    assert "2 imported (12 events), 1 unchanged" in applied(tmp_path, rows)


def _stop() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_same_case_comes_out_of_every_encoding(tmp_path: Path, encoding: str) -> None:
    result = run(tmp_path, written(tmp_path, LIFE, encoding=encoding, delimiter=";"), "--apply")
    assert "1 imported (6 events)" in result.output
    assert cases.card("A-1").text == "网络 / 端口抖动"


def test_the_same_case_comes_out_of_a_workbook(tmp_path: Path) -> None:
    applied(tmp_path, LIFE)
    result = run(tmp_path, workbook(tmp_path, LIFE), "--apply")
    assert "1 unchanged since an earlier import" in result.output


def test_the_cases_may_belong_to_a_customer(tmp_path: Path) -> None:
    customer = customers.add_customer(SYSTEM, "嘉陵水务")
    applied(tmp_path, LIFE, "--customer", "嘉陵水务")
    assert cases.card("A-1").customer == customer
    with pytest.raises(Refusal, match="0 customers are called '金沙水务'"):
        run(tmp_path, written(tmp_path, LIFE), "--customer", "金沙水务")


def test_a_name_of_our_staff_is_that_person(tmp_path: Path) -> None:
    people.hire(SYSTEM, people.Person("李四", ("engineer",)))
    applied(tmp_path, LIFE)
    contact = next(e for e in cases.view_of("A-1").events if e.kind == "engineer_contact")
    assert contact.by.roles == {"engineer"}
    assert staff.known_staff("李四").roles == {"engineer"}


def test_importing_takes_an_administrator() -> None:
    history = History("x", "1", "closed", 1, (Past("reported", DAY, "a", {}),))
    with pytest.raises(Refusal) as refused:
        bring_in(李伟, [history])
    assert refused.value.code == "not_permitted"


def test_half_a_history_is_no_history() -> None:
    """A batch comes in whole or not at all."""
    good = History("x", "1", "new", 1, (Past("reported", DAY, "a", REPORT),))
    bad = History("x", "2", "new", 1, (Past("reported", DAY, "a", {"channel": "smoke"}),))
    with pytest.raises(Refusal, match="channel"):
        bring_in(SYSTEM, [good, bad])
    assert cases.numbers() == []


REPORT = {"channel": "phone", "kind": "fault"}


def test_a_reopened_incident_is_timed_to_its_last_fix(tmp_path: Path) -> None:
    again = row("处理中", "11:00", 处理人="李四", 重开次数="1")
    fixed = row("已解决", "2026-03-03 09:00:00", 重开次数="1", 解决时间="2026-03-03 09:00:00")
    applied(tmp_path, [*LIFE[:3], again, fixed])
    card = cases.card("A-1")
    fix = next(c for c in clocks.clocks_of([card.id])[card.id] if c.promise == "fix_24h")
    assert fix.elapsed == timedelta(hours=25)
    assert str(fix.verdict(LATER)) == "breached"

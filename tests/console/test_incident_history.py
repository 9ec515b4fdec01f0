"""What a log of changes tells of a case, and what it cannot tell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from jiannuo.faces.console.importing import import_
from jiannuo.imports.reading import read
from jiannuo.journey.histories import mapping as maps
from jiannuo.journey.histories.lived import histories
from jiannuo.journey.histories.rejects import Rejects
from jiannuo.journey.histories.rows import Reader
from jiannuo.journey.importing import History
from jiannuo.kernel.refusal import Refusal
from tests.console.exports import CHINESE, LIFE, Row, row, text

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def told(tmp_path: Path) -> Telling:
    return Telling(tmp_path)


class Telling:
    """Rows told as histories; `rejects` is what was said about rows on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.map = CHINESE
        self.rejects = Rejects()

    def __call__(self, *rows: Row) -> list[History]:
        return self.of(text(rows))

    def of(self, table_text: str) -> list[History]:
        (self.folder / "map.toml").write_text(self.map, encoding="utf-8")
        mapping = maps.load(self.folder / "map.toml")
        (self.folder / "e.csv").write_text(table_text, encoding="utf-8")
        table = read(self.folder / "e.csv", mapping.wanted)
        self.rejects = Rejects()
        changes = list(Reader(table, mapping, self.rejects, NOW).changes())
        return [history for _, history in histories(changes, mapping, self.rejects)]

    def one(self, *rows: Row) -> History:
        (history,) = self(*rows)
        return history

    @property
    def said(self) -> list[tuple[int, str, str]]:
        return [(r.line, r.done, r.reason) for r in self.rejects.rows]


def steps(history: History) -> list[str]:
    """kind@local time, as the log would write it."""
    zone = maps.load(maps.shipped()["servicenow"]).zone
    assert zone.key == "UTC"
    return [f"{p.kind}@{(p.at.hour + 8) % 24:02}:{p.at.minute:02}" for p in history.past]


def test_a_plain_life(told: Telling) -> None:
    history = told.one(*LIFE)
    assert steps(history) == [
        "reported@08:00",
        "confirmed@08:01",
        "engineer_contact@08:20",
        "resolved@10:00",
        "case_closed@09:00",
    ]
    report, confirmed, contact, fix, _ = history.past
    assert report.d == {
        "channel": "phone",
        "kind": "fault",
        "text": "网络 / 端口抖动",
        "caller": "王女士",
    }
    assert (confirmed.d["level"], contact.by, history.contact) == ("L3", "李四", "work")
    assert (fix.d["cause"], fix.d["customer_confirmed_by"]) == ("unknown", "（日志未载）")
    assert (history.state, history.rows, history.made_sla) == ("已关闭", 4, True)
    assert told.said == []


def test_the_order_of_the_file_does_not_matter(told: Telling) -> None:
    assert told.one(*reversed(LIFE)).past == told.one(*LIFE).past


def test_without_a_named_person_contact_came_no_later_than_the_fix(told: Telling) -> None:
    history = told.one(*({**change, "处理人": "-"} for change in LIFE))
    assert history.contact == "bound"
    assert "engineer_contact@10:00" in steps(history)


def test_awaiting_the_customer_is_a_wait_and_no_pause(told: Telling) -> None:
    wait = row("等待客户", "08:30", 处理人="李四")
    on = row("处理中", "09:30", 处理人="李四")
    history = told.one(*LIFE[:2], wait, on, *LIFE[2:])
    waits = [(p.kind, p.d["reason"]) for p in history.past if p.kind.startswith("waiting")]
    assert waits == [("waiting_started", "customer"), ("waiting_ended", "customer")]


def test_a_reopening_leaves_the_last_fix_to_count(told: Telling) -> None:
    again = row("处理中", "11:00", 处理人="李四", 重开次数="1")
    fixed = row("已解决", "12:00", 重开次数="1", 解决时间="2026-03-02 12:00:00")
    history = told.one(*LIFE[:2], row("已解决", "10:00"), again, fixed)
    assert steps(history)[-3:] == ["resolved@10:00", "recurred@11:00", "resolved@12:00"]
    assert told.said == []


def test_a_step_back_that_the_log_counts_as_no_reopening_is_left_out(told: Telling) -> None:
    noise = row("新建", "10:07")
    history = told.one(*LIFE[:3], noise, LIFE[3])
    assert "recurred" not in {p.kind for p in history.past}
    assert told.said == [(5, "dropped", "out_of_order")]


def test_a_milder_priority_is_a_change_without_consent(told: Telling) -> None:
    history = told.one(LIFE[0], *({**change, "优先级": "低"} for change in LIFE[1:]))
    (change,) = [p for p in history.past if p.kind == "reclassified"]
    assert change.d == {"level": "L4", "reason": "日志：低"}


def test_a_later_critical_is_level_two_because_nobody_declared_an_emergency(told: Telling) -> None:
    history = told.one(LIFE[0], *({**change, "优先级": "紧急"} for change in LIFE[1:]))
    levels = [p.d["level"] for p in history.past if "level" in p.d]
    assert levels == ["L3", "L2"]
    assert told.said == [(3, "mended", "no_emergency")]


def test_opened_after_its_first_change_is_reported_at_the_change(told: Telling) -> None:
    history = told.one(*({**change, "报修时间": "2026-03-02 09:00:00"} for change in LIFE))
    assert steps(history)[0] == "reported@08:01"
    assert told.said == [(2, "mended", "opened_late")]


def test_a_fix_without_its_moment_is_the_change_to_resolved(told: Telling) -> None:
    history = told.one(*({**change, "解决时间": "-"} for change in LIFE))
    assert "resolved@10:00" in steps(history)
    assert told.said == [(4, "mended", "no_resolved")]


def test_a_closing_without_a_fix_counts_as_one(told: Telling) -> None:
    closed = row("已关闭", "17:00", 处理人="李四", 结案时间="2026-03-02 17:00:00")
    history = told.one(LIFE[0], closed)
    assert steps(history)[-2:] == ["resolved@17:00", "case_closed@17:00"]
    assert told.said == [(3, "mended", "closed_unresolved")]


def test_a_cancelled_incident_was_never_fixed(told: Telling) -> None:
    history = told.one(LIFE[0], row("已取消", "09:00"))
    assert steps(history) == ["reported@08:00", "confirmed@08:01", "case_cancelled@09:00"]
    assert history.contact == ""


def test_one_row_an_incident_is_enough(told: Telling) -> None:
    told.map = CHINESE.replace('changed = "变更时间"\n', "")
    history = told.one({**LIFE[3], "变更时间": ""})
    assert steps(history) == [
        "reported@08:00",
        "confirmed@08:00",
        "engineer_contact@10:00",
        "resolved@10:00",
        "case_closed@09:00",
    ]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("状态", "冻结", "unknown_word"),
        ("状态", "-", "missing"),
        ("优先级", "特急", "unknown_word"),
        ("变更时间", "昨天", "bad_moment"),
        ("变更时间", "-", "no_moment"),
        ("变更时间", "2027-01-01 00:00:00", "future"),
        ("重开次数", "一次", "bad_number"),
        ("报修人", "很" * 101, "too_long"),
        ("变更人", "很" * 101, "too_long"),
        ("现象", "a\0b", "undecodable"),
        ("处理人", "#N/A", "formula_error"),
        ("结案时间", "9999-12-31 23:59:59", "future"),
        ("报修时间", "0001-01-01 00:00:00", "ancient"),
        ("报修时间", "1900-01-01 00:00:00", "ancient"),
        ("变更时间", "2/3/2026 8:20", "bad_moment"),
        ("变更时间", "2026-02-30 8:20", "bad_moment"),
        ("优先级", "P0", "unknown_word"),
    ],
)
def test_a_bad_cell_holds_the_whole_incident_back(
    told: Telling, column: str, value: str, reason: str
) -> None:
    other = [{**change, "单号": "A-2"} for change in LIFE]
    found = told(LIFE[0], {**LIFE[1], column: value}, *LIFE[2:], *other)
    assert [history.number for history in found] == ["A-2"]
    assert (3, "rejected", reason) in told.said
    assert {said for said in told.said if said[2] == "held_back"} == {
        (line, "rejected", "held_back") for line in (2, 4, 5)
    }
    bad = next(r for r in told.rejects.rows if r.line == 3)
    assert bad.column == column
    assert bad.zh
    assert bad.en


@pytest.mark.parametrize(
    "said",
    [
        "2026/3/2 8:20",
        "2026年3月2日 8时20分",
        "2026年3月2日8:20",
        "2026-3-2 上午 8:20:00",
        "2026.03.02 08:20",
        "2026-03-02T08:20:00+08:00",
        "2026-03-02T00:20:00Z",
        "２０２６－０３－０２　０８：２０：００",
        "46083.3472222222",
    ],
)
def test_a_moment_with_the_year_first_is_read_however_excel_writes_it(
    told: Telling, said: str
) -> None:
    told.map = CHINESE.replace('dates = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"]', DAY_FIRST)
    first, second = ({**change, "报修时间": "2/3/2026 8:00"} for change in LIFE[:2])
    history = told.one({**first, "变更时间": "2/3/2026 8:01"}, {**second, "变更时间": said})
    assert "engineer_contact@08:20" in steps(history)


DAY_FIRST = 'dates = ["%d/%m/%Y %H:%M"]'


def test_afternoon_is_afternoon_and_noon_is_noon(told: Telling) -> None:
    rows = zip(("上午 12:05", "下午 12:05", "下午 3:05"), LIFE[1:], strict=True)
    bare = {"解决时间": "", "结案时间": ""}
    late = [{**change, **bare, "变更时间": f"2026-3-3 {said}"} for said, change in rows]
    assert [step[-5:] for step in steps(told.one(LIFE[0], *late))[2:]] == [
        "00:05",
        "12:05",
        "15:05",
    ]


def test_full_width_figures_make_no_other_incident(told: Telling) -> None:
    wide = {"单号": "　Ａ－１", "优先级": "　中 ", "重开次数": "０"}
    assert told.one(LIFE[0], {**LIFE[1], **wide}, *LIFE[2:]).past == told.one(*LIFE).past
    assert told.said == []


def test_a_number_that_excel_made_scientific_is_nobodys(told: Telling) -> None:
    """Its digits are gone: many incidents would become one."""
    assert told(*({**change, "单号": "2.02603E+11"} for change in LIFE)) == []
    assert {said[1:] for said in told.said} == {("rejected", "scientific")}


def test_a_column_name_that_is_there_twice_is_refused_if_it_is_used(told: Telling) -> None:
    with pytest.raises(Refusal, match="more than one column is called 状态"):
        told.of(text(LIFE).replace("现象", "状态", 1))
    unused = text(LIFE).replace("\r\n", ",x\r\n").replace("达标,x", "达标,备注,备注", 1)
    assert len(told.of(unused.replace(",x", ",x,y"))) == 1


def test_a_column_name_may_be_broken_in_its_cell(told: Telling) -> None:
    broken = text(LIFE).replace("报修时间", '"报修\n时间"', 1).replace("优先级", "优先 级", 1)
    assert len(told.of(broken)) == 1


def test_a_row_that_is_there_twice_is_taken_once(told: Telling) -> None:
    assert told.one(*LIFE, LIFE[1]).past == told.one(*LIFE).past
    told.one(*LIFE, LIFE[1])
    assert told.said == [(6, "dropped", "duplicate")]


def test_a_row_without_a_number_belongs_to_nobody(told: Telling) -> None:
    assert len(told(*LIFE, {**LIFE[1], "单号": ""})) == 1
    assert told.said == [(6, "rejected", "no_number")]


def test_a_torn_row_holds_its_incident_back_too(told: Telling) -> None:
    torn = text(LIFE).replace("处理中,2026-03-02 08:20:00,", "处理中,", 1)
    assert told.of(torn) == []
    assert told.said[0] == (3, "rejected", "columns")


def test_no_level_at_all_is_no_case_unless_the_map_names_one(told: Telling) -> None:
    bare = [{**change, "优先级": "-"} for change in LIFE]
    assert told(*bare) == []
    assert told.said[0] == (2, "rejected", "no_level")
    told.map = CHINESE + '\n[defaults]\nlevel = "L4"\n'
    assert told.one(*bare).past[1].d == {"level": "L4"}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('zone = "Asia/Shanghai"|zone = "Mars/Olympus"', "zone"),
        ('"新建" = "new"|"新建" = "fresh"', "values.state"),
        ('number = "单号"|nummer = "单号"', "columns.nummer"),
        ('number = "单号"\n|', "columns.number"),
        ('source = "老系统"|sauce = "x"', "sauce"),
        ("[columns]|[columns", "file"),
        ('"老系统"|"a:b"', "source"),
        ('"%Y/%m/%d %H:%M"|"%Q"', "dates"),
        ('source = "老系统"|source = "老系统"\ndelimiter = "; "', "delimiter"),
    ],
)
def test_a_wrong_map_is_refused_with_key_and_what_is_allowed(
    told: Telling, wrong: str, named: str
) -> None:
    old, new = wrong.split("|")
    told.map = CHINESE.replace(old, new)
    with pytest.raises(Refusal, match=named):
        told(*LIFE)


def test_a_map_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="No such file"):
        maps.load(tmp_path / "mine.toml")


def test_a_table_without_the_columns_says_what_it_has(tmp_path: Path) -> None:
    mapping = maps.load(maps.shipped()["servicenow"])
    (tmp_path / "e.csv").write_text(text(LIFE), encoding="utf-8")
    table = read(tmp_path / "e.csv", mapping.wanted)
    with pytest.raises(Refusal, match="it has 单号"):
        Reader(table, mapping, Rejects(), NOW)


def test_a_shipped_map_can_be_printed_and_used_as_it_is(tmp_path: Path) -> None:
    printed = CliRunner().invoke(import_, ["map"]).output
    (tmp_path / "mine.toml").write_text(printed, encoding="utf-8")
    assert maps.load(tmp_path / "mine.toml") == maps.load(maps.shipped()["servicenow"])


def test_every_shipped_map_can_be_read() -> None:
    assert "servicenow" in maps.shipped()
    for path in maps.shipped().values():
        maps.load(path)


def test_rejects_open_in_excel_and_run_nothing(tmp_path: Path) -> None:
    rejects = Rejects()
    rejects.add(7, "=cmd()", "missing", column="状态", value="+1")
    rejects.add(3, "A-1", "bad_moment", "%Y", column="时间", value="昨天")
    rejects.write(tmp_path / "r.csv")
    raw = (tmp_path / "r.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    first, second = raw.decode("utf-8-sig").splitlines()[1:]
    assert first.startswith("3,A-1,时间,昨天,未导入 rejected,")
    assert second.startswith("7,'=cmd(),状态,'+1,")

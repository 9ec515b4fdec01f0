"""Exports as other systems write them: small, invented, in every form."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

#: A map for an export with Chinese columns, as a company would write it.
CHINESE = """
source = "老系统"
zone = "Asia/Shanghai"
dates = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"]
unknown = ["-", "未知"]

[columns]
number = "单号"
state = "状态"
changed = "变更时间"
changed_by = "变更人"
opened = "报修时间"
resolved = "解决时间"
closed = "结案时间"
channel = "渠道"
level = "优先级"
caller = "报修人"
assigned = "处理人"
text = ["分类", "现象"]
symptom = "现象"
reopened = "重开次数"
made_sla = "达标"

[values.state]
"新建" = "new"
"处理中" = "working"
"等待客户" = "waiting:customer"
"已解决" = "resolved"
"已关闭" = "closed"
"已取消" = "cancelled"

[values.level]
"紧急" = "L1"
"高" = "L2"
"中" = "L3"
"低" = "L4"

[values.channel]
"电话" = "phone"
"邮件" = "email"

[values.made_sla]
"是" = "yes"
"否" = "no"
"""

COLUMNS = (
    "单号",
    "状态",
    "变更时间",
    "变更人",
    "报修时间",
    "解决时间",
    "结案时间",
    "渠道",
    "优先级",
    "报修人",
    "处理人",
    "分类",
    "现象",
    "重开次数",
    "达标",
)

Row = Mapping[str, object]

#: What a row says that is not said otherwise.
PLAIN: Row = {
    "单号": "A-1",
    "状态": "新建",
    "变更人": "坐席甲",
    "报修时间": "2026-03-02 08:00:00",
    "渠道": "电话",
    "优先级": "中",
    "报修人": "王女士",
    "处理人": "-",
    "分类": "网络",
    "现象": "端口抖动",
    "重开次数": "0",
    "达标": "是",
}


def row(state: str, changed: str, **said: object) -> dict[str, object]:
    """A change: 新建 at 08:01 and the like; the day is 2 March 2026 where none is given."""
    day = changed if len(changed) > 5 else f"2026-03-02 {changed}:00"
    return {**PLAIN, "状态": state, "变更时间": day, **said}


#: A plain incident: reported 08:00, worked on 08:20, fixed 10:00, closed the next day.
LIFE = [
    row("新建", "08:01"),
    row("处理中", "08:20", 处理人="李四"),
    row("已解决", "10:00", 处理人="李四", 解决时间="2026-03-02 10:00:00"),
    row(
        "已关闭",
        "2026-03-03 09:00:00",
        处理人="李四",
        解决时间="2026-03-02 10:00:00",
        结案时间="2026-03-03 09:00:00",
    ),
]


def cells(rows: Sequence[Row]) -> list[list[object]]:
    return [list(COLUMNS), *([said.get(name, "") for name in COLUMNS] for said in rows)]


def text(rows: Sequence[Row], delimiter: str = ",") -> str:
    return "".join(delimiter.join(map(str, line)) + "\r\n" for line in cells(rows))


def written(
    folder: Path,
    rows: Sequence[Row],
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
    packed: bool = False,
) -> Path:
    raw = text(rows, delimiter).encode(encoding)
    file = folder / ("export.csv.gz" if packed else "export.csv")
    file.write_bytes(gzip.compress(raw) if packed else raw)
    return file


def workbook(folder: Path, rows: Sequence[Row]) -> Path:
    """As Excel keeps it: moments are moments, counts are numbers, empty cells are not there."""
    book = Workbook()
    page = book.active
    assert page is not None
    fill(page, rows)
    return saved(folder, book)


def fill(page: Worksheet, rows: Sequence[Row]) -> None:
    for line in cells(rows):
        page.append([_kept(cell) for cell in line])


def saved(folder: Path, book: Workbook) -> Path:
    out = io.BytesIO()
    book.save(out)
    file = folder / "export.xlsx"
    file.write_bytes(out.getvalue())
    return file


def _kept(cell: object) -> object:
    try:
        return datetime.strptime(str(cell), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  Excel has no zone
    except ValueError:
        return int(str(cell)) if str(cell).isdecimal() else cell or None


def chinese_map(folder: Path) -> Path:
    file = folder / "map.toml"
    file.write_text(CHINESE, encoding="utf-8")
    return file


def listed(file: Path) -> list[dict[str, str]]:
    """What an import wrote into its list of rejects."""
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))

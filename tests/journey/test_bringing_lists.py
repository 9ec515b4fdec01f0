"""Lists brought on the first day: looked at line by line, written once, taken back."""

from __future__ import annotations

import csv
import io
import time
import zipfile
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from jiannuo.archive import queries as archive
from jiannuo.archive.models import Event
from jiannuo.cases import queries as cases
from jiannuo.customers import directory, listing, matching
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.imports import queries
from jiannuo.imports.models import Import
from jiannuo.imports.queries import LineCard, Sheet
from jiannuo.journey.bringing import looking, working
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.parts import stores
from jiannuo.people import accounts
from jiannuo.people.models import Staff
from tests.console.test_import_of_the_real_log import LOG
from tests.faces.conftest import NOON
from tests.world import World, company

pytestmark = pytest.mark.django_db

Rows = Sequence[Sequence[Any]]
DEVICES = ["设备序列号", "客户名称", "安装地点", "合同号", "型号", "机柜"]


@pytest.fixture
def world(db: None) -> World:
    with held_at(NOON):
        return company()


def book(*rows: Sequence[Any]) -> bytes:
    made = Workbook()
    page = made.worksheets[0]
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def text(*rows: Sequence[Any], encoding: str = "gb18030") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def brought(actor: Actor, kind: str, data: bytes, name: str = "台账.xlsx") -> Sheet:
    with held_at(NOON):
        number = looking.bring(actor, kind, name, data)
        looking.look_at_once(actor, number)
    return queries.sheet(number)


def written(actor: Actor, sheet: Sheet, *, at_once: bool = False) -> Sheet:
    with held_at(NOON + timedelta(minutes=1)):
        working.write(actor, sheet.number, at_once=at_once)
        while working.work():
            pass
    return queries.sheet(sheet.number)


def undone(actor: Actor, sheet: Sheet, after: timedelta = timedelta(hours=1)) -> Sheet:
    with held_at(NOON + after):
        working.undo(actor, sheet.number)
        while working.work():
            pass
    return queries.sheet(sheet.number)


def troubles(sheet: Sheet) -> dict[int, str]:
    return {line.row: line.troubles[0]["zh"] for line in queries.lines(sheet.number, ["refused"])}


def line(sheet: Sheet, row: int) -> LineCard:
    return next(one for one in queries.lines(sheet.number) if one.row == row)


def test_a_list_as_it_is_becomes_customers_and_says_whence(world: World) -> None:
    admin = world.actor("罗敏")
    sheet = brought(
        admin,
        "customers",
        book(
            ["2026 年客户一览表"],
            [],
            ["序号", "单位名称 ", "联系\n电话", "备注"],
            [1, "  乐山大佛景区管委会 ", "0833-2302121、13800001111", ""],
            [2, "德阳市第二人民医院", 13900002222, "新"],
            [3, "", "028-1", ""],
        ),
    )
    assert sheet.counts == {"new": 2, "same": 0, "changed": 0, "refused": 1}
    assert troubles(sheet) == {6: "「客户名称」必须填"}
    done = written(admin, sheet)
    assert (done.state, done.done["written"]) == ("written", 2)
    card = next(c for c in matching.everybody() if c.name == "乐山大佛景区管委会")
    assert card.phones == ("0833-2302121", "13800001111")
    (event,) = archive.timeline([card.id])
    assert (event.happening.by.name, event.why) == ("罗敏", f"导入 {sheet.number} 第 4 行")


def test_the_same_file_twice_changes_nothing_and_more_numbers_are_a_change(world: World) -> None:
    admin = world.actor("罗敏")
    first = book(["客户", "电话"], ["德阳二院", "0838-1111111"])
    written(admin, brought(admin, "customers", first))
    again = brought(admin, "customers", first)
    assert again.counts == {"new": 0, "same": 1, "changed": 0, "refused": 0}
    count = Event.objects.count()
    written(admin, again)
    assert Event.objects.count() == count
    more = brought(
        admin, "customers", book(["客户", "电话"], ["德阳二院", "0838-1111111、0838 2222222"])
    )
    assert more.counts["changed"] == 1
    done = written(admin, more)
    card = next(c for c in matching.everybody() if c.name == "德阳二院")
    assert card.phones == ("0838-1111111", "0838 2222222")
    undone(admin, done)
    assert directory.known(admin, card.id).phones == ("0838-1111111",)


def test_a_number_of_another_customer_is_never_doubled(world: World) -> None:
    admin = world.actor("罗敏")
    written(
        admin, brought(admin, "customers", book(["客户", "电话"], ["德阳二院", "0838-1111111"]))
    )
    sheet = brought(
        admin,
        "customers",
        book(["客户", "电话"], ["德阳市二院", "(0838)1111111"], ["甲", ""], [" 甲 ", ""]),
    )
    assert "已登记为「德阳二院」" in troubles(sheet)[2]
    assert troubles(sheet)[4] == "与第 3 行重复，请删掉一行"


def test_a_csv_in_gb18030_is_read_as_a_workbook_is(world: World) -> None:
    admin = world.actor("罗敏")
    rows = (["客户名称", "电话"], ["德阳二院", "０８３８－１１１１１１１"])
    found = written(admin, brought(admin, "customers", text(*rows), "客户.csv"))
    assert found.done["written"] == 1
    assert matching.everybody()[-1].phones == ("0838-1111111",)


# -- devices ----------------------------------------------------------------------------------


def devices(world: World, *rows: Sequence[Any]) -> bytes:
    own = customers.customer_name(world.customer.id)
    return book(DEVICES, *([sn, own, *more] for sn, *more in rows))


@pytest.mark.keeps("R-0-2")
def test_devices_find_their_site_and_contract(world: World) -> None:
    sales = world.actor("沈浩")
    sheet = brought(
        sales,
        "devices",
        devices(
            world,
            ["ＡＢ－１", "核心机房", "HT-S1", "X1", "A03"],
            ["AB-2", "", "", "X1", ""],
            ["ab 1", "", "", "", ""],
            [1.23456789012345678e17, "", "", "", ""],
            ["AB-4", "东楼", "", "", ""],
            ["AB-5", "", "HT-S2", "", ""],
            [world.customer.serial.replace("-", ""), "", "", "", ""],
            [world.stranger.serial, "", "", "", ""],
        ),
    )
    assert sheet.counts == {"new": 2, "same": 1, "changed": 0, "refused": 5}
    said = troubles(sheet)
    assert said[4] == "与第 2 行重复，请删掉一行"
    assert said[5].startswith("Excel 把它变成了科学计数法")
    assert said[6] == "此客户没有这个站点，有：核心机房；请先导入站点"
    assert said[7].startswith("这份合同是「四川省绵阳市")
    assert said[9].startswith("已在册：四川省绵阳市")
    assert line(sheet, 6).troubles[0]["head"] == "安装地点"
    assert line(sheet, 6).troubles[0]["cell"] == "东楼"
    done = written(sales, sheet)
    assert done.done["written"] == 2
    unit = equipment.find("AB1")
    assert unit is not None
    assert (unit.serial, unit.model, unit.site) == ("AB-1", "X1", world.customer.site)


def test_all_or_none_writes_none_where_one_is_wrong(world: World) -> None:
    sales = world.actor("沈浩")
    bad = brought(sales, "devices", devices(world, ["AB-1"], ["AB-1"]))
    with pytest.raises(Refusal, match="mended"):
        working.write(sales, bad.number, at_once=True)
    sheet = brought(sales, "devices", devices(world, ["AB-1"], ["AB-2"]))
    where = {"contract": world.customer.contract, "site": world.customer.site}
    with held_at(NOON):
        take("device_registered", sales, serial="AB-2", **where)
    found = written(sales, sheet, at_once=True)
    assert (found.state, found.done["written"]) == ("checked", 0)
    assert "第 3 行写不进去" in found.trouble[0]
    assert equipment.find("AB-1") is None
    assert written(sales, found).done == {"written": 1, "undone": 0, "kept": 0, "refused": 1}


def test_a_device_that_stands_elsewhere_is_moved_and_put_back(world: World) -> None:
    sales = world.actor("沈浩")
    unit = equipment.find(world.customer.serial)
    assert unit is not None
    sheet = brought(sales, "devices", devices(world, [unit.serial, "", "", "", "B07"]))
    assert sheet.counts["changed"] == 1
    done = written(sales, sheet)
    stood = archive.timeline([unit.id])[0]
    assert (stood.happening.kind, stood.happening.d["place"]) == ("device_moved", "B07")
    assert undone(sales, done).done["undone"] == 1
    assert "place" not in archive.timeline([unit.id])[0].happening.d


def test_a_thousand_devices_are_looked_at_in_a_few_seconds(world: World) -> None:
    sales = world.actor("沈浩")
    data = devices(world, *([f"SN-{n:05}", "", "", "X1", ""] for n in range(1000)))
    began = time.monotonic()
    sheet = brought(sales, "devices", data)
    assert sheet.counts["new"] == 1000
    assert time.monotonic() - began < 4


@pytest.mark.keeps("R-2-2")
def test_taking_back_leaves_what_was_used_and_says_why(world: World) -> None:
    sales = world.actor("沈浩")
    done = written(sales, brought(sales, "devices", devices(world, ["AB-1"], ["AB-2"], ["AB-3"])))
    used, moved = equipment.find("AB-1"), equipment.find("AB-2")
    assert used is not None
    assert moved is not None
    with held_at(NOON + timedelta(minutes=10)):
        take("reported", world.actor("周敏"), **fault(world, "AB-1"))
        take("device_moved", sales, str(moved.id), site=world.customer.site, place="C", reason="x")
    found = undone(sales, done)
    assert (found.done["undone"], found.done["kept"]) == (1, 2)
    assert equipment.find("AB-3") is None
    assert line(found, 2).troubles[-1]["zh"] == "已有工单在用它"
    assert line(found, 3).troubles[-1]["zh"] == "此后 沈浩 动过它（2026-05-20）"
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert kinds[len(kinds) - 1] == "taken_back"
    assert brought(sales, "devices", devices(world, ["AB-3"])).counts["new"] == 1


def fault(world: World, serial: str) -> dict[str, Any]:
    return {
        "channel": "phone",
        "kind": "fault",
        "text": "不亮",
        "device": serial,
        "customer": world.customer.id,
    }


# -- the other kinds --------------------------------------------------------------------------

YEARS: Sequence[Any] = [
    "二〇二六年一月五日",
    "2026.1.5",
    "2026年1月5号",
    "26-1-5",
    "20260105",
    46027,
    date(2026, 1, 5),
]


@pytest.mark.keeps("R-2-1", "R-2-5")
def test_contracts_come_with_their_lines_and_days_in_any_spelling(world: World) -> None:
    sales = world.actor("沈浩")
    own = customers.customer_name(world.customer.id)
    heads = ["合同号", "甲方", "竣工验收日期", "质保期(月)", "巡检", "SN", "单台质保月数", "备注"]
    rows: Rows = [[f"HT-{n}", own, day, "36个月", "是"] for n, day in enumerate(YEARS)]
    more: Rows = [
        ["HT-0", own, "", "", "", "L-1", 60, "招标文件"],
        ["HT-0", own, "", "24", "", "L-2", "", ""],
        ["HT-9", own, "2026年1月", 36],
        ["HT-S1", own, "", "", "", world.customer.serial, 60],
    ]
    sheet = brought(sales, "contracts", book(heads, *rows, *more))
    said = troubles(sheet)
    assert said == {
        10: "与第 2 行不一致（36）；要改请在合同页改",
        11: "看不懂的日期，请写成 2026-01-05 这样（年-月-日都要有）",
    }
    done = written(sales, sheet)
    assert done.done["written"] == 9
    first = customers.contract_numbered("HT-0")
    assert first is not None
    card = customers.contract(first)
    assert (str(card.accepted_on), card.months) == ("2026-01-05", 36)
    assert [(ln.serial, ln.months) for ln in card.lines] == [("L-1", 60)]
    assert {
        str(one.accepted_on) for one in listing.project_lines() if "HT-S" not in one.number
    } == {"2026-01-05"}
    assert brought(sales, "contracts", book(heads, *rows, *more)).counts["new"] == 0
    back = undone(sales, done)
    assert (back.done["undone"], back.done["kept"]) == (9, 0)
    assert customers.contract_numbered("HT-0") is None
    assert customers.contract(world.customer.contract).lines == ()


@pytest.mark.keeps("R-7.4-C-2")
def test_sites_are_added_changed_and_put_back(world: World) -> None:
    manager = world.actor("刘洋")
    own = customers.customer_name(world.customer.id)
    heads = ["客户", "机房名称", "合同公里数", "纬度", "经度", "办事处"]
    sheet = brought(
        manager,
        "sites",
        book(
            heads,
            [own, "核心机房", "80 km", "", "", "成都办事处"],
            [own, "东楼", "", 31.1, "", ""],
            [own, "西楼", "", 31.1, 104.2, "绵阳"],
            [own, "南楼", "", "", "", ""],
            ["眉山东坡智慧交通指挥部", "北楼"],
        ),
    )
    assert (sheet.counts["new"], sheet.counts["changed"]) == (1, 1)
    said = troubles(sheet)
    assert said[3] == "经度和纬度要一起填"
    assert said[4] == "没有这个办事处"
    assert "是不是「眉山东坡智慧交通指挥中心」" in said[6]
    done = written(manager, sheet)
    assert customers.site(world.customer.site).km == 80
    undone(manager, done)
    assert customers.site(world.customer.site).km == 68
    assert len(customers.sites(world.customer.id)) == 1


def test_contacts_are_known_by_name_and_number(world: World) -> None:
    sales = world.actor("沈浩")
    own = customers.customer_name(world.customer.id)
    rows = book(
        ["客户", "姓名", "手机", "权限"],
        [own, "邓丽", "13800001111 13900002222", "联系人、负责人"],
        [own, "唐勇", "028-5550-2204", ""],
        [own, "何建", "1.38E+10", ""],
        [own, "韩国栋", "", "领导"],
    )
    sheet = brought(sales, "contacts", rows)
    assert (sheet.counts["new"], sheet.counts["changed"]) == (1, 1)
    assert troubles(sheet)[3].startswith("这个号码已登记为「彭建军」的")
    assert "科学计数法" in troubles(sheet)[4]
    assert "sales" in str(
        queries.lines(brought(world.actor("刘洋"), "contacts", rows).number, ["refused"])[
            0
        ].troubles
    )
    done = written(sales, sheet)
    deng = customers.contact(world.customer.id, "邓丽")
    assert deng is not None
    assert deng.phone == "13800001111、13900002222"
    assert deng.roles == {"contact", "person_in_charge"}
    undone(sales, done)
    assert customers.contact(world.customer.id, "韩国栋") is None
    deng = customers.contact(world.customer.id, "邓丽")
    assert deng is not None
    assert deng.phone == "028-5550-2203"


@pytest.mark.keeps("R-4-1")
def test_each_lot_of_the_opening_stock_comes_in_once(world: World) -> None:
    keeper = world.actor("蒋丽")
    data = book(
        ["仓库", "物料名称", "结存", "单价(元)", "安全库存", "批号", "入库时间"],
        ["主库", "电源模块", "12件", "￥1,860", 4, "", "2026/1/5"],
        ["主库", "电源模块", 3, 1900, "", "B2", ""],
        ["", "风扇", 0, 80, 2, "", ""],
        ["绵阳库", "风扇", 1, 80, "", "", ""],
    )
    sheet = brought(keeper, "stock", data)
    assert troubles(sheet) == {5: "没有这个库位；请先在库房页开库位，或写主库"}
    done = written(keeper, sheet)
    found = {one.name: one for one in stores.lines()}
    assert [shelf.on_hand for shelf in found["电源模块"].shelves] == [15]
    again = brought(keeper, "stock", data)
    assert (again.counts["same"], again.counts["new"], again.counts["changed"]) == (3, 0, 0)
    other = brought(keeper, "stock", book(["备件名称", "数量", "单价"], ["电源模块", 9, 1860]))
    assert "批次 期初 已入库 12 件" in troubles(other)[2]
    with held_at(NOON + timedelta(minutes=30)):
        take("stock_issued", keeper, "电源模块", qty=4)
    back = undone(keeper, done)
    assert (back.done["undone"], back.done["kept"]) == (2, 1)
    assert line(back, 2).troubles[-1]["zh"].startswith("库存只有 8 件")


def test_staff_come_from_a_list_and_only_from_the_security_administrator(world: World) -> None:
    guard = world.actor("高远")
    data = book(
        ["姓名", "岗位", "手机号", "驻地", "级别", "代理"],
        ["马超", "工程师、讲师", 13800001111, "成都办事处", "高级", ""],
        ["周敏", "热线坐席", "13800002222", "", "", ""],
        ["钱进", "董事长", "", "", "", ""],
        ["孙悟", "管理员、安全管理员", "", "", "", ""],
    )
    with pytest.raises(Refusal):
        brought(world.actor("罗敏"), "staff", data)
    sheet = brought(guard, "staff", data)
    assert (sheet.counts["new"], sheet.counts["changed"], sheet.counts["refused"]) == (1, 1, 2)
    done = written(guard, sheet)
    assert {one.name: one.phone for one in accounts.everybody()}["周敏"] == "13800002222"
    back = undone(guard, done)
    assert back.done["undone"] == 2
    people_ = {one.name: one.phone for one in accounts.everybody()}
    assert (people_["周敏"], "马超" in people_) == ("", False)


def test_a_history_becomes_cases_of_its_customers_and_cannot_be_taken_back(world: World) -> None:
    admin = world.actor("罗敏")
    own = customers.customer_name(world.customer.id)
    data = book(
        ["单号", "状态", "报修时间", "故障级别", "恢复时间", "工程师", "故障现象", "用户单位"],
        ["GZ-1", "已完成", "2026-03-02 08:01", "二级", "2026-03-02 11:40", "李伟", "端口抖动", own],
        ["GZ-2", "不明", "2026-03-02 08:01", "二级", "", "", "", own],
    )
    sheet = brought(admin, "history", data)
    assert (sheet.counts["new"], sheet.counts["refused"]) == (1, 1)
    done = written(admin, sheet)
    assert done.done["written"] == 1
    assert brought(admin, "history", data).counts["same"] == 1
    back = undone(admin, done)
    assert (back.done["kept"], back.done["undone"]) == (1, 0)


@pytest.mark.skipif(not LOG.exists(), reason="the log lies beside the checkout, in ../shared")
@pytest.mark.slow
def test_the_published_log_comes_in_as_it_does_on_the_command_line(world: World) -> None:
    admin = world.actor("罗敏")
    with held_at(NOON):
        number = looking.bring(admin, "history", LOG.name, LOG.read_bytes())
        looking.look_at_once(admin, number)
        assert queries.sheet(number).state == "checking"  # it is long: the worker looks at it
        while working.work():
            pass
    sheet = queries.sheet(number)
    assert (sheet.counts["new"], sheet.counts["refused"]) == (890, 0)
    with held_at(NOON):
        working.write(admin, number, at_once=False)
        assert (working.work(), working.work()) == (25, 25)  # the rest may wait
        assert len(cases.numbers()) == 50
        Import.objects.filter(pk=number).update(state="written")
        again = looking.bring(admin, "history", LOG.name, LOG.read_bytes())
        while working.work():
            pass
    assert queries.sheet(again).counts["same"] == 50


# -- columns and files ------------------------------------------------------------------------


def test_a_column_that_was_chosen_is_known_the_next_time(world: World) -> None:
    admin = world.actor("罗敏")
    data = book(["往来户", "热线"], ["德阳二院", "0838-1111111"])
    sheet = brought(admin, "customers", data)
    assert sheet.state == "columns"
    with pytest.raises(Refusal, match="not chosen yet: Customer"):
        looking.choose(admin, sheet.number, ["", "phones"])
    with pytest.raises(Refusal, match="chosen twice"):
        looking.choose(admin, sheet.number, ["called", "called"])
    looking.choose(admin, sheet.number, ["called", "phones"])
    looking.look_at_once(admin, sheet.number)
    assert queries.sheet(sheet.number).counts["new"] == 1
    assert brought(admin, "customers", data).counts["new"] == 1


def packed(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, data)
    return out.getvalue()


BOMB = packed("xl/worksheets/sheet1.xml", b"0" * (201 * 1024 * 1024))
LOCKED = b"\xd0\xcf\x11\xe0" + bytes(512) + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "文件是空的"),
        (book(["客户名称"]), "只有表头"),
        (b"PK\x03\x04 not a workbook", "打不开"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "图片或 PDF"),
        (LOCKED, "打开密码"),
        (b"\xd0\xcf\x11\xe0" + bytes(512), "旧格式 .xls"),
        (packed("xl/vbaProject.bin", b"x"), "有宏"),
        (BOMB, "解压后超过 200 MB"),
        (text(["客户名称"], *[["x"]] * 20_100), "超过 20000 行"),
        (b"<html><table></table></html>", "网页或 XML"),
    ],
    ids=["empty", "bare", "broken", "picture", "locked", "xls", "macros", "bomb", "long", "html"],
)
def test_what_is_no_list_is_said_in_words(world: World, data: bytes, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        brought(world.actor("罗敏"), "customers", data)
    assert says in refused.value.zh


def test_a_formula_in_a_name_stays_a_text(world: World) -> None:
    admin = world.actor("罗敏")
    sheet = brought(admin, "customers", text(["客户名称"], ['=HYPERLINK("http://x")']), "a.csv")
    assert line(sheet, 2).label == '=HYPERLINK("http://x")'


def test_a_formula_nobody_reckoned_is_read_as_its_text(world: World) -> None:
    admin = world.actor("罗敏")
    sheet = brought(admin, "customers", book(["客户名称", "电话"], ["=A9&B9", "028-5550000"]))
    assert line(sheet, 2).label == "=A9&B9"


def test_what_would_change_is_said_beside_what_stands(world: World) -> None:
    sales = world.actor("沈浩")
    unit = equipment.find(world.customer.serial)
    assert unit is not None
    sheet = brought(sales, "devices", devices(world, [unit.serial, "", "", "", "B07"]))
    assert line(sheet, 2).values["differs"] == {"place": ["", "B07"]}


def test_a_list_that_breaks_the_worker_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, sales = world.actor("罗敏"), world.actor("沈浩")
    bad = brought(sales, "devices", devices(world, ["AB-1"]))
    good = brought(admin, "customers", book(["客户名称"], ["甲"]))

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("x")

    monkeypatch.setattr("jiannuo.journey.devices.register", breaks)
    working.write(sales, bad.number, at_once=False)
    assert written(admin, good).done["written"] == 1
    stopped = queries.sheet(bad.number)
    assert (stopped.state, "系统出错" in stopped.trouble[0]) == ("checked", True)


def test_who_left_meanwhile_writes_nothing(world: World) -> None:
    admin = world.actor("罗敏")
    sheet = brought(admin, "customers", book(["客户名称"], ["甲"]))
    Staff.objects.filter(name="罗敏").update(active=False)
    found = written(admin, sheet)
    assert (found.state, found.trouble[0]) == (
        "checked",
        "发起人已不在册，请另一个人重新操作",
    )


def test_nobody_brings_what_he_may_not_enter(world: World) -> None:
    data = book(["客户名称"], ["甲"])
    for name in ("周敏", "刘洋", "蒋丽", "谢静"):
        with pytest.raises(Refusal):
            brought(world.actor(name), "customers", data)


def test_a_list_that_was_dropped_is_not_written(world: World) -> None:
    admin = world.actor("罗敏")
    sheet = brought(admin, "customers", book(["客户名称"], ["甲"]))
    working.drop(admin, sheet.number)
    with pytest.raises(Refusal, match="reload"):
        working.write(admin, sheet.number, at_once=False)


def test_two_who_press_at_once_write_once(world: World) -> None:
    admin = world.actor("罗敏")
    sheet = brought(admin, "customers", book(["客户名称"], ["甲"]))
    assert working.write(admin, sheet.number, at_once=False)
    assert not working.write(admin, sheet.number, at_once=False)

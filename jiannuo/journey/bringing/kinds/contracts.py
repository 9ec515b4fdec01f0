"""Contracts with their device lines: one row a contract, or one row a line of it (R-2-1, R-2-5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jiannuo.customers import matching
from jiannuo.customers import queries as customers
from jiannuo.customers.listing import ProjectLine
from jiannuo.customers.matching import OwnLine, key
from jiannuo.journey import agreements
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp, doubled
from jiannuo.journey.bringing.kinds.whose import CONTRACT, CUSTOMER, Whose
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text

SUPPLY = {
    "我方": "vendor",
    "厂家": "vendor",
    "卖方": "vendor",
    "供方": "vendor",
    "us": "vendor",
} | {"客户": "customer", "甲方": "customer", "买方": "customer", "customer": "customer"}
MONTHS = cells.whole(1, 600)
COLUMNS = (
    Column(
        "number", CONTRACT.head, CONTRACT.read, CONTRACT.also, needed=True, example=CONTRACT.example
    ),
    CUSTOMER,
    Column(
        "accepted_on",
        Text("验收日期", "Accepted on"),
        cells.day,
        ("竣工验收日期", "终验日期", "验收时间", "竣工日期", "质保开始", "质保起始日"),
        example="2026-01-05",
        note=Text("质保从这天算", "the warranty runs from this day"),
    ),
    Column(
        "months",
        Text("质保月数", "Warranty months"),
        MONTHS,
        ("质保期", "质保期(月)", "保修期", "保修月数", "质保"),
        example="36",
    ),
    Column(
        "inspection_plan",
        Text("是否巡检", "Inspections"),
        cells.yes,
        ("巡检", "季度巡检"),
        example="是",
    ),
    Column(
        "parts_supply",
        Text("备件由谁供", "Parts supplied by"),
        cells.one_of(SUPPLY),
        ("备件提供方", "备件"),
        example="我方",
    ),
    Column(
        "serial",
        Text("序列号", "Serial"),
        cells.code(100),
        ("SN", "S/N", "机身号", "设备序列号", "产品序列号", "出厂编号"),
        example="CXN6800-2505-0009",
        note=Text("单独约定质保的设备，一台一行", "a device with a term of its own, one a row"),
    ),
    Column(
        "line_months",
        Text("设备质保月数", "Line months"),
        MONTHS,
        ("行质保月数", "单台质保月数", "设备质保期"),
        example="60",
    ),
    Column(
        "line_accepted_on",
        Text("设备验收日期", "Line accepted on"),
        cells.day,
        ("行验收日期", "到货验收日期"),
    ),
    Column(
        "source", Text("依据", "By"), cells.text(200), ("依据条款", "备注"), example="招标文件 3.2"
    ),
)
#: What a contract's rows must agree on.
HEAD = ("customer", "accepted_on", "months", "inspection_plan", "parts_supply")


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    whose = Whose(row.given("customer") for row in rows)
    first: dict[str, Row] = {}
    for row in rows:
        row.label = " ".join((row.given("number"), row.given("serial"))).strip()
        _line(row)
        owner = whose.customer(row) if row.good else None
        if owner is not None:
            row.values["customer"] = str(owner.id)
            _head(row, whose.numbered.get(key(row.values["number"])), first)
    stands = matching.lines_in([UUID(r.values["id"]) for r in rows if r.good and "id" in r.values])
    for row in rows:
        if row.good and "id" in row.values:
            _compare(row, stands)
    doubled(rows, lambda row: (key(row.given("number")), key(row.given("serial"))), "number")


def _line(row: Row) -> None:
    if "serial" in row.values and "line_months" not in row.values:
        if "months" in row.values:
            row.values["line_months"] = row.values["months"]
        else:
            row.refuse("line_months", "请填这台的质保月数", "fill in the months of this device")


def _head(row: Row, stands: ProjectLine | None, first: dict[str, Row]) -> None:
    """A contract that is here already, or one that its first row takes on."""
    if stands is not None:
        told = {"customer": str(stands.customer), "accepted_on": stands.accepted_on.isoformat()}
        _agree(row, told | {"months": stands.months}, Text("系统里", "the product"))
        row.values["id"] = str(stands.contract)
        return
    begun = first.setdefault(key(row.values["number"]), row)
    if begun is not row:
        said = {name: begun.values[name] for name in HEAD if name in begun.values}
        _agree(row, said, Text(f"第 {begun.number} 行", f"row {begun.number}"))
        row.values = {**said, **row.values, "after": begun.number}
        if not begun.good:
            row.refuse("number", f"第 {begun.number} 行未通过", f"row {begun.number} is refused")
    for name, zh, en in (
        ("accepted_on", "验收日期", "acceptance"),
        ("months", "质保月数", "months"),
    ):
        if name not in row.values:
            row.refuse(name, f"新合同要有{zh}", f"a new contract needs its {en}")


def _agree(row: Row, said: Mapping[str, Any], where: Text) -> None:
    for name, value in said.items():
        if name in row.values and row.values[name] != value:
            row.refuse(
                name,
                f"与{where.zh}不一致（{value}）；要改请在合同页改",
                f"differs from {where.en} ({value}); change it on the contract's page",
            )


def _compare(row: Row, stands: Mapping[tuple[UUID, str], OwnLine]) -> None:
    serial = row.given("serial")
    line = stands.get((UUID(row.values["id"]), serial)) if serial else None
    if serial and line is None:
        return
    if line is None:
        row.verdict = "same"
    else:
        names = {"months": "line_months", "accepted_on": "line_accepted_on", "source": "source"}
        stood, wanted = _stands(line), _wanted(row.values, line)
        row.compare(
            {to: stood[name] for name, to in names.items()},
            {to: wanted[name] for name, to in names.items()},
        )


def _stands(line: OwnLine) -> dict[str, Any]:
    day = line.accepted_on.isoformat() if line.accepted_on else None
    return {"months": line.months, "accepted_on": day, "source": line.source}


def _wanted(said: Mapping[str, Any], line: OwnLine | None = None) -> dict[str, Any]:
    names = {"line_months": "months", "line_accepted_on": "accepted_on", "source": "source"}
    told = {to: said[name] for name, to in names.items() if said.get(name)}
    return {**_stands(line), **told} if line else told


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    made = list[Made]()
    found = UUID(said["id"]) if "id" in said else customers.contract_numbered(said["number"])
    if found is None and "after" in said:
        raise Refusal(
            "contract_missing",
            f"第 {said['after']} 行没有写成，合同还不在",
            f"row {said['after']} was not written; the contract is not there",
        )
    if found is None:
        found = _sign(actor, said, stamp, row)
        made.append({"step": "contract_signed", "id": str(found)})
    if said.get("serial"):
        made.append(_set_line(actor, found, said, stamp, row))
    return made


def _sign(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> UUID:
    done = agreements.sign(
        actor,
        stamp.when(row, "sign"),
        customer=UUID(said["customer"]),
        number=said["number"],
        accepted_on=date.fromisoformat(said["accepted_on"]),
        months=said["months"],
        inspection_plan=said.get("inspection_plan", False),
        parts_supply=said.get("parts_supply", "vendor"),
    )
    return UUID(done.number)


def _set_line(
    actor: Actor, contract: UUID, said: Mapping[str, Any], stamp: Stamp, row: int
) -> Made:
    serial = said["serial"]
    stood = matching.lines_in([contract]).get((contract, serial))
    told = _wanted(said, stood)
    agreements.set_line(actor, str(contract), stamp.when(row, "line"), serial=serial, **dated(told))
    was = _stands(stood) if stood else None
    return {"step": "line_set", "id": str(contract), "serial": serial, "was": was}


def dated(told: Mapping[str, Any]) -> dict[str, Any]:
    """As the step takes it."""
    day = told.get("accepted_on")
    return {**told, "accepted_on": date.fromisoformat(day) if day else None}


KIND = Kind(
    "contracts",
    Text("合同", "Contracts"),
    Text("验收、质保、单独约定的设备行", "acceptance, warranty, device lines"),
    "contract_signed",
    COLUMNS,
    judge,
    write,
)

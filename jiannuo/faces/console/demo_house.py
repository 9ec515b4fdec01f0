"""What the demo company does besides cases: store, rosters, inspections, training, claims."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from jiannuo.faces.console.demo_company import DAY, Client, Company, Deed
from jiannuo.faces.console.demo_knowledge import learned
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import shipped
from jiannuo.manual.quarters import Quarter, quarters
from jiannuo.parts import queries as parts
from jiannuo.people import commands as people
from jiannuo.people.rules import Duty

HOURS = timedelta(hours=1)
DESKS = ("hotline", "engineer", "duty_manager")
#: The roster of now begins so many days ago and is this long; nobody mans one night of it.
ROSTER_SINCE, ROSTER_LENGTH, GAP = 8, 30, 10


def doings(made: Company, now: datetime, chance: random.Random) -> Iterator[Deed]:
    """Everything, each at its moment; what lies in the future is left to happen."""
    yield from _store(made)
    yield from _rosters(made)
    for client in made.clients:
        yield from _inspections(made, client, chance)
    yield from _training(made, now)
    yield from _claims(made, now)
    yield from _papers(made)
    yield from learned(made)


def _by(made: Company, role: str, place: int = 0) -> Actor:
    return made.staff[made.of_role(role)[place]]


# -- store ----------------------------------------------------------------------------------------


def _store(made: Company) -> Iterator[Deed]:
    for row in made.data["spare"]:
        for n, (days, qty, cost) in enumerate(row["lots"], 1):
            lot = {"qty": qty, "lot": f"L{n}", "cost": cost}
            yield made.ago(days, 8), partial(_receive, made, row["part"], lot)
    # Other use takes one part below its least stock: the alarm and the task are there to see.
    yield made.ago(12, 16), partial(_run_short, made, "电池组 12V")


def _receive(made: Company, part: str, lot: dict[str, Any]) -> None:
    take("stock_received", _by(made, "warehouse"), part, **lot)


def _run_short(made: Company, part: str) -> None:
    line = next(line for line in parts.stock() if line.part == part)
    qty = line.on_hand - (line.minimum or 0) + 2
    take("stock_issued", _by(made, "warehouse"), part, qty=qty)


# -- rosters --------------------------------------------------------------------------------------


def _rosters(made: Company) -> Iterator[Deed]:
    first = made.ago(200).date()
    since = made.ago(ROSTER_SINCE).date()
    yield made.at(first, 8), partial(_draw, made, "past", first, since, DAY * 7)
    until = since + ROSTER_LENGTH * DAY
    yield made.at(since, 8), partial(_draw, made, "now", since, until, HOURS * 12)
    yield made.ago(3, 10), partial(_be_away, made)


def _draw(made: Company, code: str, first: date, last: date, shift: timedelta) -> None:
    """Shifts in turn among the people of each desk; a manager's deputy stands by."""
    start, end = made.at(first, 8), made.at(last, 8)
    crews = {
        "hotline": made.of_role("hotline_agent"),
        "engineer": made.of_role("engineer")[:3],
        "duty_manager": made.of_role("duty_manager"),
    }
    gap = made.at(made.today + GAP * DAY, 20)
    duties = []
    for desk, crew in crews.items():
        at, n = start, 0
        while at < end:
            nobody = desk == "duty_manager" and at == gap
            name = None if nobody else crew[n % len(crew)]
            duties.append(Duty(desk, at, min(at + shift, end), name))
            at, n = at + shift, n + 1
    name = f"{first:%Y%m%d}-{code}"
    manager = _by(made, "duty_manager")
    people.draw_roster(manager, name, (start, end), DESKS, duties)
    take("roster_published", manager, name)


def _be_away(made: Company) -> None:
    since = made.ago(ROSTER_SINCE).date()
    away = made.at(made.today + 5 * DAY, 8)
    take(
        "absence_recorded",
        _by(made, "duty_manager"),
        f"{since:%Y%m%d}-now",
        person=made.of_role("engineer")[1],
        from_=away,
        to=away + 2 * DAY,
    )


# -- inspections ----------------------------------------------------------------------------------


def _inspections(made: Company, client: Client, chance: random.Random) -> Iterator[Deed]:
    if not client.row["contract"].get("inspection_plan"):
        return
    owed = quarters(shipped(), client.accepted, client.ends)
    for year in sorted({quarter.start.year for quarter in owed}):
        day = max(date(year, 1, 12), client.signed_at.date() + 10 * DAY)
        yield made.at(day, 10), partial(_send_plan, made, client, str(year))
    for quarter in owed:
        signed = _signed_on(made, client, quarter, chance)
        if signed is not None:
            yield made.at(signed, 15, chance.randrange(60)), partial(_inspect, client, quarter)
        if quarter.start <= made.today <= quarter.due:
            day = max(quarter.start, made.today - 6 * DAY)
            yield made.at(day, 11), partial(_arrange, made, client, quarter, day)


def _signed_on(
    made: Company, client: Client, quarter: Quarter, chance: random.Random
) -> date | None:
    """Mostly in time, now and then late; one customer's last one was forgotten."""
    forgotten = client.number.endswith("008") and made.today - quarter.due < 92 * DAY
    late = chance.random() < 0.12
    days = chance.randrange(2, 9) if late else -chance.randrange(3, 24)
    return None if forgotten else quarter.due + days * DAY


def _arrange(made: Company, client: Client, quarter: Quarter, day: date) -> None:
    """Of three customers one has a day, one was asked for it, one waits; by the number."""
    place = int(client.number[-3:]) % 3
    manager, days = _by(made, "duty_manager"), [day + n * DAY for n in (9, 12, 15)]
    fields = dict(zip(("first", "second", "third"), days, strict=True))
    if place and days[-1] <= quarter.due:
        take("inspection_dates_proposed", manager, quarter.name, contract=client.contract, **fields)
    if place == 1 and days[-1] <= quarter.due:
        take(
            "inspection_scheduled",
            manager,
            quarter.name,
            contract=client.contract,
            date=days[1],
            engineer=made.of_role("engineer")[int(client.number[-3:]) % 4],
            agreed_with=client.people["contact"].name,
        )


def _send_plan(made: Company, client: Client, year: str) -> None:
    take("inspection_plan_sent", _by(made, "duty_manager"), year, contract=client.contract)


def _inspect(client: Client, quarter: Quarter) -> None:
    """Every tenth time something is found; the numbers follow from the quarter's name."""
    odd = sum(map(ord, quarter.name + client.number)) % 10
    states = {device.serial: "ok" for device in client.devices}
    if odd == 0:
        states[client.devices[0].serial] = "abnormal"
    take(
        "inspection_signed",
        client.people["maintenance"],
        quarter.name,
        contract=client.contract,
        devices=states,
        software="abnormal" if odd == 1 else "ok",
        problems_asked="偶有告警声" if odd == 2 else "无",
        asked_of=client.people["contact"].name,
        temperature_c="28.5" if odd == 3 else f"{21 + odd % 4}.0",
        humidity_pct=f"{45 + odd}",
    )


# -- training, claims, papers of a period ---------------------------------------------------------


def _training(made: Company, now: datetime) -> Iterator[Deed]:
    for place, days, marks in (
        (0, 120, (92, 88, 95)),
        (3, 75, (90, 71, 84)),
        (5, 20, (86, 91, 93)),
    ):
        client = made.clients[place]
        code = f"PX-{client.number[-3:]}"
        names = ["学员甲", "学员乙", "学员丙"]
        yield made.ago(days + 14), partial(_train, made, client, code, "training_plan_agreed", {})
        for part, kind in enumerate(("theory", "practice")):
            day = made.ago(days - part).date()
            one = f"{code}-{part + 1}"
            plan = {"kind": kind, "date": day, "hours": "6"}
            yield made.ago(days + 10), partial(_train, made, client, one, "training_planned", plan)
            held = {"attendees": names}
            yield made.at(day, 17), partial(_train, made, client, one, "training_held", held)
        scores = {"scores": dict(zip(names, marks, strict=True))}
        last = made.ago(days - 2, 17)
        yield last, partial(_train, made, client, f"{code}-2", "training_assessed", scores)
    client = made.clients[1]
    coming = {"kind": "on_site", "date": made.today + 6 * DAY, "hours": "4"}
    yield now - DAY, partial(_train, made, client, "PX-002-1", "training_planned", coming)


def _train(made: Company, client: Client, code: str, kind: str, d: dict[str, Any]) -> None:
    take(kind, _by(made, "engineer"), code, customer=client.id, **d)


def _claims(made: Company, now: datetime) -> Iterator[Deed]:
    """One decided, one whose receipt is due within three hours; a complaint closed, one open."""
    old = _Claim(made, made.clients[0])
    text = "同批次电源模块 6 台中 3 台失效"
    yield made.ago(60, 10), partial(old.receive, "latent_defect", text, 6, 3)
    yield made.ago(60, 15), old.acknowledge
    yield made.ago(52, 10), partial(old.decide, "同批次电源模块全部免费更换")
    new = _Claim(made, made.clients[3])
    yield now - HOURS * 21, partial(new.receive, "performance", "备份窗口超过合同约定", None, None)
    done = _Complaint(made, made.clients[5])
    yield made.ago(33, 11), partial(done.receive, "上门工程师未提前告知到达时间")
    yield made.ago(30, 16), partial(done.close, "已道歉，派单后 15 分钟内告知已纳入检查")
    yield now - HOURS * 30, partial(_Complaint(made, made.clients[2]).receive, "热线占线时间过长")


class _Claim:
    """A claim on its way; the product gives the number."""

    def __init__(self, made: Company, client: Client) -> None:
        self.made, self.client, self.number = made, client, ""

    def receive(self, ground: str, text: str, installed: int | None, failed: int | None) -> None:
        self.number = take(
            "claim_received",
            self.client.people["person"],
            customer=self.client.id,
            ground=ground,
            text=text,
            units_installed=installed,
            units_failed=failed,
        ).number

    def acknowledge(self) -> None:
        take("claim_acknowledged", _by(self.made, "sales"), self.number)

    def decide(self, decision: str) -> None:
        head = _by(self.made, "subcentre_head")
        take("claim_decided", head, self.number, decision=decision)


class _Complaint:
    def __init__(self, made: Company, client: Client) -> None:
        self.made, self.client, self.number = made, client, ""

    def receive(self, text: str) -> None:
        agent = _by(self.made, "hotline_agent")
        done = take("complaint_received", agent, customer=self.client.id, text=text)
        self.number = done.number

    def close(self, result: str) -> None:
        take("complaint_closed", _by(self.made, "duty_manager"), self.number, result=result)


def _papers(made: Company) -> Iterator[Deed]:
    """The last month's report to two customers; the archive handed to one."""
    last = made.today.replace(day=1) - DAY
    period = {"from_": last.replace(day=1), "to": last}
    for client in (made.clients[0], made.clients[3]):
        at = made.at(made.today.replace(day=1), 9)
        yield at, partial(_report, made, client, f"{last:%Y-%m}", period)
    yield made.ago(40, 14), partial(_export, made, made.clients[5])


def _report(made: Company, client: Client, name: str, period: dict[str, Any]) -> None:
    manager = _by(made, "duty_manager")
    take("period_report_issued", manager, name, customer=client.id, **period)


def _export(made: Company, client: Client) -> None:
    name = f"{made.ago(40).date():%Y-%m}"
    take("archive_exported", _by(made, "sales"), name, customer=client.id)

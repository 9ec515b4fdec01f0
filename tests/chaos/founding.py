"""Sets the house up in an empty database, by the commands people use."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from jiannuo.customers import commands as customers
from jiannuo.equipment import commands as equipment
from jiannuo.faces.console.demo import reach
from jiannuo.journey import house as steps
from jiannuo.journey import stock
from jiannuo.journey.step import When
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.profile import shipped
from jiannuo.manual.warranty import term
from jiannuo.people import commands as people
from jiannuo.people import queries as staff
from jiannuo.people.rules import Duty
from tests.chaos import house


def hire() -> dict[str, str]:
    """Everybody with a login; their tokens by login."""
    people.open_office(SYSTEM, "CDO", "成都办事处", 30.6574, 104.0658)
    tokens = {}
    for place, (name, login, roles) in enumerate(house.PEOPLE, 1):
        level = "senior" if "engineer" in roles else ""
        person = people.Person(name, roles, level, phone=house.phone(place))
        people.open_login(SYSTEM, login, people.hire(SYSTEM, person), house.PASSWORD)
        tokens[login] = people.open_token(SYSTEM, login, "chaos")
    return tokens


def man_the_desk() -> None:
    """One duty manager on shift and one behind him, from yesterday until the day after tomorrow:
    a clock that jumps must find somebody."""
    span = (now() - timedelta(days=1), now() + timedelta(days=2))
    people.draw_roster(
        SYSTEM, "CHAOS", span, ["duty_manager"], [Duty("duty_manager", *span, "刘洋", "赵刚")]
    )
    steps.publish_roster(SYSTEM, "CHAOS")


def take_on() -> None:
    """A customer for each device, all in warranty."""
    accepted = now().date() - timedelta(days=200)
    for place, serial in enumerate(house.DEVICES, 1):
        customer = customers.add_customer(SYSTEM, f"眉山智慧交通指挥中心 {place}")
        spot = customers.Place("S1", "核心机房", 31.46, 104.68, Decimal("68.0"))
        site = customers.add_site(SYSTEM, customer, spot)
        customers.add_contact(SYSTEM, customer, "邓丽", ["contact"], phone="028-5550-2203")
        contract = customers.sign_contract(
            SYSTEM, customer, customers.Terms(f"HT-{place}", accepted, 36)
        )
        unit = equipment.NewUnit(serial, "Cixin", "CX-N6800", "核心交换机")
        spell = term(shipped(), date(accepted.year, accepted.month, 1), 36)
        equipment.register_device(SYSTEM, unit, contract=contract, site=site, term=spell)


def main(gateway: str, out: str) -> None:
    """Texts and calls go to `gateway`; everybody's token is written to `out`."""
    tokens = hire()
    man_the_desk()
    take_on()
    for part in house.PARTS:
        stock.receive(staff.known_staff("蒋丽").actor, part, qty=20, lot="L0", cost="100.00")
    # It counts for what is reported late, and while the clock is an hour back, as well.
    then = When(now() - timedelta(hours=3), "the house is older than its first fault")
    version, changes = house.VERSION, house.CHANGES
    steps.publish_profile(
        SYSTEM, "house", then, version=version, changes=changes, reason="short limits"
    )
    reach(gateway)
    Path(out).write_text(json.dumps(tokens), encoding="utf-8")

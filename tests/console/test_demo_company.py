"""The demo company: half a year made by the journey's steps, and clocks that run now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import authenticate
from pytest_django import Settings

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.clocks import queries as clocks
from jiannuo.customers import commands as customer_commands
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.faces.console import demo
from jiannuo.faces.console.demo_casting import span
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.clocks import fold_story
from jiannuo.manual.profile import shipped
from jiannuo.people import factors
from jiannuo.people import queries as people

pytestmark = pytest.mark.django_db

#: A leap day, in the evening in China: whatever counts days or desks by the clock is asked.
NOW = datetime(2028, 2, 29, 12, 20, tzinfo=UTC)


@pytest.fixture
def loaded(capfd: pytest.CaptureFixture[str]) -> Iterator[str]:
    """A tenth of the past, all that runs now; what was said while loading."""
    with held_at(NOW):
        assert demo.load(0.1)
        yield "".join(capfd.readouterr())


@pytest.mark.slow
def test_the_demo_company(loaded: str) -> None:
    """One company for all questions: it takes seconds to make."""
    every_story_is_played_to_its_end(loaded)
    sites_lie_in_every_band()
    everything_a_visitor_looks_for_is_there()
    clocks_are_about_to_fall_due()
    alerts_were_raised_at_their_moments()
    nothing_was_written_that_the_events_do_not_say()
    every_role_can_log_in()
    loading_again_does_nothing()


def every_story_is_played_to_its_end(said: str) -> None:
    assert "12 客户 customers, 300 设备 devices" in said
    assert "not played to its end" not in said


def sites_lie_in_every_band() -> None:
    found = [site for customer, _ in customers.customers() for site in customers.sites(customer)]
    kilometres = {site.km for site in found}
    assert {Decimal("50.0"), Decimal("100.0"), Decimal("400.0"), Decimal("800.0")} <= kilometres
    bands = {customers.reach(site, shipped()).limit for site in found}
    assert bands == {limit for _, limit in shipped().bands}


def everything_a_visitor_looks_for_is_there() -> None:
    rows = customers.customers()
    assert len(rows) == 12
    for customer, _ in rows:
        held = {role for person in customers.contacts(customer) for role in person.roles}
        assert {"contact", "person_in_charge", "department_head", "leader"} <= held
    contracts = customers.contracts()
    assert sum(len(equipment.units(contract.id)) for contract in contracts) >= 300
    seen = [cases.view_of(number) for number in cases.numbers()]
    kinds = {event.kind for view in seen for event in view.events}
    for kind in ("merged", "l1_withdrawn", "replaced", "loaner_returned", "exclusion_accepted"):
        assert kind in kinds
    assert any(view.card.drill for view in seen)
    assert {"in_warranty", "before_acceptance"} <= {view.entitled() for view in seen}
    assert {"observing", "on_loaner", "onsite", "remote", "received", "merged"} <= {
        view.card.status for view in seen
    }


def clocks_are_about_to_fall_due() -> None:
    running = [
        clock
        for found in clocks.clocks_of(
            [cases.card(number).id for number in cases.numbers()]
        ).values()
        for clock in found
        if str(clock.verdict(NOW)) == "running" and clock.due
    ]
    soon = {clock.promise for clock in running if clock.due and clock.due < NOW + span("60m")}
    assert {"phone_response", "remote_response", "onsite_arrival", "emg_team", "emg_expert"} <= soon
    fixes = sorted(clock.due for clock in running if clock.promise == "fix_24h" and clock.due)
    assert NOW + span("4h57m") < fixes[0] <= NOW + span("5h")
    first = cases.open_cases(SYSTEM)[0]
    assert first.next_due_at is not None
    assert first.next_due_at < NOW  # one is late already


def alerts_were_raised_at_their_moments() -> None:
    raised = clocks.alerts()
    assert {"fix_24h_12h", "repeat_repair", "roster_gap", "inspection_30d", "stock_below_min"} <= {
        alert.code for alert in raised
    }
    assert max(alert.fired_at - alert.moment for alert in raised) <= timedelta(seconds=1)
    assert clocks.overdue_unswept(NOW) == 0
    on_duty = people.on_duty("duty_manager", NOW)
    assert on_duty is not None
    assert on_duty[1] == "shift"


def nothing_was_written_that_the_events_do_not_say() -> None:
    for number in cases.numbers():
        view = cases.view_of(number)
        stored = clocks.clocks_of([view.card.id], drill=view.card.drill)[view.card.id]
        assert {c.promise: c for c in stored} == {c.promise: c for c in fold_story(view.story)}
    lines = list(archive.everything())
    assert max(line.happening.recorded for line in lines) <= NOW
    assert any(line.late for line in lines)
    assert archive.verify_chain() is None


def every_role_can_log_in() -> None:
    found = list(demo.logins())
    assert len(found) == 11
    for _, login, said in found:
        password, *code = said.split()
        user = authenticate(username=login, password=password)
        assert user is not None
        card = people.staff_of_user(user.pk)
        assert card is not None
        assert card.administrator == bool(code)  # the others are asked for none
        assert not code or factors.check(user, code[-1])


def loading_again_does_nothing() -> None:
    before = cases.numbers()
    assert not demo.load()
    assert cases.numbers() == before


def test_a_company_with_a_customer_is_left_alone() -> None:
    customer_commands.add_customer(SYSTEM, "嘉陵水务")
    assert not demo.load()
    assert len(customers.customers()) == 1
    assert list(demo.logins()) == []


def test_the_word_of_the_demo_differs_between_installations(
    settings: Settings,
) -> None:
    first = demo.password()
    settings.SECRET_KEY = "another" * 8
    assert demo.password() != first


@pytest.mark.parametrize(
    ("text", "length"), [("25m", 25), ("2h40m", 160), ("1d", 1440), ("0m", 0), ("3~9m", 3)]
)
def test_lengths_are_read_as_they_are_written(text: str, length: int) -> None:
    assert span(text) == timedelta(minutes=length)

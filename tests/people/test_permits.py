"""Who may do what: the catalogue of events for what happens, a table for the rest."""

from __future__ import annotations

import pytest

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import CUSTOMER_ROLES, VENDOR_ROLES
from jiannuo.manual.words import tables
from jiannuo.people.permits import PERMITS, allowed, require
from jiannuo.people.rules import TEAMS
from tests.manual.happenings import keeps

ROLES = (*VENDOR_ROLES, *CUSTOMER_ROLES)


def may(role: str) -> set[str]:
    actor = Actor("某人", frozenset({role}))
    return {action for action in (*kinds(), *PERMITS) if allowed(actor, action)}


@keeps("R-X-4")
def test_an_event_is_recorded_by_the_roles_the_manual_names_and_nobody_else() -> None:
    for kind in kinds().values():
        assert {role for role in ROLES if kind.kind in may(role)} == set(kind.by)


def test_the_product_itself_may_do_what_follows_by_rule() -> None:
    assert all(allowed(SYSTEM, action) for action in (*kinds(), *PERMITS))


def test_somebody_without_a_role_may_do_nothing() -> None:
    nobody = Actor("某人", frozenset())
    assert not [action for action in (*kinds(), *PERMITS) if allowed(nobody, action)]


def test_no_customer_may_do_what_is_for_staff() -> None:
    for role in CUSTOMER_ROLES:
        assert may(role).isdisjoint({"set_up", "import", "read_cases", "read_figures"})


def test_everything_has_a_name_to_be_refused_by() -> None:
    assert set(tables()["role"]) - {"system", *TEAMS} == set(ROLES)
    assert set(tables()["action"]) == {*kinds(), *PERMITS}


@keeps("R-X-4")
def test_a_refusal_says_who_may_not_what_and_who_may() -> None:
    sales = Actor("沈浩", frozenset({"sales"}))
    with pytest.raises(Refusal) as caught:
        require(sales, "dispatched")
    refusal = caught.value
    assert (refusal.code, refusal.requirement) == ("not_permitted", "R-X-4")
    assert "沈浩" in refusal.zh
    assert "值班经理" in refusal.zh
    assert refusal.en == "沈浩 may not send an engineer; it takes duty manager"
    require(Actor("刘洋", frozenset({"duty_manager"})), "dispatched")

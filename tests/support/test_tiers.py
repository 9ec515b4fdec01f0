"""The tiers stand on the profile: what they name is there, and nobody is left out."""

from jiannuo.manual.profile import shipped
from jiannuo.support.tiers import TIERS, tier_of


def test_every_tier_is_a_service_of_table_1_1() -> None:
    services = {entry.code: entry for entry in shipped().services}
    assert [services[tier.service].tier for tier in TIERS.values()] == list(TIERS)


def test_what_a_tier_names_is_in_the_profile() -> None:
    profile = shipped()
    for tier in TIERS.values():
        assert set(tier.promises) <= set(profile.by_code)
        assert set(tier.gates) <= set(profile.gates)
        assert set(tier.papers) <= set(profile.papers)


def test_every_case_promise_belongs_to_a_tier_or_to_the_product() -> None:
    named = {code for tier in TIERS.values() for code in tier.promises}
    left = {p.code for p in shipped().promises_of("case")} - named
    assert left == {"replacement"}


def test_every_tier_hands_over_to_a_tier_that_exists() -> None:
    assert {tier.hands_over_to for tier in TIERS.values()} - {None} <= set(TIERS)


def test_the_tier_of_a_case_is_the_highest_it_reached() -> None:
    assert tier_of(frozenset({"reported", "engineer_contact"})).code == "phone"
    assert tier_of(frozenset({"reported", "remote_login", "dispatched"})).code == "onsite"
    assert tier_of(frozenset({"reported", "l1_declared"})).code == "emergency"

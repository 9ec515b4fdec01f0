"""An edition changed: single keys by their paths, and a promise of one's own."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from jiannuo.manual.policy import ProfileError, leaves
from jiannuo.manual.profile import load, shipped
from tests.manual.editions import SHORT
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    contact,
    ev,
    fault,
    keeps,
    resolved,
    with_keys,
)


@keeps("R-0-1")
def test_a_single_key_is_changed_by_its_path_and_the_rest_stays() -> None:
    changed = with_keys(phone_response__L3="01:00")
    assert changed.span("phone_response.L3") == timedelta(hours=1)
    assert shipped().span("phone_response.L3") == timedelta(hours=2)
    rest = {key: value for key, value in leaves(changed.policy) if key != "phone_response.L3"}
    assert rest.items() <= dict(leaves(shipped().policy)).items()


@keeps("R-0-1")
def test_an_item_of_a_list_is_changed_by_its_number() -> None:
    changed = shipped().with_changes({"onsite_arrival.bands_km.1.1": "03:00"})
    assert changed.bands[1] == (Decimal(100), timedelta(hours=3))
    assert changed.bands[0] == shipped().bands[0]
    assert shipped().value("onsite_arrival.bands_km")[1] == [100, "04:00"]


@pytest.mark.parametrize(
    "path",
    [
        "phone_response",
        "phone_response.L9",
        "phone_response.L3.minutes",
        "phone.L3",
        "onsite_arrival.bands_km.9.1",
        "onsite_arrival.bands_km.first.1",
        "",
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_the_keys_there_are(path: str) -> None:
    with pytest.raises(ProfileError) as caught:
        shipped().with_changes({path: "01:00"})
    assert caught.value.key == path
    assert caught.value.allowed


def test_a_change_must_leave_the_bands_in_order() -> None:
    with pytest.raises(ProfileError):
        shipped().with_changes({"onsite_arrival.bands_km.0.0": 500})


def test_true_and_one_are_not_the_same_value_in_whatever_order_they_are_asked() -> None:
    assert (
        shipped()
        .with_changes({"umbrella_response.enabled": True})
        .value("umbrella_response.enabled")
    )
    with pytest.raises(ProfileError):
        shipped().with_changes({"umbrella_response.enabled": 1})
    assert shipped().with_changes({"replacement.failed_repairs": 1})
    with pytest.raises(ProfileError):
        shipped().with_changes({"replacement.failed_repairs": True})


def test_the_same_changes_give_the_same_profile_and_no_changes_the_profile_itself() -> None:
    one, two = with_keys(phone_response__L3="01:00"), with_keys(phone_response__L3="01:00")
    assert one is two
    assert shipped().with_changes({}) is shipped()


def test_changes_add_up_and_a_list_given_is_not_kept_by_reference() -> None:
    reasons = ["customer"]
    first = shipped().with_changes({"pause.reasons": reasons})
    reasons.append("parts")
    second = first.with_changes({"phone_response.L3": "01:00"}, 3)
    assert second.value("pause.reasons") == ["customer"]
    assert second.changes == {"pause.reasons": ["customer"], "phone_response.L3": "01:00"}
    assert (first.version, second.version) == (1, 3)


def test_an_unknown_key_asked_for_is_answered_with_its_neighbours() -> None:
    with pytest.raises(ProfileError, match="phone_response"):
        shipped().value("phone_response.L7")
    with pytest.raises(ProfileError, match="umbrella_response"):
        shipped().value("no_such_room.key")


@keeps("R-0-1")
def test_a_case_keeps_the_profile_it_began_with() -> None:
    contract = shipped().with_changes({"onsite_arrival.bands_km.1.1": "03:00"}, 2)
    later = contract.with_changes({"onsite_arrival.bands_km.1.1": "01:00"}, 3)
    assert contract.bands[1][1] == timedelta(hours=3)
    assert later.bands[1][1] == timedelta(hours=1)


@keeps("R-7.4-B-9")
def test_the_rate_card_is_changed_by_path_too() -> None:
    key = "rate_card.technical_service_fee_per_hour_max"
    assert shipped().with_changes({key: "280.00"}).rate_card == {
        "technical_service_fee_per_hour_max": Decimal("280.00")
    }
    for bad in ({"rate_card.fee": "1.00"}, {key: "dear"}):
        with pytest.raises(ProfileError) as caught:
            shipped().with_changes(bad)
        assert caught.value.key in bad


def test_the_scenarios_may_leave_the_last_band_open_with_nothing() -> None:
    # YAML writes null where TOML must write "beyond".
    changed = shipped().with_changes({"onsite_arrival.bands_km": [[50, "02:00"], [None, "04:00"]]})
    assert changed.bands == ((Decimal(50), timedelta(hours=2)), (None, timedelta(hours=4)))


# -- a promise of one's own -----------------------------------------------------------------------


def test_a_company_writes_a_promise_of_its_own_on_moments_there_are() -> None:
    own = """
[[promise]]
code = "restored_soon"
subject = "case"
kinds = ["fault"]
clause = "补充协议 1"
requirement = "R-0-1"
zh = "到场后四小时内解决"
en = "Fixed soon after arrival"
starts = "arrival"
stops = "working_again"
limit = "fixed:umbrella_response.limit"
op = "le"
"""
    profile = load(SHORT + own)
    from_arrival = clock(
        "restored_soon",
        *fault(),
        contact("09:05"),
        ev("arrived", "10:00"),
        resolved("13:59"),
        profile=profile,
    )
    assert (from_arrival.start, from_arrival.due) == (at("10:00"), at("14:00"))
    assert from_arrival.verdict(LONG_AFTER) == "met"

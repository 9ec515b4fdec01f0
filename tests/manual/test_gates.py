"""Gates: what may not be done yet and why; hard, soft, log, and in an emergency."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.manual.events import By, Event
from jiannuo.manual.gates import RULES, Unit
from jiannuo.manual.profile import shipped
from tests.manual.gate_rows import ARRIVED, CALM, DUTIES, HARD, LOG, OPEN, REFUSED, SOFT
from tests.manual.happenings import asked, emergency, ev, keeps, resolved, with_keys


@keeps("R-X-5")
def test_the_classes_and_duties_of_all_gates_are_those_of_the_readings() -> None:
    gates = shipped().gates.values()
    for cls, expected in (("hard", HARD), ("soft", SOFT), ("log", LOG)):
        assert {g.action: g.requirement for g in gates if g.cls == cls} == expected
    assert set(shipped().gates) == set(RULES)


@keeps("R-X-5")
def test_whoever_opens_a_soft_gate_the_duty_manager_is_told() -> None:
    told = {g.action: g.told for g in shipped().gates.values() if g.cls in ("soft", "log")}
    assert set(told.values()) == {("duty_manager",)}


@keeps(*sorted(DUTIES))
@pytest.mark.parametrize(
    ("action", "before", "d", "known", "reasons", "rule"),
    REFUSED,
    ids=[f"{row[0]}: {', '.join(row[4])}" for row in REFUSED],
)
def test_a_gate_names_its_reasons_in_order_and_the_duty_of_the_first(
    action: str,
    before: list[Event],
    d: dict[str, Any],
    known: dict[str, Any],
    reasons: list[str],
    rule: str,
) -> None:
    others: dict[str, By | str] = {
        "approve_major_op": By("陈工", frozenset({"contact"})),
        "answer_question": "hotline_agent",
    }
    by = others.get(action, "engineer")
    answer = asked(action, *CALM, *before, d=d, by=by, **known)
    assert list(answer.reasons) == reasons
    assert answer.rule == (rule or HARD[action])
    assert len(answer.rules) == len(reasons)
    assert answer.allowed == (action in LOG)


@pytest.mark.parametrize(
    ("action", "before", "d", "known", "by"), OPEN, ids=[f"{n} {r[0]}" for n, r in enumerate(OPEN)]
)
def test_a_gate_without_a_reason_against_it_stands_open(
    action: str, before: list[Event], d: dict[str, Any], known: dict[str, Any], by: By | str
) -> None:
    answer = asked(action, *CALM, *before, d=d, by=by, **known)
    assert answer.allowed
    assert (answer.reasons, answer.rule, answer.note) == ((), "", "")


def test_every_gate_but_that_of_skipping_was_seen_open_and_every_gate_shut() -> None:
    opened = {row[0] for row in OPEN} | {"skip_remote", "issue_replacement"}
    by_role = {"declare_l1", "form_emergency_team", "form_expert_group", "issue_replacement"}
    assert opened == set(RULES)
    assert {row[0] for row in REFUSED} | by_role == set(RULES)


# -- who ----------------------------------------------------------------------------------------


@keeps("R-7.5-B1", "R-7.5-B2-3", "R-7.5-B2-5")
@pytest.mark.parametrize(
    ("action", "role", "reason"),
    [
        ("declare_l1", "engineer", "not_engineer"),
        ("form_emergency_team", "duty_manager", "not_duty_manager"),
        ("form_expert_group", "subcentre_head", "not_subcentre_head"),
        ("correct_arrival", "duty_manager", "not_duty_manager"),
    ],
)
def test_some_things_are_for_one_role_alone_which_a_deputy_holds_too(
    action: str, role: str, reason: str
) -> None:
    for other in ("engineer", "duty_manager", "subcentre_head", "expert", "hotline_agent"):
        answer = asked(action, *CALM, by=other)
        assert answer.allowed == (other == role)
        assert answer.reasons == (() if other == role else (reason,))


# -- replacements -----------------------------------------------------------------------------------

OLD = Unit("华岳", "HY-5")


@keeps("R-2-9", "R-2-6")
@pytest.mark.parametrize(
    ("condition", "known", "offer", "entitled", "reasons"),
    [
        ("new", False, ("华岳", "HY-5"), "in_warranty", ()),
        ("refurbished", False, ("华岳", "HY-5"), "in_warranty", ("not_new",)),
        ("loaner", False, ("华岳", "HY-5"), "post_warranty", ("not_new",)),
        ("returned", True, ("华岳", "HY-5"), "in_warranty", ("not_new", "serial_known")),
        ("new", True, ("华岳", "HY-5"), "in_warranty", ("serial_known",)),
        ("new", False, ("华岳", "HY-6"), "in_warranty", ("other_brand_or_model",)),
        ("new", False, ("金桥", "HY-5"), "in_warranty", ("other_brand_or_model",)),
        ("new", False, ("金桥", "JQ-1"), "post_warranty", ()),
        ("new", False, ("金桥", "JQ-1"), "maintenance_contract", ()),
    ],
)
def test_a_replacement_is_new_and_in_warranty_of_the_same_brand_and_model(
    condition: str,
    known: bool,
    offer: tuple[str, str],
    entitled: str,
    reasons: tuple[str, ...],
) -> None:
    d = {
        "old": "SN-1",
        "serial": "SN-9",
        "condition": condition,
        "brand": offer[0],
        "model": offer[1],
    }
    answer = asked(
        "issue_replacement",
        *CALM,
        d=d,
        by="warehouse",
        original=OLD,
        serial_known=known,
        entitled=entitled,
    )
    assert answer.reasons == reasons
    assert answer.allowed == (not reasons)
    if reasons:
        assert answer.rule == ("R-2-6" if reasons == ("other_brand_or_model",) else "R-2-9")


@keeps("R-2-12")
def test_a_substitute_the_customer_accepted_does_not_open_the_gate_in_warranty() -> None:
    accepted = ev("substitute_accepted", "12:00", **{"from": "HY-5", "to": "HY-6"})
    d = {"condition": "new", "brand": "华岳", "model": "HY-6"}
    answer = asked("issue_replacement", *CALM, accepted, d=d, original=OLD, entitled="in_warranty")
    assert answer.reasons == ("other_brand_or_model",)


# -- soft, and in an emergency ------------------------------------------------------------------------


@keeps("R-X-5", "R-7.4-B-8")
def test_a_soft_gate_opens_to_a_reason_and_still_names_what_stands_against_it() -> None:
    answer = asked("depart", *CALM, ARRIVED, d={"override": "客户已下班"})
    assert (answer.allowed, answer.cls) == (True, "soft")
    assert (answer.reasons, answer.rule) == (("report_not_filed",), "R-7.4-B-8")
    assert answer.note == "客户已下班"


def test_no_reason_opens_a_hard_gate() -> None:
    for action, before, d, known, _, _ in (row for row in REFUSED if row[0] in HARD):
        answer = asked(action, *CALM, *before, d={**d, "override": "领导要求"}, by="sales", **known)
        assert not answer.allowed


@keeps("R-7.5-B3-2")
def test_in_an_emergency_a_soft_gate_only_lists() -> None:
    answer = asked("start_work", *emergency(ev("arrived", "11:00")))
    assert (answer.allowed, answer.cls) == (True, "log")
    assert answer.reasons == ("application_not_signed", "nobody_present")
    assert answer.note == "emergency"
    typed = asked("dispatch", *emergency(), d={"override": "仅此一人"}, level="L1", senior=False)
    assert (typed.allowed, typed.note) == (True, "仅此一人")


def test_after_a_withdrawn_emergency_a_soft_gate_is_soft_again() -> None:
    gone = ev("l1_withdrawn", "11:00", level="L3", reason="误判")
    assert not asked("start_work", *emergency(gone)).allowed


def test_a_log_gate_never_refuses_and_notes_the_reason_given() -> None:
    assert asked("archive_read", *CALM).note == "logged"
    skipped = asked("skip_remote", *CALM, d={"reason": "hardware_evident"})
    assert (skipped.allowed, skipped.cls, skipped.note) == (True, "log", "hardware_evident")


@keeps("R-7.5-B4-2")
@pytest.mark.parametrize(
    ("when", "signed", "reasons"),
    [
        ("+2 11:59:59", False, ("observation_running", "report_not_signed")),
        ("+2 11:59:59", True, ("observation_running",)),
        ("+2 12:00", False, ("report_not_signed",)),
        ("+2 12:00", True, ()),
    ],
)
def test_in_an_emergency_nobody_leaves_before_two_days_and_the_signature(
    when: str, signed: bool, reasons: tuple[str, ...]
) -> None:
    done = [resolved("12:00"), *([ev("report_signed", "13:00")] if signed else [])]
    answer = asked("depart", *emergency(*done), when=when, d={"override": "急事"})
    assert (answer.cls, answer.reasons) == ("hard", reasons)
    assert answer.allowed == (not reasons)
    assert answer.rule == ("R-7.5-B4-2" if reasons else "")


@keeps("R-7.5-B4-2")
def test_an_unresolved_emergency_and_a_signature_before_the_last_resolution_hold_him() -> None:
    both = ("observation_running", "report_not_signed")
    assert asked("depart", *emergency()).reasons == both
    early = emergency(resolved("12:00"), ev("report_signed", "13:00"), resolved("14:00"))
    assert asked("depart", *early, when="+9 09:00").reasons == ("report_not_signed",)


@keeps("R-7.5-B4-2")
def test_he_who_handed_over_may_leave_and_his_relief_may_not() -> None:
    events = emergency(ev("handover", "11:00", by="李伟", to="张强"))
    assert asked("depart", *events, by=By("李伟", frozenset({"engineer"}))).allowed
    assert not asked("depart", *events, by=By("张强", frozenset({"engineer"}))).allowed


@keeps("R-7.5-B5")
def test_an_emergency_is_not_closed_without_the_review_of_its_cause() -> None:
    done = emergency(resolved("12:00"))
    answer = asked("close_case", *done)
    assert (answer.allowed, answer.reasons, answer.rule) == (False, ("rca_missing",), "R-7.5-B5")
    assert asked("close_case", *done, ev("rca_approved", "13:00")).allowed
    early = emergency(ev("rca_approved", "11:00"), resolved("12:00"))
    assert asked("close_case", *early).reasons == ("rca_missing",)
    nothing = asked("close_case", *emergency())
    assert (nothing.reasons, nothing.rule) == (("not_resolved", "rca_missing"), "R-7-4")


def test_a_question_is_closed_once_it_was_answered() -> None:
    wish = [
        ev("reported", "09:00", channel="phone", kind="other"),
        ev("confirmed", "09:00", level="other"),
    ]
    assert asked("close_case", *wish).reasons == ("not_resolved",)
    assert asked("close_case", *wish, ev("engineer_contact", "10:00")).allowed


@keeps("R-7.4-B-9")
def test_a_dearer_rate_card_lets_a_dearer_fee_pass() -> None:
    dear = shipped().with_changes({"rate_card.technical_service_fee_per_hour_max": "400.00"})
    d = {"hours": "2", "amount": "800.00"}
    excluded = ev("exclusion_accepted", "12:00", code="EX1")
    assert not asked("set_technical_fee", *CALM, excluded, d=d, by="duty_manager").allowed
    assert asked("set_technical_fee", *CALM, excluded, d=d, by="duty_manager", profile=dear).allowed


def test_who_may_propose_the_catch_all_is_a_key_of_the_profile() -> None:
    soft = with_keys(exclusion__EX6_needs="duty_manager")
    answer = asked("propose_exclusion", *CALM, d={"code": "EX6"}, profile=soft)
    assert answer.reasons == ("not_duty_manager",)


# -- questions --------------------------------------------------------------------------------------


@keeps("R-7.1-B-2")
@pytest.mark.parametrize(
    ("gated", "roles", "skilled", "allowed"),
    [
        ("agents", {"hotline_agent"}, True, False),
        ("agents", {"hotline_agent", "engineer"}, False, False),
        ("agents", {"hotline_agent", "engineer"}, True, True),
        ("agents", {"engineer"}, False, True),
        ("everybody", {"engineer"}, False, False),
        ("everybody", {"engineer"}, True, True),
        ("nobody", {"hotline_agent"}, False, True),
    ],
)
def test_whoever_lacks_the_skill_answers_out_of_an_approved_article(
    gated: str, roles: set[str], *, skilled: bool, allowed: bool
) -> None:
    by, profile = By("周敏", frozenset(roles)), with_keys(consult__gate=gated)
    known: dict[str, Any] = {"by": by, "profile": profile, "skilled": skilled}
    assert asked("answer_question", *CALM, approved=False, **known).allowed == allowed
    assert asked("answer_question", *CALM, approved=True, **known).allowed

"""For each key with more than one reading something the manual must decide by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiannuo.manual import marks
from jiannuo.manual.distance import Spot, band_limit, distance
from jiannuo.manual.events import Event
from jiannuo.manual.lots import use_of_lots
from jiannuo.manual.prices import Bill, charge_lines, default_supplier
from jiannuo.manual.profile import Profile
from jiannuo.manual.quarters import quarters, too_close
from jiannuo.manual.repairs import Recurrence, Repair, tally
from jiannuo.manual.story import CaseFacts
from jiannuo.manual.warranty import Cover, renewal, term
from jiannuo.manual.workdays import Workdays
from tests.manual.happenings import (
    LONG_AFTER,
    NEAR,
    asked,
    at,
    clocks,
    contact,
    emergency,
    ev,
    fault,
    log,
    other,
    resolved,
    story,
)

Probe = Callable[[Profile], Any]
PROBES: dict[str, Probe] = {}


def probe(*keys: str) -> Callable[[Probe], Probe]:
    def register(found: Probe) -> Probe:
        PROBES.update(dict.fromkeys(keys, found))
        return found

    return register


def when(events: list[Event], promise: str, profile: Profile) -> Any:
    found = clocks(events, profile).get(promise)
    return found and (found.start, found.due, found.stop, found.verdict(LONG_AFTER))


@probe("umbrella_response.enabled")
def _umbrella(profile: Profile) -> Any:
    return set(clocks(fault(), profile))


@probe("umbrella_response.op")
def _umbrella_edge(profile: Profile) -> Any:
    return when([*fault(), contact("13:00")], "umbrella_response", profile)


@probe("phone_response.op")
def _phone_edge(profile: Profile) -> Any:
    return when([*fault("L3"), contact("11:00")], "phone_response", profile)


@probe("fix_24h.op")
def _fix_edge(profile: Profile) -> Any:
    return when([*fault(), resolved("+1 09:00")], "fix_24h", profile)


@probe("emergency.op")
def _team_edge(profile: Profile) -> Any:
    formed = ev("team_formed", "10:30", members=["李伟"])
    return when(emergency(formed), "emg_team", profile)


REMOTE = [
    *fault("L3"),
    ev("phone_failed", "12:40", confirmed_with="王芳"),
    ev("remote_consent", "13:30", given=True, how="portal"),
]


@probe("remote_response.op", "remote_response.start")
def _remote(profile: Profile) -> Any:
    return when([*REMOTE, ev("remote_login", "17:30")], "remote_response", profile)


CALLED = [*fault(), ev("onsite_confirmed", "10:00")]


@probe("onsite_arrival.op")
def _arrival_edge(profile: Profile) -> Any:
    return when([*CALLED, ev("arrived", "12:00")], "onsite_arrival", profile)


@probe("onsite_arrival.agreed_op")
def _agreed_edge(profile: Profile) -> Any:
    agreed = ev("arrival_agreement", "11:00", due=at("16:00"), reason="停电")
    return when([*CALLED, agreed, ev("arrived", "16:00")], "onsite_arrival", profile)


@probe("onsite_arrival.proof")
def _proof(profile: Profile) -> Any:
    signed = ev("application_signed", "12:30")
    return when([*CALLED, ev("arrived", "11:50"), signed], "onsite_arrival", profile)


@probe("house.auto_confirm")
def _auto(profile: Profile) -> Any:
    return when(
        [*fault(channel="fax")[:1], ev("confirmed", "10:00", level="L3")], "phone_response", profile
    )


@probe("phone_response.count_attempts")
def _attempts(profile: Profile) -> Any:
    tried = ev("contact_attempt", "09:05", how="call_unanswered")
    return when([*fault("L1"), tried, contact("10:00")], "phone_response", profile)


@probe("distance.method", "distance.road_factor", "distance.office")
def _distance(profile: Profile) -> Any:
    site, offices = Spot("S", 30.0, 104.0), [Spot("A", 30.2, 104.0), Spot("B", 31.0, 104.0)]
    by_contract = distance(profile, site, offices, contract_km=Decimal("70.0"))
    return by_contract, distance(profile, site, offices, named_office="B")


@probe("onsite_arrival.bands_km")
def _bands(profile: Profile) -> Any:
    return band_limit(profile, Decimal("50.1"))


@probe("emergency.t0")
def _t0(profile: Profile) -> Any:
    return when(emergency(), "emg_team", profile)


@probe("emergency.arrival_start")
def _arrival_start(profile: Profile) -> Any:
    return when(emergency(ev("onsite_confirmed", "10:20")), "onsite_arrival", profile)


@probe("emergency.trigger")
def _trigger(profile: Profile) -> Any:
    report = ev("reported", "09:00", channel="phone", kind="fault", outage_started=at("09:50"))
    return when([report, ev("l1_declared", "10:00")], "emg_team", profile)


@probe("emergency.notify_accept")
def _notify(profile: Profile) -> Any:
    tried = ev("notify_attempt", "10:05", role="duty_manager", person="刘洋", how="sms")
    return when(emergency(tried), "emg_notify_duty_manager", profile)


@probe("emergency.dispatch")
def _dispatch(profile: Profile) -> Any:
    told = ev("notified", "10:05", role="duty_manager", person="刘洋", how="call_answered")
    return when(emergency(told), "emg_dispatch", profile)


@probe("house.recurrence_window_days", "replacement.failed_repairs")
def _repairs(profile: Profile) -> Any:
    days = [at("2026-03-02 09:00") + timedelta(days=n) for n in (0, 20, 100)]
    done = [Repair("D", "P", (day, n), counts=True) for n, day in enumerate(days)]
    again = Recurrence("D", "P", (days[1] + timedelta(days=5), 9), "C")
    return tally(profile, done, [again], {})


@probe("replacement.term")
def _renewal(profile: Profile) -> Any:
    cover = Cover(term(profile, date(2025, 1, 15), 24))
    return renewal(profile, cover, "SN-1", date(2026, 11, 30))


@probe("prices.spare")
def _spare(profile: Profile) -> Any:
    events = log(
        ev("stock_received", "09:00", qty=1, lot="A", cost="100.00"),
        ev("stock_received", "09:01", qty=1, lot="B", cost="200.00"),
        ev("stock_issued", "09:02", qty=1, case="C"),
        ev("part_used", "09:03", part="P", qty=1, supplier="vendor", condition="new"),
    )
    average = profile.value("prices.spare") == "average_cost"
    return use_of_lots([("P", "C", e) for e in events], average)


@probe("prices.substitute")
def _substitute(profile: Profile) -> Any:
    swapped = ev("replaced", "09:00", old="SN-1", new="SN-9", model="新", customer_signed_by="王")
    bill = Bill(
        log(swapped),
        {"": "post_warranty"},
        models={"SN-1": "旧"},
        prices={"旧": Decimal("48600.00"), "新": Decimal("53000.00")},
    )
    return [line.amount for line in charge_lines(profile, bill)]


@probe("exclusion.EX6_needs")
def _catch_all(profile: Profile) -> Any:
    d = {"code": "EX6"}
    return asked("propose_exclusion", *fault(), d=d, by="duty_manager", profile=profile).allowed


@probe("exclusion.emergency_list")
def _list(profile: Profile) -> Any:
    return [entry.code for entry in profile.exclusions_for(emergency=True)]


@probe("exclusion_not_applicable")
def _excluded(profile: Profile) -> Any:
    events = [*fault(), ev("exclusion_accepted", "10:00", code="EX1")]
    return {code: c.excused for code, c in clocks(events, profile).items()}


@probe("observation")
def _observation(profile: Profile) -> Any:
    return story(*emergency(resolved("12:00")), profile=profile).observation_until


@probe("parts.in_warranty", "parts.under_maintenance")
def _supplier(profile: Profile) -> Any:
    said = ("vendor", "customer")
    covered = default_supplier(profile, "in_warranty", "customer")
    return covered, [default_supplier(profile, "maintenance_contract", word) for word in said]


@probe("inspection.quarter")
def _quarters(profile: Profile) -> Any:
    return quarters(profile, date(2025, 2, 10), date(2027, 2, 10))


@probe("inspection.gap_days")
def _gap(profile: Profile) -> Any:
    return too_close(profile, [date(2026, 3, 20), date(2026, 4, 25), date(2026, 8, 1)])


@probe("warranty.end_rule", "warranty.holiday_shift")
def _end(profile: Profile) -> Any:
    calendar = Workdays(frozenset({date(2026, 10, 1)}))
    return [term(profile, day, 12, calendar).end for day in (date(2025, 10, 1), date(2025, 3, 3))]


@probe("warranty.combine")
def _combine(profile: Profile) -> Any:
    project = term(profile, date(2025, 1, 1), 24)
    lines = {
        "SN-1": term(profile, date(2025, 1, 1), 36),
        "SN-2": term(profile, date(2025, 1, 1), 12),
    }
    cover = Cover(project, lines)
    return [cover.end_of(profile, serial) for serial in ("SN-1", "SN-2", "SN-3")]


@probe("reclass.upgrade")
def _upgrade(profile: Profile) -> Any:
    raised = ev("reclassified", "10:45", level="L1", reason="恶化")
    return when([*fault("L3"), raised], "phone_response", profile)


@probe("reclass.downgrade")
def _downgrade(profile: Profile) -> Any:
    def lowered(how: str) -> Any:
        consent = {"by": "王芳", "how": how}
        down = ev("reclassified", "09:10", level="L3", reason="好转", consent=consent)
        return when([*fault("L2"), down], "phone_response", profile)

    return lowered("call"), lowered("fax")


@probe("fix_24h.loaner_counts")
def _loaner(profile: Profile) -> Any:
    running = ev("loaner_in_service", "20:00", sn="L", customer_confirmed_by="王芳")
    return when([*fault(), running], "fix_24h", profile)


@probe("alerts.fix_24h")
def _alerts(profile: Profile) -> Any:
    return list(marks.of_case(story(*fault()), profile))


@probe("pause.reasons")
def _pause(profile: Profile) -> Any:
    waits = [
        ev(f"waiting_{end}", clock, reason=reason)
        for reason, begin, over in (("customer", "09:10", "09:20"), ("parts", "09:30", "09:50"))
        for end, clock in (("started", begin), ("ended", over))
    ]
    return when([*fault(), *waits], "phone_response", profile)


@probe("house.rca")
def _review(profile: Profile) -> Any:
    return when(emergency(resolved("12:00")), "rca", profile)


@probe("house.leader_brief")
def _brief(profile: Profile) -> Any:
    return when(emergency(resolved("12:00")), "leader_brief", profile)


@probe("house.replacement")
def _owed(profile: Profile) -> Any:
    facts = CaseFacts(replacement=("SN-1", at("10:00")))
    return clocks(fault(), profile, facts)["replacement"].due


@probe("house.claim_ack", "house.claim_decision")
def _claim(profile: Profile) -> Any:
    received = ev("claim_received", "09:00", ground="quality", text="频繁死机")
    return [c.due for c in other("claim", received, profile=profile).values()]


@probe("brief.video")
def _video(profile: Profile) -> Any:
    def video(*, written: bool) -> bool:
        d = {"how": "video", "present": ["郭总"], "written_consent": written}
        leaders = frozenset({"郭总"})
        return asked(
            "record_leader_briefing", *emergency(), d=d, profile=profile, leaders=leaders
        ).allowed

    return video(written=True), video(written=False)


@probe("entitlement.after_warranty_clocks")
def _after(profile: Profile) -> Any:
    facts = CaseFacts(km=NEAR.km, post_warranty=True)
    return {c.excused for c in clocks(fault(), profile, facts).values()}

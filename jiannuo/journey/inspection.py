"""The quarterly inspection (1): plan sent, four topics looked at, report signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.customers import queries as customers
from jiannuo.equipment import commands as units
from jiannuo.equipment import queries as equipment
from jiannuo.inspections import commands as inspections
from jiannuo.inspections import queries as inspection_queries
from jiannuo.inspections.commands import Standing
from jiannuo.inspections.rules import findings, versions
from jiannuo.journey.contracts import subject_of_quarter, watch_quarter
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.manual.gates import Answer, Ground, judge
from jiannuo.manual.profile import Profile
from jiannuo.manual.quarters import too_close
from jiannuo.manual.story import CaseFacts, CaseStory
from jiannuo.notices.commands import Note, post
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About


@transaction.atomic
def send_plan(actor: Actor, year: str, when: When = NOW, *, contract: UUID) -> Done:
    """The year's plan goes to the customer."""
    card = customers.contract(contract)
    subject = subject_of_quarter(contract, year, card.customer)
    profile = customers.profile_for(contract, when.at or now())
    event = on_subject(actor, subject, profile, "inspection_plan_sent", {}, when)
    if event is not None:
        rows = [
            {"quarter": o.quarter.name, "due": o.quarter.due.isoformat()}
            for o in inspection_queries.owed(contract)
            if o.quarter.name.startswith(year)
        ]
        about = About("inspection", subject.id, year, card.customer)
        papers.make("inspection_plan", about, event.t, {"year": year, "rows": rows})
    return outcome(event, when, year)


def sign(
    actor: Actor,
    quarter: str,
    when: When = NOW,
    *,
    contract: UUID,
    devices: Mapping[str, str],
    software: str,
    problems_asked: str,
    asked_of: str,
    temperature_c: str | None = None,
    humidity_pct: str | None = None,
    not_checked: str | None = None,
) -> Done:
    """The customer signs the report of a quarter: devices, software, problems asked,
    environment. What stays unchecked says why."""
    fields = given(
        devices=dict(devices),
        software=software,
        problems_asked=problems_asked,
        asked_of=asked_of,
        temperature_c=temperature_c,
        humidity_pct=humidity_pct,
        not_checked=not_checked,
    )
    return put_signature(actor, quarter, when, contract, fields)


@transaction.atomic
def put_signature(
    actor: Actor,
    quarter: str,
    when: When,
    contract: UUID,
    fields: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
) -> Done:
    """The signature with its report; `more`: what else the report shows."""
    card = customers.contract(contract)
    subject = subject_of_quarter(contract, quarter, card.customer)
    profile = customers.profile_for(contract, when.at or now())
    event = on_subject(actor, subject, profile, "inspection_signed", fields, when)
    if event is not None:
        about = About("inspection", subject.id, quarter, card.customer)
        facts = {
            "quarter": quarter,
            "contract": card.number,
            "findings": findings(customers.project_profile(contract), event.d),
            "versions": [asdict(v) for v in versions(log_of(contract, quarter))],
            **dumped(event.d),
            **(more or {}),
        }
        papers.make("inspection_report", about, event.t, facts, signed=True)
        settle_quarter(contract, quarter)
        _warn_of_haste(contract, quarter, subject)
    return outcome(event, when, quarter)


def _warn_of_haste(contract: UUID, quarter: str, subject: Subject) -> None:
    """Two inspections within weeks look after no two quarters: the duty manager hears (A15)."""
    owed = inspection_queries.owed(contract)
    signed = {o.quarter.name: o.signed for o in owed if o.signed is not None}
    hasty = too_close(customers.project_profile(contract), list(signed.values()))
    day = signed.get(quarter)
    if day not in hasty:
        return
    facts = {"quarter": quarter, "signed_on": day.isoformat()}
    post(
        [
            Note(
                f"too_close:{subject.id}",
                "inspections_too_close",
                subject.kind,
                subject.id,
                "duty_manager",
                subject.customer,
                facts,
            )
        ]
    )


@transaction.atomic
def note_software(
    actor: Actor, quarter: str, when: When = NOW, *, contract: UUID, device: str, version: str
) -> Done:
    """The version found on a device: the register follows, and the report shows what changed
    (R-1-3)."""
    unit = equipment.find(device)
    if unit is None or unit.contract != contract:
        raise Refusal(
            "no_device",
            f"合同里没有序列号为 {device} 的设备",
            f"there is no device {device} under this contract",
            requirement="R-1-3",
        )
    fields = {"device": unit.serial, "version": version, "before": unit.software or None}
    event = _seen(actor, quarter, contract, "software_noted", fields, when)
    if event is not None:
        units.note_software(unit.serial, version)
    return outcome(event, when, quarter)


def advise(
    actor: Actor, quarter: str, when: When = NOW, *, contract: UUID, topic: str, text: str
) -> Done:
    """What the customer should do about a finding (R-1-5)."""
    fields = {"topic": topic, "text": text}
    return outcome(_seen(actor, quarter, contract, "advice_given", fields, when), when, quarter)


def _seen(
    actor: Actor, quarter: str, contract: UUID, kind: str, fields: dict[str, Any], when: When
) -> Event | None:
    card = customers.contract(contract)
    subject = subject_of_quarter(contract, quarter, card.customer)
    profile = customers.profile_for(contract, when.at or now())
    return on_subject(actor, subject, profile, kind, fields, when)


def log_of(contract: UUID, quarter: str) -> Chronicle:
    """What happened to the inspection of a quarter, corrections applied."""
    subject = subject_of_quarter(contract, quarter, contract).id
    return Chronicle(standing(archive.stream(subject)[subject]))


def signed_event(contract: UUID, quarter: str) -> Event | None:
    """The signature that stands for a quarter, corrections applied; the first one."""
    return log_of(contract, quarter).first("inspection_signed")


def settle_quarter(contract: UUID, quarter: str) -> None:
    """The row of a quarter follows its events."""
    profile = customers.project_profile(contract)
    inspections.settle(contract, quarter, _standing(profile, log_of(contract, quarter)))
    owed = inspection_queries.of_quarter(contract, quarter)
    if owed is not None:
        watch_quarter(contract, profile, owed)


def _standing(profile: Profile, log: Chronicle) -> Standing:
    """What stands: the first signature, the last date, the reason of a miss, the waiver."""
    signed, dates = log.first("inspection_signed"), log.merged(*DATED)
    proposed, missed = log.last("inspection_dates_proposed"), log.last("inspection_missed")
    waived = log.last("inspection_waived")
    engineers = [e.d["engineer"] for e in dates if e.d.get("engineer")]
    return Standing(
        profile.local(signed.t).date() if signed else None,
        UUID(signed.id) if signed else None,
        profile.local(proposed.t).date() if proposed else None,
        dates[-1].d["date"] if dates else None,
        engineers[-1] if engineers else "",
        missed.d["make_up"] if missed else None,
        profile.local(waived.t).date() if waived else None,
    )


#: Events that say on which day somebody comes.
DATED = ("inspection_scheduled", "inspection_postponed")


def ask_to_finish(
    actor: Actor,
    contract: UUID,
    topics: Sequence[str],
    results: Mapping[str, str] | None = None,
) -> Answer:
    """May the inspection be finished? All four topics, every main device with a result."""
    profile = customers.profile_for(contract, now())
    fields: dict[str, object] = {"topics": list(topics)}
    if results is not None:
        fields["results"] = dict(results)
    ground = Ground(
        actor.by,
        (now(), 0),
        fields,
        CaseStory(profile, CaseFacts(), ()),
        devices=frozenset(u.serial for u in equipment.units(contract) if not u.retired),
    )
    return judge(profile, "finish_inspection", ground)

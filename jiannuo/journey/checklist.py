"""The checklist of an inspection (1): what was found of each item, the signature when all is
looked at, a case for what has to be mended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from jiannuo.archive import files
from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.archive.files import FileCard
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.inspections import commands as inspections
from jiannuo.inspections import queries as inspection_queries
from jiannuo.inspections.checklists import Checklists, lists_of, trouble
from jiannuo.inspections.rules import versions
from jiannuo.inspections.sheet import Answer, Device, Sheet, judged, sheet, troubles
from jiannuo.inspections.sheet import version_of as begun_with
from jiannuo.journey import intake
from jiannuo.journey.attaching import Upload
from jiannuo.journey.contracts import subject_of_quarter
from jiannuo.journey.gatekeeper import refusal
from jiannuo.journey.inspection import ask_to_finish, log_of, note_software, put_signature
from jiannuo.journey.planning import not_owed
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import bad_input
from jiannuo.people.company import HOUSE
from jiannuo.people.permits import require


def sheet_of(contract: UUID, quarter: str) -> Sheet:
    """The checklist of a quarter as it stands: with the lists it began with, else the newest."""
    log = log_of(contract, quarter)
    lists = inspection_queries.checklist(begun_with(log))
    devices = [
        Device(unit.serial, unit.category, f"{unit.brand} {unit.model}".strip(), unit.software)
        for unit in equipment.units(contract)
        if not unit.retired
    ]
    return sheet(customers.project_profile(contract), lists, devices, log)


@transaction.atomic
def check(
    actor: Actor,
    quarter: str,
    when: When = NOW,
    *,
    contract: UUID,
    part: str,
    items: Mapping[str, Mapping[str, str]],
    photos: Mapping[str, Upload] | None = None,
) -> Done:
    """What was found of some items of a device, of the room, or of what the customer was asked;
    what is not said yet stays open. A number outside its limits is abnormal. Raises `Refusal`
    for what lacks its reason."""
    if sent_before(when, "inspection_checked"):
        return outcome(None, when, quarter)
    if inspection_queries.of_quarter(contract, quarter) is None:
        raise not_owed(quarter)
    stands = sheet_of(contract, quarter)
    found = stands.part(part)
    if found is None:
        raise bad_input("part", part, ", ".join(one.ref for one in stands.parts))
    known = {item.code: item for item in found.items}
    said = {code: _answer(one) for code, one in items.items()}
    if unknown := [code for code in said if code not in known]:
        raise bad_input("items", unknown[0], ", ".join(known))
    for code, text in troubles(found.items, said).items():
        name = known[code].name
        raise Refusal("bad_answer", f"{name.zh}：{text.zh}", f"{name.en}: {text.en}")
    card = customers.contract(contract)
    subject = subject_of_quarter(contract, quarter, card.customer)
    pictures = {code: _kept(actor, subject, one).mark for code, one in (photos or {}).items()}
    rows = {
        code: {**judged(known[code], one).plain(), **_photo(code, pictures)}
        for code, one in said.items()
    }
    fields = {"part": part, "list": stands.version, "items": rows}
    profile = customers.profile_for(contract, when.at or now())
    event = on_subject(actor, subject, profile, "inspection_checked", fields, when)
    return outcome(event, when, quarter)


def _answer(said: Mapping[str, str]) -> Answer:
    try:
        return Answer(
            **{name: str(value).replace("\0", "").strip() for name, value in said.items()}
        )
    except TypeError:
        raise bad_input("items", dict(said), "state, note, reading, photo, of") from None


def _photo(code: str, pictures: Mapping[str, str]) -> dict[str, str]:
    return {"photo": pictures[code]} if code in pictures else {}


def _kept(actor: Actor, subject: Subject, upload: Upload) -> FileCard:
    require(actor, "inspection_checked")
    files.must_fit(upload.size or 0)
    data = upload.read()
    if not files.sniffed(data).startswith("image/"):
        raise Refusal(
            "not_a_photo", "照片请用 JPG、PNG 等图片文件", "a photo has to be an image file"
        )
    return files.keep(actor, subject, upload.name or "photo", data)


@transaction.atomic
def look_at(
    actor: Actor,
    quarter: str,
    when: When,
    contract: UUID,
    part: str,
    items: Mapping[str, Mapping[str, str]],
    photos: Mapping[str, Upload] | None = None,
    version: str = "",
) -> Done | None:
    """One page of the checklist: what differs from what stands, and the software found on the
    device (R-1-3). None where nothing differs."""
    if sent_before(when, "inspection_checked"):
        return outcome(None, when, quarter)
    found = sheet_of(contract, quarter).part(part)
    stands = {code: one.plain() for code, one in found.answers.items()} if found else {}
    changed = {
        code: {**said, **_old_photo(stands.get(code))}
        for code, said in items.items()
        if code in (photos or {}) or _differs(said, stands.get(code))
    }
    done = None
    if changed:
        done = check(
            actor, quarter, when, contract=contract, part=part, items=changed, photos=photos
        )
    if version and found is not None and found.device is not None:
        noted = {one.device: one.version for one in versions(log_of(contract, quarter))}
        if noted.get(part) != version:
            op = uuid5(when.op, "version") if when.op else None
            then = When(when.at, when.why, op)
            again = note_software(
                actor, quarter, then, contract=contract, device=part, version=version
            )
            done = done or again
    return done


def _differs(said: Mapping[str, str], stands: Mapping[str, str] | None) -> bool:
    kept = {name: value for name, value in (stands or {}).items() if name != "photo"}
    new = {name: value for name, value in said.items() if value}
    return new != kept


def _old_photo(stands: Mapping[str, str] | None) -> dict[str, str]:
    return {"photo": stands["photo"]} if stands and "photo" in stands else {}


@transaction.atomic
def sign_off(actor: Actor, quarter: str, when: When = NOW, *, contract: UUID) -> Done:
    """The customer signs what the checklist says. Refused while an item is open (R-1-2)."""
    if sent_before(when, "inspection_signed"):
        return outcome(None, when, quarter)
    if inspection_queries.of_quarter(contract, quarter) is None:
        raise not_owed(quarter)
    require(actor, "inspection_signed")
    stands = sheet_of(contract, quarter)
    answer = ask_to_finish(actor, contract, stands.topics, stands.devices)
    if not answer.allowed:
        raise refusal(customers.profile_for(contract, now()), answer)
    topics = dict.fromkeys(one.item.topic for one in stands.findings)
    more = {"checklist": stands.rows(), "findings": [*topics], "list": stands.version}
    return put_signature(actor, quarter, when, contract, given(**stands.fields()), more)


def case_operation(contract: UUID, quarter: str, finding: str) -> UUID:
    """The operation by which a finding becomes a case: pressed twice, it is one case."""
    subject = subject_of_quarter(contract, quarter, contract).id
    return uuid5(subject, f"case:{finding}")


def open_case(actor: Actor, contract: UUID, quarter: str, finding: str) -> Done:
    """A finding becomes a case from this moment on (R-1-4)."""
    require(actor, "report_finding")
    found = next((one for one in sheet_of(contract, quarter).findings if one.key == finding), None)
    if found is None:
        raise Refusal(
            "no_finding", "检查表里没有这一项发现", "there is no such finding on the checklist"
        )
    return intake.report(
        actor,
        When(op=case_operation(contract, quarter, finding)),
        channel="on_site",
        kind="fault",
        customer=customers.contract(contract).customer,
        device=found.part.device.serial if found.part.device else None,
        text=found.text.zh,
        caller=found.answer.of or None,
        from_inspection=quarter,
    )


def cases_of(contract: UUID, quarter: str, found: Sheet) -> dict[str, UUID]:
    """The cases that came of findings: their ids by the finding."""
    wanted = {case_operation(contract, quarter, one.key): one.key for one in found.findings}
    return {
        wanted[op]: subject for op, subject in archive.subjects_of(wanted).items() if op in wanted
    }


def photos_of(actor: Actor, contract: UUID, quarter: str) -> dict[str, FileCard]:
    """The photos of an inspection by their marks."""
    require(actor, "read_cases")
    subject = subject_of_quarter(contract, quarter, contract).id
    return {card.mark: card for card in files.files_of(subject)}


def photo(actor: Actor, contract: UUID, quarter: str, file: UUID) -> tuple[FileCard, bytes]:
    require(actor, "read_cases")
    return files.opened(subject_of_quarter(contract, quarter, contract).id, file)


@transaction.atomic
def publish_lists(
    actor: Actor,
    house: str,
    when: When = NOW,
    *,
    version: int,
    lists: Mapping[str, Any],
    reason: str,
) -> Done:
    """A new version of what is looked at; an inspection that has begun keeps the one it has.

    `version`: the one that was changed. Raises `Refusal` where somebody published meanwhile.
    """
    require(actor, "checklists_published")
    if sent_before(when, "checklists_published"):
        return outcome(None, when, house)
    made = _lists(version + 1, lists)
    problem = trouble(made)
    if problem is not None:
        raise Refusal("bad_list", problem.zh, problem.en)
    if inspection_queries.checklist().version != version:
        raise Refusal(
            "published_meanwhile",
            "别人刚发布了新的检查表，请看过再改",
            "somebody published new checklists meanwhile; look at them and change again",
        )
    fields = {"version": made.version, "reason": reason, "lists": {"lists": made.plain()}}
    subject = Subject("profile", uuid5(HOUSE, f"checklists:{house}"))
    event = on_subject(
        actor, subject, customers.base_profile(now()), "checklists_published", fields, when
    )
    if event is not None:
        inspections.publish(made.version, actor, made.plain(), reason)
    return outcome(event, when, house)


def _lists(version: int, lists: Mapping[str, Any]) -> Checklists:
    try:
        return lists_of(version, lists["lists"])
    except (KeyError, TypeError):
        raise bad_input("lists", "?", "lists of items") from None

"""Two customers who must never see each other, with a row of each in every walled table.

Steps of the journey make what one report makes; what only a longer story would reach is written
down as a row, so that a table without rows never passes for a walled one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.db import transaction

from jiannuo.archive import files
from jiannuo.archive.commands import Subject
from jiannuo.cases import queries as case_queries
from jiannuo.cases.models import Claim, Complaint, Deviation
from jiannuo.charges.models import Entitlement, Extra, Quote, Ruling
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import commands as customers
from jiannuo.customers.commands import LineTerms, Place, Terms, Upkeep
from jiannuo.customers.queries import base_profile
from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.equipment.models import InstalledUnit, UnitSwap
from jiannuo.inspections.models import Occurrence
from jiannuo.journey import intake
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from jiannuo.knowledge import commands as knowledge
from jiannuo.knowledge.commands import Words
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.warranty import Term
from jiannuo.notices.models import Notice, Recipient
from jiannuo.oversight import tallying
from jiannuo.papers.models import Paper
from jiannuo.parts import commands as parts
from jiannuo.parts.commands import Move, NewRepair, ToReplace
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from jiannuo.people.models import Staff
from jiannuo.support.models import Approval, Consent, Emergency, Plan, RemoteSession
from jiannuo.training.models import Attendee, Session
from jiannuo.visits.models import Visit

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ADMIN = Actor("管理员", frozenset({"admin"}), uuid4())
ZHOU = Actor("周敏", frozenset({"hotline_agent"}), uuid4())
WANG = frozenset({"contact"})


@dataclass(frozen=True)
class Settled:
    """A customer and his case; `person` is his contact, `loaner` what he has borrowed."""

    customer: UUID
    case: UUID
    number: str
    person: Actor
    loaner: UUID


def two_customers() -> tuple[Settled, Settled]:
    """东海电力 and a stranger to it."""
    with held_at(NOON):
        people.open_office(ADMIN, "HQ", "总部", 31.2, 121.5)
        people.hire(SYSTEM, Person("李伟", ("engineer",), phone="13800000000"))
        part = parts.stock_part(ADMIN_STORE, "风扇", 1)
        parts.move(uuid4(), part, Move("received", 10, NOON, lot="L1", cost=Decimal("12.50")))
        both = _settled("东海电力", "A", part), _settled("西山煤业", "B", part)
        tallying.refresh_all()
        return both


ADMIN_STORE = Actor("库管", frozenset({"warehouse"}), uuid4())


def _settled(name: str, letter: str, part: UUID) -> Settled:
    customer = customers.add_customer(ADMIN, name)
    site = customers.add_site(ADMIN, customer, Place("S1", f"{name}机房", 31.1, 121.4))
    person = customers.add_contact(ADMIN, customer, "王芳", sorted(WANG))
    terms = Terms(
        f"HT-{letter}",
        date(2025, 6, 1),
        36,
        lines=(LineTerms(f"SN-{letter}-1", 24),),
        prices={"X1": Decimal("1000.00")},
    )
    contract = customers.sign_contract(ADMIN, customer, terms)
    upkeep = Upkeep(
        f"WB-{letter}", site, date(2026, 1, 1), date(2026, 12, 31), 4, 0, Decimal(0), "cost"
    )
    customers.add_maintenance(ADMIN, contract, upkeep)
    parts.reserve(part, contract, 1)
    unit = equipment.register_device(
        ADMIN,
        NewUnit(f"SN-{letter}-1", "Brand", "X1", "核心交换机"),
        contract=contract,
        site=site,
        term=Term(date(2025, 6, 1), 24, date(2027, 5, 31)),
    )
    done = intake.report(
        ZHOU,
        When(),
        channel="phone",
        kind="fault",
        device=f"SN-{letter}-1",
        caller="王芳",
        text="不通",
    )
    case = case_queries.card(done.number).id
    loaner = equipment.register_loaner(ADMIN, NewUnit(f"LOAN-{letter}", "Brand", "X1"))
    settled = Settled(customer, case, done.number, Actor("王芳", WANG, person, customer), loaner)
    _further(settled, letter, site, contract, unit, part)
    return settled


def _further(
    settled: Settled, letter: str, site: UUID, contract: UUID, unit: UUID, part: UUID
) -> None:
    """What lies behind later steps of the story."""
    customer, case = settled.customer, settled.case
    _alert(settled)
    with transaction.atomic():
        article = knowledge.draft(ADMIN, uuid4(), Words("不通电", "不通", "换电源"), NOON)
        knowledge.use(article, case, customer, "李伟", NOON)
    Extra.objects.create(
        number=f"VA-{letter}",
        customer_id=customer,
        what="健康检查",
        maker="厂家",
        maker_price=0,
        price=0,
        ordered_at=NOON,
    )
    parts.lend(settled.loaner, case, customer, NOON)
    parts.move(uuid4(), part, Move("issued", 1, NOON, case=case))
    parts.order_replacement(case, customer, ToReplace("doa", "X1", "S", "", False), NOON, 1)
    repair = NewRepair(f"R-{letter}", f"P-{letter}", NOON, case, contract, customer)
    order, _ = parts.open_repair(repair)
    spare = InstalledUnit.objects.create(
        serial=f"OLD-{letter}", role="device", customer_id=customer, site_id=site
    )
    UnitSwap.objects.create(
        op=uuid4(),
        customer_id=customer,
        removed=spare,
        installed_id=unit,
        kind="permanent",
        at=NOON,
    )
    Visit.objects.create(
        case_id=case, customer_id=customer, engineer=Staff.objects.get(name="李伟")
    )
    Occurrence.objects.create(
        contract_id=contract,
        customer_id=customer,
        quarter="2026Q1",
        starts_on=date(2026, 1, 1),
        due_on=date(2026, 3, 31),
        subject=uuid4(),
    )
    session = Session.objects.create(customer_id=customer, code="T1")
    Attendee.objects.create(session=session, customer_id=customer, name="王芳")
    Quote.objects.create(
        repair_id=order, customer_id=customer, number=1, total=Decimal(100), made_at=NOON
    )
    _by_the_case(settled, letter)


def _alert(settled: Settled) -> None:
    owner = Owner("case", settled.case, settled.number, settled.customer)
    clocks.raise_alert(owner, base_profile(NOON), "emergency_proposed")
    subject = Subject("case", settled.case, settled.customer)
    files.keep(ZHOU, subject, "现场.txt", settled.number.encode())
    notice = Notice.objects.filter(customer_id=settled.customer).order_by("id").first()
    assert notice is not None
    Recipient.objects.create(notice=notice, person=uuid4(), name="李伟", bundle=uuid4())


def _by_the_case(settled: Settled, letter: str) -> None:
    customer, case = settled.customer, settled.case
    of_case = {"case_id": case, "customer_id": customer}
    Deviation.objects.create(
        **of_case, event=uuid4(), happened_at=NOON, action="depart", rule="R", reason="r", note="n"
    )
    Claim.objects.create(
        number=f"CL-{letter}", customer_id=customer, ground="defect", text="t", profile_version=1
    )
    Complaint.objects.create(number=f"CP-{letter}", customer_id=customer, text="t")
    Consent.objects.create(
        **of_case, event=uuid4(), by_name="王芳", given=True, how="portal", at=NOON
    )
    Plan.objects.create(**of_case, version=1, submitted_at=NOON, by_name="李伟")
    Approval.objects.create(
        **of_case, event=uuid4(), kind="execution", by_name="王芳", by_roles=["contact"], at=NOON
    )
    RemoteSession.objects.create(**of_case, event=uuid4(), by_name="李伟", began_at=NOON)
    Emergency.objects.create(**of_case, declared_at=NOON, declared_by="周敏")
    Ruling.objects.create(**of_case, code="3")
    Entitlement.objects.create(**of_case, result="in_warranty", reported_at=NOON, decided_at=NOON)
    Paper.objects.get_or_create(
        kind="quote",
        subject_kind="case",
        subject=case,
        customer_id=customer,
        ref=settled.number,
        source="once",
        defaults={"gathered": {}, "happened_at": NOON, "made_at": NOON},
    )

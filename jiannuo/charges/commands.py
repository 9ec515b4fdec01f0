"""Writes to charges: rulings, quotes, entitlement decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jiannuo.charges.models import Entitlement, Quote, Ruling
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.profile import Entry


def decide(
    case: UUID,
    customer: UUID | None,
    result: str,
    reported_at: datetime,
    *,
    serial: str = "",
    inputs: Mapping[str, Any],
    fresh: bool = False,
) -> None:
    """Keep what a report is entitled to; the same answer again is no new decision.

    `fresh`: the first decision of a case, there is none to compare with.
    """
    kept = Entitlement.objects.filter(case_id=case, serial=serial).order_by("-id")
    last = None if fresh else kept.first()
    if last is not None and (last.result, last.reported_at) == (result, reported_at):
        return
    Entitlement.objects.create(
        case_id=case,
        customer_id=customer,
        serial=serial,
        result=result,
        reported_at=reported_at,
        inputs=dict(inputs),
        decided_at=now(),
    )


def propose(
    case: UUID,
    customer: UUID | None,
    exclusion: Entry,
    sub: str,
    evidence: Sequence[str],
    by: str,
) -> None:
    """Propose an exclusion. Raises `Refusal` without evidence, naming its own duty."""
    if not evidence:
        raise Refusal(
            "no_evidence",
            "请附上证据（照片、气象或停电证明等）",
            "attach evidence: photos, weather or power notes",
            requirement=exclusion.requirement,
        )
    Ruling.objects.update_or_create(
        case_id=case,
        code=exclusion.code,
        defaults={
            "customer_id": customer,
            "sub": sub,
            "evidence": list(evidence),
            "proposed_by": by,
        },
    )


def acknowledge(case: UUID, customer: UUID | None, code: str, at: datetime) -> None:
    Ruling.objects.update_or_create(
        case_id=case, code=code, defaults={"acknowledged_at": at, "customer_id": customer}
    )


def accept(case: UUID, customer: UUID | None, code: str, by: str, at: datetime) -> None:
    Ruling.objects.update_or_create(
        case_id=case,
        code=code,
        defaults={"accepted_at": at, "accepted_by": by, "customer_id": customer},
    )


def _quotes(case: UUID | None, repair: UUID | None) -> QuerySet[Quote]:
    return Quote.objects.filter(Q(case=case) if case is not None else Q(repair=repair))


def quote(
    total: Decimal,
    at: datetime,
    *,
    case: UUID | None = None,
    repair: UUID | None = None,
    customer: UUID | None = None,
) -> int:
    """Offer a price before work; the number of the quote within its case or order."""
    count = _quotes(case, repair).count() + 1
    Quote.objects.create(
        case_id=case,
        repair_id=repair,
        customer_id=customer,
        number=count,
        total=total,
        made_at=at,
    )
    return count


def approve_quote(
    by: str, at: datetime, *, case: UUID | None = None, repair: UUID | None = None
) -> None:
    """Approve the latest quote. One that nobody has typed yet is approved all the same: the
    customer's word on the telephone comes first, the paper follows."""
    row = _quotes(case, repair).order_by("-number").first()
    if row is not None:
        row.approved_at, row.approved_by = at, by
        row.save(update_fields=["approved_at", "approved_by"])


def value_added_offer(maker_price: Decimal, asked: Decimal) -> Decimal:
    """The price of a value-added service: the maker's own (6). Raises `Refusal` for more."""
    if asked != maker_price:
        raise Refusal(
            "not_at_cost",
            f"增值服务按厂家价格 {maker_price} 提供",
            f"value-added services are offered at the maker's price {maker_price}",
            requirement="R-6-1" if maker_price == 0 else "R-6-2",
        )
    return asked

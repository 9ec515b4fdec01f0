"""The tiers this company offers, lowest first. A new tier is a folder and a line here."""

from __future__ import annotations

from jiannuo.manual.tier import Tier
from jiannuo.manual.vocabulary import Kind
from jiannuo.support.tiers.consult.spec import TIER as CONSULT
from jiannuo.support.tiers.emergency.spec import TIER as EMERGENCY
from jiannuo.support.tiers.onsite.spec import TIER as ONSITE
from jiannuo.support.tiers.phone.spec import TIER as PHONE
from jiannuo.support.tiers.remote.spec import TIER as REMOTE

TIERS: dict[str, Tier] = {tier.code: tier for tier in (CONSULT, PHONE, REMOTE, ONSITE, EMERGENCY)}


def tier_of(kinds: frozenset[str], request: str = Kind.FAULT) -> Tier:
    """The highest tier a case has reached, by the kinds of event it holds.

    A fault begins at the telephone (R-7.2-A-2), a question or a wish as a consultation.
    """
    begins = PHONE if request == Kind.FAULT else CONSULT
    reached = [t for t in TIERS.values() if t.rank > PHONE.rank and kinds & set(t.opens)]
    return max(reached, key=lambda tier: tier.rank, default=begins)

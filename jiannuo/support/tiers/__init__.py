"""The tiers this company offers, lowest first. A new tier is a folder and a line here."""

from __future__ import annotations

from jiannuo.manual.tier import Tier
from jiannuo.support.tiers.consult.spec import TIER as CONSULT
from jiannuo.support.tiers.emergency.spec import TIER as EMERGENCY
from jiannuo.support.tiers.onsite.spec import TIER as ONSITE
from jiannuo.support.tiers.phone.spec import TIER as PHONE
from jiannuo.support.tiers.remote.spec import TIER as REMOTE

TIERS: dict[str, Tier] = {tier.code: tier for tier in (CONSULT, PHONE, REMOTE, ONSITE, EMERGENCY)}


def tier_of(kinds: frozenset[str]) -> Tier:
    """The highest tier a case has reached, by the kinds of event it holds."""
    reached = [tier for tier in TIERS.values() if kinds & set(tier.opens)]
    return max(reached, key=lambda tier: tier.rank, default=PHONE)

"""Is the house ready to keep its promises? What it is looked at for, in the order in which a new one
sets itself up."""

from __future__ import annotations

from jiannuo.oversight.doctor.checks import setup
from jiannuo.oversight.doctor.checks.channels import CHECK as CHANNELS
from jiannuo.oversight.doctor.checks.roster import CHECK as ROSTER
from jiannuo.oversight.doctor.finding import Check

_COMPANY, _HOTLINES, _OFFICES, _PEOPLE, _PROFILE, _STORES, _CUSTOMERS = setup.OWN
READY: tuple[Check, ...] = (
    _COMPANY,
    _HOTLINES,
    _OFFICES,
    _PEOPLE,
    ROSTER,
    CHANNELS,
    _PROFILE,
    _STORES,
    _CUSTOMERS,
)

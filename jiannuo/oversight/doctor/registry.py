"""Every check in the order in which it is shown: a file in `checks` and a line below."""

from __future__ import annotations

from jiannuo.oversight.doctor.checks.address import CHECK as ADDRESS
from jiannuo.oversight.doctor.checks.audit import CHECK as AUDIT
from jiannuo.oversight.doctor.checks.backup import CHECK as BACKUP
from jiannuo.oversight.doctor.checks.calendar import CHECK as CALENDAR
from jiannuo.oversight.doctor.checks.canary import CHECK as CANARY
from jiannuo.oversight.doctor.checks.channels import CHECK as CHANNELS
from jiannuo.oversight.doctor.checks.clock import CHECK as CLOCK
from jiannuo.oversight.doctor.checks.connections import CHECK as CONNECTIONS
from jiannuo.oversight.doctor.checks.disk import CHECK as DISK
from jiannuo.oversight.doctor.checks.duty import CHECK as DUTY
from jiannuo.oversight.doctor.checks.notices import CHECK as NOTICES
from jiannuo.oversight.doctor.checks.recount import CHECK as RECOUNT
from jiannuo.oversight.doctor.checks.roster import CHECK as ROSTER
from jiannuo.oversight.doctor.checks.secret import CHECK as SECRET
from jiannuo.oversight.doctor.checks.setup import CHECK as SETUP
from jiannuo.oversight.doctor.checks.sweep import CHECK as SWEEP
from jiannuo.oversight.doctor.checks.timeserver import CHECK as TIMESERVER
from jiannuo.oversight.doctor.checks.transactions import CHECK as TRANSACTIONS
from jiannuo.oversight.doctor.checks.worker import CHECK as WORKER
from jiannuo.oversight.doctor.checks.zones import CHECK as ZONES
from jiannuo.oversight.doctor.finding import Check

CHECKS: tuple[Check, ...] = (
    WORKER,
    SWEEP,
    NOTICES,
    CANARY,
    CHANNELS,
    ADDRESS,
    DUTY,
    ROSTER,
    SETUP,
    CALENDAR,
    DISK,
    BACKUP,
    AUDIT,
    RECOUNT,
    CLOCK,
    TIMESERVER,
    ZONES,
    CONNECTIONS,
    TRANSACTIONS,
    SECRET,
)

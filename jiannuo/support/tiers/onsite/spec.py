"""现场支持 (7.4)."""

from jiannuo.manual.tier import Tier

TIER = Tier(
    code="onsite",
    rank=30,
    service="TS4",
    clause="7.4",
    zh="现场支持",
    en="On-site support",
    opens=(
        "onsite_confirmed",
        "dispatched",
        "arrived",
    ),
    promises=("onsite_arrival",),
    gates=(
        "dispatch",
        "archive_read",
        "prep_checked",
        "start_work",
        "execute_plan",
        "approve_major_op",
        "perform_major_op",
        "depart",
    ),
    papers=(
        "dispatch_order",
        "preparation_list",
        "service_application",
        "technical_plan",
        "execution_permit",
        "major_op_approval",
        "arrival_agreement",
        "service_report",
        "repair_report",
    ),
)

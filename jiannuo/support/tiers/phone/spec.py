"""电话支持 (7.2)."""

from jiannuo.manual.tier import Tier

TIER = Tier(
    code="phone",
    rank=10,
    service="TS2",
    clause="7.2",
    zh="电话支持",
    en="Phone support",
    opens=("engineer_contact",),
    promises=(
        "phone_response",
        "umbrella_response",
        "fix_24h",
    ),
    papers=(
        "call_register",
        "phone_support_record",
    ),
    hands_over_to="remote",
)

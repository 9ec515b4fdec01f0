"""电话咨询 (7.1): what it cannot solve goes on to remote or on site (R-7.1-B-2b)."""

from jiannuo.manual.tier import Tier

TIER = Tier(
    code="consult",
    rank=5,
    service="TS1",
    clause="7.1",
    zh="电话咨询",
    en="Phone consultation",
    opens=("reported",),
    promises=("phone_response",),
    papers=(
        "consult_record",
        "demand_transfer",
    ),
    hands_over_to="remote",
)

"""远程支持 (7.3): begins when the telephone fails, with consent (R-7.3-B-1)."""

from jiannuo.manual.tier import Tier

TIER = Tier(
    code="remote",
    rank=20,
    service="TS3",
    clause="7.3",
    zh="远程支持",
    en="Remote support",
    opens=("remote_login",),
    promises=("remote_response",),
    gates=(
        "start_remote_session",
        "execute_plan",
        "skip_remote",
    ),
    papers=(
        "remote_consent",
        "remote_refusal",
        "remote_session",
        "technical_plan",
    ),
    hands_over_to="onsite",
)

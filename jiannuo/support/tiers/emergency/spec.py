"""紧急故障排除 (7.5)."""

from jiannuo.manual.tier import Tier

TIER = Tier(
    code="emergency",
    rank=40,
    service="TS5",
    clause="7.5",
    zh="紧急故障排除",
    en="Emergency service",
    opens=("l1_declared",),
    promises=(
        "emg_notify_subcentre_head",
        "emg_notify_product_manager",
        "emg_notify_duty_manager",
        "emg_dispatch",
        "emg_team",
        "emg_expert",
        "emg_expert_group",
        "rca",
        "leader_brief",
    ),
    gates=(
        "declare_l1",
        "form_emergency_team",
        "form_expert_group",
        "record_leader_briefing",
        "depart",
    ),
    papers=(
        "emergency_start",
        "emergency_withdrawal",
        "emergency_team_list",
        "expert_group_list",
        "lab_record",
        "observation_record",
        "site_handover",
        "rca_report",
        "leader_briefing",
        "drill_record",
    ),
)

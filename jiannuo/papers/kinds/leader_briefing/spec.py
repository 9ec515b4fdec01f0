"""当面汇报纪要: minutes of the briefing of leaders (R-7.5-B6)."""

from jiannuo.papers.kind import PaperKind, always, each

KIND = PaperKind(
    "leader_briefing",
    find=each("leader_briefed", signed=always),
    numbered=True,
)

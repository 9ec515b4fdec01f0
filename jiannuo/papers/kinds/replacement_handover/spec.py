"""换机交接单: replacement handover (R-2-10)."""

from jiannuo.papers.kind import PaperKind, always, each

KIND = PaperKind(
    "replacement_handover",
    find=each("replaced", signed=always),
    numbered=True,
)

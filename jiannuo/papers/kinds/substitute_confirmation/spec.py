"""同类替换确认单: acceptance of a substitute (R-2-12)."""

from jiannuo.papers.kind import PaperKind, always, each

KIND = PaperKind(
    "substitute_confirmation",
    find=each("substitute_accepted", signed=always),
    numbered=True,
)

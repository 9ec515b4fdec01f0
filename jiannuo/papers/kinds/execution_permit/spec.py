"""执行许可: permission to execute (R-7.4-B-4b)."""

from jiannuo.papers.kind import PaperKind, always, each

KIND = PaperKind(
    "execution_permit",
    find=each("execution_permitted", signed=always),
    numbered=True,
)

"""报价单: quote (R-2-15)."""

from jiannuo.papers.kind import PaperKind, after, each

KIND = PaperKind(
    "quote",
    find=each("quote_made", signed=after("quote_approved")),
    numbered=True,
)

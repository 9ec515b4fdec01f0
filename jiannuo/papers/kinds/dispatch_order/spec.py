"""派工单: dispatch order (R-7.4-A-1)."""

from jiannuo.papers.kind import PaperKind, each

KIND = PaperKind("dispatch_order", find=each("dispatched"), numbered=True)

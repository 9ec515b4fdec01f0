"""服务报告: service report of a period (R-T1-1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("period_report")

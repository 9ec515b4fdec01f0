"""投诉处理单: complaint sheet (R-7-6)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("complaint_sheet")

"""巡检报告: inspection report (R-1-6)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("inspection_report")

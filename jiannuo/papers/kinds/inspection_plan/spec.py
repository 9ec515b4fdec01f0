"""巡检计划: inspection plan (R-1-1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("inspection_plan")

"""培训方案: training plan (R-12-I1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("training_plan")

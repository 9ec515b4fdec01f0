"""批次缺陷分析: batch defect analysis (R-2-11)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("batch_defect_analysis")

"""重大故障原因分析报告: cause review of a major fault (R-7.5-B5)."""

from jiannuo.papers.gathering import timeline
from jiannuo.papers.kind import PaperKind, once

KIND = PaperKind("rca_report", find=once("rca_approved"), gather=timeline)

"""硬件维修单: hardware repair order (R-7.7-I1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("repair_order_sheet")

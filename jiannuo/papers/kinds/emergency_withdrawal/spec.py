"""应急撤销单: emergency withdrawal (R-7.5-B1)."""

from jiannuo.papers.kind import PaperKind, once

KIND = PaperKind("emergency_withdrawal", find=once("l1_withdrawn"))

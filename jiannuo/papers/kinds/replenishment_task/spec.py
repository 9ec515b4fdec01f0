"""补货任务单: replenishment task (R-4-1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("replenishment_task", numbered=True)

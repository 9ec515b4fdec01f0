"""补训任务单: retraining task (R-5-2)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("retraining_task")

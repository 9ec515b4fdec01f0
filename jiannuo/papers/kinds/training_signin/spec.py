"""培训签到表: training sign-in sheet (R-5-1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("training_signin")

"""考核成绩表: assessment scores (R-5-2)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("training_scores")

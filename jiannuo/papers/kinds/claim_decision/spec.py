"""索赔处理决定书: claim decision (R-2-11)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("claim_decision")

"""索赔受理回执: claim receipt (R-2-11)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("claim_receipt")

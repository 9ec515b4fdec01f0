"""更正说明: note of correction (R-X-3)."""

from jiannuo.papers.kind import PaperKind, each

KIND = PaperKind("correction_note", find=each("correction"), numbered=True)

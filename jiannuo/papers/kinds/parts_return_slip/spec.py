"""备件退库单: parts return slip (R-4-1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("parts_return_slip", numbered=True)

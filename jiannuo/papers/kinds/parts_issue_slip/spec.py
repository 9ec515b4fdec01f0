"""备件领用单: parts issue slip (R-4-1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("parts_issue_slip", numbered=True)

"""备用机归还单: loaner return slip (R-3-3)."""

from jiannuo.papers.kind import PaperKind, each

KIND = PaperKind("loaner_return_slip", find=each("loaner_returned"), numbered=True)

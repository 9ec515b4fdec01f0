"""现场交接单: handover on site (R-7.5-B4-2)."""

from jiannuo.papers.kind import PaperKind, each

KIND = PaperKind("site_handover", find=each("handover"), numbered=True)

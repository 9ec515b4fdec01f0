"""现场准备清单: preparation list (R-7.4-B-2-2)."""

from jiannuo.papers.kind import PaperKind, each

KIND = PaperKind("preparation_list", find=each("prep_checked"), numbered=True)

"""产品需求转交单: product demand handed on (R-7.2-T-6)."""

from jiannuo.papers.kind import PaperKind, at_first_contact

KIND = PaperKind("demand_transfer", find=at_first_contact("other"))

"""结业证书: certificate (R-5-2)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("certificate")

"""故障件标签: faulty part tag (R-7.7-I1)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("fault_tag")

"""咨询记录: consultation record (R-7.1-A)."""

from jiannuo.papers.kind import PaperKind, at_first_contact

KIND = PaperKind("consult_record", find=at_first_contact("consult"))

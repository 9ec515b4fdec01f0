"""电话支持记录: phone support record (R-7-5)."""

from jiannuo.papers.kind import PaperKind, at_first_contact

KIND = PaperKind("phone_support_record", find=at_first_contact("fault"))

"""重大操作批准书: approval of a major operation (R-7.4-B-5c)."""

from jiannuo.papers.kind import PaperKind, always, each

KIND = PaperKind(
    "major_op_approval",
    find=each("major_op_approved", signed=always),
    numbered=True,
)

"""技术服务申请报告: technical service application (R-7.4-B-3)."""

from jiannuo.papers.kind import PaperKind, always, each

KIND = PaperKind(
    "service_application",
    find=each("application_signed", signed=always),
    numbered=True,
)

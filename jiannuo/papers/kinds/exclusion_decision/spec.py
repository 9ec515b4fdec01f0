"""责任排除认定单: exclusion decision (R-7.4-B-9)."""

from jiannuo.papers.kind import PaperKind, exists, once

KIND = PaperKind(
    "exclusion_decision",
    find=once("exclusion_accepted", signed=exists("customer_acknowledged")),
)

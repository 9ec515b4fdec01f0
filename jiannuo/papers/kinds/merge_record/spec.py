"""并单记录: merge record (R-7-5)."""

from jiannuo.papers.kind import PaperKind, once

KIND = PaperKind("merge_record", find=once("merged"), loser=True)

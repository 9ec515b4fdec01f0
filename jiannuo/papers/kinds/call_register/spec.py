"""传真/来电登记: call and fax register (R-7-5)."""

from jiannuo.papers.kind import PaperKind, once

KIND = PaperKind("call_register", find=once("reported"), loser=True)

"""未返还收费建议: proposal to charge an unreturned part (R-7.8-I2)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("return_charge_proposal")

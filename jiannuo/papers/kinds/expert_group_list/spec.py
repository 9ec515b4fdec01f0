"""专家小组名单: expert group (R-7.5-B2-5)."""

from jiannuo.papers.kind import PaperKind, once

KIND = PaperKind("expert_group_list", find=once("expert_group_formed"))

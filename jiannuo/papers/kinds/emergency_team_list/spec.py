"""应急小组名单: emergency team (R-7.5-B2-3)."""

from jiannuo.papers.kind import PaperKind, once

KIND = PaperKind("emergency_team_list", find=once("team_formed"))

"""应急演练记录: emergency drill record (R-7.5-B2-0)."""

from jiannuo.papers.gathering import timeline
from jiannuo.papers.kind import PaperKind, once

KIND = PaperKind("drill_record", find=once("reported"), drill=True, gather=timeline)

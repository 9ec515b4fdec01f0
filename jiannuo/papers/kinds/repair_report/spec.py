"""故障维修报告: fault repair report (R-7-4)."""

from collections.abc import Iterator

from jiannuo.papers.gathering import timeline
from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    fixed = ground.story.resolution
    if ground.story.kind == "fault" and fixed is not None and ground.is_ours(fixed):
        yield Due("once", fixed.t, event=fixed)


KIND = PaperKind("repair_report", find=find, gather=timeline)

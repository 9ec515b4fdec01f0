"""偏差说明: note of deviations (R-X-5)."""

from collections.abc import Iterator

from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    if ground.deviations and ground.story.report is not None:
        yield Due("once", ground.story.log.events[-1].t, count=ground.deviations)


KIND = PaperKind("deviation_note", find=find)

"""观察记录: observation record (R-7.5-B4-1)."""

from collections.abc import Iterator

from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    fixed = ground.story.log.first("resolved")
    if ground.story.emergency_stands and fixed is not None and ground.is_ours(fixed):
        yield Due("once", fixed.t, event=fixed)


KIND = PaperKind("observation_record", find=find)

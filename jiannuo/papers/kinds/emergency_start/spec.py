"""应急启动单: emergency start sheet (R-7.5-B2-0)."""

from collections.abc import Iterator

from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    declared = ground.story.declaration
    if declared is not None and ground.is_ours(declared):
        yield Due("once", declared.t, event=declared)


KIND = PaperKind("emergency_start", find=find)

"""技术方案: technical plan (R-7.3-B-2)."""

from collections.abc import Iterator

from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    log = ground.story.log
    approved = {e.d["version"] for e in log.all("plan_approved")}
    for event in ground.ours("plan_submitted"):
        version = event.d["version"]
        yield Due(event.id, event.t, version in approved, n=version, event=event)


KIND = PaperKind("technical_plan", find=find)

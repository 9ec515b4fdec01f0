"""产品需求转交单: product demand handed on (R-7.2-T-6)."""

from collections.abc import Iterator

from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    contacts = ground.story.contact_moments
    if ground.story.kind == "other" and contacts:
        yield Due("once", contacts[0])


KIND = PaperKind("demand_transfer", find=find)

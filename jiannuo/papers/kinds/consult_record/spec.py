"""咨询记录: consultation record (R-7.1-A)."""

from collections.abc import Iterator

from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    contacts = ground.story.contact_moments
    if ground.story.kind == "consult" and contacts:
        yield Due("once", contacts[0])


KIND = PaperKind("consult_record", find=find)

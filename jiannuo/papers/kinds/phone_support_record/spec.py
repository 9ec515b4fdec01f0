"""电话支持记录: phone support record (R-7-5)."""

from collections.abc import Iterator

from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    contacts = ground.story.contact_moments
    if ground.story.kind == "fault" and contacts:
        yield Due("once", contacts[0])


KIND = PaperKind("phone_support_record", find=find)

"""特殊到场时间约定: agreement on a special arrival time (R-7.4-C-3)."""

from collections.abc import Iterator

from jiannuo.manual.clocks import valid_agreements
from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    """Valid ones only: agreed before the arrival was due (A26)."""
    clock = next((c for c in ground.clocks if c.promise == "onsite_arrival"), None)
    due = None if clock is None else clock.original_due or clock.due
    for event in valid_agreements(ground.story, due):
        if ground.is_ours(event):
            yield Due(event.id, event.t, signed=True, event=event)


KIND = PaperKind("arrival_agreement", find=find, numbered=True)

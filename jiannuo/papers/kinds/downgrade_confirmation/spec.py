"""故障降级确认单: confirmation of a lower fault level (R-7.2-A-3)."""

from jiannuo.manual.events import Event
from jiannuo.manual.vocabulary import IN_WRITING, SEVERITY
from jiannuo.papers.kind import Ground, PaperKind, always, each


def agreed_milder(ground: Ground, event: Event) -> bool:
    consent = event.d.get("consent") or {}
    bound = ground.story.levels.binding_before(event.place)
    milder = bound is not None and SEVERITY[event.d["level"]] > SEVERITY[bound]
    return milder and consent.get("how") in IN_WRITING


KIND = PaperKind(
    "downgrade_confirmation",
    find=each("reclassified", when=agreed_milder, signed=always),
    numbered=True,
)

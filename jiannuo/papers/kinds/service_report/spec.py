"""技术服务报告: technical service report (R-7.4-B-8)."""

from jiannuo.manual.events import Event
from jiannuo.papers.gathering import timeline
from jiannuo.papers.kind import Ground, PaperKind, always, each


def handed_over(ground: Ground, event: Event) -> bool:
    """Filed with the department; in a standing emergency, signed after the observation."""
    emergency = ground.story.emergency_stands and ground.story.in_emergency(event.place)
    return event.kind == ("report_signed" if emergency else "report_filed")


KIND = PaperKind(
    "service_report",
    find=each("report_filed", "report_signed", when=handed_over, signed=always),
    numbered=True,
    gather=timeline,
)

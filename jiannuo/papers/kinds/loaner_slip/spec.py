"""备用机借用单: loaner slip (R-3-3)."""

from jiannuo.manual.events import Event
from jiannuo.papers.kind import Ground, PaperKind, each


def in_service(ground: Ground, event: Event) -> bool:
    return any(e.d["sn"] == event.d["sn"] for e in ground.story.log.all("loaner_in_service"))


KIND = PaperKind(
    "loaner_slip",
    find=each("loaner_issued", signed=in_service),
    numbered=True,
)

"""实验室模拟记录: laboratory record (R-7.5-B2-4)."""

from jiannuo.manual.events import Event
from jiannuo.papers.kind import Ground, PaperKind, once


def lab(ground: Ground, event: Event) -> bool:
    return bool(event.d["how"] == "lab")


KIND = PaperKind("lab_record", find=once("expert_started", when=lab))

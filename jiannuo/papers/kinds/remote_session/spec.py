"""远程会话记录: remote session record (R-7.3-B-2b)."""

from jiannuo.manual.events import Event
from jiannuo.papers.kind import Ground, PaperKind, each


def remote(ground: Ground, event: Event) -> bool:
    return event.kind == "remote_login" or event.d["how"] == "remote"


KIND = PaperKind(
    "remote_session",
    find=each("remote_login", "expert_started", when=remote),
    numbered=True,
)

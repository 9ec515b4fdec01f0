"""远程拒绝记录: refusal of remote access (R-7.3-A-1)."""

from jiannuo.manual.events import Event
from jiannuo.papers.kind import Ground, PaperKind, each


def refused(ground: Ground, event: Event) -> bool:
    return not event.d["given"]


KIND = PaperKind("remote_refusal", find=each("remote_consent", when=refused), numbered=True)

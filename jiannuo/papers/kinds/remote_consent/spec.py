"""远程接入同意书: consent to remote access (R-7.3-A-1)."""

from jiannuo.manual.events import Event
from jiannuo.papers.kind import Ground, PaperKind, each


def given(ground: Ground, event: Event) -> bool:
    return bool(event.d["given"])


def in_writing(ground: Ground, event: Event) -> bool:
    return bool(event.d["how"] != "call")


KIND = PaperKind(
    "remote_consent",
    find=each("remote_consent", when=given, signed=in_writing),
    numbered=True,
)

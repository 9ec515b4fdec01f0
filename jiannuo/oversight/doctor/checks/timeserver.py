"""Is this machine's clock kept by a time server? The kernel knows on Linux; elsewhere nobody does."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, fine, heed
from jiannuo.oversight.doctor.machine import Machine

ROOM = 512  # bytes, more than the kernel's answer is long
STATUS = struct.calcsize("@iqqqq")  # where in it the status stands
UNSYNCED = 0x40  # "nobody keeps this clock"
WRONG = 5  # the answer of the call that says the same

UNKNOWN = Text("看不到这台机器的对时状态。", "Whether this machine's clock is kept cannot be seen.")
NOBODY = Text("这台机器没有自动对时。", "No time server keeps this machine's clock.")
DO = Text(
    "在服务器上打开自动对时（Debian：apt install chrony），或请机房确认宿主机已对时。",
    "Turn automatic time on (Debian: apt install chrony), or ask whether the host keeps it.",
)


def kept() -> bool | None:
    """Whether the kernel calls its clock synchronised; None where it cannot be asked."""
    try:
        answer = ctypes.create_string_buffer(ROOM)  # zeroes: read, change nothing
        said = ctypes.CDLL(None).adjtimex(answer)
    except (OSError, AttributeError):
        return None
    if said < 0:
        return None
    (status,) = struct.unpack_from("@i", answer.raw, STATUS)
    return said != WRONG and not status & UNSYNCED


def look(_: Machine, ask: Callable[[], bool | None] = kept) -> Finding:
    found = ask()
    if found:
        return fine("自动对时正常。", "A time server keeps this machine's clock.")
    return heed(UNKNOWN if found is None else NOBODY, DO)


CHECK = Check("timeserver", Text("自动对时", "Time server"), look, database=False)

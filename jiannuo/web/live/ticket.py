"""What the door of a stream and its sender hand each other, within the scope of the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jiannuo.web.live.hub import Stream

TICKET = "jiannuo.live"


@dataclass
class Ticket:
    """`stream`: whom the door let in, and what he is to hear."""

    stream: Stream | None = None

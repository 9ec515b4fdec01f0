"""What a tier of support is: a service of table 1-1 with its promises, gates and papers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tier:
    """One way to help. `rank` orders them, `opens` is the event that begins it, `service` is
    its row of table 1-1; `promises`, `gates` and `papers` are codes of the profile."""

    code: str
    rank: int
    service: str
    clause: str
    zh: str
    en: str
    opens: tuple[str, ...]
    promises: tuple[str, ...]
    gates: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    hands_over_to: str | None = None

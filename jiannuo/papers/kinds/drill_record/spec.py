"""应急演练记录: emergency drill record (R-7.5-B2-0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiannuo.kernel.moment import now
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.drills import score
from jiannuo.papers.gathering import timeline
from jiannuo.papers.kind import Due, Ground, PaperKind, once


def gather(ground: Ground, due: Due) -> Mapping[str, Any]:
    """The timeline, each duty of the plan with its verdict and what it took, and the score."""
    found = score(ground.view.profile, ground.clocks, now())
    duties = [
        {
            "promise": duty.promise,
            "clause": duty.clause,
            "verdict": str(duty.verdict),
            "took_s": duty.took.total_seconds() if duty.took is not None else None,
            "limit_s": duty.limit.total_seconds() if duty.limit is not None else None,
        }
        for duty in found.duties
    ]
    scored = {"kept": found.kept, "counted": found.counted, "percent": found.percent}
    return {**timeline(ground, due), "duties": dumped(duties), "score": scored}


KIND = PaperKind("drill_record", find=once("reported"), drill=True, gather=gather)

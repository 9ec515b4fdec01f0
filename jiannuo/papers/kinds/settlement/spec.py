"""费用结算单: settlement (R-7.4-B-9)."""

from collections.abc import Iterator, Mapping
from typing import Any

from jiannuo.charges.queries import sheet
from jiannuo.kernel.money import plain
from jiannuo.papers.kind import Due, Ground, PaperKind


def find(ground: Ground) -> Iterator[Due]:
    fixed = ground.story.resolution
    if fixed is not None and ground.costs:
        signed = ground.story.log.has("settlement_signed")
        yield Due("once", fixed.t, signed, event=fixed)


def lines(ground: Ground, due: Due) -> Mapping[str, Any]:
    """The charge lines as they stood when the settlement was made."""
    found = sheet(ground.view)
    rows = [
        {
            "kind": line.kind,
            "item": line.item,
            "qty": plain(line.qty),
            "unit": str(line.unit),
            "amount": str(line.amount),
            "rule": line.rule,
            "lot": line.lot,
        }
        for line in found.lines
    ]
    return {"lines": rows, "total": str(found.total)}


KIND = PaperKind("settlement", find=find, gather=lines)

"""The state of a played story, block by block, read through the rooms' queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jiannuo.faces.rehearsal import case_blocks, house_blocks
from jiannuo.faces.rehearsal.playing import Played
from jiannuo.faces.rehearsal.reader import Reader

BLOCKS: dict[str, Callable[[Reader], Any]] = {
    "distances": house_blocks.distances,
    "warranty": house_blocks.warranty,
    "entitlement": case_blocks.entitlement,
    "cases": case_blocks.case_rows,
    "clocks": case_blocks.clock_rows,
    "drills": case_blocks.drills,
    "observation": case_blocks.observation,
    "gates": case_blocks.gate_answers,
    "deviations": case_blocks.deviation_rows,
    "alerts": house_blocks.alert_rows,
    "on_duty": house_blocks.duty_rows,
    "repair_counter": case_blocks.repair_counter,
    "repair_orders": house_blocks.repair_orders,
    "inspection_plan": house_blocks.inspection_plan,
    "training": house_blocks.training_result,
    "stock": house_blocks.stock_rows,
    "charges": case_blocks.charge_rows,
    "kpis": house_blocks.kpi_figures,
    "late_entries": house_blocks.late_entries,
    "documents": case_blocks.document_rows,
}


def blocks(played: Played) -> dict[str, Any]:
    """Every block that is not empty; charges always."""
    reader = Reader(played)
    found = {name: read(reader) for name, read in BLOCKS.items()}
    return {name: value for name, value in found.items() if value}

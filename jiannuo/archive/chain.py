"""How a row is written down before it is hashed: the one form that writer and checker share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def canonical(row: Mapping[str, Any]) -> str:
    """Sorted keys, no white space, Unicode as it is."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

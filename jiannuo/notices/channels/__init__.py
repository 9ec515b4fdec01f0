"""Ways to reach people: one folder each, one line in `registry.py`."""

from jiannuo.notices.channels.registry import CHANNELS

__all__ = ["CHANNELS"]

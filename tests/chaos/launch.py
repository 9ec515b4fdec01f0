"""Starts our own PostgreSQL by the product's launcher, under a clock that a file sets.

`python -m tests.chaos.launch LIBRARY FILE`; without them under the machine's own clock.
"""

from __future__ import annotations

import os
import sys

from jiannuo.site import environment
from jiannuo.site.database import start

if __name__ == "__main__":
    if sys.argv[1:]:
        # For the server alone: set after Python began, it reaches only what Python starts.
        os.environ["LD_PRELOAD"], os.environ["FAKETIME_TIMESTAMP_FILE"] = sys.argv[1:]
        os.environ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"
        os.environ["DONT_FAKE_MONOTONIC"] = "1"
        os.environ["FAKETIME_CACHE_DURATION"] = "1"
    start.ready(environment.read(os.environ))

"""The product's own worker; only that outward notices wait a few seconds after a jump of the clock
where they wait a minute: for runs that are shorter than that minute."""

from __future__ import annotations

import sys
from datetime import timedelta

from jiannuo.clocks import guard
from jiannuo.site import cli

HOLD = timedelta(seconds=4)


def main(*arguments: str) -> None:
    guard.HOLD = HOLD
    sys.argv[1:] = ["worker", *arguments]
    cli.main()

"""The database, whichever it is, running and fit. The one call everything else makes."""

from __future__ import annotations

from jiannuo.site.database import address, cluster, fitness
from jiannuo.site.environment import Environment


def ready(env: Environment) -> str:
    """Start our own server where it is ours, check it, and return how to connect."""
    place = address.own_place(env)
    if place is not None:
        cluster.ensure(place)
    conninfo = address.conninfo(env)
    fitness.check(conninfo)
    return conninfo

"""Vital signs as Prometheus reads them. Nobody signs in for them; only known networks are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as PLAIN
from prometheus_client.registry import Collector

from jiannuo.clocks.vitals import Lateness
from jiannuo.kernel.moment import now
from jiannuo.oversight.vitals import BOUNDS, Vitals, vital_signs
from jiannuo.site.environment import Environment

#: What a reverse proxy adds. Behind one on this machine everybody seems to be this machine.
PROXIED = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-Ip",
)


@never_cache
@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """200 with the figures; 404 for whoever is not known; 503 while the database is away."""
    if not _known(request, settings.ENV):
        raise Http404
    try:
        found = vital_signs(now())
    except DatabaseError:
        return HttpResponse("# the database is away\n", content_type=PLAIN, status=503)
    # A registry for each answer: figures are the house's, not this process's, and any web
    # process must tell the same.
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(found))
    return HttpResponse(generate_latest(registry), content_type=PLAIN)


def _known(request: HttpRequest, env: Environment) -> bool:
    """Does the request come from one of the networks of JIANNUO_METRICS?"""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback and any(name in request.headers for name in PROXIED):
        return False
    return any(address in network for network in env.metrics)


class _Told(Collector):
    """The figures of one moment."""

    def __init__(self, found: Vitals) -> None:
        self.found = found

    def collect(self) -> Iterator[Metric]:
        found = self.found
        yield _gauge("clocks_open", "Clocks that run, drills too", found.running)
        yield _gauge("clocks_overdue_unfired", "Moments past due that did not fire", found.overdue)
        yield _gauge(
            "oldest_unsent_notice_seconds", "How long the oldest waits", found.oldest_unsent
        )
        yield _by("notices_waiting", "To go out now", "channel", found.waiting)
        yield _lateness(found.lateness)
        yield _by("loop_last_beat_age_seconds", "Of the worker's loops", "loop", found.beats)
        if found.canary is not None:
            yield _gauge(
                "canary_age_seconds", "Since a test notice last came through", found.canary
            )
        yield CounterMetricFamily(
            "jiannuo_clock_jumps", "Times the server's clock jumped", value=found.jumps
        )
        failed = "Deliveries that wait after a failure, or were given up within the hour"
        yield _by("channel_failures", failed, "channel", found.failures)
        yield _gauge("audit_rows_waiting", "Rows not in the audit chain yet", found.audit_waiting)
        yield _by("open_cases", "Drills left out", "level", _levels(found.open_cases))


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"jiannuo_{name}", says, value=value)


def _by(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"jiannuo_{name}", says, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _levels(counted: Mapping[str, int]) -> dict[str, int]:
    """Every level, also one without a case: a curve must not break off at zero."""
    known = dict.fromkeys(("L1", "L2", "L3", "L4", "unknown"), 0)
    return known | {level or "unknown": count for level, count in counted.items()}


def _lateness(found: Lateness) -> Metric:
    """Of the last hour: read it as it stands; a rate over it means nothing."""
    total, buckets = 0, list[tuple[str, float]]()
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), found.counts, strict=True):
        total += count
        buckets.append((bound, total))
    says = "How late moments fired, of the last hour as it stands (no rate over it)"
    family = HistogramMetricFamily("jiannuo_lateness_seconds", says)
    family.add_metric([], buckets, sum_value=found.seconds)
    return family

"""Time zones: is the house's zone known, and is what is known of zones not too old?"""

from __future__ import annotations

from datetime import timedelta
from importlib import metadata
from zoneinfo import ZoneInfo

from jiannuo.customers import queries as customers
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, fine, heed
from jiannuo.oversight.doctor.machine import Machine

OLD = timedelta(days=3 * 365)

UPDATE = Text(
    "升级本系统；时区规则随它的 tzdata 一起更新。",
    "Upgrade the product: the rules of the zones come with its tzdata.",
)


def look(_: Machine) -> Finding:
    at = now()
    zone: ZoneInfo = customers.base_profile(at).zone
    version = metadata.version("tzdata")
    if int(version.split(".")[0]) < (at - OLD).year:
        return heed(
            Text(f"时区数据是 {version} 的。", f"The zone data are those of {version}."), UPDATE
        )
    return fine(
        f"{zone.key} {at.astimezone(zone):%H:%M}，数据 {version}。",
        f"{zone.key} {at.astimezone(zone):%H:%M}, data {version}.",
    )


CHECK = Check("zones", Text("时区数据", "Time zones"), look)

"""The days off of the year to come: is it filled before it begins (7.7, 7.8)?"""

from __future__ import annotations

from jiannuo.customers import queries as customers
from jiannuo.customers import working
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, fine, heed
from jiannuo.oversight.doctor.machine import Machine

#: The State Council publishes its notice in November; from this month on it is time.
DECEMBER = 12
FILL = Text(
    "请管理员在「设置 → 节假日」粘贴国务院的放假通知。",
    "Have the administrator paste the notice of the State Council under Settings, Days off.",
)


def look(_: Machine) -> Finding:
    at = now()
    today = customers.base_profile(at).local(at).date()
    known = set(working.years())
    wanted = {today.year} if known else set()
    if today.month == DECEMBER:
        wanted.add(today.year + 1)
    missing = sorted(wanted - known)
    if missing:
        year = missing[0]
        return heed(
            Text(
                f"{year} 年的节假日还没填，只按周一到周五算工作日",
                f"the days off of {year} are not filled; Monday to Friday count as working days",
            ),
            FILL,
        )
    if not known:
        return fine("没有填，按周一到周五算工作日。", "Not set: Monday to Friday count.")
    return fine("已填。", "They are set.")


CHECK = Check("calendar", Text("节假日", "Days off"), look)

"""Duties that are no clock and yet can be counted: kept n of m, each with its rows.

Everything else the manual asks is a condition of the product (a gate that stays shut, a price, a
record that is always made): its tests show it, there is no n of m, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.oversight.evidence import PAGE, Listed
from jiannuo.oversight.slices import Slice


@dataclass(frozen=True, slots=True)
class Duty:
    """`found`: SQL of its rows (ok, day, ref, case number or "", customer, key), by the slice."""

    code: str
    requirement: str
    clause: str
    quote: str
    name: Text
    rule: Text
    found: str
    house: bool = False


# A paper of its kind that stands, beside each case that was fixed.
_PAPER = """
select exists (select from papers_paper p where p.subject = f."case" and p.kind = '{kind}'
    and p.void_at is null{signed}) as ok,
  (f.counted_at at time zone %(zone)s)::date as day, f.number as ref, f.number as number,
  f.customer_id, f."case"::text as key
from oversight_casefact f where {{counted}}{only}
"""
_SIGNED = " and p.signed"

_INSPECTION = """
select o.signed_on is not null and o.signed_on <= o.due_on as ok, o.due_on as day,
  k.number || ' ' || o.quarter as ref, '' as number, o.customer_id, o.id::text as key
from inspections_occurrence o join customers_contract k on k.id = o.contract_id
where o.due_on < %(after)s::date and o.due_on >= %(first)s::date
  and (o.signed_on is not null or o.due_on < %(today)s)
  and {owner}
"""

_FILED = """
select exists (select from papers_paper p where p.subject = o.subject
    and p.kind = 'inspection_report' and p.void_at is null and p.signed) as ok,
  o.signed_on as day, k.number || ' ' || o.quarter as ref, '' as number, o.customer_id,
  o.id::text as key
from inspections_occurrence o join customers_contract k on k.id = o.contract_id
where o.signed_on >= %(first)s::date and o.signed_on < %(after)s::date and {owner}
"""

_SESSION = """
select o.held_at is not null as ok, o.planned_on as day, o.code as ref, '' as number,
  o.customer_id, o.id::text as key
from training_session o
where o.planned_on >= %(first)s::date and o.planned_on < %(after)s::date
  and (o.held_at is not null or o.planned_on < %(today)s) and {owner}
"""

_ATTENDEE = """
select a.score >= %(mark)s as ok, coalesce((o.held_at at time zone %(zone)s)::date, o.planned_on)
  as day, o.code || ' ' || a.name as ref, '' as number, o.customer_id, a.id::text as key
from training_attendee a join training_session o on o.id = a.session_id
where a.score is not null and {owner}
  and coalesce((o.held_at at time zone %(zone)s)::date, o.planned_on) >= %(first)s::date
  and coalesce((o.held_at at time zone %(zone)s)::date, o.planned_on) < %(after)s::date
"""

# What a cause review decided, by the day on which it was to be done.
_ACTION = """
select coalesce((select min(d.happened_at at time zone %(zone)s)::date <= (e.detail ->> 'due')::date
    from archive_event d where d.subject = e.subject and d.kind = 'action_done'
    and d.detail ->> 'action' = e.detail ->> 'action'), false) as ok,
  (e.detail ->> 'due')::date as day, f.number || ' ' || (e.detail ->> 'action') as ref,
  f.number as number, f.customer_id, e.id::text as key
from archive_event e join oversight_casefact f on f."case" = e.subject
where e.subject_kind = 'case' and e.kind = 'action_agreed' and {narrow}
  and (e.detail ->> 'due')::date >= %(first)s::date and (e.detail ->> 'due')::date < %(after)s::date
  and ((e.detail ->> 'due')::date < %(today)s or exists (select from archive_event d
    where d.subject = e.subject and d.kind = 'action_done'
    and d.detail ->> 'action' = e.detail ->> 'action'))
"""

_SESSION_ALLOWED = """
select exists (select from support_consent n where n.case_id = r.case_id and n.given
    and n.at <= r.began_at) as ok,
  (r.began_at at time zone %(zone)s)::date as day, f.number as ref, f.number as number,
  f.customer_id, r.id::text as key
from support_remotesession r join oversight_casefact f on f."case" = r.case_id
where {counted}
"""

DUTIES = (
    Duty(
        "inspection",
        "R-1-1",
        "1",
        "每个季度提供一次巡检服务",
        Text("季度巡检", "Inspection each quarter"),
        Text(
            "到期日在本期内的巡检；报告在到期日或之前由客户签字算做到",
            "Inspections due in the period; kept if the customer signed the report by then",
        ),
        _INSPECTION,
    ),
    Duty(
        "inspection_report",
        "R-1-6",
        "1",
        "季度维护报告,以备查询",
        Text("巡检报告归档", "Inspection report filed"),
        Text(
            "本期签字的巡检；有签字的巡检报告在案算做到",
            "Inspections signed in the period; kept if the signed report is on file",
        ),
        _FILED,
    ),
    Duty(
        "repair_report",
        "R-7-4",
        "7",
        "包含客户每次故障维修报告和预防性维护报告技术文档",
        Text("每次故障有维修报告", "A repair report for each fault"),
        Text(
            "本期解决的故障；有故障维修报告算做到", "Faults fixed in the period with their report"
        ),
        _PAPER.format(kind="repair_report", signed="", only=""),
    ),
    Duty(
        "call_register",
        "R-7-5",
        "7",
        "每次故障响应服务和预防性维护的详细信息,包括电话情况记录",
        Text("每次故障有来电登记", "A call register for each fault"),
        Text("本期解决的故障；有来电登记算做到", "Faults fixed in the period with their register"),
        _PAPER.format(kind="call_register", signed="", only=""),
    ),
    Duty(
        "remote_consent",
        "R-7.3-A-1",
        "7.3 A",
        "在征得客户同意后,可以通过远程服务网络,登录到服务器",
        Text("远程登录前有同意", "Consent before each remote session"),
        Text(
            "本期解决的故障里的远程会话；登录前客户已同意算做到",
            "Remote sessions of faults fixed in the period; kept if consent came before",
        ),
        _SESSION_ALLOWED,
    ),
    Duty(
        "service_application",
        "R-7.4-B-3",
        "7.4 B 3",
        "首先提交技术服务申请报告给客户负责人签字确认",
        Text("上门先签申请报告", "Application signed on arrival"),
        Text(
            "本期解决且上过门的故障；有签字的技术服务申请报告算做到",
            "Faults with a visit; kept if the signed application is on file",
        ),
        _PAPER.format(kind="service_application", signed=_SIGNED, only=" and f.visits > 0"),
    ),
    Duty(
        "service_report",
        "R-7.4-B-8",
        "7.4 B 8",
        "认真填写技术服务报告,并在离开现场前交客户主管部门存档",
        Text("离场前交服务报告", "Service report handed over"),
        Text(
            "本期解决且上过门的故障；有签收的技术服务报告算做到",
            "Faults with a visit; kept if the signed service report is on file",
        ),
        _PAPER.format(kind="service_report", signed=_SIGNED, only=" and f.visits > 0"),
    ),
    Duty(
        "actions",
        "R-7.5-B5",
        "7.5 B 5",
        "客户支持中心应组织相关部门查找一级故障(重大故障)原因",
        Text("整改措施按期完成", "Actions of reviews done on time"),
        Text(
            "期限在本期内的整改措施；期限当天或之前完成算做到",
            "Actions due in the period; kept if done by then",
        ),
        _ACTION,
    ),
    Duty(
        "training_held",
        "R-5-1",
        "5",
        "免费培训设备操作管理人员",
        Text("培训如期办了", "Training was held"),
        Text("计划在本期的培训；办了算做到", "Sessions planned in the period that were held"),
        _SESSION,
    ),
    Duty(
        "training_passed",
        "R-5-2",
        "5",
        "要求达到能正确使用与维护本合同的设施、设备",
        Text("培训考核合格", "Training was passed"),
        Text("本期培训里参加考核的人；合格算做到", "Those assessed in the period who passed"),
        _ATTENDEE,
    ),
    Duty(
        "no_deviation",
        "R-X-5",
        "7",
        "按手册的次序办理",
        Text("没有写明理由后放行", "Nothing passed with a reason"),
        Text(
            "本期解决的故障；没有一步是写明理由后放行的算做到",
            "Faults fixed in the period in which no step was passed with a reason",
        ),
        """
select f.overrides = 0 as ok, (f.counted_at at time zone %(zone)s)::date as day, f.number as ref,
  f.number as number, f.customer_id, f."case"::text as key
from oversight_casefact f where {counted}
""",
        house=True,
    ),
)
BY_CODE = {duty.code: duty for duty in DUTIES}

#: Restricted by office, model or level, a contract's duties are not told apart.
OF_CONTRACTS = frozenset({"inspection", "inspection_report", "training_held", "training_passed"})


@dataclass(frozen=True, slots=True)
class Tally:
    kept: int
    due: int


@dataclass(frozen=True, slots=True)
class DutyRow:
    ok: bool
    day: date | None
    ref: str
    case: str
    customer: str
    key: str


def tallies(profile: Profile, wanted: Slice, as_of: datetime) -> dict[str, Tally]:
    """Kept n of m for each duty of a slice whose days are closed at both ends."""
    parts = [
        f"select '{duty.code}' as code, count(*) filter (where ok), count(*)"
        f" from ({_sql(duty, wanted)}) {duty.code}"
        for duty in DUTIES
    ]
    with connection.cursor() as cursor:
        cursor.execute(" union all ".join(parts), _said(profile, wanted, as_of))
        return {code: Tally(kept, due) for code, kept, due in cursor.fetchall()}


def rows(
    profile: Profile,
    wanted: Slice,
    duty: Duty,
    as_of: datetime,
    part: str = "all",
    after: str = "",
    limit: int = PAGE,
) -> Listed[DutyRow]:
    """The rows of a duty, the newest first; `part`: "kept", "missed" or "all"."""
    said = _said(profile, wanted, as_of) | {"limit": limit + 1}
    tests = {"kept": ["ok"], "missed": ["not ok"]}.get(part, [])
    if after:
        day, key = after.split("~", 1)
        said |= {"day": date.fromisoformat(day), "key": key}
        tests = [*tests, "(day, key) < (%(day)s, %(key)s)"]
    where = f"where {' and '.join(tests)}" if tests else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select ok, day, ref, number, coalesce(u.name, ''), key from ({_sql(duty, wanted)}) found
left join customers_customer u on u.id = found.customer_id {where}
order by day desc, key desc limit %(limit)s
""",
            said,
        )
        found = [DutyRow(*row) for row in cursor.fetchall()]
    shown = tuple(found[:limit])
    more = len(found) > limit
    return Listed(shown, f"{shown[-1].day}~{shown[-1].key}" if more else "")


def _sql(duty: Duty, wanted: Slice) -> str:
    counted = wanted.facts("counted_at", "f.")
    owner = "o.customer_id = %(customer)s" if wanted.customer else "true"
    narrow = replace(wanted, first=None, last=None).facts("reported_at", "f.")
    return duty.found.format(counted=counted, owner=owner, narrow=narrow)


def _said(profile: Profile, wanted: Slice, as_of: datetime) -> dict[str, Any]:
    return wanted.values(profile) | {
        "today": profile.local(as_of).date(),
        "mark": profile.value("house.training_pass_mark"),
    }
